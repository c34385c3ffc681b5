//! One image, large: zoom with wheel, pinch or keys, pan by dragging, fit and 1:1, on neutral grey.

use egui::{Color32, Key, Pos2, Rect, RichText, Role, Sense, TextureId, Ui, Vec2, WidgetInfo, pos2, vec2};

use crate::ui::keys;

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
    frame: Option<Rect>,
}

/// Least and most points per pixel.
const SCALES: (f32, f32) = (0.05, 32.0);
/// One step of the plus and minus keys.
const STEP: f32 = 1.25;

impl Place {
    fn scale(&self, frame: Rect, image: Vec2) -> f32 {
        self.scale.unwrap_or_else(|| fit(frame, image))
    }

    /// Another image comes: the zoom stays, so that cells are seen at one scale, and the centre is in the middle again.
    fn turn_to(&mut self, key: &str) {
        if self.key != key {
            (self.key, self.offset) = (key.to_owned(), Vec2::ZERO);
        }
    }

    fn fitted(&mut self) {
        (self.scale, self.offset) = (None, Vec2::ZERO);
    }

    /// One image pixel on each pixel of the screen.
    fn one_to_one(&mut self, ui: &Ui) {
        (self.scale, self.offset) = (Some(1.0 / ui.pixels_per_point()), Vec2::ZERO);
    }

    /// Zooms by a factor and keeps what is under `anchor` where it is.
    fn zoom(&mut self, frame: Rect, image: Vec2, factor: f32, anchor: Pos2) {
        let before = self.scale(frame, image);
        let after = (before * factor).clamp(SCALES.0, SCALES.1);
        let from_centre = anchor - frame.center() - self.offset;
        self.offset -= from_centre * (after / before - 1.0);
        self.scale = Some(after);
    }

    /// Keeps at least a part of the image in sight.
    fn hold(&mut self, frame: Rect, image: Vec2) {
        let reach = (image * self.scale(frame, image) + frame.size()) / 2.0 - Vec2::splat(32.0);
        self.offset = self.offset.clamp(-reach.max(Vec2::ZERO), reach.max(Vec2::ZERO));
    }
}

fn fit(frame: Rect, image: Vec2) -> f32 {
    let scale = (frame.width() / image.x.max(1.0)).min(frame.height() / image.y.max(1.0));
    scale.clamp(SCALES.0, SCALES.1)
}

/// The image that is shown.
pub struct Viewer<'a> {
    /// Identifies the image.
    pub key: &'a str,
    pub texture: TextureId,
    /// Of the image in pixels.
    pub size: Vec2,
    /// Of the texture, which may be a smaller copy.
    pub drawn: Vec2,
    /// What a screen reader says, such as the file's name.
    pub name: &'a str,
    /// The grey behind the image.
    pub ground: Color32,
}

impl Viewer<'_> {
    /// Fills the room that is left.
    pub fn show(&self, ui: &mut Ui, place: &mut Place) {
        place.turn_to(self.key);
        self.bar(ui, place);
        let (frame, response) =
            ui.allocate_exact_size(ui.available_size().max(Vec2::splat(64.0)), Sense::click_and_drag());
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, self.name));
        if response.dragged() {
            let scale = place.scale(frame, self.size);
            place.scale = Some(scale);
            place.offset += response.drag_delta();
        }
        if response.double_clicked() {
            place.fitted();
        }
        if let Some(pointer) = response.hover_pos() {
            let factor = ui.input(|input| input.zoom_delta() * (input.smooth_scroll_delta().y / 240.0).exp());
            if (factor - 1.0).abs() > 1e-4 {
                place.zoom(frame, self.size, factor, pointer);
            }
        }
        self.keys(ui, frame, place);
        place.hold(frame, self.size);
        self.paint(ui, frame, place);
        place.frame = Some(frame);
    }

    /// Plus, minus, 0 for fit and 1 for one to one, while nobody types.
    fn keys(&self, ui: &Ui, frame: Rect, place: &mut Place) {
        if !keys::untyped(ui.ctx()) {
            return;
        }
        let pressed = |key| ui.input(|input| input.modifiers.is_none() && input.key_pressed(key));
        if pressed(Key::Plus)
            || pressed(Key::Equals)
            || ui.input(|input| input.modifiers.shift_only() && input.key_pressed(Key::Plus))
        {
            place.zoom(frame, self.size, STEP, frame.center());
        }
        if pressed(Key::Minus) {
            place.zoom(frame, self.size, 1.0 / STEP, frame.center());
        }
        if pressed(Key::Num0) {
            place.fitted();
        }
        if pressed(Key::Num1) {
            place.one_to_one(ui);
        }
    }

    fn bar(&self, ui: &mut Ui, place: &mut Place) {
        let frame = place.frame.unwrap_or(Rect::from_min_size(pos2(0.0, 0.0), vec2(1.0, 1.0)));
        ui.horizontal(|ui| {
            ui.add(egui::Label::new(RichText::new(self.name).strong()).truncate());
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                if button(ui, "+", "Zoom in (+)") {
                    place.zoom(frame, self.size, STEP, frame.center());
                }
                let share = place.scale(frame, self.size) * ui.pixels_per_point();
                ui.label(RichText::new(format!("{:.0} %", 100.0 * share)).small());
                if button(ui, "−", "Zoom out (-)") {
                    place.zoom(frame, self.size, 1.0 / STEP, frame.center());
                }
                if button(ui, "1:1", "One image pixel on each pixel of the screen (1)") {
                    place.one_to_one(ui);
                }
                if button(ui, "Fit", "Fit the image into the frame (0)") {
                    place.fitted();
                }
                ui.label(RichText::new(self.pixels()).small().weak());
            });
        });
    }

    /// The image's size, and that of the copy where a smaller one is shown.
    fn pixels(&self) -> String {
        let of = |size: Vec2| format!("{:.0} × {:.0}", size.x, size.y);
        let copy = if self.drawn.x < self.size.x { format!(", shown in {}", of(self.drawn)) } else { String::new() };
        format!("{} px{copy}", of(self.size))
    }

    fn paint(&self, ui: &Ui, frame: Rect, place: &Place) {
        let painter = ui.painter().with_clip_rect(frame.intersect(ui.clip_rect()));
        painter.rect_filled(frame, 6.0, self.ground);
        let rect = Rect::from_center_size(frame.center() + place.offset, self.size * place.scale(frame, self.size));
        let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
        painter.image(self.texture, rect, whole, Color32::WHITE);
    }
}

fn button(ui: &mut Ui, word: &str, name: &str) -> bool {
    let button = ui.add(egui::Button::new(RichText::new(word).small()).min_size(vec2(26.0, 22.0))).on_hover_text(name);
    button.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
    button.clicked()
}

#[cfg(test)]
mod tests {
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
