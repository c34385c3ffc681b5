//! One step of learning: the same for a run, for the forecast and the bench that time it, and, behind a forward pass of its
//! own, for fitting to a lab.

use burn::{
    optim::{GradientsParams, ModuleOptimizer},
    tensor::{Device, Tensor, TensorData},
};

use super::{clip::clip, loss::Wanted};
use crate::model::{
    classifier::Classifier,
    kernels,
    noise::{Pass, StepNoise},
};

/// What a step takes as given.
pub struct Lesson<'a> {
    /// With gradients.
    pub device: &'a Device,
    /// Side of the square input.
    pub size: usize,
    /// Largest norm of all gradients together.
    pub clip_norm: f64,
    /// The learning rate.
    pub rate: f64,
}

impl Lesson<'_> {
    /// Forward with noise and dropout, loss, backward, clipping, Adam; gives the logits `[n, classes]`, unread.
    ///
    /// `pixels` are normalised, `[n, size, size, 3]`, with n images in `wanted`.
    pub fn step(
        &self,
        network: &mut Classifier,
        optimiser: &mut ModuleOptimizer,
        pixels: Vec<f32>,
        wanted: &Wanted,
        mut noise: StepNoise,
    ) -> Tensor<2> {
        kernels::on_the_pool(|| {
            let data = TensorData::new(pixels, [wanted.len(), self.size, self.size, 3]);
            let images = Tensor::<4>::from_data(data, self.device);
            let logits = network.forward(images, Pass::Train(&mut noise)).logits;
            let loss = wanted.loss(logits.clone(), self.device);
            self.descend(network, optimiser, &loss);
            logits.inner()
        })
    }

    /// Backward from a loss of one element, clipping, Adam.
    pub fn descend(&self, network: &mut Classifier, optimiser: &mut ModuleOptimizer, loss: &Tensor<1>) {
        let grads = GradientsParams::from_grads(loss.backward(), network);
        let grads = clip(network, grads, self.clip_norm);
        *network = optimiser.step(self.rate, network.clone(), grads);
    }
}
