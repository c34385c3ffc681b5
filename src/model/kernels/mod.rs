//! The networks' few operations, written for the CPU: convolutions, pooling, normalisation.
//!
//! Tensors are `f32`, images `[n, h, w, c]`. On Burn's CPU backend (flex), with or without gradients, each function runs
//! a kernel of our own behind Burn's backend extension; on any other device, or for another element type, it composes
//! Burn's ordinary operations ([`plain`]), which the tests compare with. Each is differentiable in all tensors it takes.
//!
//! Networks, layers with weights, and anything that knows a file do not belong here. Slices are indexed freely: every
//! length follows from a shape checked where a tensor enters.

#![allow(clippy::indexing_slicing, clippy::needless_range_loop, reason = "lengths follow from checked shapes")]

mod adam;
mod aligned;
mod autodiff;
mod conv;
mod depthwise;
mod extension;
mod flat;
mod head;
mod lanes;
mod layer;
mod matrix;
mod norm;
mod outer;
pub mod plain;
mod pool;
mod prepared;
mod separable;
mod shape;
mod spare;

#[cfg(test)]
mod bench;
#[cfg(test)]
mod tests;

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use std::time::{Duration, Instant};

use burn::backend::{Dispatch, DispatchDevice};
use burn::tensor::{DType, Tensor};

pub use adam::Rates;
use extension::KernelOps;
use lanes::Bounds;
pub use prepared::{AttentionLayers, DenseLayer, Depthwise, EncoderLayers, Folded, HeadLayers, Prepared, PreparedHead};
pub use shape::Window;
pub use spare::{Use, release};

/// A thread that looks for work on behalf of one pass may keep another task of its own waiting: not for longer than this.
const AWAKE: Duration = Duration::from_millis(10);

/// How a window treats the border.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Padding {
    /// Output of `ceil(input / stride)`; an odd pixel of padding goes to the bottom and the right (TensorFlow's rule).
    Same,
    /// Windows inside the image only.
    Valid,
    /// One pixel at the bottom and the right, whatever the size. Where a side is odd, "same" pads both ends instead.
    Far,
}

impl Padding {
    /// How Keras's MobileNet pads a depthwise convolution.
    pub fn of_depthwise(stride: usize) -> Self {
        if stride == 1 { Self::Same } else { Self::Far }
    }
}

/// What follows a normalisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    /// Nothing.
    None,
    /// `max(x, 0)`
    Relu,
    /// `min(max(x, 0), 6)`
    Relu6,
}

impl Activation {
    fn bounds(self) -> Bounds {
        match self {
            Self::None => Bounds { low: f32::NEG_INFINITY, high: f32::INFINITY },
            Self::Relu => Bounds { low: 0.0, high: f32::INFINITY },
            Self::Relu6 => Bounds { low: 0.0, high: 6.0 },
        }
    }
}

/// A normalised batch and the statistics it was normalised with.
#[derive(Clone, Debug)]
pub struct Normed {
    /// `[n, h, w, c]`
    pub out: Tensor<4>,
    /// Mean of each channel, `[c]`, without gradient.
    pub mean: Tensor<1>,
    /// Biased variance of each channel, `[c]`, without gradient.
    pub variance: Tensor<1>,
}

/// Runs `work` on a thread of the pool. Called from any other thread, each operation would wake the pool and sleep until it
/// answers.
pub fn on_the_pool<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    rayon::scope(|_| work())
}

/// [`on_the_pool`] for many short operations: until it is done, for 10 ms at most, the other threads look for work
/// instead of falling asleep between them.
pub fn on_the_awake_pool<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    on_the_pool(|| {
        let (own, done) = (rayon::current_thread_index(), Arc::new(AtomicBool::new(false)));
        let theirs = Arc::clone(&done);
        rayon::spawn_broadcast(move |context| {
            let start = Instant::now();
            while Some(context.index()) != own && !theirs.load(Ordering::Relaxed) && start.elapsed() < AWAKE {
                if rayon::yield_now() != Some(rayon::Yield::Executed) {
                    std::thread::yield_now();
                }
            }
        });
        let result = work();
        done.store(true, Ordering::Relaxed);
        result
    })
}

/// Whether a tensor lies where the kernels of this folder can work on it: on the CPU.
pub fn is_ours<const D: usize>(x: &Tensor<D>) -> bool {
    let device = x.device();
    let flex = match device.as_dispatch() {
        DispatchDevice::Autodiff(inner) => matches!(&**inner, DispatchDevice::Flex(_)),
        device => matches!(device, DispatchDevice::Flex(_)),
    };
    flex && x.dtype() == DType::F32
}

/// A 1x1 convolution: `x [n, h, w, c_in]`, `weight [c_in, c_out]` to `[n, h, w, c_out]`.
pub fn pointwise(x: Tensor<4>, weight: Tensor<2>) -> Tensor<4> {
    if !is_ours(&x) {
        return plain::pointwise(x, weight);
    }
    Tensor::from_dispatch(<Dispatch as KernelOps>::pointwise(x.into_dispatch(), weight.into_dispatch()))
}

/// A depthwise 3x3 convolution, padded "same" and from a stride of 2 on at the far side alone: `x [n, h, w, c]`, `weight [3, 3, c]` to `[n, oh, ow, c]`.
pub fn depthwise(x: Tensor<4>, weight: Tensor<3>, stride: usize) -> Tensor<4> {
    if !is_ours(&x) {
        return plain::depthwise(x, weight, stride);
    }
    Tensor::from_dispatch(<Dispatch as KernelOps>::depthwise(x.into_dispatch(), weight.into_dispatch(), stride))
}

/// A dense 3x3 convolution: `x [n, h, w, c_in]`, `weight [3, 3, c_in, c_out]` to `[n, oh, ow, c_out]`.
pub fn conv(x: Tensor<4>, weight: Tensor<4>, stride: usize, padding: Padding) -> Tensor<4> {
    if !is_ours(&x) {
        return plain::conv(x, weight, stride, padding);
    }
    Tensor::from_dispatch(<Dispatch as KernelOps>::conv(x.into_dispatch(), weight.into_dispatch(), stride, padding))
}

/// The largest value of each 3x3 window with "same" padding that moves by two: `[n, h, w, c]` to `[n, oh, ow, c]`.
pub fn max_pool(x: Tensor<4>) -> Tensor<4> {
    if !is_ours(&x) {
        return plain::max_pool(x);
    }
    Tensor::from_dispatch(<Dispatch as KernelOps>::max_pool(x.into_dispatch()))
}

/// Every second row and column from the first on, which is what a 1x1 window that moves by two sees.
pub fn halve(x: Tensor<4>) -> Tensor<4> {
    if !is_ours(&x) {
        return plain::halve(x);
    }
    Tensor::from_dispatch(<Dispatch as KernelOps>::halve(x.into_dispatch()))
}

/// Normalises each channel over the batch, then `gamma * x + beta` (both `[c]`) and the activation.
pub fn batch_norm(x: Tensor<4>, gamma: Tensor<1>, beta: Tensor<1>, eps: f64, activation: Activation) -> Normed {
    if !is_ours(&x) {
        return plain::batch_norm(x, gamma, beta, eps, activation);
    }
    let (x, gamma, beta) = (x.into_dispatch(), gamma.into_dispatch(), beta.into_dispatch());
    let (out, mean, variance) = <Dispatch as KernelOps>::batch_norm(x, gamma, beta, eps, activation);
    Normed {
        out: Tensor::from_dispatch(out),
        mean: Tensor::from_dispatch(mean),
        variance: Tensor::from_dispatch(variance),
    }
}

/// `activation(x * scale + shift)`, per channel (both `[c]`): batch normalisation with fixed statistics.
pub fn scale_shift(x: Tensor<4>, scale: Tensor<1>, shift: Tensor<1>, activation: Activation) -> Tensor<4> {
    if !is_ours(&x) {
        return plain::scale_shift(x, scale, shift, activation);
    }
    let (x, scale, shift) = (x.into_dispatch(), scale.into_dispatch(), shift.into_dispatch());
    Tensor::from_dispatch(<Dispatch as KernelOps>::scale_shift(x, scale, shift, activation))
}

/// `scale_shift` of [`pointwise`], without the pass over memory between them where no gradient is wanted.
pub fn pointwise_fused(
    x: Tensor<4>,
    weight: Tensor<2>,
    scale: Tensor<1>,
    shift: Tensor<1>,
    activation: Activation,
) -> Tensor<4> {
    if !is_ours(&x) || [x.device(), weight.device(), scale.device()].iter().any(burn::tensor::Device::is_autodiff) {
        return scale_shift(pointwise(x, weight), scale, shift, activation);
    }
    let (x, weight) = (x.into_dispatch(), weight.into_dispatch());
    let (scale, shift) = (scale.into_dispatch(), shift.into_dispatch());
    Tensor::from_dispatch(<Dispatch as KernelOps>::pointwise_fused(x, weight, scale, shift, activation))
}

/// `scale_shift` of [`depthwise`], without the pass over memory between them where no gradient is wanted.
pub fn depthwise_fused(
    x: Tensor<4>,
    weight: Tensor<3>,
    stride: usize,
    scale: Tensor<1>,
    shift: Tensor<1>,
    activation: Activation,
) -> Tensor<4> {
    if !is_ours(&x) || [x.device(), weight.device(), scale.device()].iter().any(burn::tensor::Device::is_autodiff) {
        return scale_shift(depthwise(x, weight, stride), scale, shift, activation);
    }
    let (x, weight) = (x.into_dispatch(), weight.into_dispatch());
    let (scale, shift) = (scale.into_dispatch(), shift.into_dispatch());
    Tensor::from_dispatch(<Dispatch as KernelOps>::depthwise_fused(x, weight, stride, scale, shift, activation))
}

/// One Adam step of a parameter that nobody differentiates: the new parameter and both moments.
pub fn adam<const D: usize>(
    param: Tensor<D>,
    grad: Tensor<D>,
    moments: (Tensor<D>, Tensor<D>),
    rates: Rates,
) -> (Tensor<D>, Tensor<D>, Tensor<D>) {
    if !is_ours(&param) {
        return plain::adam(param, grad, moments, rates);
    }
    let (param, grad) = (param.into_dispatch(), grad.into_dispatch());
    let (first, second) = (moments.0.into_dispatch(), moments.1.into_dispatch());
    let (param, first, second) = <Dispatch as KernelOps>::adam(param, grad, first, second, rates);
    (Tensor::from_dispatch(param), Tensor::from_dispatch(first), Tensor::from_dispatch(second))
}

/// The sum of all squares, as a tensor of one value and without gradient.
pub fn square_sum<const D: usize>(x: Tensor<D>) -> Tensor<1> {
    if !is_ours(&x) {
        return x.square().sum();
    }
    Tensor::from_dispatch(<Dispatch as KernelOps>::square_sum(x.into_dispatch()))
}
