//! The operations on an autodiff device: forward on flex, and a backward step registered with Burn's graph.

use std::sync::Arc;

use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::CheckpointStrategy};
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, AutodiffBackend, Flex};

use super::{
    Activation, Padding, Rates, conv, depthwise,
    extension::{KernelOps, Statistics, halved, pooled, scaled, statistics},
    flat::{Flat, in_order, owned, sizes, tensor, values, window},
    head::Layers,
    layer::Layer,
    matrix::{Finish, Right, multiply},
    norm::{self, Done},
    outer::outer,
    pool,
    shape::Window,
    spare::{give, take},
};

type Tracked<C> = FloatTensor<Autodiff<Flex, C>>;

#[derive(Debug)]
struct Pointwise;

impl Backward<Flex, 2> for Pointwise {
    type State = (Flat, Flat);

    fn backward(self, ops: Ops<Self::State, 2>, grads: &mut Gradients, _: &mut Checkpointer) {
        let slope = in_order(grads.consume::<Flex>(&ops.node));
        let ((x, weight), [to_x, to_weight]) = (ops.state, ops.parents);
        let ([n, h, w, c], [_, columns]) = (sizes(&x), sizes(&weight));
        if let Some(node) = to_weight {
            let gradient = outer(values(&x), values(&slope), c, columns);
            grads.register::<Flex>(node.id, tensor(gradient, [c, columns]));
        }
        if let Some(node) = to_x {
            let mut gradient = take(n * h * w * c);
            multiply(values(&slope), Right::Transposed(values(&weight)), columns, c, Finish::Store, &mut gradient);
            grads.register::<Flex>(node.id, tensor(gradient, [n, h, w, c]));
        }
        [slope, x].into_iter().for_each(give);
    }
}

#[derive(Debug)]
struct Depthwise(usize);

impl Backward<Flex, 2> for Depthwise {
    type State = (Flat, Flat);

    fn backward(self, ops: Ops<Self::State, 2>, grads: &mut Gradients, _: &mut Checkpointer) {
        let slope = in_order(grads.consume::<Flex>(&ops.node));
        let ((x, weight), [to_x, to_weight]) = (ops.state, ops.parents);
        let (size, window): ([usize; 4], _) = (sizes(&x), window(&x, self.0, Padding::of_depthwise(self.0)));
        let c = size[3];
        if let Some(node) = to_weight {
            let gradient = depthwise::backward_weight(values(&x), values(&slope), &window, c);
            grads.register::<Flex>(node.id, tensor(gradient, [3, 3, c]));
        }
        if let Some(node) = to_x {
            let mut gradient = take(values(&x).len());
            depthwise::backward_input(values(&slope), values(&weight), &window, c, &mut gradient);
            grads.register::<Flex>(node.id, tensor(gradient, size));
        }
        [slope, x].into_iter().for_each(give);
    }
}

#[derive(Debug)]
struct Conv(usize, Padding);

impl Backward<Flex, 2> for Conv {
    type State = (Flat, Flat);

    fn backward(self, ops: Ops<Self::State, 2>, grads: &mut Gradients, _: &mut Checkpointer) {
        let slope = in_order(grads.consume::<Flex>(&ops.node));
        let ((x, weight), [to_x, to_weight]) = (ops.state, ops.parents);
        let (size, window): ([usize; 4], _) = (sizes(&x), window(&x, self.0, self.1));
        let [_, _, c, columns] = sizes(&weight);
        if let Some(node) = to_weight {
            let gradient = conv::backward_weight(values(&x), values(&slope), &window, c, columns);
            grads.register::<Flex>(node.id, tensor(gradient, [3, 3, c, columns]));
        }
        if let Some(node) = to_x {
            let mut gradient = vec![0.0; values(&x).len()];
            conv::backward_input(values(&slope), values(&weight), &window, c, &mut gradient);
            grads.register::<Flex>(node.id, tensor(gradient, size));
        }
        [slope, x].into_iter().for_each(give);
    }
}

#[derive(Debug)]
struct MaxPool;

impl Backward<Flex, 1> for MaxPool {
    /// The input's size, and which pixel of its window each value is.
    type State = ([usize; 4], Vec<u8>);

    fn backward(self, ops: Ops<Self::State, 1>, grads: &mut Gradients, _: &mut Checkpointer) {
        let slope = in_order(grads.consume::<Flex>(&ops.node));
        let ((size, taps), [to_x]) = (ops.state, ops.parents);
        if let Some(node) = to_x {
            let mut gradient = vec![0.0; size.iter().product()];
            let window = Window::new(size[1], size[2], 2, Padding::Same);
            pool::backward(values(&slope), &taps, &window, size[3], &mut gradient);
            grads.register::<Flex>(node.id, tensor(gradient, size));
        }
        give(slope);
    }
}

#[derive(Debug)]
struct Halve;

impl Backward<Flex, 1> for Halve {
    type State = [usize; 4];

    fn backward(self, ops: Ops<Self::State, 1>, grads: &mut Gradients, _: &mut Checkpointer) {
        let slope = in_order(grads.consume::<Flex>(&ops.node));
        let (size, [to_x]) = (ops.state, ops.parents);
        if let Some(node) = to_x {
            let mut gradient = vec![0.0; size.iter().product()];
            pool::spread(values(&slope), [size[1], size[2], size[3]], &mut gradient);
            grads.register::<Flex>(node.id, tensor(gradient, size));
        }
        give(slope);
    }
}

/// What normalisation remembers: its input, the statistics' mean, the scale and shift used, and `1 / variance`'s root.
#[derive(Clone, Debug)]
struct Normalised {
    x: Flat,
    mean: Vec<f32>,
    spread: Vec<f64>,
    scale: Vec<f32>,
    shift: Vec<f32>,
}

#[derive(Debug)]
struct BatchNorm(Activation);

impl Backward<Flex, 3> for BatchNorm {
    type State = Normalised;

    fn backward(self, ops: Ops<Self::State, 3>, grads: &mut Gradients, _: &mut Checkpointer) {
        let mut slope = owned(grads.consume::<Flex>(&ops.node));
        let (Normalised { x, mean, spread, scale, shift }, [to_x, to_gamma, to_beta]) = (ops.state, ops.parents);
        let c = mean.len();
        let pixels = (values(&x).len() / c) as f64;
        let done = Done { x: values(&x), scale: &scale, shift: &shift, bounds: self.0.bounds() };
        let (sum, product) = norm::slopes(done, values(&slope), &mean);
        if let Some(node) = to_gamma {
            let gradient = product.iter().zip(&spread).map(|(product, spread)| (product * spread) as f32).collect();
            grads.register::<Flex>(node.id, tensor(gradient, [c]));
        }
        if let Some(node) = to_beta {
            grads.register::<Flex>(node.id, tensor(sum.iter().map(|sum| *sum as f32).collect(), [c]));
        }
        if let Some(node) = to_x {
            // d/dx = scale (g - mean(g) - (x - mean) / variance * mean(g (x - mean))), sorted by powers of x.
            let (mut slant, mut level) = (vec![0.0; c], vec![0.0; c]);
            for i in 0..c {
                let by_x = -f64::from(scale[i]) * spread[i] * spread[i] * product[i] / pixels;
                slant[i] = by_x as f32;
                level[i] = (-f64::from(scale[i]) * sum[i] / pixels - by_x * f64::from(mean[i])) as f32;
            }
            norm::backward_input(done, &slant, &level, slope.storage_mut());
            grads.register::<Flex>(node.id, slope);
        }
        give(x);
    }
}

#[derive(Debug)]
struct ScaleShift(Activation);

impl Backward<Flex, 3> for ScaleShift {
    type State = (Flat, Flat, Flat);

    fn backward(self, ops: Ops<Self::State, 3>, grads: &mut Gradients, _: &mut Checkpointer) {
        let mut slope = owned(grads.consume::<Flex>(&ops.node));
        let ((x, scale, shift), [to_x, to_scale, to_shift]) = (ops.state, ops.parents);
        let (c, bounds) = (values(&scale).len(), self.0.bounds());
        let done = Done { x: values(&x), scale: values(&scale), shift: values(&shift), bounds };
        let nothing = vec![0.0; c];
        if to_scale.is_some() || to_shift.is_some() {
            let (sum, product) = norm::slopes(done, values(&slope), &nothing);
            for (node, sums) in [(to_scale, product), (to_shift, sum)] {
                if let Some(node) = node {
                    grads.register::<Flex>(node.id, tensor(sums.iter().map(|sum| *sum as f32).collect(), [c]));
                }
            }
        }
        if let Some(node) = to_x {
            norm::backward_input(done, &nothing, &nothing, slope.storage_mut());
            grads.register::<Flex>(node.id, slope);
        }
    }
}

/// Runs a forward pass of two tensors and leaves `step` in the graph where a gradient is wanted.
fn pair<C: CheckpointStrategy, K: Backward<Flex, 2, State = (Flat, Flat)>>(
    step: K,
    x: Tracked<C>,
    weight: Tracked<C>,
    forward: impl FnOnce(Flat, Flat) -> Flat,
) -> Tracked<C> {
    let prepared = step.prepare::<C>([x.node(), weight.node()]).compute_bound().stateful();
    let (x, weight) = (in_order(x.into_primitive()), in_order(weight.into_primitive()));
    match prepared {
        OpsKind::Tracked(step) => {
            let out = forward(x.clone(), weight.clone());
            step.finish((x, weight), out)
        }
        OpsKind::UnTracked(step) => step.finish(forward(x, weight)),
    }
}

impl<C: CheckpointStrategy> KernelOps for Autodiff<Flex, C> {
    fn pointwise(x: FloatTensor<Self>, weight: FloatTensor<Self>) -> FloatTensor<Self> {
        pair::<C, _>(Pointwise, x, weight, <Flex as KernelOps>::pointwise)
    }

    fn depthwise(x: FloatTensor<Self>, weight: FloatTensor<Self>, stride: usize) -> FloatTensor<Self> {
        pair::<C, _>(Depthwise(stride), x, weight, |x, weight| <Flex as KernelOps>::depthwise(x, weight, stride))
    }

    fn conv(x: FloatTensor<Self>, weight: FloatTensor<Self>, stride: usize, padding: Padding) -> FloatTensor<Self> {
        let forward = |x, weight| <Flex as KernelOps>::conv(x, weight, stride, padding);
        pair::<C, _>(Conv(stride, padding), x, weight, forward)
    }

    fn max_pool(x: FloatTensor<Self>) -> FloatTensor<Self> {
        let prepared = MaxPool.prepare::<C>([x.node()]).compute_bound().stateful();
        let x = in_order(x.into_primitive());
        match prepared {
            OpsKind::Tracked(step) => {
                let mut taps = Vec::new();
                let out = pooled(&x, Some(&mut taps));
                step.finish((sizes(&x), taps), out)
            }
            OpsKind::UnTracked(step) => step.finish(pooled(&x, None)),
        }
    }

    fn halve(x: FloatTensor<Self>) -> FloatTensor<Self> {
        let prepared = Halve.prepare::<C>([x.node()]).compute_bound().stateful();
        let x = in_order(x.into_primitive());
        match prepared {
            OpsKind::Tracked(step) => step.finish(sizes(&x), halved(&x)),
            OpsKind::UnTracked(step) => step.finish(halved(&x)),
        }
    }

    fn batch_norm(
        x: FloatTensor<Self>,
        gamma: FloatTensor<Self>,
        beta: FloatTensor<Self>,
        eps: f64,
        activation: Activation,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>) {
        let nodes = [x.node(), gamma.node(), beta.node()];
        let prepared = BatchNorm(activation).prepare::<C>(nodes).compute_bound().stateful();
        let (gamma, beta) = (in_order(gamma.into_primitive()), in_order(beta.into_primitive()));
        let x = in_order(x.into_primitive());
        let Statistics { mean, variance, scale, shift } = statistics(&x, &gamma, &beta, eps);
        let c = mean.len();
        let out = scaled(&x, &scale, &shift, activation);
        let fixed = [mean.clone(), variance.clone()].map(|values| Self::from_inner(tensor(values, [c])));
        let out = match prepared {
            OpsKind::Tracked(step) => {
                let spread = variance.iter().map(|variance| (f64::from(*variance) + eps).sqrt().recip()).collect();
                step.finish(Normalised { x, mean, spread, scale, shift }, out)
            }
            OpsKind::UnTracked(step) => step.finish(out),
        };
        let [mean, variance] = fixed;
        (out, mean, variance)
    }

    fn scale_shift(
        x: FloatTensor<Self>,
        scale: FloatTensor<Self>,
        shift: FloatTensor<Self>,
        activation: Activation,
    ) -> FloatTensor<Self> {
        let nodes = [x.node(), scale.node(), shift.node()];
        let prepared = ScaleShift(activation).prepare::<C>(nodes).compute_bound().stateful();
        let (scale, shift) = (in_order(scale.into_primitive()), in_order(shift.into_primitive()));
        let x = in_order(x.into_primitive());
        let out = scaled(&x, values(&scale), values(&shift), activation);
        match prepared {
            OpsKind::Tracked(step) => step.finish((x, scale, shift), out),
            OpsKind::UnTracked(step) => step.finish(out),
        }
    }

    fn pointwise_fused(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        scale: FloatTensor<Self>,
        shift: FloatTensor<Self>,
        activation: Activation,
    ) -> FloatTensor<Self> {
        Self::scale_shift(<Self as KernelOps>::pointwise(x, weight), scale, shift, activation)
    }

    fn depthwise_fused(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        stride: usize,
        scale: FloatTensor<Self>,
        shift: FloatTensor<Self>,
        activation: Activation,
    ) -> FloatTensor<Self> {
        Self::scale_shift(<Self as KernelOps>::depthwise(x, weight, stride), scale, shift, activation)
    }

    fn prepared(x: FloatTensor<Self>, layer: Arc<Layer>) -> FloatTensor<Self> {
        Self::from_inner(<Flex as KernelOps>::prepared(x.into_primitive(), layer))
    }

    fn prepared_onto(x: FloatTensor<Self>, base: FloatTensor<Self>, layer: Arc<Layer>) -> FloatTensor<Self> {
        Self::from_inner(<Flex as KernelOps>::prepared_onto(x.into_primitive(), base.into_primitive(), layer))
    }

    fn head(features: FloatTensor<Self>, layers: Arc<Layers>) -> (FloatTensor<Self>, FloatTensor<Self>) {
        let (logits, weights) = <Flex as KernelOps>::head(features.into_primitive(), layers);
        (Self::from_inner(logits), Self::from_inner(weights))
    }

    fn adam(
        param: FloatTensor<Self>,
        grad: FloatTensor<Self>,
        first: FloatTensor<Self>,
        second: FloatTensor<Self>,
        rates: Rates,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>) {
        let (param, grad) = (param.into_primitive(), grad.into_primitive());
        let (first, second) = (first.into_primitive(), second.into_primitive());
        let (param, first, second) = <Flex as KernelOps>::adam(param, grad, first, second, rates);
        (Self::from_inner(param), Self::from_inner(first), Self::from_inner(second))
    }

    fn square_sum(x: FloatTensor<Self>) -> FloatTensor<Self> {
        Self::from_inner(<Flex as KernelOps>::square_sum(x.into_primitive()))
    }
}
