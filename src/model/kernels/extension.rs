//! The operations as Burn sees them, and their forward passes on flex.

use std::sync::Arc;

use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, Flex, TensorMetadata, backend_extension};
use burn::tensor::{Bytes, DType, TensorData};

use super::{
    Activation, Padding, Rates, adam, conv,
    depthwise::{self, Folded},
    flat::{Flat, in_order, owned, sizes, tensor, values, window},
    head::Layers,
    layer::{self, Layer},
    matrix::{Finish, Right, multiply},
    norm, pool,
    spare::{give, take},
};

/// See the functions of the same names in [`super`].
#[backend_extension(Autodiff, Flex)]
pub trait KernelOps: Backend {
    fn pointwise(x: FloatTensor<Self>, weight: FloatTensor<Self>) -> FloatTensor<Self>;
    fn depthwise(x: FloatTensor<Self>, weight: FloatTensor<Self>, stride: usize) -> FloatTensor<Self>;
    fn conv(x: FloatTensor<Self>, weight: FloatTensor<Self>, stride: usize, padding: Padding) -> FloatTensor<Self>;
    fn max_pool(x: FloatTensor<Self>) -> FloatTensor<Self>;
    fn halve(x: FloatTensor<Self>) -> FloatTensor<Self>;
    fn batch_norm(
        x: FloatTensor<Self>,
        gamma: FloatTensor<Self>,
        beta: FloatTensor<Self>,
        eps: f64,
        activation: Activation,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>);
    fn scale_shift(
        x: FloatTensor<Self>,
        scale: FloatTensor<Self>,
        shift: FloatTensor<Self>,
        activation: Activation,
    ) -> FloatTensor<Self>;
    fn pointwise_fused(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        scale: FloatTensor<Self>,
        shift: FloatTensor<Self>,
        activation: Activation,
    ) -> FloatTensor<Self>;
    fn depthwise_fused(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        stride: usize,
        scale: FloatTensor<Self>,
        shift: FloatTensor<Self>,
        activation: Activation,
    ) -> FloatTensor<Self>;
    fn prepared(x: FloatTensor<Self>, layer: Arc<Layer>) -> FloatTensor<Self>;
    fn prepared_onto(x: FloatTensor<Self>, base: FloatTensor<Self>, layer: Arc<Layer>) -> FloatTensor<Self>;
    fn head(features: FloatTensor<Self>, layers: Arc<Layers>) -> (FloatTensor<Self>, FloatTensor<Self>);
    fn adam(
        param: FloatTensor<Self>,
        grad: FloatTensor<Self>,
        first: FloatTensor<Self>,
        second: FloatTensor<Self>,
        rates: Rates,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>);
    fn square_sum(x: FloatTensor<Self>) -> FloatTensor<Self>;
}

fn multiplied(x: Flat, weight: Flat, finish: Finish<'_>) -> Flat {
    let (x, weight) = (in_order(x), in_order(weight));
    let ([n, h, w, c], [rows, columns]) = (sizes(&x), sizes(&weight));
    assert_eq!(c, rows, "pointwise: {c} channels meet weights for {rows}");
    let mut out = take(n * h * w * columns);
    multiply(values(&x), Right::Plain(values(&weight)), c, columns, finish, &mut out);
    give(x);
    tensor(out, [n, h, w, columns])
}

fn gathered(x: Flat, weight: Flat, stride: usize, folded: Option<Folded<'_>>) -> Flat {
    let (x, weight) = (in_order(x), in_order(weight));
    let ([n, _, _, c], window) = (sizes(&x), window(&x, stride, Padding::of_depthwise(stride)));
    assert_eq!(sizes(&weight), [3, 3, c], "depthwise: weights do not fit {c} channels");
    let mut out = take(n * window.output_pixels() * c);
    depthwise::forward(values(&x), values(&weight), &window, c, folded, &mut out);
    give(x);
    tensor(out, [n, window.output_height(), window.output_width(), c])
}

/// Mean, biased variance, and the scale and shift that normalise with them.
pub struct Statistics {
    pub mean: Vec<f32>,
    pub variance: Vec<f32>,
    pub scale: Vec<f32>,
    pub shift: Vec<f32>,
}

/// The statistics of `x` and what they make of `gamma` and `beta`; all tensors in order.
pub fn statistics(x: &Flat, gamma: &Flat, beta: &Flat, eps: f64) -> Statistics {
    let [_, _, _, c] = sizes(x);
    assert_eq!((sizes(gamma), sizes(beta)), ([c], [c]), "batch_norm: parameters do not fit {c} channels");
    let (mean, variance) = norm::statistics(values(x), c);
    let scale: Vec<f32> = values(gamma)
        .iter()
        .zip(&variance)
        .map(|(g, v)| (f64::from(*g) / (f64::from(*v) + eps).sqrt()) as f32)
        .collect();
    let shift = values(beta).iter().zip(mean.iter().zip(&scale)).map(|(b, (m, s))| b - m * s).collect();
    Statistics { mean, variance, scale, shift }
}

/// `activation(x * scale + shift)`, in a new tensor.
pub fn scaled(x: &Flat, scale: &[f32], shift: &[f32], activation: Activation) -> Flat {
    let size: [usize; 4] = sizes(x);
    assert_eq!((scale.len(), shift.len()), (size[3], size[3]), "scale_shift: parameters do not fit the channels");
    let mut out = take(values(x).len());
    norm::scale_shift(values(x), scale, shift, activation.bounds(), &mut out);
    tensor(out, size)
}

/// Max pooling of a tensor in order; `taps` gets which pixel of its window each value is.
pub fn pooled(x: &Flat, taps: Option<&mut Vec<u8>>) -> Flat {
    let ([n, _, _, c], window) = (sizes(x), window(x, 2, Padding::Same));
    let mut out = take(n * window.output_pixels() * c);
    match taps {
        Some(taps) => {
            taps.resize(out.len(), 0);
            pool::forward_with_taps(values(x), &window, c, &mut out, taps);
        }
        None => pool::forward(values(x), &window, c, &mut out),
    }
    tensor(out, [n, window.output_height(), window.output_width(), c])
}

/// Every second row and column of a tensor in order.
pub fn halved(x: &Flat) -> Flat {
    let [n, h, w, c] = sizes(x);
    let size = [n, h.div_ceil(2), w.div_ceil(2), c];
    let mut out = take(size.iter().product());
    pool::halve(values(x), [h, w, c], &mut out);
    tensor(out, size)
}

impl KernelOps for Flex {
    fn pointwise(x: Flat, weight: Flat) -> Flat {
        multiplied(x, weight, Finish::Store)
    }

    fn depthwise(x: Flat, weight: Flat, stride: usize) -> Flat {
        gathered(x, weight, stride, None)
    }

    fn conv(x: Flat, weight: Flat, stride: usize, padding: Padding) -> Flat {
        let (x, weight) = (in_order(x), in_order(weight));
        let ([n, _, _, c], [_, _, _, columns]) = (sizes(&x), sizes(&weight));
        assert_eq!(sizes(&weight), [3, 3, c, columns], "conv: weights do not fit {c} channels");
        let window = window(&x, stride, padding);
        let mut out = take(n * window.output_pixels() * columns);
        conv::forward(values(&x), values(&weight), &window, c, &mut out);
        give(x);
        tensor(out, [n, window.output_height(), window.output_width(), columns])
    }

    fn max_pool(x: Flat) -> Flat {
        let x = in_order(x);
        let out = pooled(&x, None);
        give(x);
        out
    }

    fn halve(x: Flat) -> Flat {
        halved(&in_order(x))
    }

    fn batch_norm(x: Flat, gamma: Flat, beta: Flat, eps: f64, activation: Activation) -> (Flat, Flat, Flat) {
        let (x, gamma, beta) = (in_order(x), in_order(gamma), in_order(beta));
        let Statistics { mean, variance, scale, shift } = statistics(&x, &gamma, &beta, eps);
        let c = mean.len();
        let out = scaled(&x, &scale, &shift, activation);
        give(x);
        (out, tensor(mean, [c]), tensor(variance, [c]))
    }

    fn scale_shift(x: Flat, scale: Flat, shift: Flat, activation: Activation) -> Flat {
        let (x, scale, shift) = (in_order(x), in_order(scale), in_order(shift));
        let out = scaled(&x, values(&scale), values(&shift), activation);
        give(x);
        out
    }

    fn pointwise_fused(x: Flat, weight: Flat, scale: Flat, shift: Flat, activation: Activation) -> Flat {
        let (scale, shift) = (in_order(scale), in_order(shift));
        let (scale, shift, bounds) = (values(&scale), values(&shift), activation.bounds());
        multiplied(x, weight, Finish::ScaleShift { scale, shift, bounds })
    }

    fn depthwise_fused(x: Flat, weight: Flat, stride: usize, scale: Flat, shift: Flat, activation: Activation) -> Flat {
        let (scale, shift) = (in_order(scale), in_order(shift));
        let (scale, shift, bounds) = (values(&scale), values(&shift), activation.bounds());
        gathered(x, weight, stride, Some(Folded { scale, shift, bounds }))
    }

    fn prepared(x: Flat, layer: Arc<Layer>) -> Flat {
        layer::run(x, &layer)
    }

    fn prepared_onto(x: Flat, base: Flat, layer: Arc<Layer>) -> Flat {
        layer::run_onto(x, base, &layer)
    }

    fn head(features: Flat, layers: Arc<Layers>) -> (Flat, Flat) {
        layer::run_head(features, &layers)
    }

    fn adam(param: Flat, grad: Flat, first: Flat, second: Flat, rates: Rates) -> (Flat, Flat, Flat) {
        let (param, grad, mut first, mut second) = (in_order(param), in_order(grad), owned(first), owned(second));
        let mut out = take(values(&param).len());
        let moments = (first.storage_mut(), second.storage_mut());
        adam::update(values(&param), values(&grad), moments, rates, &mut out);
        let out = TensorData::from_bytes(Bytes::from_elems(out), param.shape(), DType::F32);
        [param, grad].into_iter().for_each(give);
        (Flat::from_data(out), first, second)
    }

    fn square_sum(x: Flat) -> Flat {
        tensor(vec![adam::square_sum(values(&in_order(x)))], [1])
    }
}
