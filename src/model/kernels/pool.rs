//! Max pooling over 3x3 windows that move by two, and every second pixel: how Xception shrinks its maps.

use pulp::{Simd, WithSimd};
use rayon::prelude::*;

use super::lanes::run;
use super::shape::{Taps, Window};

/// `out[n, oh, ow, c]`: the largest of each window of `x[n, h, w, c]`; not-a-number counts as the largest, so that a
/// diverged run shows.
pub fn forward(x: &[f32], window: &Window, c: usize, out: &mut [f32]) {
    if out.is_empty() {
        return;
    }
    let plan = window.forward();
    out.par_chunks_exact_mut(window.output_width() * c).enumerate().for_each(|(index, out)| {
        let image = &x[index / plan.rows.len() * window.input_pixels() * c..][..window.input_pixels() * c];
        let rows = plan.rows[index % plan.rows.len()].into_iter().flatten();
        let rows: Vec<&[f32]> =
            rows.map(|y| &image[y * window.input_width() * c..][..window.input_width() * c]).collect();
        run(Largest { rows: &rows, columns: &plan.columns, c, out });
    });
}

/// A row of the result from the rows that its windows see.
struct Largest<'a> {
    rows: &'a [&'a [f32]],
    columns: &'a [[Option<usize>; 3]],
    c: usize,
    out: &'a mut [f32],
}

impl WithSimd for Largest<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { rows, columns, c, out } = self;
        out.fill(f32::NEG_INFINITY);
        for (out, columns) in out.chunks_exact_mut(c).zip(columns) {
            for x in columns.iter().flatten() {
                for row in rows {
                    for (best, value) in out.iter_mut().zip(&row[x * c..][..c]) {
                        let better = (*value > *best) | value.is_nan();
                        *best = if better { *value } else { *best };
                    }
                }
            }
        }
    }
}

/// [`forward`] with which of its window's nine pixels each value is; of equal ones the first in reading order counts.
pub fn forward_with_taps(x: &[f32], window: &Window, c: usize, out: &mut [f32], taps: &mut [u8]) {
    if out.is_empty() {
        return;
    }
    let plan = window.forward();
    let (from, to) = (window.input_pixels() * c, window.output_pixels() * c);
    let images = x.par_chunks_exact(from).zip(out.par_chunks_exact_mut(to)).zip(taps.par_chunks_exact_mut(to));
    images.for_each(|((x, out), taps)| {
        for_each_pixel(&plan, window.input_width(), |index, sources| {
            largest(x, sources, &mut out[index * c..][..c], &mut taps[index * c..][..c]);
        });
    });
}

/// Calls `visit` for each output pixel with its index and the (tap, input pixel) pairs that lie inside the image.
fn for_each_pixel(taps: &Taps, width: usize, mut visit: impl FnMut(usize, &[(u8, usize)])) {
    let mut sources = Vec::with_capacity(9);
    let mut index = 0;
    for rows in &taps.rows {
        for columns in &taps.columns {
            sources.clear();
            for (ky, y) in rows.iter().enumerate() {
                for (kx, x) in columns.iter().enumerate() {
                    if let (Some(y), Some(x)) = (y, x) {
                        sources.push(((ky * 3 + kx) as u8, y * width + x));
                    }
                }
            }
            visit(index, &sources);
            index += 1;
        }
    }
}

fn largest(x: &[f32], sources: &[(u8, usize)], out: &mut [f32], taps: &mut [u8]) {
    let c = out.len();
    out.fill(f32::NEG_INFINITY);
    for &(tap, pixel) in sources {
        let values = &x[pixel * c..][..c];
        for ((best, own), value) in out.iter_mut().zip(&mut *taps).zip(values) {
            let better = *value > *best || (value.is_nan() && !best.is_nan());
            *best = if better { *value } else { *best };
            *own = if better { tap } else { *own };
        }
    }
}

/// The gradient for `x` from that of the output; `out` must be zero.
pub fn backward(slope: &[f32], taps: &[u8], window: &Window, c: usize, out: &mut [f32]) {
    if slope.is_empty() {
        return;
    }
    let plan = window.forward();
    let (from, to) = (window.input_pixels() * c, window.output_pixels() * c);
    let images = slope.par_chunks_exact(to).zip(taps.par_chunks_exact(to));
    out.par_chunks_exact_mut(from).zip(images).for_each(|(out, (slope, taps))| {
        for_each_pixel(&plan, window.input_width(), |index, sources| {
            let mut pixels = [0; 9];
            for &(tap, pixel) in sources {
                pixels[usize::from(tap)] = pixel;
            }
            let own = index * c..(index + 1) * c;
            for (channel, (slope, tap)) in slope[own.clone()].iter().zip(&taps[own]).enumerate() {
                out[pixels[usize::from(*tap)] * c + channel] += slope;
            }
        });
    });
}

/// Every second row and column of `[n, h, w, c]`, from the first on.
pub fn halve(x: &[f32], [h, w, c]: [usize; 3], out: &mut [f32]) {
    let kept = h.div_ceil(2) * w.div_ceil(2) * c;
    x.par_chunks_exact((h * w * c).max(1)).zip(out.par_chunks_exact_mut(kept.max(1))).for_each(|(x, out)| {
        each_kept([h, w, c], |from, to| out[to..to + c].copy_from_slice(&x[from..from + c]));
    });
}

/// The gradient of [`halve`]; `out` must be zero.
pub fn spread(slope: &[f32], [h, w, c]: [usize; 3], out: &mut [f32]) {
    let kept = h.div_ceil(2) * w.div_ceil(2) * c;
    out.par_chunks_exact_mut((h * w * c).max(1)).zip(slope.par_chunks_exact(kept.max(1))).for_each(|(out, slope)| {
        each_kept([h, w, c], |from, to| out[from..from + c].copy_from_slice(&slope[to..to + c]));
    });
}

/// Where each kept pixel of an image starts before and after.
fn each_kept([h, w, c]: [usize; 3], mut visit: impl FnMut(usize, usize)) {
    let mut to = 0;
    for y in (0..h).step_by(2) {
        for x in (0..w).step_by(2) {
            visit((y * w + x) * c, to);
            to += c;
        }
    }
}
