//! A line drawn around things by hand: what lies within it was meant.

use egui::{Pos2, Rect, Response, Shape, Stroke, Ui};

use crate::ui::theme;

/// Points between two corners of the line, at least.
const STEP: f32 = 3.0;
/// A line of fewer corners is a slip of the hand.
const FEWEST: usize = 4;

/// The line that is being drawn, in points of the screen.
#[derive(Clone, Debug, Default)]
pub struct Lasso(Vec<Pos2>);

impl Lasso {
    /// Follows the pointer while its first button is down; the finished line once that is let go.
    pub fn follow(&mut self, response: &Response) -> Option<Loop> {
        let primary = egui::PointerButton::Primary;
        if response.drag_started_by(primary) {
            // The pointer has gone some way by then: the line begins where its button went down.
            self.0.clear();
            self.0.extend(response.ctx.input(|input| input.pointer.press_origin()));
        }
        if let Some(at) = response.interact_pointer_pos().filter(|_| response.dragged_by(primary)) {
            let far = |last: &Pos2| last.distance(at) >= STEP;
            if self.0.last().is_none_or(far) {
                self.0.push(at);
            }
        }
        if !response.drag_stopped_by(primary) {
            return None;
        }
        let corners = std::mem::take(&mut self.0);
        (corners.len() >= FEWEST).then_some(Loop(corners))
    }

    /// Draws the line as far as it is.
    pub fn paint(&self, ui: &Ui) {
        let accent = theme::accent(ui.visuals());
        if self.0.len() > 1 {
            ui.painter().add(Shape::line(self.0.clone(), Stroke::new(2.0, accent)));
            let ends = self.0.first().zip(self.0.last());
            let closing =
                ends.map(|(first, last)| Shape::dashed_line(&[*last, *first], Stroke::new(1.0, accent), 4.0, 4.0));
            ui.painter().extend(closing.into_iter().flatten());
        }
    }
}

/// A closed line.
#[derive(Clone, Debug)]
pub struct Loop(Vec<Pos2>);

impl Loop {
    /// Whether a place lies within, by the number of times that a ray from it crosses the line.
    #[must_use]
    pub fn holds(&self, at: Pos2) -> bool {
        let next = self.0.iter().cycle().skip(1);
        let crossed = self
            .0
            .iter()
            .zip(next)
            .filter(|(a, b)| (a.y > at.y) != (b.y > at.y) && at.x < (b.x - a.x) * (at.y - a.y) / (b.y - a.y) + a.x);
        !crossed.count().is_multiple_of(2)
    }

    /// The rectangle that it lies in.
    #[must_use]
    pub fn bounds(&self) -> Rect {
        Rect::from_points(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use egui::pos2;

    use super::*;

    #[test]
    fn a_loop_holds_what_lies_within_it_whatever_its_shape() {
        // Like the letter U.
        let corners = [(0.0, 0.0), (1.0, 0.0), (1.0, 4.0), (3.0, 4.0), (3.0, 0.0), (4.0, 0.0), (4.0, 5.0), (0.0, 5.0)];
        let drawn = Loop(corners.map(|(x, y)| pos2(x, y)).into());
        for (x, y) in [(0.5, 1.0), (2.0, 4.5), (3.5, 1.0)] {
            assert!(drawn.holds(pos2(x, y)), "{x}, {y}");
        }
        for (x, y) in [(2.0, 1.0), (2.0, 3.9), (-0.5, 1.0), (5.0, 4.5), (2.0, 5.5)] {
            assert!(!drawn.holds(pos2(x, y)), "{x}, {y}");
        }
        assert_eq!(drawn.bounds(), Rect::from_min_max(pos2(0.0, 0.0), pos2(4.0, 5.0)));
    }
}
