//! Adam (Kingma and Ba 2015) in one pass over each parameter; its record is that of Burn's own Adam.

use burn::{
    optim::{AdamState, AdaptiveMomentumState, Optimizer},
    tensor::{Device, Tensor},
};

use crate::model::kernels::{self, Rates};

/// Keras's epsilon; Burn's default of 1e-5 slows small gradients down.
const EPSILON: f32 = 1e-7;

/// The optimiser of every run.
#[derive(Clone)]
pub struct Adam {
    beta_1: f32,
    beta_2: f32,
    epsilon: f32,
}

impl Default for Adam {
    fn default() -> Self {
        Self { beta_1: 0.9, beta_2: 0.999, epsilon: EPSILON }
    }
}

impl Optimizer for Adam {
    type State<const D: usize> = AdamState<D>;

    fn step<const D: usize>(
        &self,
        lr: f64,
        param: Tensor<D>,
        grad: Tensor<D>,
        state: Option<Self::State<D>>,
    ) -> (Tensor<D>, Option<Self::State<D>>) {
        let (time, moments) = match state {
            Some(AdamState { momentum: old }) => (old.time + 1, (old.moment_1, old.moment_2)),
            None => (1, (grad.zeros_like(), grad.zeros_like())),
        };
        let steps = i32::try_from(time).unwrap_or(i32::MAX);
        // Moments begin at zero, and both corrections for it fold into the two numbers that a step needs.
        let second = (1.0 - self.beta_2.powi(steps)).sqrt();
        let rates = Rates {
            beta_1: self.beta_1,
            beta_2: self.beta_2,
            epsilon: self.epsilon * second,
            rate: lr as f32 * second / (1.0 - self.beta_1.powi(steps)),
        };
        let (param, first, second) = kernels::adam(param, grad, moments, rates);
        (param, Some(AdamState::new(AdaptiveMomentumState::new(time, first, second))))
    }

    fn to_device<const D: usize>(mut state: Self::State<D>, device: &Device) -> Self::State<D> {
        state.momentum = state.momentum.to_device(device);
        state
    }
}

#[cfg(test)]
mod tests {
    use burn::{
        module::Module,
        nn::{Linear, LinearConfig},
        optim::{AdamConfig, GradientsParams, ModuleOptimizer},
    };

    use super::*;
    use crate::distance::furthest;

    fn trained(mut optimiser: ModuleOptimizer, mut layer: Linear, steps: usize) -> (Vec<f32>, ModuleOptimizer) {
        let device = layer.weight.val().device();
        for step in 0..steps {
            let x = Tensor::<2>::ones([3, 4], &device) * (step as f32 + 0.5);
            let loss = (layer.forward(x) - 3.0).powi_scalar(2).sum();
            let grads = GradientsParams::from_grads(loss.backward(), &layer);
            layer = optimiser.step(0.01, layer, grads);
        }
        (layer.weight.val().into_data().try_into_vec().unwrap(), optimiser)
    }

    fn layer() -> Linear {
        LinearConfig::new(4, 5).init(&Device::flex()).to_device(&Device::flex().autodiff()).train()
    }

    #[test]
    fn it_steps_as_burns_adam_does_and_its_record_is_burns() {
        let layer = layer();
        let burns = || AdamConfig::new().with_epsilon(EPSILON).init();
        let (ours, optimiser) = trained(Adam::default().into(), layer.clone(), 7);
        let (theirs, _) = trained(burns(), layer.clone(), 7);
        let far = furthest(&ours, &theirs);
        assert!(far < 1e-6, "{far:e}");
        let record = optimiser.into_bytes().unwrap();
        let resumed = burns().from_bytes(record).unwrap();
        let (after, _) = trained(resumed, layer.clone(), 1);
        let (fresh, _) = trained(burns(), layer, 1);
        assert_ne!(after, fresh, "the record brought no moments");
    }
}
