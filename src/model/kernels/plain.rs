//! The same operations composed of Burn's own: for GPUs, and for the tests to compare with.

use burn::tensor::activation::relu;
use burn::tensor::module::{conv2d, max_pool2d};
use burn::tensor::ops::{ConvOptions, MaxPoolOptions};
use burn::tensor::{Int, Tensor};

use super::shape::Window;
use super::{Activation, Normed, Padding, Rates};

/// See [`super::pointwise`].
pub fn pointwise(x: Tensor<4>, weight: Tensor<2>) -> Tensor<4> {
    let [n, h, w, c] = x.dims();
    let [_, columns] = weight.dims();
    x.reshape([n * h * w, c]).matmul(weight).reshape([n, h, w, columns])
}

/// See [`super::depthwise`].
pub fn depthwise(x: Tensor<4>, weight: Tensor<3>, stride: usize) -> Tensor<4> {
    let [_, _, c] = weight.dims();
    let weight = swapped(weight, &[(0, 2), (1, 2)]).reshape([c, 1, 3, 3]);
    windows(x, weight, stride, Padding::of_depthwise(stride), c)
}

/// See [`super::conv`].
pub fn conv(x: Tensor<4>, weight: Tensor<4>, stride: usize, padding: Padding) -> Tensor<4> {
    windows(x, swapped(weight, &[(0, 3), (1, 2), (2, 3)]), stride, padding, 1)
}

/// A convolution of `[n, h, w, c]` with weights `[c_out, c_in / groups, 3, 3]`.
fn windows(x: Tensor<4>, weight: Tensor<4>, stride: usize, padding: Padding, groups: usize) -> Tensor<4> {
    let [_, h, w, _] = x.dims();
    let around = Window::new(h, w, stride, padding).padding();
    let x = channels_first(x);
    let x = if around == (0, 0, 0, 0) { x } else { padded(x, around) };
    let options = ConvOptions::new([stride, stride], [0, 0], [1, 1], groups);
    channels_last(conv2d(x, weight, None, options))
}

/// Zeros around `[n, c, h, w]`. With gradients Burn's own padding (0.22.1) makes its constant on this machine, and each would be
/// sent to the device.
fn padded(x: Tensor<4>, (left, right, top, bottom): (usize, usize, usize, usize)) -> Tensor<4> {
    let [n, c, h, w] = x.dims();
    let around = Tensor::zeros([n, c, top + h + bottom, left + w + right], &x.device());
    around.slice_assign([0..n, 0..c, top..top + h, left..left + w], x)
}

/// `[n, h, w, c]` to `[n, c, h, w]`.
fn channels_first(x: Tensor<4>) -> Tensor<4> {
    swapped(x, &[(1, 3), (2, 3)])
}

/// `[n, c, h, w]` to `[n, h, w, c]`.
fn channels_last(x: Tensor<4>) -> Tensor<4> {
    swapped(x, &[(1, 2), (2, 3)])
}

/// Axes in another order by swaps, one after the other: where Burn fuses operations (0.22.1), it sends the `permute` of floats
/// to another machine as one of integers, which a CPU there refuses.
fn swapped<const D: usize>(x: Tensor<D>, pairs: &[(usize, usize)]) -> Tensor<D> {
    pairs.iter().fold(x, |x, (one, other)| x.swap_dims(*one, *other))
}

/// See [`super::max_pool`].
pub fn max_pool(x: Tensor<4>) -> Tensor<4> {
    let [_, h, w, _] = x.dims();
    let (left, right, top, bottom) = Window::new(h, w, 2, Padding::Same).padding();
    let mut options = MaxPoolOptions::new([3, 3]).with_stride([2, 2]);
    options.padding = [(top, bottom), (left, right)];
    channels_last(max_pool2d(channels_first(x), options))
}

/// See [`super::halve`].
pub fn halve(x: Tensor<4>) -> Tensor<4> {
    let every_second =
        |side: usize, device: &burn::tensor::Device| Tensor::<1, Int>::arange_step(0..side as i64, 2, device);
    let ([_, h, w, _], device) = (x.dims(), x.device());
    x.select(1, every_second(h, &device)).select(2, every_second(w, &device))
}

/// See [`super::batch_norm`].
pub fn batch_norm(x: Tensor<4>, gamma: Tensor<1>, beta: Tensor<1>, eps: f64, activation: Activation) -> Normed {
    let [n, h, w, c] = x.dims();
    let mean = x.clone().reshape([n * h * w, c]).mean_dim(0).reshape([1, 1, 1, c]);
    let away = x - mean.clone();
    let variance = away.clone().powi_scalar(2).reshape([n * h * w, c]).mean_dim(0).reshape([1, 1, 1, c]);
    let scale = gamma.reshape([1, 1, 1, c]) / (variance.clone() + eps).sqrt();
    let out = activate(away * scale + beta.reshape([1, 1, 1, c]), activation);
    Normed { out, mean: mean.reshape([c]).detach(), variance: variance.reshape([c]).detach() }
}

/// See [`super::scale_shift`].
pub fn scale_shift(x: Tensor<4>, scale: Tensor<1>, shift: Tensor<1>, activation: Activation) -> Tensor<4> {
    let [c] = scale.dims();
    activate(x * scale.reshape([1, 1, 1, c]) + shift.reshape([1, 1, 1, c]), activation)
}

/// The activation alone; relu6 as a difference, since Burn's clamp has a slow gradient.
fn activate(x: Tensor<4>, activation: Activation) -> Tensor<4> {
    match activation {
        Activation::None => x,
        Activation::Relu => relu(x),
        Activation::Relu6 => relu(x.clone()) - relu(x - 6.0),
    }
}

/// See [`super::adam`].
pub fn adam<const D: usize>(
    param: Tensor<D>,
    grad: Tensor<D>,
    (first, second): (Tensor<D>, Tensor<D>),
    rates: Rates,
) -> (Tensor<D>, Tensor<D>, Tensor<D>) {
    let Rates { beta_1, beta_2, epsilon, rate } = rates;
    let first = first * beta_1 + grad.clone() * (1.0 - beta_1);
    let second = second * beta_2 + grad.square() * (1.0 - beta_2);
    let param = param - first.clone() * rate / (second.clone().sqrt() + epsilon);
    (param, first, second)
}
