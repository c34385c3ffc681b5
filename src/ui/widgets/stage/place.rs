//! Where an image stands in its frame: zoom, pan, fit, one to one.

use egui::{Pos2, Rect, Ui, Vec2};

/// Where the image stands in its frame; kept by the page that shows it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Place {
    /// Screen points per image pixel; `None` follows the frame's size.
    scale: Option<f32>,
    /// Of the image's centre from the frame's centre, in points.
    offset: Vec2,
    /// The image that stands there.
    key: String,
    /// The frame of the last picture, which the buttons zoom in.
    pub(super) frame: Option<Rect>,
    /// The mark that was chosen then.
    chosen: Option<usize>,
}

/// Least and most points per pixel.
const SCALES: (f32, f32) = (0.01, 32.0);
/// Least part of the frame that a mark keeps to its border, as a share of it.
const ROOM: f32 = 0.06;
/// How much of the frame a mark takes that is zoomed in on.
const CLOSE: f32 = 0.4;

impl Place {
    pub(super) fn scale(&self, frame: Rect, image: Vec2) -> f32 {
        self.scale.unwrap_or_else(|| fit(frame, image))
    }

    /// Another image comes: the zoom stays, so that cells are seen at one scale, and the centre is in the middle again.
    pub(super) fn turn_to(&mut self, key: &str) {
        if self.key != key {
            (self.key, self.offset, self.chosen) = (key.to_owned(), Vec2::ZERO, None);
        }
    }

    pub(super) fn fitted(&mut self) {
        (self.scale, self.offset) = (None, Vec2::ZERO);
    }

    /// One image pixel on each pixel of the screen.
    pub(super) fn one_to_one(&mut self, ui: &Ui) {
        (self.scale, self.offset) = (Some(1.0 / ui.pixels_per_point()), Vec2::ZERO);
    }

    /// Zooms by a factor and keeps what is under `anchor` where it is.
    pub(super) fn zoom(&mut self, frame: Rect, image: Vec2, factor: f32, anchor: Pos2) {
        let before = self.scale(frame, image);
        let after = (before * factor).clamp(SCALES.0, SCALES.1);
        let from_centre = anchor - frame.center() - self.offset;
        self.offset -= from_centre * (after / before - 1.0);
        self.scale = Some(after);
    }

    /// Where the image lies on the screen.
    pub(super) fn rect(&self, frame: Rect, image: Vec2) -> Rect {
        Rect::from_center_size(frame.center() + self.offset, image * self.scale(frame, image))
    }

    /// Pans by so much.
    pub(super) fn pan(&mut self, frame: Rect, image: Vec2, by: Vec2) {
        self.scale = Some(self.scale(frame, image));
        self.offset += by;
    }

    /// Another mark, a rectangle of the image, was chosen: it comes into sight where it is not.
    pub(super) fn follow(&mut self, frame: Rect, image: Vec2, chosen: Option<(usize, Rect)>) {
        let turned = chosen.map(|(at, _)| at) != self.chosen;
        self.chosen = chosen.map(|(at, _)| at);
        let Some((_, mark)) = chosen.filter(|_| turned && self.scale.is_some()) else { return };
        let seen = to_screen(self.rect(frame, image), image, mark);
        if !frame.shrink(ROOM * frame.width().min(frame.height())).contains_rect(seen) {
            self.offset += frame.center() - seen.center();
        }
    }

    /// Zooms in on a rectangle of the image.
    pub(super) fn close_up(&mut self, frame: Rect, image: Vec2, mark: Rect) {
        let side = mark.width().max(mark.height()).max(1.0);
        let scale = (CLOSE * frame.width().min(frame.height()) / side).clamp(SCALES.0, SCALES.1);
        (self.scale, self.offset) = (Some(scale), (image / 2.0 - mark.center().to_vec2()) * scale);
    }

    /// Keeps at least a part of the image in sight.
    pub(super) fn hold(&mut self, frame: Rect, image: Vec2) {
        let reach = (image * self.scale(frame, image) + frame.size()) / 2.0 - Vec2::splat(32.0);
        self.offset = self.offset.clamp(-reach.max(Vec2::ZERO), reach.max(Vec2::ZERO));
    }
}

/// A rectangle of the image on the screen; `rect` is where all of it lies.
pub(super) fn to_screen(rect: Rect, image: Vec2, of: Rect) -> Rect {
    let scale = rect.width() / image.x.max(1.0);
    Rect::from_min_max(rect.min + of.min.to_vec2() * scale, rect.min + of.max.to_vec2() * scale)
}

/// A rectangle of the screen in the image, as far as it lies inside.
pub(super) fn to_image(rect: Rect, image: Vec2, of: Rect) -> Rect {
    let scale = image.x.max(1.0) / rect.width().max(1e-3);
    let at = |pos: Pos2| ((pos - rect.min) * scale).clamp(Vec2::ZERO, image).to_pos2();
    Rect::from_min_max(at(of.min), at(of.max))
}

fn fit(frame: Rect, image: Vec2) -> f32 {
    let scale = (frame.width() / image.x.max(1.0)).min(frame.height() / image.y.max(1.0));
    scale.clamp(SCALES.0, SCALES.1)
}

#[cfg(test)]
mod tests {
    use egui::{pos2, vec2};

    use super::*;

    const FRAME: Rect = Rect { min: pos2(0.0, 0.0), max: pos2(400.0, 200.0) };

    #[test]
    fn zoom_keeps_the_point_under_the_pointer() {
        let (image, anchor) = (vec2(100.0, 100.0), pos2(260.0, 70.0));
        let mut place = Place::default();
        let under = |place: &Place| (anchor - FRAME.center() - place.offset) / place.scale(FRAME, image);
        let before = under(&place);
        place.zoom(FRAME, image, 1.7, anchor);
        assert!((under(&place) - before).length() < 1e-3);
    }

    #[test]
    fn a_mark_that_is_chosen_comes_into_sight_and_stays_where_the_hand_moves_it() {
        let image = vec2(1000.0, 500.0);
        let (near, far) = (
            Rect::from_min_size(pos2(480.0, 240.0), vec2(20.0, 20.0)),
            Rect::from_min_size(pos2(950.0, 20.0), vec2(20.0, 20.0)),
        );
        let mut place = Place::default();
        place.follow(FRAME, image, Some((0, near)));
        assert_eq!((place.scale, place.offset), (None, Vec2::ZERO), "all of it is in sight");
        place.close_up(FRAME, image, near);
        let seen = |place: &Place, mark| to_screen(place.rect(FRAME, image), image, mark);
        assert!((seen(&place, near).center() - FRAME.center()).length() < 1e-2);
        assert!((seen(&place, near).height() - 80.0).abs() < 1e-2);
        place.follow(FRAME, image, Some((1, far)));
        assert!(FRAME.contains_rect(seen(&place, far)));
        place.pan(FRAME, image, vec2(700.0, 0.0));
        place.follow(FRAME, image, Some((1, far)));
        assert!(!FRAME.contains_rect(seen(&place, far)), "the hand knows better");
        let back = to_image(place.rect(FRAME, image), image, seen(&place, near));
        assert!((back.min - near.min).length() < 1e-2 && (back.max - near.max).length() < 1e-2);
    }

    #[test]
    fn the_zoom_stays_for_the_next_image() {
        let mut place = Place::default();
        place.turn_to("a.png");
        place.zoom(FRAME, vec2(100.0, 100.0), 1.5, pos2(20.0, 20.0));
        let scale = place.scale;
        place.turn_to("b.png");
        assert_eq!((place.scale, place.offset), (scale, Vec2::ZERO));
    }

    #[test]
    fn the_image_starts_fitted_and_is_never_lost() {
        let image = vec2(100.0, 100.0);
        let mut place = Place::default();
        assert_eq!(place.scale(FRAME, image), 2.0);
        place.offset = vec2(9999.0, 0.0);
        place.hold(FRAME, image);
        assert!(place.offset.x < 300.0);
    }
}
