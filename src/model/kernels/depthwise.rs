//! Depthwise 3x3 convolutions of `[h, w, c]` images, forwards and backwards, vectorised over channels.
//!
//! Forward and input gradient are one gather: each pixel sums up to nine pixels of the other image, found in two small
//! tables, times that tap's weights. Images (or bands of rows) are shared out between cores.

use pulp::{Simd, WithSimd};
use rayon::prelude::*;

use super::lanes::{Bounds, load, run, store};
use super::outer::add_parts;
use super::shape::{Taps, Window, sources};

/// Scale, shift and activation per channel, applied while a result is still in a register.
#[derive(Clone, Copy, Debug)]
pub struct Folded<'a> {
    pub scale: &'a [f32],
    pub shift: &'a [f32],
    pub bounds: Bounds,
}

/// `out[n, oh, ow, c]` from `x[n, h, w, c]` and `weight[3, 3, c]`.
pub fn forward(x: &[f32], weight: &[f32], window: &Window, c: usize, folded: Option<Folded<'_>>, out: &mut [f32]) {
    gather(x, weight, window.input_width() * c, &window.forward(), window.output_pixels(), c, folded, out);
}

/// The gradient for `x`, from that of the output.
pub fn backward_input(slope: &[f32], weight: &[f32], window: &Window, c: usize, out: &mut [f32]) {
    gather(slope, weight, window.output_width() * c, &window.backward(), window.input_pixels(), c, None, out);
}

#[expect(clippy::too_many_arguments, reason = "one private loop behind two directions")]
fn gather(
    from: &[f32],
    weight: &[f32],
    from_row: usize,
    taps: &Taps,
    pixels: usize,
    c: usize,
    folded: Option<Folded<'_>>,
    out: &mut [f32],
) {
    if out.is_empty() {
        return;
    }
    let (height, row) = (taps.rows.len(), taps.columns.len() * c);
    let images = out.len() / (pixels * c);
    let image = from.len() / images;
    // Whole images when there are enough of them, else bands of rows.
    let band = height.div_ceil(32_usize.div_ceil(images).min(height));
    let bands = height.div_ceil(band);
    let tasks: Vec<(usize, &mut [f32])> =
        out.chunks_exact_mut(pixels * c).flat_map(|image| image.chunks_mut(band * row)).enumerate().collect();
    tasks.into_par_iter().for_each(|(task, out)| {
        let from = &from[task / bands * image..][..image];
        let rows = &taps.rows[task % bands * band..];
        run(Gather { from, weight, from_row, rows, columns: &taps.columns, c, folded, out });
    });
}

struct Gather<'a> {
    from: &'a [f32],
    weight: &'a [f32],
    from_row: usize,
    rows: &'a [[Option<usize>; 3]],
    columns: &'a [[Option<usize>; 3]],
    c: usize,
    folded: Option<Folded<'a>>,
    out: &'a mut [f32],
}

impl WithSimd for Gather<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { from, weight, from_row, rows, columns, c, folded, out } = self;
        let nothing = vec![0.0; from_row];
        for (out, taps) in out.chunks_exact_mut(columns.len() * c).zip(rows) {
            let sources = sources(taps, from, from_row, &nothing);
            for channel in (0..c).step_by(S::F32_LANES) {
                let mut weights = [simd.splat_f32s(0.0); 9];
                for (tap, weights) in weights.iter_mut().enumerate() {
                    *weights = load(simd, &weight[tap * c + channel..(tap + 1) * c]);
                }
                let fold = folded.map(|Folded { scale, shift, bounds }| {
                    (load(simd, &scale[channel..]), load(simd, &shift[channel..]), bounds)
                });
                for (out, taps) in out.chunks_exact_mut(c).zip(columns) {
                    let mut sum = pixel(simd, &sources, taps, &weights, channel, c);
                    if let Some((scale, shift, bounds)) = fold {
                        sum = bounds.clamp(simd, simd.mul_add_e_f32s(sum, scale, shift));
                    }
                    store(simd, &mut out[channel..], sum);
                }
            }
        }
    }
}

#[inline(always)]
fn pixel<S: Simd>(
    simd: S,
    sources: &[&[f32]; 3],
    taps: &[Option<usize>; 3],
    weights: &[S::f32s; 9],
    channel: usize,
    c: usize,
) -> S::f32s {
    let mut sums = [simd.splat_f32s(0.0); 3];
    for kx in 0..3 {
        let Some(x) = taps[kx] else { continue };
        for ky in 0..3 {
            let value = load(simd, &sources[ky][x * c + channel..(x + 1) * c]);
            sums[ky] = simd.mul_add_e_f32s(value, weights[ky * 3 + kx], sums[ky]);
        }
    }
    simd.add_f32s(simd.add_f32s(sums[0], sums[1]), sums[2])
}

/// The gradient for `weight`, `[3, 3, c]`, from the input and the gradient of the output.
pub fn backward_weight(x: &[f32], slope: &[f32], window: &Window, c: usize) -> Vec<f32> {
    let mut out = vec![0.0; 9 * c];
    if slope.is_empty() {
        return out;
    }
    let taps = window.forward();
    let images = x.par_chunks_exact(window.input_pixels() * c);
    let parts: Vec<Vec<f32>> = images
        .zip(slope.par_chunks_exact(window.output_pixels() * c))
        .map(|(x, slope)| {
            let mut out = vec![0.0; 9 * c];
            run(Weigh { x, slope, x_row: window.input_width() * c, taps: &taps, c, out: &mut out });
            out
        })
        .collect();
    add_parts(&parts, &mut out);
    out
}

struct Weigh<'a> {
    x: &'a [f32],
    slope: &'a [f32],
    x_row: usize,
    taps: &'a Taps,
    c: usize,
    out: &'a mut [f32],
}

impl WithSimd for Weigh<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { x, slope, x_row, taps, c, out } = self;
        let nothing = vec![0.0; x_row];
        for (slope, rows) in slope.chunks_exact(taps.columns.len() * c).zip(&taps.rows) {
            let sources = sources(rows, x, x_row, &nothing);
            for channel in (0..c).step_by(S::F32_LANES) {
                let mut sums = [simd.splat_f32s(0.0); 9];
                for (slope, columns) in slope.chunks_exact(c).zip(&taps.columns) {
                    let slope = load(simd, &slope[channel..]);
                    for kx in 0..3 {
                        let Some(x) = columns[kx] else { continue };
                        for ky in 0..3 {
                            let value = load(simd, &sources[ky][x * c + channel..(x + 1) * c]);
                            sums[ky * 3 + kx] = simd.mul_add_e_f32s(value, slope, sums[ky * 3 + kx]);
                        }
                    }
                }
                for (tap, sum) in sums.iter().enumerate() {
                    let to = &mut out[tap * c + channel..(tap + 1) * c];
                    store(simd, to, simd.add_f32s(load(simd, to), *sum));
                }
            }
        }
    }
}
