//! The kernels against Burn's own operations and against finite differences.

use std::cell::RefCell;

use burn::tensor::{Device, Distribution, Tensor, TensorData};
use rand::{RngExt as _, SeedableRng, rngs::ChaCha8Rng};

use super::{Activation, Padding, Prepared, Rates, plain};
use crate::distance::relative;

const ACTIVATIONS: [Activation; 3] = [Activation::None, Activation::Relu, Activation::Relu6];

/// Values around 0.3 with a deviation of 2, other ones at each call and the same in each run of a test.
fn random<const D: usize>(shape: [usize; D], device: &Device) -> Tensor<D> {
    thread_local! {
        static DRAWS: RefCell<ChaCha8Rng> = RefCell::new(ChaCha8Rng::seed_from_u64(1));
    }
    // The sum of twelve draws from 0 to 1 is about normal.
    let values: Vec<f32> = DRAWS.with_borrow_mut(|draws| {
        let mut one = || 0.3 + 2.0 * ((0..12).map(|_| draws.random::<f32>()).sum::<f32>() - 6.0);
        (0..shape.iter().product()).map(|_| one()).collect()
    });
    Tensor::from_data(TensorData::new(values, shape), device)
}

/// The largest difference, relative to the largest value.
fn distance(ours: &[f32], theirs: &[f32]) -> f32 {
    relative(ours, theirs, 1e-3)
}

fn read<const D: usize>(x: Tensor<D>) -> Vec<f32> {
    x.into_data().try_into_vec().expect("f32 values")
}

/// Value and gradients of `ours` and `theirs`, which take an image batch and two parameters, agree.
fn agree<const A: usize, const B: usize>(
    shapes: ([usize; 4], [usize; A], [usize; B]),
    ours: impl Fn(Tensor<4>, Tensor<A>, Tensor<B>) -> Tensor<4>,
    theirs: impl Fn(Tensor<4>, Tensor<A>, Tensor<B>) -> Tensor<4>,
) {
    let flex = Device::flex();
    let device = flex.clone().autodiff();
    let inputs = (random(shapes.0, &flex), random(shapes.1, &flex), random(shapes.2, &flex));
    let out = ours(inputs.0.clone(), inputs.1.clone(), inputs.2.clone());
    let slope = random(out.dims(), &flex);
    let graph = |run: &dyn Fn(Tensor<4>, Tensor<A>, Tensor<B>) -> Tensor<4>| {
        let x = Tensor::from_inner(inputs.0.clone()).require_grad();
        let a = Tensor::from_inner(inputs.1.clone()).require_grad();
        let b = Tensor::from_inner(inputs.2.clone()).require_grad();
        assert_eq!(x.device(), device);
        let out = run(x.clone(), a.clone(), b.clone());
        let grads = (out.clone() * Tensor::from_inner(slope.clone())).sum().backward();
        let b = b.grad(&grads).map(read).unwrap_or_default();
        [read(out), x.grad(&grads).map(read).expect("x"), a.grad(&grads).map(read).expect("a"), b]
    };
    let (ours, theirs) = (graph(&ours), graph(&theirs));
    assert!(distance(&read(out), &theirs[0]) < 1e-4, "{shapes:?}: without gradient");
    for (name, (ours, theirs)) in ["value", "x", "a", "b"].iter().zip(ours.iter().zip(&theirs)) {
        let distance = distance(ours, theirs);
        assert!(distance < 1e-4, "{shapes:?}: {name} differs by {distance}");
    }
}

#[test]
fn pointwise_agrees_with_a_matrix_product() {
    let shapes = [
        ([2, 3, 3, 5], 7),
        ([1, 5, 7, 33], 65),
        ([2, 9, 9, 32], 64),
        ([1, 1, 1, 3], 1),
        ([1, 2, 2, 64], 128),
        ([2, 70, 65, 17], 40),
    ];
    for (x, columns) in shapes {
        let shapes = (x, [x[3], columns], [1]);
        agree(shapes, |x, w, _| super::pointwise(x, w), |x, w, _| plain::pointwise(x, w));
    }
}

#[test]
fn depthwise_agrees_with_a_grouped_convolution() {
    for x in [[2, 3, 3, 5], [1, 5, 7, 33], [3, 6, 6, 32], [1, 1, 2, 16], [2, 8, 5, 20]] {
        for stride in [1, 2] {
            let shapes = (x, [3, 3, x[3]], [1]);
            let ours = |x, w, _| super::depthwise(x, w, stride);
            agree(shapes, ours, |x, w, _| plain::depthwise(x, w, stride));
        }
    }
}

#[test]
fn dense_convolution_agrees_with_burn() {
    for (x, columns) in [([2, 3, 3, 3], 8), ([1, 5, 7, 3], 33), ([2, 12, 10, 3], 32), ([1, 9, 9, 17], 20)] {
        for (stride, padding) in [(1, Padding::Valid), (2, Padding::Valid), (2, Padding::Same), (1, Padding::Same)] {
            let shapes = (x, [3, 3, x[3], columns], [1]);
            let ours = |x, w, _| super::conv(x, w, stride, padding);
            agree(shapes, ours, |x, w, _| plain::conv(x, w, stride, padding));
        }
    }
}

#[test]
fn pooling_agrees_with_burn() {
    for x in [[2, 3, 3, 5], [1, 5, 7, 33], [3, 6, 6, 32], [1, 1, 2, 16], [2, 8, 5, 20]] {
        let shapes = (x, [1], [1]);
        let keep = |out: Tensor<4>, a: Tensor<1>| out + a.reshape([1, 1, 1, 1]);
        agree(shapes, |x, a, _| keep(super::max_pool(x), a), |x, a, _| keep(plain::max_pool(x), a));
        agree(shapes, |x, a, _| keep(super::halve(x), a), |x, a, _| keep(plain::halve(x), a));
    }
}

#[test]
fn normalisation_agrees_with_burn() {
    for x in [[4, 3, 3, 5], [2, 5, 7, 33], [3, 24, 20, 48]] {
        for activation in ACTIVATIONS {
            let shapes = (x, [x[3]], [x[3]]);
            let ours = |x, g, b| super::batch_norm(x, g, b, 1e-3, activation).out;
            agree(shapes, ours, |x, g, b| plain::batch_norm(x, g, b, 1e-3, activation).out);
            let ours = |x, g, b| super::scale_shift(x, g, b, activation);
            agree(shapes, ours, |x, g, b| plain::scale_shift(x, g, b, activation));
        }
    }
}

#[test]
fn statistics_stand_far_from_zero() {
    let device = Device::flex();
    let x = Tensor::<4>::random([4, 16, 16, 20], Distribution::Normal(1000.0, 0.5), &device);
    let exact = |values: &[f32], channel: usize| {
        let own: Vec<f64> = values.iter().skip(channel).step_by(20).map(|v| f64::from(*v)).collect();
        let mean = own.iter().sum::<f64>() / own.len() as f64;
        (mean, own.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / own.len() as f64)
    };
    let ones = Tensor::ones([20], &device);
    let normed = super::batch_norm(x.clone(), ones.clone(), ones, 1e-3, Activation::None);
    let (values, mean, variance) = (read(x), read(normed.mean), read(normed.variance));
    for channel in 0..20 {
        let (own_mean, own_variance) = exact(&values, channel);
        assert!((f64::from(mean[channel]) - own_mean).abs() < 1e-3);
        assert!((f64::from(variance[channel]) / own_variance - 1.0).abs() < 1e-4);
    }
}

#[test]
fn fused_equals_the_steps_one_by_one() {
    let device = Device::flex();
    for c in [5, 32, 65] {
        for activation in ACTIVATIONS {
            let (x, scale, shift) = (random([2, 9, 7, c], &device), random([c], &device), random([c], &device));
            let weight = random([c, c], &device);
            let ours = super::pointwise_fused(x.clone(), weight.clone(), scale.clone(), shift.clone(), activation);
            let theirs =
                plain::scale_shift(plain::pointwise(x.clone(), weight), scale.clone(), shift.clone(), activation);
            assert!(distance(&read(ours), &read(theirs)) < 1e-4);
            let weight = random([3, 3, c], &device);
            let ours = super::depthwise_fused(x.clone(), weight.clone(), 2, scale.clone(), shift.clone(), activation);
            let theirs = plain::scale_shift(plain::depthwise(x, weight, 2), scale, shift, activation);
            assert!(distance(&read(ours), &read(theirs)) < 1e-4);
        }
    }
}

#[test]
fn adam_and_sums_of_squares_agree_with_burn() {
    let device = Device::flex();
    for length in [1, 7, 100, 70_001] {
        let [param, grad, first] = [0; 3].map(|_| random([length], &device));
        let second = random([length], &device).square();
        let rates = Rates { beta_1: 0.9, beta_2: 0.999, epsilon: 1e-4, rate: 0.01 };
        let moments = || (first.clone(), second.clone());
        let ours = super::adam(param.clone(), grad.clone(), moments(), rates);
        let theirs = plain::adam(param, grad.clone(), moments(), rates);
        for (ours, theirs) in [(ours.0, theirs.0), (ours.1, theirs.1), (ours.2, theirs.2)] {
            assert!(distance(&read(ours), &read(theirs)) < 1e-6, "{length} values");
        }
        let (ours, theirs) = (read(super::square_sum(grad.clone())), read(grad.square().sum()));
        assert!(distance(&ours, &theirs) < 1e-5, "{length} values");
    }
}

#[test]
fn moments_that_somebody_else_holds_stay_as_they_are() {
    let device = Device::flex();
    let rates = Rates { beta_1: 0.9, beta_2: 0.999, epsilon: 1e-4, rate: 0.01 };
    let held = Tensor::<1>::ones([100], &device);
    let after = super::adam(held.clone(), held.clone(), (held.clone(), held.clone()), rates);
    assert_eq!(read(held), vec![1.0; 100]);
    assert_ne!(read(after.0), vec![1.0; 100]);
}

#[test]
fn prepared_layers_equal_the_fused_ones() {
    let device = Device::flex();
    // Few rows and many, with every number of rows left over.
    for (h, w, c, n) in [(1, 1, 5, 7), (3, 3, 17, 65), (2, 4, 32, 64), (5, 13, 20, 130), (11, 9, 6, 40), (1, 5, 3, 1)] {
        let (x, scale, shift) = (random([2, h, w, c], &device), random([n], &device), random([n], &device));
        let weight = random([c, n], &device);
        let folded = (scale.clone(), shift.clone());
        let ours = Prepared::pointwise(weight.clone(), folded.clone(), Activation::Relu6).expect("on the CPU");
        let theirs =
            plain::scale_shift(plain::pointwise(x.clone(), weight), scale.clone(), shift.clone(), Activation::Relu6);
        assert!(distance(&read(ours.run(x.clone())), &read(theirs)) < 1e-4, "pointwise {h}x{w}");
        let (stride, padding) = (1 + h % 2, Padding::Same);
        let weight = random([3, 3, c, n], &device);
        let ours = Prepared::conv(weight.clone(), stride, padding, folded, Activation::Relu).expect("on the CPU");
        let theirs =
            plain::scale_shift(plain::conv(x.clone(), weight, stride, padding), scale, shift, Activation::Relu);
        assert!(distance(&read(ours.run(x)), &read(theirs)) < 1e-4, "dense {h}x{w}");
    }
}

#[test]
fn prepared_separable_layers_equal_their_steps() {
    let device = Device::flex();
    // Maps of one pixel and larger ones, few and many, and channels that fill vectors or do not.
    for (images, h, w, c, n) in
        [(1, 1, 1, 5, 7), (2, 3, 3, 33, 40), (1, 6, 5, 32, 64), (3, 9, 7, 20, 34), (2, 12, 13, 64, 32)]
    {
        for (stride, before, between) in [
            (1, Activation::None, true),
            (2, Activation::None, true),
            (1, Activation::Relu, false),
            (1, Activation::None, false),
        ] {
            let x = random([images, h, w, c], &device);
            let (deep, point) = (random([3, 3, c], &device), random([c, n], &device));
            let after = between.then(|| ((random([c], &device), random([c], &device)), Activation::Relu6));
            let folded: (Tensor<1>, Tensor<1>) = (random([n], &device), random([n], &device));
            let depthwise = super::Depthwise { weight: deep.clone(), stride, before, after: after.clone() };
            let layer =
                Prepared::separable(depthwise, point.clone(), folded.clone(), Activation::Relu).expect("on the CPU");
            let ones = || Tensor::<1>::ones([c], &device);
            let limited = plain::scale_shift(x.clone(), ones(), ones() - 1.0, before);
            let mut filtered = plain::depthwise(limited, deep, stride);
            if let Some(((scale, shift), activation)) = after {
                filtered = plain::scale_shift(filtered, scale, shift, activation);
            }
            let mixed = plain::scale_shift(plain::pointwise(filtered, point), folded.0, folded.1, Activation::None);
            let base = random(mixed.dims(), &device);
            let name = format!("{images}x{h}x{w}x{c}, stride {stride}");
            let theirs = plain::scale_shift(
                mixed.clone(),
                Tensor::ones([n], &device),
                Tensor::zeros([n], &device),
                Activation::Relu,
            );
            assert!(distance(&read(layer.run(x.clone())), &read(theirs)) < 1e-4, "{name}");
            let (held, sum) = (base.clone(), mixed + base.clone());
            let before = read(base.clone());
            assert!(distance(&read(layer.run_onto(x, base)), &read(sum)) < 1e-4, "{name}, onto");
            assert_eq!(read(held), before, "{name}: a base that somebody else holds was changed");
        }
    }
}

#[test]
fn not_a_number_shows_through_an_activation() {
    let device = Device::flex();
    let x = Tensor::<4>::full([1, 1, 2, 20], f32::NAN, &device);
    let ones = Tensor::ones([20], &device);
    let out = read(super::scale_shift(x, ones.clone(), ones, Activation::Relu6));
    assert!(out.iter().all(|value| value.is_nan()));
    let x = Tensor::<4>::from_data(TensorData::new(vec![1.0, f32::NAN, 3.0, 2.0], [1, 2, 2, 1]), &device);
    assert!(read(super::max_pool(x)).iter().all(|value| value.is_nan()));
}

/// A small network of all operations, on an autodiff device.
fn network(x: Tensor<4>, weights: &Weights) -> Tensor<1> {
    let x = super::conv(x, weights.stem.clone(), 2, Padding::Same);
    let x = super::depthwise(x, weights.deep.clone(), 2);
    let x = super::pointwise(x, weights.point.clone());
    let ones = Tensor::ones([9], &x.device());
    let x = super::batch_norm(x, ones.clone(), ones, 1e-3, Activation::Relu6).out;
    let [n, h, w, c] = x.dims();
    let ramp = Tensor::<1, burn::tensor::Int>::arange(0..(n * h * w * c) as i64, &x.device()).float();
    (x * ramp.sin().reshape([n, h, w, c])).sum()
}

struct Weights {
    stem: Tensor<4>,
    deep: Tensor<3>,
    point: Tensor<2>,
}

#[test]
fn gradients_follow_finite_differences() {
    let flex = Device::flex();
    let x = random([2, 9, 7, 3], &flex) * 0.3;
    let (stem, deep) = (random([3, 3, 3, 6], &flex) * 0.3, random([3, 3, 6], &flex) * 0.3);
    let point = random([6, 9], &flex) * 0.3;
    let loss = |stem: &Tensor<4>| {
        let weights = Weights { stem: stem.clone(), deep: deep.clone(), point: point.clone() };
        read(network(x.clone(), &weights))[0]
    };
    let tracked = Tensor::from_inner(stem.clone()).require_grad();
    let weights = Weights {
        stem: tracked.clone(),
        deep: Tensor::from_inner(deep.clone()),
        point: Tensor::from_inner(point.clone()),
    };
    let grads = network(Tensor::from_inner(x.clone()), &weights).backward();
    let slope = tracked.grad(&grads).expect("gradient");
    let direction = random(stem.dims(), &flex);
    let step = 2e-3;
    let rise = loss(&(stem.clone() + direction.clone() * step)) - loss(&(stem - direction.clone() * step));
    let (seen, told) = (rise / (2.0 * step), read((slope * direction).sum())[0]);
    assert!((seen - told).abs() < 0.03 * told.abs().max(1.0), "seen {seen}, told {told}");
}

#[test]
fn threads_do_not_change_a_bit() {
    let device = Device::flex();
    let x = random([3, 96, 96, 3], &device);
    let (stem, deep) = (random([3, 3, 3, 32], &device), random([3, 3, 32], &device));
    let point = random([32, 9], &device);
    let results: Vec<Vec<Vec<f32>>> = [1, 2, 3, 2]
        .iter()
        .map(|threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(*threads).build().expect("threads");
            pool.install(|| {
                let weights = Weights {
                    stem: Tensor::from_inner(stem.clone()).require_grad(),
                    deep: Tensor::from_inner(deep.clone()).require_grad(),
                    point: Tensor::from_inner(point.clone()).require_grad(),
                };
                let loss = network(Tensor::from_inner(x.clone()), &weights);
                let value = read(loss.clone());
                let grads = loss.backward();
                let stem = weights.stem.grad(&grads).map(read).expect("stem");
                let deep = weights.deep.grad(&grads).map(read).expect("deep");
                let point = weights.point.grad(&grads).map(read).expect("point");
                vec![value, stem, deep, point]
            })
        })
        .collect();
    for result in &results[1..] {
        assert_eq!(result, &results[0]);
    }
}
