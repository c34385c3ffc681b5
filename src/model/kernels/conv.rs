//! Dense 3x3 convolutions: windows unrolled into rows, a few image rows at a time, then multiplied as a matrix.

use rayon::prelude::*;

use super::aligned::scratch;
use super::matrix::{Finish, Packed, Right, multiply_block};
use super::outer::{Left, add_parts, outer_block};
use super::shape::{Taps, Window};

/// Output rows unrolled at a time.
const BAND: usize = 4;

/// `out[n, oh, ow, n_out]` from `x[n, h, w, c]` and `weight[3, 3, c, n_out]`.
pub fn forward(x: &[f32], weight: &[f32], window: &Window, c: usize, out: &mut [f32]) {
    if out.is_empty() {
        return;
    }
    forward_packed(x, &pack(weight, c), window, c, Finish::Store, out);
}

/// A weight `[3, 3, c, n_out]` ready for [`forward_packed`].
pub fn pack(weight: &[f32], c: usize) -> Packed {
    Packed::new(Right::Plain(weight), 9 * c, weight.len() / (9 * c))
}

/// [`forward`] with a weight packed once for many images, and what follows it.
pub fn forward_packed(x: &[f32], packed: &Packed, window: &Window, c: usize, finish: Finish<'_>, out: &mut [f32]) {
    if out.is_empty() {
        return;
    }
    let columns = packed.columns();
    let (taps, row) = (window.forward(), window.output_width() * columns);
    let bands = window.output_height().div_ceil(BAND);
    let tasks: Vec<(usize, &mut [f32])> = out
        .chunks_exact_mut(window.output_pixels() * columns)
        .flat_map(|image| image.chunks_mut(BAND * row))
        .enumerate()
        .collect();
    tasks.into_par_iter().for_each(|(task, out)| {
        let image = &x[task / bands * window.input_pixels() * c..][..window.input_pixels() * c];
        let first = task % bands * BAND;
        scratch(out.len() / columns * 9 * c, |unrolled| {
            unroll(image, &taps, first, window.input_width(), c, unrolled);
            multiply_block(unrolled, packed.all(), finish, out);
        });
    });
}

/// The windows of output rows from `first`, one per row of the result, nine pixels each.
fn unroll(image: &[f32], taps: &Taps, first: usize, width: usize, c: usize, out: &mut [f32]) {
    let windows = taps.rows[first..].iter().flat_map(|rows| taps.columns.iter().map(move |x| (rows, x)));
    for (to, (rows, columns)) in out.chunks_exact_mut(9 * c).zip(windows) {
        for (to, y) in to.chunks_exact_mut(3 * c).zip(rows) {
            match (y, columns) {
                (Some(y), [Some(x), Some(_), Some(_)]) => copy(&image[(y * width + x) * c..][..3 * c], to),
                (Some(y), columns) => {
                    for (to, x) in to.chunks_exact_mut(c).zip(columns) {
                        match x {
                            Some(x) => to.copy_from_slice(&image[(y * width + x) * c..][..c]),
                            None => to.fill(0.0),
                        }
                    }
                }
                (None, _) => to.fill(0.0),
            }
        }
    }
}

/// Three pixels; those of colour images without a call.
#[inline(always)]
fn copy(from: &[f32], to: &mut [f32]) {
    match (<&[f32; 9]>::try_from(from), <&mut [f32; 9]>::try_from(&mut *to)) {
        (Ok(from), Ok(to)) => *to = *from,
        _ => to.copy_from_slice(from),
    }
}

/// The gradient for `weight`, from the input and the gradient of the output.
pub fn backward_weight(x: &[f32], slope: &[f32], window: &Window, c: usize, columns: usize) -> Vec<f32> {
    let mut out = vec![0.0; 9 * c * columns];
    if slope.is_empty() {
        return out;
    }
    let taps = window.forward();
    let images = x.par_chunks_exact(window.input_pixels() * c);
    let parts: Vec<Vec<f32>> = images
        .zip(slope.par_chunks_exact(window.output_pixels() * columns))
        .map(|(image, slope)| {
            let mut part = vec![0.0; 9 * c * columns];
            for (band, slope) in slope.chunks(BAND * window.output_width() * columns).enumerate() {
                let count = slope.len() / (window.output_width() * columns);
                let mut unrolled = vec![0.0; count * window.output_width() * 9 * c];
                unroll(image, &taps, band * BAND, window.input_width(), c, &mut unrolled);
                outer_block(Left { values: &unrolled, width: 9 * c, first: 0 }, slope, columns, &mut part);
            }
            part
        })
        .collect();
    add_parts(&parts, &mut out);
    out
}

/// The gradient for `x`, from that of the output; `out` must be zero.
pub fn backward_input(slope: &[f32], weight: &[f32], window: &Window, c: usize, out: &mut [f32]) {
    if slope.is_empty() {
        return;
    }
    let columns = weight.len() / (9 * c);
    let packed = Packed::new(Right::Transposed(weight), columns, 9 * c);
    let taps = window.forward();
    let images = slope.par_chunks_exact(window.output_pixels() * columns);
    out.par_chunks_exact_mut(window.input_pixels() * c).zip(images).for_each(|(out, slope)| {
        for (slope, rows) in slope.chunks_exact(window.output_width() * columns).zip(&taps.rows) {
            let mut unrolled = vec![0.0; window.output_width() * 9 * c];
            multiply_block(slope, packed.all(), Finish::Store, &mut unrolled);
            fold(&unrolled, rows, &taps.columns, window.input_width(), c, out);
        }
    });
}

/// Adds the windows of one output row back to the pixels they came from.
fn fold(
    unrolled: &[f32],
    rows: &[Option<usize>; 3],
    columns: &[[Option<usize>; 3]],
    width: usize,
    c: usize,
    out: &mut [f32],
) {
    for (from, columns) in unrolled.chunks_exact(9 * c).zip(columns) {
        for (ky, y) in rows.iter().enumerate() {
            let Some(y) = y else { continue };
            for (kx, x) in columns.iter().enumerate() {
                let Some(x) = x else { continue };
                let to = &mut out[(y * width + x) * c..][..c];
                for (sum, value) in to.iter_mut().zip(&from[(ky * 3 + kx) * c..]) {
                    *sum += value;
                }
            }
        }
    }
}
