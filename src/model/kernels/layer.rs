//! The forward passes of prepared layers on flex.

use super::{
    Padding, conv,
    flat::{Flat, in_order, owned, sizes, tensor, values, window},
    head::Layers,
    lanes::Bounds,
    matrix::{Finish, Packed, multiply_packed},
    separable::{self, Filter},
    shape::Window,
    spare::{give, take},
};

/// What `KernelOps::prepared` runs.
#[derive(Debug)]
pub struct Layer {
    pub packed: Packed,
    pub c: usize,
    pub kind: Kind,
    pub scale: Vec<f32>,
    pub shift: Vec<f32>,
    pub bounds: Bounds,
}

/// Which pixels a layer reads.
#[derive(Debug)]
pub enum Kind {
    Pointwise,
    Dense { stride: usize, padding: Padding },
    Separable { filter: Filter, stride: usize },
}

/// The forward pass of [`Prepared::run`](super::Prepared::run).
pub fn run(x: Flat, layer: &Layer) -> Flat {
    let x = in_order(x);
    let size = layer.output(&x);
    let mut out = take(size.iter().product());
    let finish = Finish::ScaleShift { scale: &layer.scale, shift: &layer.shift, bounds: layer.bounds };
    layer.forward(&x, finish, &mut out);
    give(x);
    tensor(out, size)
}

/// The forward pass of [`Prepared::run_onto`](super::Prepared::run_onto).
pub fn run_onto(x: Flat, base: Flat, layer: &Layer) -> Flat {
    let (x, mut base) = (in_order(x), owned(base));
    assert_eq!(sizes(&base), layer.output(&x), "prepared: what is added to has another size");
    let finish = Finish::Onto { scale: &layer.scale, shift: &layer.shift };
    layer.forward(&x, finish, base.storage_mut());
    give(x);
    base
}

impl Layer {
    fn window(&self, x: &Flat) -> Option<Window> {
        match self.kind {
            Kind::Pointwise => None,
            Kind::Dense { stride, padding } => Some(window(x, stride, padding)),
            Kind::Separable { stride, .. } => Some(window(x, stride, Padding::of_depthwise(stride))),
        }
    }

    /// The size of the result.
    fn output(&self, x: &Flat) -> [usize; 4] {
        let [n, h, w, c] = sizes(x);
        assert_eq!(c, self.c, "prepared: {c} channels meet weights for {}", self.c);
        let window = self.window(x);
        let (h, w) = window.map_or((h, w), |window| (window.output_height(), window.output_width()));
        [n, h, w, self.packed.columns()]
    }

    fn forward(&self, x: &Flat, finish: Finish<'_>, out: &mut [f32]) {
        let x_values = values(x);
        match (&self.kind, self.window(x)) {
            (Kind::Dense { .. }, Some(window)) => {
                conv::forward_packed(x_values, &self.packed, &window, self.c, finish, out);
            }
            (Kind::Separable { filter, .. }, Some(window)) => {
                separable::forward(x_values, filter, &window, &self.packed, finish, out);
            }
            _ => multiply_packed(x_values, &self.packed, finish, out),
        }
    }
}

/// The forward pass of [`PreparedHead::run`](super::PreparedHead::run).
pub fn run_head(features: Flat, layers: &Layers) -> (Flat, Flat) {
    let features = in_order(features);
    let [n, h, w, _] = sizes(&features);
    let (logits, weights) = layers.forward(values(&features), n);
    give(features);
    let classes = logits.len() / n.max(1);
    (tensor(logits, [n, classes]), tensor(weights, [n, layers.attention.heads, h * w, h * w]))
}
