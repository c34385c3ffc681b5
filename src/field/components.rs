//! Marked pixels that hang together by their sides.

use super::grid::Grid;

/// One component; its box in pixels of the grid, right and bottom outside.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Component {
    pub left: usize,
    pub top: usize,
    pub right: usize,
    pub bottom: usize,
    /// Index of each of its pixels.
    pub pixels: Vec<usize>,
}

/// Hands over the components of a mask in the order of their first pixels.
pub(super) fn each(mask: Grid<bool>, mut hear: impl FnMut(Component)) {
    let width = mask.width.max(1);
    let mut left = mask.values;
    let mut open = Vec::new();
    for start in 0..left.len() {
        let mut found = Component { left: usize::MAX, top: usize::MAX, right: 0, bottom: 0, pixels: Vec::new() };
        open.push(start);
        while let Some(at) = open.pop() {
            if !left.get_mut(at).is_some_and(std::mem::take) {
                continue;
            }
            let (column, row) = (at % width, at / width);
            (found.left, found.top) = (found.left.min(column), found.top.min(row));
            (found.right, found.bottom) = (found.right.max(column + 1), found.bottom.max(row + 1));
            found.pixels.push(at);
            let beside = [(column > 0).then(|| at - 1), (column + 1 < width).then_some(at + 1)];
            open.extend(beside.into_iter().flatten());
            // A row above the first or below the last is outside the list.
            open.extend(at.checked_sub(width).into_iter().chain([at + width]));
        }
        if !found.pixels.is_empty() {
            hear(found);
        }
    }
}

/// The mask with its holes of fewer pixels than `most` filled.
pub(super) fn filled(mask: &Grid<bool>, most: usize) -> Grid<bool> {
    let mut out = mask.values.clone();
    let holes = Grid::new(mask.width, mask.values.iter().map(|on| !on).collect());
    each(holes, |hole| {
        if hole.pixels.len() < most {
            hole.pixels.iter().filter_map(|at| out.get_mut(*at).map(|on| *on = true)).for_each(drop);
        }
    });
    Grid::new(mask.width, out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_touches_by_a_corner_is_two_and_rows_do_not_wrap() {
        let mask = Grid::new(4, [1, 0, 0, 1, 1, 0, 1, 0, 0, 1, 0, 0].map(|on| on == 1).to_vec());
        let mut found = Vec::new();
        each(mask, |one| found.push((one.left, one.top, one.right, one.bottom, one.pixels.len())));
        assert_eq!(found, [(0, 0, 1, 2, 2), (3, 0, 4, 1, 1), (2, 1, 3, 2, 1), (1, 2, 2, 3, 1)]);
    }

    #[test]
    fn a_small_hole_is_filled_and_a_large_one_stays() {
        let ring = Grid::new(5, (0..25).map(|at| !(6..=18).contains(&at) || at % 5 == 0 || at % 5 == 4).collect());
        assert!(filled(&ring, 10).values.iter().all(|on| *on));
        assert_eq!(filled(&ring, 9).values, ring.values);
    }
}
