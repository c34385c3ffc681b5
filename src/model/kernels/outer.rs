//! Weight gradients of matrix products: `left[m, k]` transposed times `right[m, n]`.
//!
//! Sums over many rows are cut into parts whose number and order depend on the shape alone, never on the threads.

use pulp::{Simd, WithSimd};
use rayon::prelude::*;

use super::lanes::{fetch, fetch_near, load, run, store};

/// Rows summed in registers before they are added to memory: a panel and a tile of them fit the first-level cache.
const CHUNK: usize = 288;
/// More rows than this for each column of `left` are cut into parts with a gradient each; fewer are shared out by columns.
const ROWS_A_COLUMN: usize = 4;
/// Parts that many rows are cut into.
const PARTS: usize = 16;
/// Columns of `left` that lie ready for the tiles: a multiple of every tile.
const COLUMNS: usize = 96;
/// Values that one task adds up.
const SUMS: usize = 4096;

/// `[k, n]`: the sum over all rows of the outer product of a row of `left` and a row of `right`, on all cores.
pub fn outer(left: &[f32], right: &[f32], k: usize, n: usize) -> Vec<f32> {
    let m = left.len() / k.max(1);
    let mut out = vec![0.0; k * n];
    if m == 0 || out.is_empty() {
        return out;
    }
    if m > ROWS_A_COLUMN * k {
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
        let columns = k.div_ceil(8).next_multiple_of(12).min(COLUMNS);
        out.par_chunks_mut(columns * n).enumerate().for_each(|(index, out)| {
            outer_block(Left { values: left, width: k, first: index * columns }, right, n, out);
        });
    }
    out
}

/// Adds `parts`, as long as `out` each, to `out` in their order.
pub fn add_parts(parts: &[Vec<f32>], out: &mut [f32]) {
    out.par_chunks_mut(SUMS).enumerate().for_each(|(index, out)| {
        for part in parts {
            for (sum, value) in out.iter_mut().zip(&part[index * SUMS..]) {
                *sum += value;
            }
        }
    });
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
        if S::REGISTER_COUNT >= 32 { blocks::<S, 12>(simd, self) } else { blocks::<S, 6>(simd, self) }
    }
}

#[inline(always)]
fn blocks<S: Simd, const M: usize>(simd: S, sum: Sum<'_>) {
    let Sum { left, right, n, out } = sum;
    let mut panel = [[simd.splat_f32s(0.0); 2]; CHUNK];
    let (rows, columns) = (CHUNK.min(right.len() / n), COLUMNS.min(out.len() / n));
    let mut tiles = vec![[0.0; M]; rows * columns.div_ceil(M)];
    for (rows, right) in left.values.chunks(CHUNK * left.width).zip(right.chunks(CHUNK * n)) {
        let count = right.len() / n;
        for (index, out) in out.chunks_mut(COLUMNS * n).enumerate() {
            let first = left.first + index * COLUMNS;
            turn(rows, left.width, first..first + out.len() / n, &mut tiles);
            for column in (0..n).step_by(2 * S::F32_LANES) {
                for (to, row) in panel.iter_mut().zip(right.chunks_exact(n)) {
                    to[0] = load(simd, &row[column..]);
                    to[1] = load(simd, &row[n.min(column + S::F32_LANES)..]);
                    // The next panel's, which lies far from this row's neighbours.
                    fetch(row.as_ptr().wrapping_add(column + 2 * S::F32_LANES));
                }
                for (tile, out) in tiles.chunks_exact(count).zip(out.chunks_mut(M * n)) {
                    add::<S, M>(simd, tile, &panel[..count], n, column, out);
                }
            }
        }
    }
}

/// Puts columns side by side in tiles of M, each from its first row to its last; what a last tile lacks is zero.
#[inline(always)]
fn turn<const M: usize>(rows: &[f32], width: usize, columns: std::ops::Range<usize>, tiles: &mut [[f32; M]]) {
    let count = rows.len() / width;
    for (tile, first) in tiles.chunks_exact_mut(count).zip(columns.clone().step_by(M)) {
        let wide = M.min(columns.end - first);
        for (to, row) in tile.iter_mut().zip(rows.chunks_exact(width)) {
            if wide == M {
                to.copy_from_slice(&row[first..first + M]);
            } else {
                to[..wide].copy_from_slice(&row[first..first + wide]);
                to[wide..].fill(0.0);
            }
        }
    }
}

/// Adds a tile's outer products with a panel to two vectors of each of up to M rows of `out`.
#[inline(always)]
fn add<S: Simd, const M: usize>(
    simd: S,
    left: &[[f32; M]],
    panel: &[[S::f32s; 2]],
    n: usize,
    column: usize,
    out: &mut [f32],
) {
    for out in out.chunks_exact(n) {
        fetch_near(out.as_ptr().wrapping_add(column));
    }
    let mut sums = [[simd.splat_f32s(0.0); 2]; M];
    for (row, right) in left.iter().zip(panel) {
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
