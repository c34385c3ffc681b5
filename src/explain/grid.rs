//! Figures over a square, row by row, and what lies between them.

use serde::Serialize;

/// Rows and columns of the maps that are laid over an image.
pub const SIDE: usize = 32;

/// `side * side` figures; each stands for the middle of its cell.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Grid {
    pub side: usize,
    pub values: Vec<f32>,
}

impl Grid {
    /// A figure for the middle of each cell, whose place runs from 0 to 1 across and down.
    #[must_use]
    pub fn from_fn(side: usize, value: impl Fn(f32, f32) -> f32) -> Self {
        let middle = |index: usize| (index as f32 + 0.5) / side as f32;
        let values = (0..side * side).map(|at| value(middle(at % side), middle(at / side))).collect();
        Self { side, values }
    }

    /// The figure at a place from 0 to 1, linear between the four around it; beyond the outermost middles theirs go on.
    #[must_use]
    pub fn at(&self, across: f32, down: f32) -> f32 {
        let cell = |share: f32| share * self.side as f32 - 0.5;
        between(&self.values, self.side, cell(across), cell(down))
    }

    /// Mirrored left to right, top to bottom, or both.
    #[must_use]
    pub fn mirrored(&self, (across, down): (bool, bool)) -> Self {
        let line =
            |row: &[f32]| -> Vec<f32> { if across { row.iter().rev().copied().collect() } else { row.to_vec() } };
        let rows = self.values.chunks_exact(self.side.max(1));
        let values = if down { rows.rev().flat_map(line).collect() } else { rows.flat_map(line).collect() };
        Self { side: self.side, values }
    }

    /// The mean of grids of one side; empty where there is none.
    #[must_use]
    pub fn mean(grids: &[Self]) -> Self {
        let side = grids.first().map_or(0, |grid| grid.side);
        let mut values = vec![0.0; side * side];
        for grid in grids {
            values.iter_mut().zip(&grid.values).for_each(|(sum, value)| *sum += value / grids.len() as f32);
        }
        Self { side, values }
    }

    /// What is left of this one where another is taken away.
    #[must_use]
    pub fn less(&self, other: &Self) -> Self {
        Self { side: self.side, values: self.values.iter().zip(&other.values).map(|(a, b)| a - b).collect() }
    }

    /// The largest difference from another one of the same side.
    #[must_use]
    pub fn furthest(&self, other: &Self) -> f32 {
        self.less(other).values.iter().fold(0.0, |most, difference| most.max(difference.abs()))
    }

    /// The least and the largest figure.
    #[must_use]
    pub fn range(&self) -> (f32, f32) {
        let fold = |(low, high): (f32, f32), value: &f32| (low.min(*value), high.max(*value));
        self.values.iter().fold((f32::INFINITY, f32::NEG_INFINITY), fold)
    }
}

/// The figure at fractional row and column numbers of a square, clamped to it.
#[must_use]
pub fn between(values: &[f32], side: usize, column: f32, row: f32) -> f32 {
    let part = |at: f32| {
        let at = at.clamp(0.0, side.saturating_sub(1) as f32);
        let low = at as usize;
        (low, (low + 1).min(side.saturating_sub(1)), at - low as f32)
    };
    let ((left, right, across), (top, bottom, down)) = (part(column), part(row));
    let value = |row: usize, column: usize| values.get(row * side + column).copied().unwrap_or_default();
    let upper = value(top, left) + (value(top, right) - value(top, left)) * across;
    let lower = value(bottom, left) + (value(bottom, right) - value(bottom, left)) * across;
    upper + (lower - upper) * down
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slope_is_read_between_its_middles_and_mirrors_back() {
        let slope = Grid::from_fn(4, |x, y| x + 10.0 * y);
        assert!((slope.at(0.4, 0.6) - 6.4).abs() < 1e-5);
        assert!((slope.at(0.0, 0.5) - 5.125).abs() < 1e-5, "beyond the first middle nothing changes");
        for turn in [(true, false), (false, true), (true, true)] {
            let turned = slope.mirrored(turn);
            assert_ne!(turned, slope);
            assert_eq!(turned.mirrored(turn), slope);
            let (x, y) = (if turn.0 { 0.7 } else { 0.3 }, if turn.1 { 0.8 } else { 0.2 });
            assert!((turned.at(x, y) - slope.at(0.3, 0.2)).abs() < 1e-5);
        }
    }
}
