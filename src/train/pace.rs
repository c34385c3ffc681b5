//! How fast a network trains on a device, measured in two steps on noise before a run is started.

use std::time::Instant;

use burn::{
    module::Module,
    optim::{AdamConfig, GradientsParams, ModuleOptimizer},
    tensor::{Device, Tensor, TensorData},
};

use crate::{
    device::{self, Compute},
    domain::config::TrainConfig,
    eval::forward::read,
    learn::{
        clip::clip,
        loss::{Targets, Wanted},
    },
    model::{
        classifier::{Classifier, NetworkConfig},
        initial,
        noise::{Pass, StepNoise},
    },
    progress::{Halt, StopToken},
};

/// Images of a measured step: enough to fill the kernels, few enough for the memory of any machine.
const BATCH: usize = 8;

/// The speed of training steps; reading and augmenting images runs beside them and is not part of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Pace {
    pub images_per_sec: f64,
    /// The device's name.
    pub device: String,
}

/// Trains two steps, one to warm up and one by the clock, and throws the network away.
///
/// # Errors
/// [`Halt`] where the device fails or a person stops.
pub fn measure(config: &TrainConfig, classes: usize, stop: &StopToken) -> Result<Pace, Halt> {
    let compute = device::choose(&config.device)?;
    let device = compute.device.clone().autodiff();
    let shape = NetworkConfig::new(config, classes);
    let network = initial::draw(shape.init(&Compute::cpu().device), config.seed).to_device(&device).train();
    let batch = config.batch.min(BATCH);
    let labels: Vec<usize> = (0..batch).map(|index| index % classes.max(1)).collect();
    let wanted = Targets::new(&vec![1; classes], config.label_smoothing, false).of(&labels);
    let mut optimiser = AdamConfig::new().init();
    let warm = step(config, network, &mut optimiser, &wanted, &device)?;
    stop.check()?;
    let start = Instant::now();
    step(config, warm, &mut optimiser, &wanted, &device)?;
    let secs = start.elapsed().as_secs_f64().max(1e-6);
    Ok(Pace { images_per_sec: batch as f64 / secs, device: compute.info.name })
}

fn step(
    config: &TrainConfig,
    network: Classifier,
    optimiser: &mut ModuleOptimizer,
    wanted: &Wanted,
    device: &Device,
) -> Result<Classifier, Halt> {
    let side = config.size;
    let pixels: Vec<f32> =
        (0..wanted.len() * side * side * 3).map(|index| (index % 251) as f32 / 125.0 - 1.0).collect();
    let images = Tensor::<4>::from_data(TensorData::new(pixels, [wanted.len(), side, side, 3]), device);
    let mut noise = StepNoise::new(config.seed, 1, 0);
    let logits = network.forward(images, Pass::Train(&mut noise)).logits;
    let loss = wanted.loss(logits, device);
    let grads = clip(&network, GradientsParams::from_grads(loss.backward(), &network), config.clip_norm);
    let network = optimiser.step(config.learning_rate, network, grads);
    // A device that queues its work has done it once the new weights of the head are read back.
    read(network.head.weight.val().inner())?;
    Ok(network)
}
