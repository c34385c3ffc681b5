//! Batch normalisation with its activation, forwards and backwards, over pixels of `c` channels.
//!
//! Statistics are taken in one pass: sums of differences from the mean of a part's first pixels, in `f32` over a short
//! run of pixels and in `f64` beyond it. Parts depend on the shape alone and are added in their order.

use pulp::{Simd, WithSimd};
use rayon::prelude::*;

use super::lanes::{Bounds, load, run, store};

/// Values per part of a sum.
const PART: usize = 64 * 1024;
/// Pixels summed in `f32` before the sum moves on to `f64`.
const RUN: usize = 64;

/// Two sums per channel.
type Sums = (Vec<f64>, Vec<f64>);

fn part(c: usize) -> usize {
    (PART / c).max(RUN) * c
}

/// Mean and biased variance of each channel.
pub fn statistics(x: &[f32], c: usize) -> (Vec<f32>, Vec<f32>) {
    let first = mean_of(&x[..x.len().min(RUN * c)], c);
    let parts: Vec<Sums> =
        x.par_chunks(part(c)).map(|x| sums(x, c, &|x, sums| run(Moments { x, around: &first, sums }))).collect();
    let (sum, square) = total(&parts, c);
    let pixels = (x.len() / c) as f64;
    let mean = sum.iter().zip(&first).map(|(sum, first)| (f64::from(*first) + sum / pixels) as f32).collect();
    let moments = sum.iter().zip(&square);
    let variance = moments.map(|(sum, square)| (square / pixels - (sum / pixels).powi(2)).max(0.0) as f32).collect();
    (mean, variance)
}

fn mean_of(x: &[f32], c: usize) -> Vec<f32> {
    let pixels = (x.len() / c) as f32;
    let mut mean = vec![0.0; c];
    for x in x.chunks_exact(c) {
        for (mean, x) in mean.iter_mut().zip(x) {
            *mean += x / pixels;
        }
    }
    mean
}

/// Sums of one part, run by run.
fn sums(x: &[f32], c: usize, add: &dyn Fn(&[f32], &mut [f32])) -> Sums {
    let mut total = (vec![0.0; c], vec![0.0; c]);
    let mut sums = vec![0.0; 2 * c];
    for x in x.chunks(RUN * c) {
        sums.fill(0.0);
        add(x, &mut sums);
        let (first, second) = sums.split_at(c);
        add_to(&mut total.0, first);
        add_to(&mut total.1, second);
    }
    total
}

fn add_to(total: &mut [f64], sums: &[f32]) {
    for (total, sum) in total.iter_mut().zip(sums) {
        *total += f64::from(*sum);
    }
}

fn total(parts: &[Sums], c: usize) -> Sums {
    let mut total: Sums = (vec![0.0; c], vec![0.0; c]);
    for part in parts {
        for (total, sum) in total.0.iter_mut().zip(&part.0) {
            *total += sum;
        }
        for (total, sum) in total.1.iter_mut().zip(&part.1) {
            *total += sum;
        }
    }
    total
}

struct Moments<'a> {
    x: &'a [f32],
    around: &'a [f32],
    sums: &'a mut [f32],
}

impl WithSimd for Moments<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let c = self.around.len();
        for channel in (0..c).step_by(S::F32_LANES) {
            let around = load(simd, &self.around[channel..]);
            let (mut sum, mut square) = (simd.splat_f32s(0.0), simd.splat_f32s(0.0));
            for x in self.x.chunks_exact(c) {
                let away = simd.sub_f32s(load(simd, &x[channel..]), around);
                sum = simd.add_f32s(sum, away);
                square = simd.mul_add_e_f32s(away, away, square);
            }
            store(simd, &mut self.sums[channel..c], sum);
            store(simd, &mut self.sums[c + channel..], square);
        }
    }
}

/// `out = clamp(x * scale + shift)`, per channel.
pub fn scale_shift(x: &[f32], scale: &[f32], shift: &[f32], bounds: Bounds, out: &mut [f32]) {
    let c = scale.len();
    out.par_chunks_mut(part(c)).zip(x.par_chunks(part(c))).for_each(|(out, x)| {
        run(Affine { x, scale, shift, bounds, out });
    });
}

struct Affine<'a> {
    x: &'a [f32],
    scale: &'a [f32],
    shift: &'a [f32],
    bounds: Bounds,
    out: &'a mut [f32],
}

impl WithSimd for Affine<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let c = self.scale.len();
        for (out, x) in self.out.chunks_exact_mut(c).zip(self.x.chunks_exact(c)) {
            for channel in (0..c).step_by(S::F32_LANES) {
                let (scale, shift) = (load(simd, &self.scale[channel..]), load(simd, &self.shift[channel..]));
                let value = simd.mul_add_e_f32s(load(simd, &x[channel..]), scale, shift);
                store(simd, &mut out[channel..], self.bounds.clamp(simd, value));
            }
        }
    }
}

/// What the forward pass did to its input, per channel: `clamp(x * scale + shift)`.
#[derive(Clone, Copy, Debug)]
pub struct Done<'a> {
    pub x: &'a [f32],
    pub scale: &'a [f32],
    pub shift: &'a [f32],
    pub bounds: Bounds,
}

/// Per channel, the sum of the gradient behind the activation, and of that gradient times `x - around`.
pub fn slopes(done: Done<'_>, slope: &[f32], around: &[f32]) -> Sums {
    let c = around.len();
    let size = part(c);
    let parts: Vec<Sums> = slope
        .par_chunks(size)
        .enumerate()
        .map(|(index, slope)| {
            let x = &done.x[index * size..][..slope.len()];
            let mut total = (vec![0.0; c], vec![0.0; c]);
            let mut sums = vec![0.0; 2 * c];
            for (slope, x) in slope.chunks(RUN * c).zip(x.chunks(RUN * c)) {
                run(Slopes { done: Done { x, ..done }, slope, around, sums: &mut sums });
                let (first, second) = sums.split_at(c);
                add_to(&mut total.0, first);
                add_to(&mut total.1, second);
            }
            total
        })
        .collect();
    total(&parts, c)
}

struct Slopes<'a> {
    done: Done<'a>,
    slope: &'a [f32],
    around: &'a [f32],
    sums: &'a mut [f32],
}

impl WithSimd for Slopes<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Done { x, scale, shift, bounds } = self.done;
        let c = scale.len();
        for channel in (0..c).step_by(S::F32_LANES) {
            let (scale, shift) = (load(simd, &scale[channel..]), load(simd, &shift[channel..]));
            let around = load(simd, &self.around[channel..]);
            let (mut sum, mut product) = (simd.splat_f32s(0.0), simd.splat_f32s(0.0));
            for (x, slope) in x.chunks_exact(c).zip(self.slope.chunks_exact(c)) {
                let (x, slope) = (load(simd, &x[channel..]), load(simd, &slope[channel..]));
                let slope = bounds.pass(simd, simd.mul_add_e_f32s(x, scale, shift), slope);
                sum = simd.add_f32s(sum, slope);
                product = simd.mul_add_e_f32s(slope, simd.sub_f32s(x, around), product);
            }
            store(simd, &mut self.sums[channel..c], sum);
            store(simd, &mut self.sums[c + channel..], product);
        }
    }
}

/// `slope = pass(slope) * scale + x * slant + level`, in place: the gradient for `x`.
pub fn backward_input(done: Done<'_>, slant: &[f32], level: &[f32], slope: &mut [f32]) {
    let c = slant.len();
    slope.par_chunks_mut(part(c)).zip(done.x.par_chunks(part(c))).for_each(|(slope, x)| {
        run(Descend { done: Done { x, ..done }, slant, level, slope });
    });
}

struct Descend<'a> {
    done: Done<'a>,
    slant: &'a [f32],
    level: &'a [f32],
    slope: &'a mut [f32],
}

impl WithSimd for Descend<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Done { x, scale, shift, bounds } = self.done;
        let c = scale.len();
        for (slope, x) in self.slope.chunks_exact_mut(c).zip(x.chunks_exact(c)) {
            for channel in (0..c).step_by(S::F32_LANES) {
                let (scale, shift) = (load(simd, &scale[channel..]), load(simd, &shift[channel..]));
                let (slant, level) = (load(simd, &self.slant[channel..]), load(simd, &self.level[channel..]));
                let (x, to) = (load(simd, &x[channel..]), &mut slope[channel..]);
                let passed = bounds.pass(simd, simd.mul_add_e_f32s(x, scale, shift), load(simd, to));
                store(simd, to, simd.mul_add_e_f32s(passed, scale, simd.mul_add_e_f32s(x, slant, level)));
            }
        }
    }
}
