//! Max pooling over 3x3 windows that move by two, and every second pixel: how Xception shrinks its maps.

use rayon::prelude::*;

use super::shape::{Taps, Window};

/// `out[n, oh, ow, c]`: the largest of each window of `x[n, h, w, c]`; with `taps`, also which of its nine pixels that was.
///
/// Of equal pixels the first in reading order counts; not-a-number counts as the largest, so that a diverged run shows.
pub fn forward(x: &[f32], window: &Window, c: usize, out: &mut [f32], taps: Option<&mut [u8]>) {
    if out.is_empty() {
        return;
    }
    let plan = window.forward();
    let (from, to) = (window.input_pixels() * c, window.output_pixels() * c);
    let mut none = Vec::new();
    let (taps, length) = match taps {
        Some(taps) => (taps, to),
        None => {
            none.resize(out.len() / to, 0);
            (none.as_mut_slice(), 1)
        }
    };
    let images = x.par_chunks_exact(from).zip(out.par_chunks_exact_mut(to)).zip(taps.par_chunks_exact_mut(length));
    images.for_each(|((x, out), taps)| {
        let mut scratch = vec![0; c];
        for_each_pixel(&plan, window.input_width(), |index, sources| {
            let out = &mut out[index * c..][..c];
            let taps = if length == 1 { scratch.as_mut_slice() } else { &mut taps[index * c..][..c] };
            largest(x, sources, out, taps);
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
    each_kept(x.len(), [h, w, c], |from, to| out[to..to + c].copy_from_slice(&x[from..from + c]));
}

/// The gradient of [`halve`]; `out` must be zero.
pub fn spread(slope: &[f32], [h, w, c]: [usize; 3], out: &mut [f32]) {
    each_kept(out.len(), [h, w, c], |from, to| out[from..from + c].copy_from_slice(&slope[to..to + c]));
}

/// Where each kept pixel starts before and after.
fn each_kept(length: usize, [h, w, c]: [usize; 3], mut visit: impl FnMut(usize, usize)) {
    let images = length / (h * w * c).max(1);
    let mut to = 0;
    for image in 0..images {
        for y in (0..h).step_by(2) {
            for x in (0..w).step_by(2) {
                visit(((image * h + y) * w + x) * c, to);
                to += c;
            }
        }
    }
}
