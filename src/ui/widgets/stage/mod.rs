//! One image, large, with marks on it: zoom with wheel, pinch or keys, pan by dragging, fit and 1:1, on neutral grey; marks
//! are chosen by a click, and with the tool in hand a drag draws one. What happened is answered, and nothing is done.

mod marks;
mod place;

use egui::{
    Color32, CursorIcon, Key, Pos2, Rect, Response, RichText, Role, Sense, TextureId, Ui, Vec2, WidgetInfo, pos2, vec2,
};

pub use self::{marks::Mark, place::Place};
use crate::ui::{keys, theme};

/// One step of the plus and minus keys.
const STEP: f32 = 1.25;
/// Least side of a mark that is drawn, in points: less is a slip of the hand.
const SMALLEST: f32 = 6.0;

/// The image that is shown.
pub struct Stage<'a> {
    /// Identifies the image.
    pub key: &'a str,
    pub texture: TextureId,
    /// Of the image in pixels.
    pub size: Vec2,
    /// Of the texture, which may be a smaller copy.
    pub drawn: Vec2,
    /// A piece of the image in all its pixels, over the smaller copy.
    pub detail: Option<(TextureId, Rect)>,
    /// What a screen reader says, such as the file's name.
    pub name: &'a str,
    /// The grey behind the image.
    pub ground: Color32,
    pub marks: &'a [Mark<'a>],
    /// The mark that is chosen.
    pub chosen: Option<usize>,
    /// Whether a mark can be drawn, and whether a drag draws one now.
    pub tool: Option<bool>,
}

/// What a person did.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Deed {
    /// The mark that was clicked.
    pub clicked: Option<usize>,
    /// A rectangle of the image that was drawn, in its pixels.
    pub drawn: Option<Rect>,
    /// The tool was taken or laid down.
    pub tool: Option<bool>,
    /// What of the image is in sight, in its pixels.
    pub seen: Option<Rect>,
    /// Screen pixels for one of the image.
    pub scale: f32,
}

impl Stage<'_> {
    /// Fills the room that is left.
    pub fn show(&self, ui: &mut Ui, place: &mut Place) -> Deed {
        let mut deed = Deed::default();
        place.turn_to(self.key);
        self.bar(ui, place, &mut deed);
        let (frame, response) =
            ui.allocate_exact_size(ui.available_size().max(Vec2::splat(64.0)), Sense::click_and_drag());
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, self.name));
        let drawing = self.tool == Some(true);
        if response.dragged() && !drawing {
            place.pan(frame, self.size, response.drag_delta());
        }
        if response.double_clicked() && !drawing {
            place.fitted();
        }
        if let Some(pointer) = response.hover_pos() {
            let factor = ui.input(|input| input.zoom_delta() * (input.smooth_scroll_delta().y / 240.0).exp());
            if (factor - 1.0).abs() > 1e-4 {
                place.zoom(frame, self.size, factor, pointer);
            }
        }
        self.keys(ui, frame, place, &mut deed);
        let chosen = self.chosen.and_then(|at| Some((at, self.marks.get(at)?.rect)));
        place.follow(frame, self.size, chosen);
        place.hold(frame, self.size);
        let rect = place.rect(frame, self.size);
        self.paint(ui, frame, rect);
        deed.clicked = marks::show(ui, self, (frame, rect), response.id);
        if drawing {
            deed.drawn = self.draw(ui, &response, rect);
        }
        deed.seen = Some(place::to_image(rect, self.size, frame)).filter(Rect::is_positive);
        deed.scale = place.scale(frame, self.size) * ui.pixels_per_point();
        place.frame = Some(frame);
        deed
    }

    /// Plus, minus, 0 for fit and 1 for one to one, B for the tool, while nobody types.
    fn keys(&self, ui: &Ui, frame: Rect, place: &mut Place, deed: &mut Deed) {
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
        match self.tool {
            Some(taken) if pressed(Key::B) => deed.tool = Some(!taken),
            Some(true) if pressed(Key::Escape) => deed.tool = Some(false),
            _ => {}
        }
    }

    fn bar(&self, ui: &mut Ui, place: &mut Place, deed: &mut Deed) {
        let frame = place.frame.unwrap_or(Rect::from_min_size(pos2(0.0, 0.0), vec2(1.0, 1.0)));
        ui.horizontal(|ui| {
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                if button(ui, "+", t!("Zoom in (+)")) {
                    place.zoom(frame, self.size, STEP, frame.center());
                }
                let share = place.scale(frame, self.size) * ui.pixels_per_point();
                ui.label(RichText::new(format!("{:.0} %", 100.0 * share)).small());
                if button(ui, "−", t!("Zoom out (-)")) {
                    place.zoom(frame, self.size, 1.0 / STEP, frame.center());
                }
                if button(ui, "1:1", t!("One image pixel on each pixel of the screen (1)")) {
                    place.one_to_one(ui);
                }
                if button(ui, t!("Fit"), t!("Fit the image into the frame (0)")) {
                    place.fitted();
                }
                if let Some(mark) = self.chosen.and_then(|at| self.marks.get(at))
                    && button(ui, t!("Cell"), t!("Zoom in on the chosen cell"))
                {
                    place.close_up(frame, self.size, mark.rect);
                }
                if let Some(taken) = self.tool {
                    let word = RichText::new(t!("Draw a box")).small();
                    let hint = t!("Drag a box around a cell that was missed (B)");
                    let button = ui.add(egui::Button::selectable(taken, word).min_size(vec2(26.0, 22.0)));
                    if button.on_hover_text(hint).clicked() {
                        deed.tool = Some(!taken);
                    }
                }
                ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                    ui.add(egui::Label::new(RichText::new(self.name).strong()).truncate());
                    ui.add(egui::Label::new(RichText::new(self.pixels()).small().weak()).truncate());
                });
            });
        });
    }

    /// The image's size, and that of the copy where a smaller one is shown.
    fn pixels(&self) -> String {
        let of = |size: Vec2| format!("{:.0} × {:.0}", size.x, size.y);
        let copy = if self.drawn.x < self.size.x && self.detail.is_none() {
            t!(", shown in {drawn}", drawn = of(self.drawn))
        } else {
            String::new()
        };
        format!("{} px{copy}", of(self.size))
    }

    fn paint(&self, ui: &Ui, frame: Rect, rect: Rect) {
        let painter = ui.painter().with_clip_rect(frame.intersect(ui.clip_rect()));
        painter.rect_filled(frame, 6.0, self.ground);
        let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
        painter.image(self.texture, rect, whole, Color32::WHITE);
        if let Some((texture, piece)) = self.detail {
            painter.image(texture, place::to_screen(rect, self.size, piece), whole, Color32::WHITE);
        }
    }

    /// Follows a drag with the tool in hand; the rectangle once it ends.
    fn draw(&self, ui: &Ui, response: &Response, rect: Rect) -> Option<Rect> {
        if response.hovered() {
            ui.ctx().set_cursor_icon(CursorIcon::Crosshair);
        }
        let memory = response.id.with("from");
        if response.drag_started()
            && let Some(from) = ui.input(|input| input.pointer.press_origin())
        {
            ui.data_mut(|data| data.insert_temp(memory, from));
        }
        let from: Pos2 = ui.data(|data| data.get_temp(memory))?;
        let to = response.interact_pointer_pos().or_else(|| ui.input(|input| input.pointer.latest_pos()))?;
        let drawn = Rect::from_two_pos(from, to);
        let painter = ui.painter().with_clip_rect(response.rect.intersect(ui.clip_rect()));
        marks::outline(&painter, drawn, theme::accent(ui.visuals()), true);
        if !response.drag_stopped() {
            return None;
        }
        ui.data_mut(|data| data.remove_temp::<Pos2>(memory));
        let large = drawn.width().min(drawn.height()) >= SMALLEST;
        Some(place::to_image(rect, self.size, drawn)).filter(|drawn| large && drawn.is_positive())
    }
}

fn button(ui: &mut Ui, word: &str, name: &str) -> bool {
    let button = ui.add(egui::Button::new(RichText::new(word).small()).min_size(vec2(26.0, 22.0))).on_hover_text(name);
    button.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
    button.clicked()
}
