//! Gradient clipping by the norm of all gradients together (Pascanu et al. 2013), which a GPU is never asked to read back.

use burn::{
    module::{Module, ModuleVisitor, Param},
    optim::GradientsParams,
    tensor::Tensor,
};

use crate::model::kernels;

/// Scales all gradients by `most / norm` where their common norm is above `most`.
#[must_use]
pub fn clip<M: Module>(network: &M, grads: GradientsParams, most: f64) -> GradientsParams {
    let mut sum = SquareSum { grads: &grads, sum: None };
    network.visit(&mut sum);
    let Some(square) = sum.sum else { return grads };
    if kernels::is_ours(&square) && f64::from(square.clone().into_scalar::<f32>()).sqrt() <= most {
        // On the CPU the norm is known at once, and most steps need no pass over all gradients.
        return grads;
    }
    let scale = square.sqrt().clamp_min(most).recip() * most;
    let mut scaled = Scale { grads, scale };
    network.visit(&mut scaled);
    scaled.grads
}

struct SquareSum<'a> {
    grads: &'a GradientsParams,
    sum: Option<Tensor<1>>,
}

impl ModuleVisitor for SquareSum<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if let Some(grad) = self.grads.get::<D>(param.id) {
            let square = kernels::square_sum(grad);
            self.sum = Some(match self.sum.take() {
                Some(sum) => sum + square,
                None => square,
            });
        }
    }
}

struct Scale {
    grads: GradientsParams,
    scale: Tensor<1>,
}

impl ModuleVisitor for Scale {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if let Some(grad) = self.grads.remove::<D>(param.id) {
            self.grads.register(param.id, grad * self.scale.clone().reshape([1; D]));
        }
    }
}

#[cfg(test)]
mod tests {
    use burn::{
        nn::{Linear, LinearConfig},
        tensor::Device,
    };

    use super::*;

    fn norm_after(most: f64) -> f64 {
        let device = Device::flex().autodiff();
        let layer: Linear = LinearConfig::new(3, 2).init(&device);
        let loss = layer.forward(Tensor::<2>::ones([4, 3], &device) * 10.0).sum();
        let grads = GradientsParams::from_grads(loss.backward(), &layer);
        let mut sum = SquareSum { grads: &clip(&layer, grads, most), sum: None };
        layer.visit(&mut sum);
        f64::from(sum.sum.unwrap().into_scalar::<f32>()).sqrt()
    }

    #[test]
    fn a_long_gradient_is_shortened_and_a_short_one_left() {
        assert!((norm_after(1.0) - 1.0).abs() < 1e-5);
        let whole = (6.0 * 40.0_f64.powi(2) + 2.0 * 4.0_f64.powi(2)).sqrt();
        assert!((norm_after(1e6) / whole - 1.0).abs() < 1e-4);
    }
}
