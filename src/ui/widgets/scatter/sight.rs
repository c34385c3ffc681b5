//! Which part of a plane is in sight, and where its places lie on the screen.

use egui::{Pos2, Rect, Vec2, pos2, vec2};

/// Room around the points as a share of the frame.
const MARGIN: f32 = 0.05;
/// Least and most zoom.
const ZOOMS: (f32, f32) = (0.5, 200.0);

/// Zoom 1 shows all; the middle is a share of the bounds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sight {
    zoom: f32,
    middle: Vec2,
}

impl Default for Sight {
    fn default() -> Self {
        Self { zoom: 1.0, middle: vec2(0.5, 0.5) }
    }
}

/// The rectangle around places; those that are no numbers are left out.
pub(super) fn bounds(places: &[[f32; 2]]) -> Rect {
    let mut found = Rect::NOTHING;
    for [x, y] in places.iter().filter(|[x, y]| x.is_finite() && y.is_finite()) {
        found.extend_with(pos2(*x, *y));
    }
    if found.is_finite() { found } else { Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0)) }
}

impl Sight {
    /// Points of the screen for one of the plane: the same across and down, so that distances can be compared.
    fn scale(&self, frame: Rect, bounds: Rect) -> f32 {
        let room = frame.size() * (1.0 - 2.0 * MARGIN);
        let of = |room: f32, wide: f32| if wide > 0.0 { room / wide } else { f32::INFINITY };
        let scale = of(room.x, bounds.width()).min(of(room.y, bounds.height()));
        if scale.is_finite() { scale * self.zoom } else { self.zoom }
    }

    /// Where a place of the plane lies on the screen; its second number grows upwards.
    #[must_use]
    pub fn screen(&self, [x, y]: [f32; 2], frame: Rect, bounds: Rect) -> Pos2 {
        let middle = bounds.min + self.middle * bounds.size();
        let away = vec2(x - middle.x, middle.y - y) * self.scale(frame, bounds);
        frame.center() + away
    }

    pub(super) fn pan(&mut self, by: Vec2, frame: Rect, bounds: Rect) {
        let by = by / self.scale(frame, bounds);
        let share = |by: f32, wide: f32| if wide > 0.0 { by / wide } else { 0.0 };
        self.middle -= vec2(share(by.x, bounds.width()), share(-by.y, bounds.height()));
        self.middle = self.middle.clamp(Vec2::ZERO, Vec2::splat(1.0));
    }

    /// Zooms by a factor and keeps what is under `anchor` where it is.
    pub(super) fn zoom(&mut self, factor: f32, anchor: Pos2, frame: Rect, bounds: Rect) {
        let before = self.zoom;
        self.zoom = (self.zoom * factor).clamp(ZOOMS.0, ZOOMS.1);
        let away = anchor - frame.center();
        self.pan(away * (1.0 - self.zoom / before), frame, bounds);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: Rect = Rect { min: pos2(100.0, 50.0), max: pos2(500.0, 250.0) };

    #[test]
    fn all_places_are_in_sight_at_first_and_distances_are_the_same_across_and_down() {
        let places = [[-1.0, -2.0], [3.0, 6.0], [1.0, 2.0], [f32::NAN, 0.0]];
        let (bounds, sight) = (bounds(&places), Sight::default());
        let at = |place| sight.screen(place, FRAME, bounds);
        assert_eq!(at([1.0, 2.0]), FRAME.center());
        assert!(places[..3].iter().all(|place| FRAME.contains(at(*place))));
        assert!(at([3.0, 6.0]).y < at([-1.0, -2.0]).y, "up is more");
        let across = at([2.0, 2.0]).x - at([1.0, 2.0]).x;
        let down = at([1.0, 2.0]).y - at([1.0, 3.0]).y;
        assert!((across - down).abs() < 1e-3);
    }

    #[test]
    fn zoom_keeps_the_place_under_the_pointer() {
        let places = [[0.0, 0.0], [10.0, 5.0], [6.0, 2.0]];
        let (bounds, mut sight) = (bounds(&places), Sight::default());
        let before = sight.screen(places[2], FRAME, bounds);
        sight.zoom(1.7, before, FRAME, bounds);
        let after = sight.screen(places[2], FRAME, bounds);
        assert!(before.distance(after) < 0.01, "{before:?} {after:?}");
        let apart =
            |sight: &Sight| sight.screen(places[0], FRAME, bounds).distance(sight.screen(places[1], FRAME, bounds));
        assert!((apart(&sight) / apart(&Sight::default()) - 1.7).abs() < 1e-3);
    }

    #[test]
    fn one_place_and_none_are_in_the_middle() {
        let one = bounds(&[[3.0, 4.0]]);
        assert_eq!(Sight::default().screen([3.0, 4.0], FRAME, one), FRAME.center());
        assert!(bounds(&[]).is_finite());
    }
}
