//! A depthwise and a pointwise convolution in one pass, for answering: what the first one makes of a few rows is mixed
//! while it still lies in the cache.

use pulp::{Simd, WithSimd};
use rayon::prelude::*;

use super::aligned::{Aligned, scratch};
use super::depthwise::Folded;
use super::lanes::{Bounds, count, run};
use super::matrix::{FEW_ROWS, Finish, Packed, multiply_block, multiply_packed, rows_per_task};
use super::shape::{Taps, Window, sources};

/// Vectors of a channel group: nine taps, scale and shift.
const GROUP: usize = 11;

/// A depthwise weight with what follows it, group by group of as many channels as a vector holds.
#[derive(Debug)]
pub struct Filter {
    groups: Aligned,
    c: usize,
    /// What the input is limited to before it is filtered.
    before: Option<Bounds>,
    after: Bounds,
}

impl Filter {
    /// From `weight[3, 3, c]`.
    pub fn new(weight: &[f32], before: Option<Bounds>, folded: Option<Folded<'_>>) -> Self {
        let c = weight.len() / 9;
        let (ones, zeros) = (vec![1.0; c], vec![0.0; c]);
        let free = Bounds { low: f32::NEG_INFINITY, high: f32::INFINITY };
        let Folded { scale, shift, bounds: after } =
            folded.unwrap_or(Folded { scale: &ones, shift: &zeros, bounds: free });
        let lanes = count();
        let mut groups = Aligned::zeros(c.div_ceil(lanes) * GROUP * lanes);
        for (channel, group) in (0..c).step_by(lanes).zip(groups.chunks_exact_mut(GROUP * lanes)) {
            let count = lanes.min(c - channel);
            let rows = weight.chunks_exact(c).chain([scale, shift]);
            for (to, from) in group.chunks_exact_mut(lanes).zip(rows) {
                to[..count].copy_from_slice(&from[channel..channel + count]);
            }
        }
        Self { groups, c, before, after }
    }

    /// Rows of the result from row `first`, counted through all images, as `out` has room for.
    fn rows(&self, x: &[f32], window: &Window, taps: &Taps, first: usize, out: &mut [f32]) {
        let c = self.c;
        let image = Image { pixels: window.input_pixels() * c, row: window.input_width() * c };
        run(Rows { filter: self, x, image, taps, first, out });
    }
}

/// `out[n, oh, ow, c_out]` from `x[n, h, w, c]`.
pub fn forward(x: &[f32], filter: &Filter, window: &Window, packed: &Packed, finish: Finish<'_>, out: &mut [f32]) {
    if out.is_empty() {
        return;
    }
    let (c, columns, width, taps) = (filter.c, packed.columns(), window.output_width(), window.forward());
    let pixels = out.len() / columns;
    if pixels <= FEW_ROWS {
        let rows = (pixels / width).div_ceil(rayon::current_num_threads());
        return scratch(pixels * c, |filtered| {
            filtered.par_chunks_mut(rows * width * c).enumerate().for_each(|(index, out)| {
                filter.rows(x, window, &taps, index * rows, out);
            });
            multiply_packed(filtered, packed, finish, out);
        });
    }
    let rows = rows_per_task(pixels, c).div_ceil(width);
    out.par_chunks_mut(rows * width * columns).enumerate().for_each(|(index, out)| {
        scratch(out.len() / columns * c, |filtered| {
            filter.rows(x, window, &taps, index * rows, filtered);
            multiply_block(filtered, packed.all(), finish, out);
        });
    });
}

/// Lengths of an image and of a row of it.
struct Image {
    pixels: usize,
    row: usize,
}

struct Rows<'a> {
    filter: &'a Filter,
    x: &'a [f32],
    image: Image,
    taps: &'a Taps,
    first: usize,
    out: &'a mut [f32],
}

impl WithSimd for Rows<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { filter: &Filter { ref groups, c, before, after }, x, image, taps, first, out } = self;
        let (groups, nothing) = (S::as_simd_f32s(groups).0.as_chunks::<GROUP>().0, vec![0.0; image.row]);
        let mut border = vec![0.0; 9 * c];
        for (index, out) in out.chunks_exact_mut(taps.columns.len() * c).enumerate() {
            let (index, height) = (first + index, taps.rows.len());
            let own = &x[index / height * image.pixels..][..image.pixels];
            let rows = sources(&taps.rows[index % height], own, image.row, &nothing);
            for (out, columns) in out.chunks_exact_mut(c).zip(&taps.columns) {
                let around = if let [Some(x), Some(_), Some(_)] = columns {
                    [&rows[0][x * c..][..3 * c], &rows[1][x * c..][..3 * c], &rows[2][x * c..][..3 * c]]
                } else {
                    for (tap, to) in border.chunks_exact_mut(c).enumerate() {
                        match columns[tap % 3] {
                            Some(x) => to.copy_from_slice(&rows[tap / 3][x * c..][..c]),
                            None => to.fill(0.0),
                        }
                    }
                    [&border[..3 * c], &border[3 * c..6 * c], &border[6 * c..]]
                };
                match before {
                    None => pixel::<S, false>(simd, around, groups, after, after, out),
                    Some(before) => pixel::<S, true>(simd, around, groups, before, after, out),
                }
            }
        }
    }
}

/// One pixel of all channels, from three rows of three pixels around it.
#[inline(always)]
fn pixel<S: Simd, const LIMITED: bool>(
    simd: S,
    around: [&[f32]; 3],
    groups: &[[S::f32s; GROUP]],
    before: Bounds,
    after: Bounds,
    out: &mut [f32],
) {
    let c = out.len();
    let (out, rest) = S::as_mut_simd_f32s(out);
    let whole = out.len();
    let mut vectors: [&[S::f32s]; 9] = [&[]; 9];
    for tap in 0..9 {
        vectors[tap] = &S::as_simd_f32s(&around[tap / 3][tap % 3 * c..][..c]).0[..whole];
    }
    for (index, (out, group)) in out.iter_mut().zip(groups).enumerate() {
        let mut sums = [simd.splat_f32s(0.0); 3];
        for tap in 0..9 {
            let value = vectors[tap][index];
            let value = if LIMITED { before.clamp(simd, value) } else { value };
            sums[tap / 3] = simd.mul_add_e_f32s(value, group[tap], sums[tap / 3]);
        }
        *out = finished(simd, sums, group, after);
    }
    if rest.is_empty() {
        return;
    }
    let (at, group, mut sums) = (whole * S::F32_LANES, &groups[whole], [simd.splat_f32s(0.0); 3]);
    for tap in 0..9 {
        let value = simd.partial_load_f32s(&around[tap / 3][tap % 3 * c + at..][..c - at]);
        let value = if LIMITED { before.clamp(simd, value) } else { value };
        sums[tap / 3] = simd.mul_add_e_f32s(value, group[tap], sums[tap / 3]);
    }
    simd.partial_store_f32s(rest, finished(simd, sums, group, after));
}

#[inline(always)]
fn finished<S: Simd>(simd: S, sums: [S::f32s; 3], group: &[S::f32s; GROUP], after: Bounds) -> S::f32s {
    let sum = simd.add_f32s(simd.add_f32s(sums[0], sums[1]), sums[2]);
    after.clamp(simd, simd.mul_add_e_f32s(sum, group[9], group[10]))
}
