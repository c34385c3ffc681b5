//! Numbers and marks over the pixels of a picture, row by row.

/// `width` values a row.
#[derive(Clone, Debug)]
pub(super) struct Grid<T> {
    pub width: usize,
    pub values: Vec<T>,
}

impl<T: Copy> Grid<T> {
    pub(super) const fn new(width: usize, values: Vec<T>) -> Self {
        Self { width, values }
    }

    pub(super) fn height(&self) -> usize {
        self.values.len().checked_div(self.width).unwrap_or_default()
    }

    /// What is left of a part: from a corner, at most so many columns and rows.
    pub(super) fn part(&self, (left, top): (usize, usize), side: usize) -> Self {
        let rows = self.values.chunks(self.width.max(1)).skip(top).take(side);
        let width = side.min(self.width.saturating_sub(left));
        Self::new(width, rows.flat_map(|row| row.iter().skip(left).take(width).copied()).collect())
    }
}

impl Grid<bool> {
    /// Marks whose four neighbours all are `kept` as well; beyond the border all is as at the border.
    fn narrowed(&self, kept: bool) -> Self {
        let mut out = self.values.clone();
        let width = self.width;
        let rows: Vec<&[bool]> = self.values.chunks(width.max(1)).collect();
        for (y, to) in out.chunks_mut(width.max(1)).enumerate() {
            let Some(row) = rows.get(y) else { continue };
            for other in [y.checked_sub(1), Some(y + 1)].into_iter().flatten().filter_map(|y| rows.get(y)) {
                to.iter_mut().zip(*other).for_each(|(to, value)| *to = if *value == kept { *to } else { !kept });
            }
            to.iter_mut().skip(1).zip(*row).for_each(|(to, left)| *to = if *left == kept { *to } else { !kept });
            to.iter_mut()
                .zip(row.iter().skip(1))
                .for_each(|(to, right)| *to = if *right == kept { *to } else { !kept });
        }
        Self::new(width, out)
    }

    /// Without what is narrower than about twice the steps.
    pub(super) fn opened(self, steps: usize) -> Self {
        let narrow = (0..steps).fold(self, |mask, _| mask.narrowed(true));
        narrow.grown(steps)
    }

    /// Wider by so many steps on each side.
    pub(super) fn grown(self, steps: usize) -> Self {
        (0..steps).fold(self, |mask, _| mask.narrowed(false))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(text: &str) -> Grid<bool> {
        let width = text.lines().next().unwrap().len();
        Grid::new(width, text.lines().flat_map(str::chars).map(|letter| letter == '#').collect())
    }

    #[test]
    fn opening_takes_away_what_is_thin_and_leaves_what_is_thick_at_the_border_too() {
        let mask = drawn("###....\n###..#.\n###....\n.......\n");
        let opened = mask.clone().opened(1);
        assert_eq!(opened.values, drawn("###....\n###....\n##.....\n.......\n").values);
        assert_eq!(mask.grown(1).values.iter().filter(|on| **on).count(), 9 + 6 + 5);
    }

    #[test]
    fn a_part_at_the_border_is_as_large_as_there_is() {
        let grid = Grid::new(4, (0..12).collect());
        let part = grid.part((2, 1), 5);
        assert_eq!((part.width, part.values), (2, vec![6, 7, 10, 11]));
    }
}
