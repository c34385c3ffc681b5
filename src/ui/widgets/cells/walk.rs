//! Where an arrow leads among columns of cells.

/// A cell by its column and its place there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    pub column: usize,
    pub index: usize,
}

/// What a key asks for; up and down by so many rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Left,
    Right,
    Up(usize),
    Down(usize),
    First,
    Last,
}

/// The cell that a step leads to: over the edge of a column into the same row of the next one that holds any.
pub(super) fn walk(counts: &[usize], slots: &[usize], from: Spot, step: Step) -> Spot {
    let of = |all: &[usize], column: usize| all.get(column).copied().unwrap_or(0);
    let (count, wide) = (of(counts, from.column), of(slots, from.column).max(1));
    let last = count.saturating_sub(1);
    let at = |index: usize| Spot { index: index.min(last), ..from };
    let (row, place) = (from.index / wide, from.index % wide);
    match step {
        Step::Right if place + 1 < wide && from.index < last => at(from.index + 1),
        Step::Right => {
            let next = (from.column + 1..counts.len()).find(|column| of(counts, *column) > 0);
            next.map_or(from, |column| beside(column, of(counts, column), row, of(slots, column), false))
        }
        Step::Left if place > 0 => at(from.index - 1),
        Step::Left => {
            let next = (0..from.column).rev().find(|column| of(counts, *column) > 0);
            next.map_or(from, |column| beside(column, of(counts, column), row, of(slots, column), true))
        }
        Step::Down(rows) => {
            let rows = rows.min((last / wide).saturating_sub(row));
            at(from.index + rows * wide)
        }
        Step::Up(rows) => at(from.index - rows.min(row) * wide),
        Step::First => at(0),
        Step::Last => at(last),
    }
}

/// The first or last cell of a column's row, or of its last row where it is shorter.
fn beside(column: usize, count: usize, row: usize, slots: usize, from_right: bool) -> Spot {
    let (wide, last) = (slots.max(1), count.saturating_sub(1));
    let row = row.min(last / wide);
    let index = if from_right { (row + 1) * wide - 1 } else { row * wide };
    Spot { column, index: index.min(last) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Columns of 5 cells in 2, none, and 3 cells in 1.
    fn to(column: usize, index: usize, step: Step) -> (usize, usize) {
        let spot = walk(&[5, 0, 3], &[2, 1, 1], Spot { column, index }, step);
        (spot.column, spot.index)
    }

    #[test]
    fn arrows_walk_rows_and_go_over_to_the_next_column_that_holds_cells() {
        assert_eq!((to(0, 0, Step::Right), to(0, 1, Step::Right)), ((0, 1), (2, 0)));
        assert_eq!((to(0, 4, Step::Right), to(2, 1, Step::Left)), ((2, 2), (0, 3)));
        assert_eq!((to(2, 2, Step::Left), to(0, 0, Step::Left)), ((0, 4), (0, 0)));
        assert_eq!((to(0, 1, Step::Down(1)), to(0, 3, Step::Down(1))), ((0, 3), (0, 4)), "the last row is shorter");
        assert_eq!((to(0, 4, Step::Down(1)), to(0, 4, Step::Up(9))), ((0, 4), (0, 0)));
        assert_eq!((to(0, 2, Step::First), to(2, 0, Step::Last)), ((0, 0), (2, 2)));
    }

    #[test]
    fn nothing_is_walked_where_nothing_is() {
        let spot = Spot { column: 0, index: 0 };
        for step in [Step::Left, Step::Right, Step::Up(1), Step::Down(1), Step::First, Step::Last] {
            assert_eq!(walk(&[0], &[1], spot, step), spot);
        }
    }
}
