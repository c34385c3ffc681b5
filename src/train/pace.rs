//! How fast a network trains on a device, measured in two steps on noise before a run is started.

use std::time::Instant;

use burn::{module::Module, optim::ModuleOptimizer, tensor::Device};

use crate::{
    device::{self, Compute},
    domain::config::TrainConfig,
    eval::forward::read,
    fault::{Halt, StopToken},
    learn::{
        adam::Adam,
        loss::{Targets, Wanted},
        step::Lesson,
    },
    model::{
        classifier::{Classifier, NetworkConfig},
        initial,
        noise::StepNoise,
    },
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
    let wanted = Targets::even(classes, config.label_smoothing).of(&labels);
    let mut optimiser = Adam::default().into();
    let warm = step(config, network, &mut optimiser, &wanted, &device)?;
    stop.check()?;
    let start = Instant::now();
    step(config, warm, &mut optimiser, &wanted, &device)?;
    let secs = start.elapsed().as_secs_f64().max(1e-6);
    Ok(Pace { images_per_sec: batch as f64 / secs, device: compute.info.name })
}

/// One step of a run on noise, waited for.
fn step(
    config: &TrainConfig,
    mut network: Classifier,
    optimiser: &mut ModuleOptimizer,
    wanted: &Wanted,
    device: &Device,
) -> Result<Classifier, Halt> {
    let size = config.size;
    let pixels = (0..wanted.len() * size * size * 3).map(|index| (index % 251) as f32 / 125.0 - 1.0).collect();
    let lesson = Lesson { device, size, clip_norm: config.clip_norm, rate: config.learning_rate };
    lesson.step(&mut network, optimiser, pixels, wanted, StepNoise::new(config.seed, 1, 0));
    // A device that queues its work has done it once the new weights of the head are read back.
    read(network.head.weight.val().inner())?;
    Ok(network)
}
