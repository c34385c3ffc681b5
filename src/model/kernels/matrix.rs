//! Matrix products for 1x1 and unrolled convolutions: `[m, k] x [k, n]`, its transposes, and a fused last step.
//!
//! Every element is one sum in the order of `k`, kept in a register from first to last, so its bits depend neither on
//! how rows are cut into tasks nor on the number of threads.

use pulp::{Simd, WithSimd};
use rayon::prelude::*;

use super::lanes::{Bounds, load, run, store};

/// Rows handled by one call of the innermost loop.
const ROWS: usize = 6;
/// At most this many rows, and the columns rather than the rows are shared out between the cores.
const FEW_ROWS: usize = 64;

/// What happens to a finished sum.
#[derive(Clone, Copy, Debug)]
pub enum Finish<'a> {
    /// Write it.
    Store,
    /// Write `clamp(sum * scale + shift)`; both have one value per column.
    ScaleShift { scale: &'a [f32], shift: &'a [f32], bounds: Bounds },
}

/// A right-hand matrix as it lies in memory.
#[derive(Clone, Copy, Debug)]
pub enum Right<'a> {
    /// `[k, n]`
    Plain(&'a [f32]),
    /// `[n, k]`, to be used transposed.
    Transposed(&'a [f32]),
}

/// Vectors per row of a panel: as many as six rows of sums leave registers for.
const fn vectors<S: Simd>() -> usize {
    if S::REGISTER_COUNT >= 32 { 4 } else { 2 }
}

/// Columns per panel.
pub fn panel_width() -> usize {
    struct Width;
    impl WithSimd for Width {
        type Output = usize;
        #[inline(always)]
        fn with_simd<S: Simd>(self, _: S) -> usize {
            vectors::<S>() * S::F32_LANES
        }
    }
    run(Width)
}

/// A right-hand matrix cut into panels of `panel_width` columns, rows of a panel side by side, padded with zeros.
#[derive(Debug)]
pub struct Packed {
    panels: Vec<f32>,
    width: usize,
    k: usize,
    n: usize,
}

/// One or all panels of a packed matrix.
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

    fn panel(&self, index: usize) -> Panels<'_> {
        let length = self.width * self.k;
        let n = self.width.min(self.n - index * self.width);
        Panels { values: &self.panels[index * length..(index + 1) * length], n, ..self.all() }
    }

    /// Packs a matrix of `k` rows and `n` columns.
    pub fn new(right: Right<'_>, k: usize, n: usize) -> Self {
        let width = panel_width();
        let mut panels = vec![0.0; n.div_ceil(width) * width * k];
        panels.par_chunks_mut((width * k).max(1)).enumerate().for_each(|(index, panel)| {
            pack(right, k, n, index * width, width, panel);
        });
        Self { panels, width, k, n }
    }
}

fn pack(right: Right<'_>, k: usize, n: usize, first: usize, width: usize, panel: &mut [f32]) {
    let columns = width.min(n - first);
    match right {
        Right::Plain(values) => {
            for (to, from) in panel.chunks_exact_mut(width).zip(values.chunks_exact(n)) {
                to[..columns].copy_from_slice(&from[first..first + columns]);
            }
        }
        Right::Transposed(values) => {
            for (block, rows) in panel.chunks_mut(width * 16).enumerate() {
                for (column, from) in values[first * k..(first + columns) * k].chunks_exact(k).enumerate() {
                    for (to, value) in rows.chunks_exact_mut(width).zip(&from[block * 16..]) {
                        to[column] = *value;
                    }
                }
            }
        }
    }
}

/// `out[m, n] = finish(rows[m, k] x right[k, n])`, on all cores.
pub fn multiply(rows: &[f32], right: Right<'_>, k: usize, n: usize, finish: Finish<'_>, out: &mut [f32]) {
    if out.is_empty() {
        return;
    }
    let m = out.len() / n;
    if m > FEW_ROWS {
        return multiply_packed(rows, &Packed::new(right, k, n), finish, out);
    }
    let width = panel_width();
    by_columns(n, width, finish, out, |index, finish, block| {
        let mut panel = vec![0.0; width * k];
        pack(right, k, n, index * width, width, &mut panel);
        let panels = Panels { values: &panel, width, k, n: width.min(n - index * width) };
        multiply_block(rows, panels, finish, block);
    });
}

/// `multiply` with a right-hand side that was packed once for many products.
pub fn multiply_packed(rows: &[f32], right: &Packed, finish: Finish<'_>, out: &mut [f32]) {
    if out.is_empty() {
        return;
    }
    let Packed { width, k, n, .. } = *right;
    let m = out.len() / n;
    if m <= FEW_ROWS {
        return by_columns(n, width, finish, out, |index, finish, block| {
            multiply_block(rows, right.panel(index), finish, block);
        });
    }
    let block = rows_per_task(m, k);
    out.par_chunks_mut(block * n).zip(rows.par_chunks(block * k)).for_each(|(out, rows)| {
        multiply_block(rows, right.all(), finish, out);
    });
}

/// Rows of one task: a left-hand block that stays in the second-level cache, and enough tasks for many cores.
fn rows_per_task(m: usize, k: usize) -> usize {
    let cached = 48 * 1024 / k.max(1);
    cached.min(m.div_ceil(32)).clamp(ROWS, 512).next_multiple_of(ROWS)
}

/// Shares the columns of `out` out between the cores, a panel's at a time, each into a block of its own.
fn by_columns(
    n: usize,
    width: usize,
    finish: Finish<'_>,
    out: &mut [f32],
    work: impl Fn(usize, Finish<'_>, &mut [f32]) + Sync,
) {
    let m = out.len() / n;
    let columns: Vec<Vec<f32>> = (0..n.div_ceil(width))
        .into_par_iter()
        .map(|index| {
            let own = width.min(n - index * width);
            let mut block = vec![0.0; m * own];
            work(index, finish.columns(index * width, own), &mut block);
            block
        })
        .collect();
    for (index, block) in columns.iter().enumerate() {
        let own = block.len() / m;
        for (to, from) in out.chunks_exact_mut(n).zip(block.chunks_exact(own)) {
            to[index * width..index * width + own].copy_from_slice(from);
        }
    }
}

impl Finish<'_> {
    fn columns(&self, first: usize, count: usize) -> Self {
        match *self {
            Self::Store => Self::Store,
            Self::ScaleShift { scale, shift, bounds } => {
                Self::ScaleShift { scale: &scale[first..first + count], shift: &shift[first..first + count], bounds }
            }
        }
    }
}

/// `multiply` on this thread, with the right-hand side packed already.
pub fn multiply_block(rows: &[f32], right: Panels<'_>, finish: Finish<'_>, out: &mut [f32]) {
    run(Block { rows, right, finish, out });
}

struct Block<'a> {
    rows: &'a [f32],
    right: Panels<'a>,
    finish: Finish<'a>,
    out: &'a mut [f32],
}

impl WithSimd for Block<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Panels { values, width, k, n } = self.right;
        for (index, panel) in values.chunks_exact((width * k).max(1)).enumerate() {
            let first = index * width;
            let used = (n - first).min(width).div_ceil(S::F32_LANES);
            let panel = S::as_simd_f32s(panel).0;
            let mut task = Panel { k, n, first, finish: self.finish };
            if vectors::<S>() == 4 {
                let panel = panel.as_chunks::<4>().0;
                if used > 2 {
                    task.rows::<S, 4, 4>(simd, self.rows, panel, self.out);
                } else {
                    task.rows::<S, 2, 4>(simd, self.rows, panel, self.out);
                }
            } else {
                task.rows::<S, 2, 2>(simd, self.rows, panel.as_chunks::<2>().0, self.out);
            }
        }
    }
}

/// One panel's columns of a product.
struct Panel<'a> {
    k: usize,
    n: usize,
    first: usize,
    finish: Finish<'a>,
}

impl Panel<'_> {
    #[inline(always)]
    fn rows<S: Simd, const V: usize, const W: usize>(
        &mut self,
        simd: S,
        rows: &[f32],
        panel: &[[S::f32s; W]],
        out: &mut [f32],
    ) {
        let (mut rows, mut out) = (rows, out);
        while out.len() >= ROWS * self.n {
            let (now, later) = std::mem::take(&mut out).split_at_mut(ROWS * self.n);
            self.tile::<S, ROWS, V, W>(simd, rows, panel, now);
            rows = &rows[ROWS * self.k..];
            out = later;
        }
        // What is left over goes in one tile as well, so that the panel is read once more and not once a row.
        match out.len() / self.n {
            1 => self.tile::<S, 1, V, W>(simd, rows, panel, out),
            2 => self.tile::<S, 2, V, W>(simd, rows, panel, out),
            3 => self.tile::<S, 3, V, W>(simd, rows, panel, out),
            4 => self.tile::<S, 4, V, W>(simd, rows, panel, out),
            5 => self.tile::<S, 5, V, W>(simd, rows, panel, out),
            _ => {}
        }
    }

    #[inline(always)]
    fn tile<S: Simd, const M: usize, const V: usize, const W: usize>(
        &self,
        simd: S,
        rows: &[f32],
        panel: &[[S::f32s; W]],
        out: &mut [f32],
    ) {
        let k = panel.len();
        let left: [&[f32]; M] = std::array::from_fn(|i| &rows[i * k..(i + 1) * k]);
        let mut sums = [[simd.splat_f32s(0.0); V]; M];
        for (p, right) in panel.iter().enumerate() {
            for i in 0..M {
                let value = simd.splat_f32s(left[i][p]);
                for v in 0..V {
                    sums[i][v] = simd.mul_add_e_f32s(value, right[v], sums[i][v]);
                }
            }
        }
        for v in 0..V {
            let column = self.first + v * S::F32_LANES;
            if column >= self.n {
                break;
            }
            if let Finish::ScaleShift { scale, shift, bounds } = self.finish {
                let (scale, shift) = (load(simd, &scale[column..]), load(simd, &shift[column..]));
                for sums in &mut sums {
                    sums[v] = bounds.clamp(simd, simd.mul_add_e_f32s(sums[v], scale, shift));
                }
            }
            for (i, sums) in sums.iter().enumerate() {
                store(simd, &mut out[i * self.n + column..(i + 1) * self.n], sums[v]);
            }
        }
    }
}
