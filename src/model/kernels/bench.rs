//! One MobileNet's chain of operations at 96 pixels and batch 32: ours beside Burn's own, alternately, medians.
//!
//! `cargo test --release --lib kernels::bench -- --ignored --nocapture`

use std::time::Instant;

use burn::tensor::{Device, Distribution, Tensor};

use super::{super::mobilenet::BLOCKS, Activation, Normed, Padding, plain};

const BATCH: usize = 32;

struct Net {
    stem: Tensor<4>,
    blocks: Vec<(Tensor<3>, Tensor<2>)>,
    /// Scale and shift by number of channels.
    ones: Vec<Tensor<1>>,
}

impl Net {
    fn new(tracked: bool) -> Self {
        let device = Device::flex();
        let device = if tracked { device.autodiff() } else { device };
        let spread = Distribution::Normal(0.0, 0.1);
        let grad = |ones: Tensor<1>| if tracked { ones.require_grad() } else { ones };
        let mut c = 32;
        let mut ones = vec![grad(Tensor::ones([c], &device))];
        let mut blocks = Vec::new();
        for (columns, _) in BLOCKS {
            let (deep, point) =
                (Tensor::random([3, 3, c], spread, &device), Tensor::random([c, columns], spread, &device));
            blocks.push(if tracked { (deep.require_grad(), point.require_grad()) } else { (deep, point) });
            ones.push(grad(Tensor::ones([c], &device)));
            ones.push(grad(Tensor::ones([columns], &device)));
            c = columns;
        }
        let stem = Tensor::random([3, 3, 3, 32], spread, &device);
        Self { stem: if tracked { stem.require_grad() } else { stem }, blocks, ones }
    }

    fn images(&self, batch: usize) -> Tensor<4> {
        Tensor::random([batch, 96, 96, 3], Distribution::Default, &self.stem.device())
    }

    fn train(&self, x: Tensor<4>, ours: bool) -> Tensor<4> {
        let norm = |x: Tensor<4>, index: usize| -> Tensor<4> {
            let (gamma, beta) = (self.ones[index].clone(), self.ones[index].clone());
            let Normed { out, .. } = if ours {
                super::batch_norm(x, gamma, beta, 1e-3, Activation::Relu6)
            } else {
                plain::batch_norm(x, gamma, beta, 1e-3, Activation::Relu6)
            };
            out
        };
        let x = if ours {
            super::conv(x, self.stem.clone(), 2, Padding::Same)
        } else {
            plain::conv(x, self.stem.clone(), 2, Padding::Same)
        };
        let mut x = norm(x, 0);
        for (index, ((deep, point), (_, stride))) in self.blocks.iter().zip(BLOCKS).enumerate() {
            let (deep, point) = (deep.clone(), point.clone());
            x = if ours { super::depthwise(x, deep, stride) } else { plain::depthwise(x, deep, stride) };
            x = norm(x, 2 * index + 1);
            x = if ours { super::pointwise(x, point) } else { plain::pointwise(x, point) };
            x = norm(x, 2 * index + 2);
        }
        x
    }

    fn infer(&self, x: Tensor<4>, ours: bool) -> Tensor<4> {
        let act = Activation::Relu6;
        let one = |index: usize| self.ones[index].clone();
        let x = if ours {
            super::scale_shift(super::conv(x, self.stem.clone(), 2, Padding::Same), one(0), one(0), act)
        } else {
            plain::scale_shift(plain::conv(x, self.stem.clone(), 2, Padding::Same), one(0), one(0), act)
        };
        let mut x = x;
        for (index, ((deep, point), (_, stride))) in self.blocks.iter().zip(BLOCKS).enumerate() {
            let (deep, point, i, j) = (deep.clone(), point.clone(), 2 * index + 1, 2 * index + 2);
            x = if ours {
                let x = super::depthwise_fused(x, deep, stride, one(i), one(i), act);
                super::pointwise_fused(x, point, one(j), one(j), act)
            } else {
                let x = plain::scale_shift(plain::depthwise(x, deep, stride), one(i), one(i), act);
                plain::scale_shift(plain::pointwise(x, point), one(j), one(j), act)
            };
        }
        x
    }
}

/// Median seconds of ours and theirs, taken alternately.
fn medians(rounds: usize, mut ours: impl FnMut(), mut theirs: impl FnMut()) -> [f64; 2] {
    let mut times = [Vec::new(), Vec::new()];
    for round in 0..=rounds {
        for (times, work) in times.iter_mut().zip([&mut ours as &mut dyn FnMut(), &mut theirs]) {
            let start = Instant::now();
            work();
            if round > 0 {
                times.push(start.elapsed().as_secs_f64());
            }
        }
    }
    times.map(|mut times| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    })
}

fn report(what: &str, images: usize, seconds: [f64; 2]) {
    let [ours, theirs] = seconds.map(|seconds| images as f64 / seconds);
    println!("{what}: ours {ours:.1}, plain {theirs:.1} images/s ({:.1}x)", ours / theirs);
}

#[test]
#[ignore = "a measurement"]
fn mobilenet() {
    let rounds = std::env::var("ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(5);
    let net = Net::new(false);
    for batch in [1, BATCH] {
        let x = net.images(batch);
        let run = |ours: bool| drop(net.infer(x.clone(), ours).into_data());
        report(&format!("forward, batch {batch}"), batch, medians(rounds, || run(true), || run(false)));
    }
    let net = Net::new(true);
    let x = net.images(BATCH);
    let run = |ours: bool| drop(net.train(x.clone(), ours).mean().backward());
    report("training step, batch 32", BATCH, medians(rounds, || run(true), || run(false)));
}
