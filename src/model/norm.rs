//! Batch normalisation over channels-last features, with the activation that follows it (Ioffe and Szegedy 2015).

use burn::{
    module::{Module, Param, RunningState},
    tensor::{Device, Tensor},
};

use super::{
    kernels::{self, Activation},
    noise::Pass,
};

/// Keras's epsilon, which the ImageNet weights were trained with.
pub const EPSILON: f64 = 1e-3;
/// Share of the newest batch in the running statistics. Keras's 0.01 would need hundreds of steps to forget ImageNet.
const MOMENTUM: f64 = 0.1;

/// `gamma * (x - mean) / sqrt(variance + epsilon) + beta` per channel of `[n, h, w, c]`.
#[derive(Module, Debug)]
pub struct BatchNorm {
    pub gamma: Param<Tensor<1>>,
    pub beta: Param<Tensor<1>>,
    /// Mean over the training batches, exponentially weighted.
    pub mean: RunningState<Tensor<1>>,
    /// Biased variance, likewise.
    pub variance: RunningState<Tensor<1>>,
}

impl BatchNorm {
    #[must_use]
    pub fn new(channels: usize, device: &Device) -> Self {
        Self {
            gamma: Param::from_tensor(Tensor::ones([channels], device)),
            beta: Param::from_tensor(Tensor::zeros([channels], device)),
            mean: RunningState::new(Tensor::zeros([channels], device)),
            variance: RunningState::new(Tensor::ones([channels], device)),
        }
    }

    /// Normalises `[n, h, w, c]` with the batch's statistics while training, else with the running ones.
    #[must_use]
    pub fn forward(&self, x: Tensor<4>, activation: Activation, pass: &Pass<'_>) -> Tensor<4> {
        if matches!(pass, Pass::Infer) {
            let (scale, shift) = self.folded();
            return kernels::scale_shift(x, scale, shift, activation);
        }
        let newest = if let Pass::Measure { newest } = pass { *newest } else { MOMENTUM };
        let normed = kernels::batch_norm(x, self.gamma.val(), self.beta.val(), EPSILON, activation);
        blend(&self.mean, normed.mean, newest);
        blend(&self.variance, normed.variance, newest);
        normed.out
    }

    /// The affine map that inference applies: `(scale, shift)`, each `[c]`.
    #[must_use]
    pub fn folded(&self) -> (Tensor<1>, Tensor<1>) {
        let scale = self.gamma.val() / (self.variance.value() + EPSILON).sqrt();
        let shift = self.beta.val() - self.mean.value() * scale.clone();
        (scale, shift)
    }
}

/// A layer's channels under a width multiplier, at least eight.
#[must_use]
pub fn scaled(channels: usize, width: f64) -> usize {
    ((channels as f64 * width).round() as usize).max(8)
}

/// What Keras calls a parameter of a norm.
#[must_use]
pub fn statistic_name(leaf: &str) -> &str {
    match leaf {
        "mean" => "moving_mean",
        "variance" => "moving_variance",
        same => same,
    }
}

/// Moves a running statistic towards the batch's, and settles it at once so that a record never misses the last step.
fn blend(state: &RunningState<Tensor<1>>, batch: Tensor<1>, newest: f64) {
    let running = state.value_sync();
    state.update((running * (1.0 - newest) + batch.detach() * newest).detach());
    state.value_sync();
}
