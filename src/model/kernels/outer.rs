//! Weight gradients of matrix products: `left[m, k]` transposed times `right[m, n]`.
//!
//! Sums over many rows are cut into parts whose number and order depend on the shape alone, never on the threads.

use pulp::{Simd, WithSimd};
use rayon::prelude::*;

use super::lanes::{load, run, store};

/// Rows summed in registers before they are added to memory.
const CHUNK: usize = 192;
/// More rows than this are cut into parts with a gradient each; fewer are shared out by columns of `left`.
const MANY_ROWS: usize = 8192;
/// Parts that many rows are cut into.
const PARTS: usize = 16;

/// `[k, n]`: the sum over all rows of the outer product of a row of `left` and a row of `right`, on all cores.
pub fn outer(left: &[f32], right: &[f32], k: usize, n: usize) -> Vec<f32> {
    let m = left.len() / k.max(1);
    let mut out = vec![0.0; k * n];
    if m == 0 || out.is_empty() {
        return out;
    }
    if m > MANY_ROWS {
        let rows = m.div_ceil(PARTS);
        let parts = left.par_chunks(rows * k).zip(right.par_chunks(rows * n));
        let parts: Vec<Vec<f32>> = parts
            .map(|(left, right)| {
                let mut part = vec![0.0; k * n];
                outer_block(Left { values: left, width: k, first: 0 }, right, n, &mut part);
                part
            })
            .collect();
        add_parts(&parts, &mut out);
    } else {
        let columns = k.div_ceil(8).next_multiple_of(8).min(64);
        out.par_chunks_mut(columns * n).enumerate().for_each(|(index, out)| {
            outer_block(Left { values: left, width: k, first: index * columns }, right, n, out);
        });
    }
    out
}

/// Adds `parts` to `out` in their order.
pub fn add_parts(parts: &[Vec<f32>], out: &mut [f32]) {
    for part in parts {
        for (sum, value) in out.iter_mut().zip(part) {
            *sum += value;
        }
    }
}

/// Columns `first..` of a matrix with `width` columns.
#[derive(Clone, Copy, Debug)]
pub struct Left<'a> {
    pub values: &'a [f32],
    pub width: usize,
    pub first: usize,
}

/// Adds the outer products of all rows to `out`, which has `n` columns and a row for each column of `left` wanted.
pub fn outer_block(left: Left<'_>, right: &[f32], n: usize, out: &mut [f32]) {
    run(Sum { left, right, n, out });
}

struct Sum<'a> {
    left: Left<'a>,
    right: &'a [f32],
    n: usize,
    out: &'a mut [f32],
}

impl WithSimd for Sum<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { left, right, n, out } = self;
        let mut panel = [[simd.splat_f32s(0.0); 2]; CHUNK];
        for (left_rows, right) in left.values.chunks(CHUNK * left.width).zip(right.chunks(CHUNK * n)) {
            let left = Left { values: left_rows, ..left };
            for column in (0..n).step_by(2 * S::F32_LANES) {
                for (to, row) in panel.iter_mut().zip(right.chunks_exact(n)) {
                    to[0] = load(simd, &row[column..]);
                    to[1] = load(simd, &row[n.min(column + S::F32_LANES)..]);
                }
                let panel = &panel[..right.len() / n];
                if S::REGISTER_COUNT >= 32 {
                    tiles::<S, 8>(simd, left, panel, n, column, out);
                } else {
                    tiles::<S, 4>(simd, left, panel, n, column, out);
                }
            }
        }
    }
}

#[inline(always)]
fn tiles<S: Simd, const M: usize>(
    simd: S,
    left: Left<'_>,
    panel: &[[S::f32s; 2]],
    n: usize,
    column: usize,
    out: &mut [f32],
) {
    for (index, out) in out.chunks_mut(M * n).enumerate() {
        let left = Left { first: left.first + index * M, ..left };
        if out.len() == M * n {
            tile::<S, M>(simd, left, panel, n, column, out);
        } else {
            for (row, out) in out.chunks_mut(n).enumerate() {
                tile::<S, 1>(simd, Left { first: left.first + row, ..left }, panel, n, column, out);
            }
        }
    }
}

#[inline(always)]
fn tile<S: Simd, const M: usize>(
    simd: S,
    left: Left<'_>,
    panel: &[[S::f32s; 2]],
    n: usize,
    column: usize,
    out: &mut [f32],
) {
    let mut sums = [[simd.splat_f32s(0.0); 2]; M];
    for (row, right) in left.values.chunks_exact(left.width).zip(panel) {
        let row = &row[left.first..left.first + M];
        for i in 0..M {
            let value = simd.splat_f32s(row[i]);
            for v in 0..2 {
                sums[i][v] = simd.mul_add_e_f32s(value, right[v], sums[i][v]);
            }
        }
    }
    for (out, sums) in out.chunks_exact_mut(n).zip(&sums) {
        for (v, sum) in sums.iter().enumerate() {
            let column = column + v * S::F32_LANES;
            if column < n {
                let to = &mut out[column..];
                store(simd, to, simd.add_f32s(load(simd, to), *sum));
            }
        }
    }
}
