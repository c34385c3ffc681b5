//! A square pair of axes from 0 to 1, or to less at the top, with grid, marks and titles.

use super::{
    MARGIN, TOP, axis,
    canvas::{Anchor, Canvas, FAINT, INK, QUIET, Words},
};

/// Where the axes stand on the page.
pub(super) const LEFT: f64 = MARGIN + 62.0;
pub(super) const SIDE: f64 = 470.0;
pub(super) const BOTTOM: f64 = TOP + SIDE;

/// From shares to places on the page.
pub(super) struct Plane {
    /// The value at the top of the vertical axis.
    pub top: f64,
}

impl Plane {
    pub(super) fn at(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        [LEFT + x.clamp(0.0, 1.0) * SIDE, BOTTOM - (y / self.top).clamp(0.0, 1.0) * SIDE]
    }

    /// Draws grid, marks and titles.
    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, x_title: &str, y_title: &str) {
        let marks = axis::ticks(0.0, 1.0, 5);
        for mark in &marks {
            let [x, _] = self.at([*mark, 0.0]);
            canvas.line([x, TOP], [x, BOTTOM], FAINT, 1.0, "");
            let words = Words::sized(11.0).anchor(Anchor::Middle).colour(QUIET);
            canvas.text(x, BOTTOM + 18.0, &axis::label(*mark, &marks), words);
        }
        let marks = axis::ticks(0.0, self.top, 5);
        for mark in marks.iter().filter(|mark| **mark <= self.top * 1.001) {
            let [_, y] = self.at([0.0, *mark]);
            canvas.line([LEFT, y], [LEFT + SIDE, y], FAINT, 1.0, "");
            let words = Words::sized(11.0).anchor(Anchor::End).colour(QUIET);
            canvas.text(LEFT - 8.0, y + 4.0, &axis::label(*mark, &marks), words);
        }
        canvas.line([LEFT, BOTTOM], [LEFT + SIDE, BOTTOM], INK, 1.0, "");
        canvas.line([LEFT, TOP], [LEFT, BOTTOM], INK, 1.0, "");
        let middle = Words::sized(13.0).anchor(Anchor::Middle);
        canvas.text(LEFT + SIDE / 2.0, BOTTOM + 42.0, x_title, middle);
        canvas.text(MARGIN + 8.0, f64::midpoint(TOP, BOTTOM), y_title, middle.turned(-90.0));
    }

    /// The line on which both shares are equal.
    pub(super) fn diagonal(&self, canvas: &mut Canvas<'_>) {
        canvas.line(self.at([0.0, 0.0]), self.at([1.0, 1.0]), QUIET, 1.0, "3 4");
    }
}
