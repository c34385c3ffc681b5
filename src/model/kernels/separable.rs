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
        let (pairs, last) = taps.columns.as_chunks::<2>();
        for (index, out) in out.chunks_exact_mut(taps.columns.len() * c).enumerate() {
            let (index, height) = (first + index, taps.rows.len());
            let own = &x[index / height * image.pixels..][..image.pixels];
            let rows = sources(&taps.rows[index % height], own, image.row, &nothing);
            let line = Line { rows, nothing: &nothing[..c], groups, before, after };
            let (out, rest) = out.split_at_mut(pairs.len() * 2 * c);
            for (out, pair) in out.chunks_exact_mut(2 * c).zip(pairs) {
                if pair[0][1..] == pair[1][..2] {
                    line.pixels::<S, 2>(simd, pair, out);
                } else {
                    let (first, second) = out.split_at_mut(c);
                    line.pixels::<S, 1>(simd, &[pair[0]], first);
                    line.pixels::<S, 1>(simd, &[pair[1]], second);
                }
            }
            for columns in last {
                line.pixels::<S, 1>(simd, &[*columns], rest);
            }
        }
    }
}

/// What a row of the result is made of.
struct Line<'a, V> {
    rows: [&'a [f32]; 3],
    /// A pixel outside of the image.
    nothing: &'a [f32],
    groups: &'a [[V; GROUP]],
    before: Option<Bounds>,
    after: Bounds,
}

impl<V: Copy> Line<'_, V> {
    /// `P` pixels side by side, one or two, of which the second looks one column further.
    #[inline(always)]
    fn pixels<S: Simd<f32s = V>, const P: usize>(&self, simd: S, taps: &[[Option<usize>; 3]; P], out: &mut [f32]) {
        match self.before {
            None => self.sum::<S, P, false>(simd, self.after, taps, out),
            Some(before) => self.sum::<S, P, true>(simd, before, taps, out),
        }
    }

    #[inline(always)]
    fn sum<S: Simd<f32s = V>, const P: usize, const LIMITED: bool>(
        &self,
        simd: S,
        before: Bounds,
        taps: &[[Option<usize>; 3]; P],
        out: &mut [f32],
    ) {
        let c = self.nothing.len();
        let whole = c / S::F32_LANES;
        let mut seen: [[&[f32]; 4]; 3] = [[&[]; 4]; 3];
        let mut vectors: [[&[V]; 4]; 3] = [[&[]; 4]; 3];
        for ky in 0..3 {
            for x in 0..P + 2 {
                let column = if x < 3 { taps[0][x] } else { taps[P - 1][2] };
                seen[ky][x] = column.map_or(self.nothing, |column| &self.rows[ky][column * c..][..c]);
                vectors[ky][x] = &S::as_simd_f32s(seen[ky][x]).0[..whole];
            }
        }
        let (first, second) = out.split_at_mut(c);
        let out = [first, second];
        for (index, group) in self.groups[..whole].iter().enumerate() {
            let mut sums = [[simd.splat_f32s(0.0); 3]; P];
            for ky in 0..3 {
                let mut values = [simd.splat_f32s(0.0); 4];
                for x in 0..P + 2 {
                    let value = vectors[ky][x][index];
                    values[x] = if LIMITED { before.clamp(simd, value) } else { value };
                }
                for kx in 0..3 {
                    for pixel in 0..P {
                        let sum = sums[pixel][ky];
                        sums[pixel][ky] = simd.mul_add_e_f32s(values[pixel + kx], group[ky * 3 + kx], sum);
                    }
                }
            }
            for pixel in 0..P {
                S::as_mut_simd_f32s(out[pixel]).0[index] = finished(simd, sums[pixel], group, self.after);
            }
        }
        let at = whole * S::F32_LANES;
        if at == c {
            return;
        }
        let group = &self.groups[whole];
        for pixel in 0..P {
            let mut sums = [simd.splat_f32s(0.0); 3];
            for tap in 0..9 {
                let value = simd.partial_load_f32s(&seen[tap / 3][pixel + tap % 3][at..]);
                let value = if LIMITED { before.clamp(simd, value) } else { value };
                sums[tap / 3] = simd.mul_add_e_f32s(value, group[tap], sums[tap / 3]);
            }
            simd.partial_store_f32s(&mut out[pixel][at..], finished(simd, sums, group, self.after));
        }
    }
}

#[inline(always)]
fn finished<S: Simd>(simd: S, sums: [S::f32s; 3], group: &[S::f32s; GROUP], after: Bounds) -> S::f32s {
    let sum = simd.add_f32s(simd.add_f32s(sums[0], sums[1]), sums[2]);
    after.clamp(simd, simd.mul_add_e_f32s(sum, group[9], group[10]))
}
