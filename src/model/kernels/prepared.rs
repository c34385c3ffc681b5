//! Convolutions prepared for answering: weights packed and norms folded once, not in every forward pass.

use std::sync::Arc;

use burn::backend::Dispatch;
use burn::tensor::Tensor;

use super::conv;
use super::extension::{Flat, KernelOps, in_order, sizes, tensor, values, window};
use super::lanes::Bounds;
use super::matrix::{Finish, Packed, Right, multiply_packed};
use super::spare::{give, take};
use super::{Activation, Padding, is_ours};

/// A pointwise or dense convolution with the norm and the activation behind it, for the CPU and without gradients.
#[derive(Clone, Debug)]
pub struct Prepared(Arc<Layer>);

/// What [`KernelOps::prepared`] runs.
#[derive(Debug)]
pub struct Layer {
    packed: Packed,
    c: usize,
    kind: Kind,
    scale: Vec<f32>,
    shift: Vec<f32>,
    bounds: Bounds,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Pointwise,
    Dense { stride: usize, padding: Padding },
}

/// Scale and shift of a norm, per channel.
pub type Folded = (Tensor<1>, Tensor<1>);

impl Prepared {
    /// See [`super::pointwise_fused`]; `None` where the weight does not lie on the CPU.
    #[must_use]
    pub fn pointwise(weight: Tensor<2>, folded: Folded, activation: Activation) -> Option<Self> {
        let [c, n] = weight.dims();
        let packed = Packed::new(Right::Plain(&read(weight)?), c, n);
        Self::new(packed, c, Kind::Pointwise, folded, activation)
    }

    /// See [`super::conv`] and [`super::scale_shift`]; `None` where the weight does not lie on the CPU.
    #[must_use]
    pub fn conv(
        weight: Tensor<4>,
        stride: usize,
        padding: Padding,
        folded: Folded,
        activation: Activation,
    ) -> Option<Self> {
        let [_, _, c, _] = weight.dims();
        let packed = conv::pack(&read(weight)?, c);
        Self::new(packed, c, Kind::Dense { stride, padding }, folded, activation)
    }

    fn new(packed: Packed, c: usize, kind: Kind, folded: Folded, activation: Activation) -> Option<Self> {
        let (scale, shift, bounds) = (read(folded.0)?, read(folded.1)?, activation.bounds());
        Some(Self(Arc::new(Layer { packed, c, kind, scale, shift, bounds })))
    }

    /// `[n, h, w, c]` on the CPU to `[n, oh, ow, c_out]`.
    #[must_use]
    pub fn run(&self, x: Tensor<4>) -> Tensor<4> {
        Tensor::from_dispatch(<Dispatch as KernelOps>::prepared(x.into_dispatch(), Arc::clone(&self.0)))
    }
}

fn read<const D: usize>(x: Tensor<D>) -> Option<Vec<f32>> {
    if !is_ours(&x) {
        return None;
    }
    x.into_data().try_into_vec().ok()
}

/// The forward pass of [`Prepared::run`].
pub fn run(x: Flat, layer: &Layer) -> Flat {
    let x = in_order(x);
    let [n, h, w, c] = sizes(&x);
    assert_eq!(c, layer.c, "prepared: {c} channels meet weights for {}", layer.c);
    let finish = Finish::ScaleShift { scale: &layer.scale, shift: &layer.shift, bounds: layer.bounds };
    let columns = layer.packed.columns();
    let (height, width, out) = match layer.kind {
        Kind::Pointwise => {
            let mut out = take(n * h * w * columns);
            multiply_packed(values(&x), &layer.packed, finish, &mut out);
            (h, w, out)
        }
        Kind::Dense { stride, padding } => {
            let window = window(&x, stride, padding);
            let mut out = take(n * window.output_pixels() * columns);
            conv::forward_packed(values(&x), &layer.packed, &window, c, finish, &mut out);
            (window.output_height(), window.output_width(), out)
        }
    };
    give(x);
    tensor(out, [n, height, width, columns])
}
