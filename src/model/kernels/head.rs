//! Self-attention, the layers of an encoder and the dense head behind a backbone, for answering on the CPU: matrix products
//! and what lies between them, without a tensor for each step.

use pulp::{Simd, WithSimd};
use rayon::prelude::*;

use super::Activation;
use super::lanes::{Bounds, run};
use super::matrix::{Finish, Packed, Right, multiply_packed};

/// `x * weight + bias`.
#[derive(Debug)]
pub struct Dense {
    packed: Packed,
    scale: Vec<f32>,
    bias: Vec<f32>,
}

/// Gamma and beta of a layer normalisation (Ba et al. 2016, arXiv 1607.06450) and what is added to the variance.
#[derive(Debug)]
pub struct LayerNorm {
    pub gamma: Vec<f32>,
    pub beta: Vec<f32>,
    pub epsilon: f64,
}

/// A [`crate::model::attention::SelfAttention`].
#[derive(Debug)]
pub struct Attend {
    /// `[tokens, width]`
    pub position: Vec<f32>,
    pub before: LayerNorm,
    /// Query, key and value side by side.
    pub attend: Dense,
    pub output: Dense,
    pub heads: usize,
}

/// A [`crate::model::encoder::EncoderLayer`].
#[derive(Debug)]
pub struct Encode {
    pub attention: Attend,
    pub norm: LayerNorm,
    pub widen: Dense,
    pub narrow: Dense,
}

/// The layers of [`crate::model::classifier::Classifier::classify`].
#[derive(Debug)]
pub struct Layers {
    pub project: Dense,
    pub encoder: Vec<Encode>,
    pub attention: Attend,
    pub after: LayerNorm,
    pub classify: Dense,
}

impl Dense {
    /// From `weight[k, n]` and `bias[n]`.
    pub fn new(weight: &[f32], bias: Vec<f32>) -> Self {
        let n = bias.len();
        Self { packed: Packed::new(Right::Plain(weight), weight.len() / n.max(1), n), scale: vec![1.0; n], bias }
    }

    /// From weights `[k, width]` and their biases, side by side.
    pub fn joined(parts: &[(Vec<f32>, Vec<f32>)]) -> Self {
        let bias: Vec<f32> = parts.iter().flat_map(|(_, bias)| bias.iter().copied()).collect();
        let rows = parts.first().map_or(0, |(weight, bias)| weight.len() / bias.len().max(1));
        let row = |index: usize| {
            parts.iter().flat_map(move |(weight, bias)| &weight[index * bias.len()..(index + 1) * bias.len()])
        };
        let weight: Vec<f32> = (0..rows).flat_map(row).copied().collect();
        Self::new(&weight, bias)
    }

    fn run(&self, x: &[f32], rows: usize) -> Vec<f32> {
        self.within(Activation::None.bounds(), x, rows)
    }

    fn within(&self, bounds: Bounds, x: &[f32], rows: usize) -> Vec<f32> {
        let mut out = vec![0.0; rows * self.bias.len()];
        let finish = Finish::ScaleShift { scale: &self.scale, shift: &self.bias, bounds };
        multiply_packed(x, &self.packed, finish, &mut out);
        out
    }

    fn add(&self, x: &[f32], base: &mut [f32]) {
        multiply_packed(x, &self.packed, Finish::Onto { scale: &self.scale, shift: &self.bias }, base);
    }
}

impl LayerNorm {
    fn run(&self, x: &[f32], out: &mut [f32]) {
        run(Normalise { norm: self, x, out });
    }
}

impl Attend {
    /// Takes the tokens `x` of `n` images, `[n * tokens, width]`, to what the block gives; `normed` is room of the same size.
    /// Gives the weights `[n, heads, tokens, tokens]`.
    fn run(&self, x: &mut [f32], normed: &mut [f32], n: usize) -> Vec<f32> {
        let width = self.before.gamma.len();
        let tokens = self.position.len() / width;
        for image in x.chunks_exact_mut(tokens * width) {
            image.iter_mut().zip(&self.position).for_each(|(x, position)| *x += position);
        }
        self.before.run(x, normed);
        let attended = self.attend.run(normed, n * tokens);
        let mut weights = vec![0.0; n * self.heads * tokens * tokens];
        let images = attended.par_chunks_exact(3 * tokens * width).zip(normed.par_chunks_exact_mut(tokens * width));
        images.zip(weights.par_chunks_exact_mut(self.heads * tokens * tokens)).for_each(
            |((attended, mixed), weights)| {
                run(Mix { attended, width, heads: self.heads, weights, mixed });
            },
        );
        self.output.add(normed, x);
        weights
    }
}

impl Encode {
    fn run(&self, x: &mut [f32], normed: &mut [f32], n: usize) {
        self.attention.run(x, normed, n);
        self.norm.run(x, normed);
        let rows = x.len() / self.norm.gamma.len();
        let wide = self.widen.within(Activation::Relu.bounds(), normed, rows);
        self.narrow.add(&wide, x);
    }
}

impl Layers {
    /// Features of `n` images, `[n * tokens, channels]`, to logits `[n, classes]` and weights `[n, heads, tokens, tokens]`.
    pub fn forward(&self, features: &[f32], n: usize) -> (Vec<f32>, Vec<f32>) {
        let width = self.after.gamma.len();
        let tokens = self.attention.position.len() / width;
        let mut x = self.project.run(features, n * tokens);
        let mut normed = vec![0.0; x.len()];
        self.encoder.iter().for_each(|layer| layer.run(&mut x, &mut normed, n));
        let weights = self.attention.run(&mut x, &mut normed, n);
        self.after.run(&x, &mut normed);
        let mut pooled = vec![0.0; n * width];
        for (pooled, image) in pooled.chunks_exact_mut(width).zip(normed.chunks_exact(tokens * width)) {
            for token in image.chunks_exact(width) {
                pooled.iter_mut().zip(token).for_each(|(sum, value)| *sum += value);
            }
            pooled.iter_mut().for_each(|sum| *sum /= tokens as f32);
        }
        (self.classify.run(&pooled, n), weights)
    }
}

struct Normalise<'a> {
    norm: &'a LayerNorm,
    x: &'a [f32],
    out: &'a mut [f32],
}

impl WithSimd for Normalise<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { norm: LayerNorm { gamma, beta, epsilon }, x, out } = self;
        let width = gamma.len();
        for (x, out) in x.chunks_exact(width).zip(out.chunks_exact_mut(width)) {
            let mean = total(simd, x, |value| value) / width as f32;
            let variance = total(simd, x, |value| (value - mean) * (value - mean)) / width as f32;
            let scale = (1.0 / (f64::from(variance) + epsilon).sqrt()) as f32;
            for (((out, x), gamma), beta) in out.iter_mut().zip(x).zip(gamma).zip(beta) {
                *out = (x - mean) * scale * gamma + beta;
            }
        }
    }
}

/// A sum in sixteen parts, which vectors of any width can share.
#[inline(always)]
fn total<S: Simd>(_: S, x: &[f32], value: impl Fn(f32) -> f32) -> f32 {
    let (blocks, rest) = x.as_chunks::<16>();
    let mut sums = [0.0; 16];
    for block in blocks {
        for (sum, x) in sums.iter_mut().zip(block) {
            *sum += value(*x);
        }
    }
    sums.iter().sum::<f32>() + rest.iter().map(|x| value(*x)).sum::<f32>()
}

/// One image's attention (Vaswani et al. 2017, equation 1).
struct Mix<'a> {
    /// `[tokens, 3 * width]`
    attended: &'a [f32],
    width: usize,
    heads: usize,
    /// `[heads, tokens, tokens]`
    weights: &'a mut [f32],
    /// `[tokens, width]`
    mixed: &'a mut [f32],
}

impl WithSimd for Mix<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { attended, width, heads, weights, mixed } = self;
        let (tokens, depth) = (mixed.len() / width, width / heads);
        let part =
            |token: usize, part: usize, head: usize| &attended[(token * 3 + part) * width + head * depth..][..depth];
        let scale = 1.0 / (depth as f32).sqrt();
        mixed.fill(0.0);
        for (index, weights) in weights.chunks_exact_mut(tokens).enumerate() {
            let (head, token) = (index / tokens, index % tokens);
            let query = part(token, 0, head);
            for (other, weight) in weights.iter_mut().enumerate() {
                *weight = dot(simd, query, part(other, 1, head)) * scale;
            }
            let most = weights.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            weights.iter_mut().for_each(|weight| *weight = (*weight - most).exp());
            let sum: f32 = weights.iter().sum();
            let own = &mut mixed[token * width + head * depth..][..depth];
            for (other, weight) in weights.iter_mut().enumerate() {
                *weight /= sum;
                for (own, value) in own.iter_mut().zip(part(other, 2, head)) {
                    *own += *weight * value;
                }
            }
        }
    }
}

#[inline(always)]
fn dot<S: Simd>(_: S, a: &[f32], b: &[f32]) -> f32 {
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<16>(), b.as_chunks::<16>());
    let mut sums = [0.0; 16];
    for (a, b) in a.iter().zip(b) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += a * b;
        }
    }
    sums.iter().sum::<f32>() + a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum::<f32>()
}
