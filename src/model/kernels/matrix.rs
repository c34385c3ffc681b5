//! Matrix products for 1x1 and unrolled convolutions: `[m, k] x [k, n]`, its transposes, and a fused last step.
//!
//! Every element is one sum in the order of `k`, kept in a register from first to last, so its bits depend neither on
//! how rows are cut into tasks nor on the number of threads.

use pulp::{Simd, WithSimd};
use rayon::prelude::*;

use super::aligned::Aligned;
use super::lanes::{Bounds, count, fetch, load, run, store};

/// Vectors per row of a panel.
const VECTORS: usize = 2;
/// At most this many rows, and the columns rather than the rows are shared out between the cores.
pub const FEW_ROWS: usize = 64;
/// Rows of a task are a multiple of this: as many as the innermost loop handles at once on any processor.
const ROWS: usize = 12;
/// Vectors of a task's left-hand block: half of the second-level cache, which is twice as large or more where vectors are
/// twice as wide.
const LEFT_VECTORS: usize = 8 * 1024;
/// Tasks for each core, so that one that is late finds help.
const TASKS: usize = 3;

/// What happens to a finished sum.
#[derive(Clone, Copy, Debug)]
pub enum Finish<'a> {
    /// Write it.
    Store,
    /// Write `clamp(sum * scale + shift)`; both have one value per column.
    ScaleShift { scale: &'a [f32], shift: &'a [f32], bounds: Bounds },
    /// Add `sum * scale + shift` to what lies there.
    Onto { scale: &'a [f32], shift: &'a [f32] },
}

/// A right-hand matrix as it lies in memory.
#[derive(Clone, Copy, Debug)]
pub enum Right<'a> {
    /// `[k, n]`
    Plain(&'a [f32]),
    /// `[n, k]`, to be used transposed.
    Transposed(&'a [f32]),
}

/// A right-hand matrix cut into strips as wide as a vector, padded with zeros; two strips side by side are a panel.
///
/// A strip is read from its first row to its last, so that the processor sees two streams to load ahead of their use.
#[derive(Debug)]
pub struct Packed {
    panels: Aligned,
    /// Columns of a panel.
    width: usize,
    k: usize,
    n: usize,
}

/// Some panels of a packed matrix, side by side.
#[derive(Clone, Copy, Debug)]
pub struct Panels<'a> {
    values: &'a [f32],
    width: usize,
    k: usize,
    n: usize,
}

impl Packed {
    /// Every panel.
    pub fn all(&self) -> Panels<'_> {
        Panels { values: &self.panels, width: self.width, k: self.k, n: self.n }
    }

    /// Number of columns.
    pub fn columns(&self) -> usize {
        self.n
    }

    /// `count` columns from `first`, a multiple of the panels' width.
    fn columns_from(&self, first: usize, count: usize) -> Panels<'_> {
        let values = &self.panels[first * self.k..];
        Panels { values: &values[..count.next_multiple_of(self.width) * self.k], n: count, ..self.all() }
    }

    /// Packs a matrix of `k` rows and `n` columns.
    pub fn new(right: Right<'_>, k: usize, n: usize) -> Self {
        let lanes = count();
        let width = VECTORS * lanes;
        let mut panels = Aligned::zeros(n.next_multiple_of(width) * k);
        panels.par_chunks_mut((lanes * k).max(1)).enumerate().for_each(|(index, strip)| {
            pack(right, k, n, index * lanes, lanes, strip);
        });
        Self { panels, width, k, n }
    }
}

fn pack(right: Right<'_>, k: usize, n: usize, first: usize, lanes: usize, strip: &mut [f32]) {
    let columns = lanes.min(n.saturating_sub(first));
    match right {
        _ if columns == 0 => {}
        Right::Plain(values) => {
            for (to, from) in strip.chunks_exact_mut(lanes).zip(values.chunks_exact(n)) {
                to[..columns].copy_from_slice(&from[first..first + columns]);
            }
        }
        Right::Transposed(values) => {
            for (block, rows) in strip.chunks_mut(lanes * 16).enumerate() {
                for (column, from) in values[first * k..(first + columns) * k].chunks_exact(k).enumerate() {
                    for (to, value) in rows.chunks_exact_mut(lanes).zip(&from[block * 16..]) {
                        to[column] = *value;
                    }
                }
            }
        }
    }
}

/// `out[m, n] = finish(rows[m, k] x right[k, n])`, on all cores.
pub fn multiply(rows: &[f32], right: Right<'_>, k: usize, n: usize, finish: Finish<'_>, out: &mut [f32]) {
    if !out.is_empty() {
        multiply_packed(rows, &Packed::new(right, k, n), finish, out);
    }
}

/// `multiply` with a right-hand side that was packed once for many products.
pub fn multiply_packed(rows: &[f32], right: &Packed, finish: Finish<'_>, out: &mut [f32]) {
    if out.is_empty() {
        return;
    }
    let Packed { k, n, .. } = *right;
    let m = out.len() / n;
    if m <= FEW_ROWS {
        return by_columns(rows, right, finish, out);
    }
    let block = rows_per_task(m, k);
    out.par_chunks_mut(block * n).zip(rows.par_chunks(block * k)).for_each(|(out, rows)| {
        multiply_block(rows, right.all(), finish, out);
    });
}

/// Rows of one task: a left-hand block that stays in the second-level cache, and enough tasks for many cores.
pub fn rows_per_task(m: usize, k: usize) -> usize {
    let cached = (LEFT_VECTORS * count() / k.max(1)).clamp(ROWS, 512);
    let threads = rayon::current_num_threads();
    let tasks = m.div_ceil(cached).max(TASKS * threads).next_multiple_of(threads);
    m.div_ceil(tasks).next_multiple_of(ROWS)
}

/// Shares the columns out between the cores.
fn by_columns(rows: &[f32], right: &Packed, finish: Finish<'_>, out: &mut [f32]) {
    let Packed { n, width, .. } = *right;
    let own = n.div_ceil(TASKS * rayon::current_num_threads()).next_multiple_of(width);
    let mut tasks: Vec<Vec<&mut [f32]>> = (0..n.div_ceil(own)).map(|_| Vec::with_capacity(out.len() / n)).collect();
    for row in out.chunks_exact_mut(n) {
        tasks.iter_mut().zip(row.chunks_mut(own)).for_each(|(task, columns)| task.push(columns));
    }
    tasks.into_par_iter().enumerate().for_each(|(index, mut out)| {
        let (first, count) = (index * own, out[0].len());
        let finish = finish.columns(first, count);
        run(Block { rows, right: right.columns_from(first, count), finish, out: &mut out });
    });
}

impl Finish<'_> {
    fn columns(&self, first: usize, count: usize) -> Self {
        match *self {
            Self::Store => Self::Store,
            Self::ScaleShift { scale, shift, bounds } => {
                Self::ScaleShift { scale: &scale[first..first + count], shift: &shift[first..first + count], bounds }
            }
            Self::Onto { scale, shift } => {
                Self::Onto { scale: &scale[first..first + count], shift: &shift[first..first + count] }
            }
        }
    }
}

/// `multiply` on this thread, with the right-hand side packed already.
pub fn multiply_block(rows: &[f32], right: Panels<'_>, finish: Finish<'_>, out: &mut [f32]) {
    let mut out: Vec<&mut [f32]> = out.chunks_exact_mut(right.n).collect();
    run(Block { rows, right, finish, out: &mut out });
}

struct Block<'a, 'b> {
    rows: &'a [f32],
    right: Panels<'a>,
    finish: Finish<'a>,
    /// A row each.
    out: &'a mut [&'b mut [f32]],
}

impl WithSimd for Block<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { rows, right: Panels { values, width, k, n }, finish, out } = self;
        // Sums, a row of the panel and a value of the left-hand side fill the registers.
        let most = if S::REGISTER_COUNT >= 32 { ROWS } else { ROWS / 2 };
        // Tiles of about the same number of rows: the panel is read once for each of them.
        let tiles = out.len().div_ceil(most);
        for (index, panel) in values.chunks_exact((width * k).max(1)).enumerate() {
            let (first, second) = S::as_simd_f32s(panel).0.split_at(k);
            let columns = index * width..n.min((index + 1) * width);
            let mut task = Panel { strips: [first, second], columns, finish, ahead: panel.as_ptr() };
            let (mut rows, mut out) = (rows, &mut out[..]);
            for tile in 0..tiles {
                // The first two tiles have the next panel on its way while this one is at hand.
                let next = width * k + tile * S::F32_LANES * k;
                task.ahead = panel.as_ptr().wrapping_add(if tiles > 1 && tile < VECTORS { next } else { 0 });
                let m = out.len().div_ceil(tiles - tile);
                let (now, later) = std::mem::take(&mut out).split_at_mut(m);
                let (left, below) = rows.split_at(m * k);
                match m {
                    1 => task.tile::<S, 1>(simd, left, now),
                    2 => task.tile::<S, 2>(simd, left, now),
                    3 => task.tile::<S, 3>(simd, left, now),
                    4 => task.tile::<S, 4>(simd, left, now),
                    5 => task.tile::<S, 5>(simd, left, now),
                    6 => task.tile::<S, 6>(simd, left, now),
                    7 if most == ROWS => task.tile::<S, 7>(simd, left, now),
                    8 if most == ROWS => task.tile::<S, 8>(simd, left, now),
                    9 if most == ROWS => task.tile::<S, 9>(simd, left, now),
                    10 if most == ROWS => task.tile::<S, 10>(simd, left, now),
                    11 if most == ROWS => task.tile::<S, 11>(simd, left, now),
                    12 if most == ROWS => task.tile::<S, 12>(simd, left, now),
                    _ => {}
                }
                (rows, out) = (below, later);
            }
        }
    }
}

/// One panel's columns of a product.
struct Panel<'a, V> {
    strips: [&'a [V]; VECTORS],
    columns: std::ops::Range<usize>,
    finish: Finish<'a>,
    /// As many vectors to have loaded ahead as a strip has.
    ahead: *const f32,
}

impl<V: Copy> Panel<'_, V> {
    #[inline(always)]
    fn tile<S: Simd<f32s = V>, const M: usize>(&self, simd: S, rows: &[f32], out: &mut [&mut [f32]]) {
        let [first, second] = self.strips;
        let k = first.len();
        let left: [&[f32]; M] = std::array::from_fn(|i| &rows[i * k..][..k]);
        let mut sums = [[simd.splat_f32s(0.0); VECTORS]; M];
        for (p, (first, second)) in first.iter().zip(second).enumerate() {
            let right = [*first, *second];
            fetch(self.ahead.wrapping_add(p * S::F32_LANES));
            for i in 0..M {
                let value = simd.splat_f32s(left[i][p]);
                for v in 0..VECTORS {
                    sums[i][v] = simd.mul_add_e_f32s(value, right[v], sums[i][v]);
                }
            }
        }
        // A copy, whose elements are found by index: the sums above can then stay in registers.
        let mut done = sums;
        for v in 0..VECTORS {
            let column = self.columns.start + v * S::F32_LANES;
            if column >= self.columns.end {
                break;
            }
            match self.finish {
                Finish::Store => {}
                Finish::ScaleShift { scale, shift, bounds } => {
                    let (scale, shift) = (load(simd, &scale[column..]), load(simd, &shift[column..]));
                    for sums in &mut done {
                        sums[v] = bounds.clamp(simd, simd.mul_add_e_f32s(sums[v], scale, shift));
                    }
                }
                Finish::Onto { scale, shift } => {
                    let (scale, shift) = (load(simd, &scale[column..]), load(simd, &shift[column..]));
                    for (out, sums) in out.iter().zip(&mut done) {
                        let sum = simd.mul_add_e_f32s(sums[v], scale, shift);
                        sums[v] = simd.add_f32s(load(simd, &out[column..self.columns.end]), sum);
                    }
                }
            }
            for (out, sums) in out.iter_mut().zip(&done) {
                store(simd, &mut out[column..self.columns.end], sums[v]);
            }
        }
    }
}
