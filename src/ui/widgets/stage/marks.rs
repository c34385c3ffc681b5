//! Boxes on an image: the class by colour, marker and letters, dashed where the border cuts the cell, a sign where it touches
//! another.

use egui::{
    Align2, Color32, FontId, Id, Painter, Rect, Role, Sense, Shape, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2,
};

use super::{Stage, place::to_screen};
use crate::ui::{
    theme,
    widgets::{icons, marker},
};

/// Least side on the screen of a mark that can be clicked and has letters, in points.
const CLICKABLE: f32 = 5.0;
const LETTERS: f32 = 26.0;
/// Pieces of a dashed line and the gaps between them, in points.
const DASH: (f32, f32) = (6.0, 4.0);
/// Height of the letters' plate in points.
const PLATE: f32 = 15.0;

/// A box on the image.
pub struct Mark<'a> {
    /// In pixels of the image.
    pub rect: Rect,
    /// The class; `None` where there is none.
    pub class: Option<&'a str>,
    /// Whether the image's border cuts it.
    pub edge: bool,
    /// Whether another one lies so close that it wants a look.
    pub touching: bool,
    /// What a person reads when pointing at it and a screen reader says.
    pub name: String,
}

/// Draws the marks in sight; gives back which one was clicked.
pub(super) fn show(ui: &Ui, stage: &Stage<'_>, (frame, image): (Rect, Rect), id: Id) -> Option<usize> {
    let painter = ui.painter().with_clip_rect(frame.intersect(ui.clip_rect()));
    let mut clicked = None;
    let mut order: Vec<usize> = (0..stage.marks.len()).collect();
    // The chosen one lies over the others.
    order.sort_by_key(|at| Some(*at) == stage.chosen);
    for at in order {
        let Some(mark) = stage.marks.get(at) else { continue };
        let rect = to_screen(image, stage.size, mark.rect);
        let seen = rect.intersect(frame);
        if !seen.is_positive() {
            continue;
        }
        let chosen = stage.chosen == Some(at);
        let mut pointed = false;
        if rect.width().min(rect.height()) >= CLICKABLE {
            let response = ui.interact(seen, id.with(at), Sense::click());
            response.widget_info(|| WidgetInfo::selected(Role::Button, true, chosen, &mark.name));
            pointed = response.hovered() || response.has_focus();
            if response.on_hover_text(&mark.name).clicked() {
                clicked = Some(at);
            }
        }
        paint(ui, &painter, mark, rect, (chosen, pointed));
    }
    clicked
}

fn paint(ui: &Ui, painter: &Painter, mark: &Mark<'_>, rect: Rect, (chosen, pointed): (bool, bool)) {
    let visuals = ui.visuals();
    let colour = mark.class.map_or(visuals.weak_text_color(), |class| marker::area(ui.ctx(), class).0);
    if chosen {
        painter.rect_stroke(rect.expand(4.0), 5.0, Stroke::new(2.5, theme::accent(visuals)), StrokeKind::Middle);
    } else if pointed {
        painter.rect_stroke(rect.expand(3.0), 5.0, Stroke::new(1.0, theme::accent(visuals)), StrokeKind::Middle);
    }
    outline(painter, rect, colour, mark.edge);
    if rect.width() >= LETTERS {
        plate(ui, painter, mark, rect);
    }
}

/// A box that stands out from dark and light pixels alike.
pub(super) fn outline(painter: &Painter, rect: Rect, colour: Color32, dashed: bool) {
    let (dark, light) = (Stroke::new(3.5, theme::SHADE), Stroke::new(2.0, colour));
    if !dashed {
        painter.rect_stroke(rect, 3.0, dark, StrokeKind::Middle);
        painter.rect_stroke(rect, 3.0, light, StrokeKind::Middle);
        return;
    }
    let corners = [rect.left_top(), rect.right_top(), rect.right_bottom(), rect.left_bottom(), rect.left_top()];
    for stroke in [dark, light] {
        painter.extend(Shape::dashed_line(&corners, stroke, DASH.0, DASH.1));
    }
}

/// Letters and signs at the upper left corner, above the box where there is room.
fn plate(ui: &Ui, painter: &Painter, mark: &Mark<'_>, rect: Rect) {
    let visuals = ui.visuals();
    let letters = mark.class.map_or_else(|| icons::BAN.to_owned(), |class| marker::code(ui.ctx(), class));
    let ink = visuals.text_color();
    let galley = painter.layout_no_wrap(letters, FontId::proportional(11.0), ink);
    let sign = if mark.touching { 14.0 } else { 0.0 };
    let shape = if mark.class.is_some() { 13.0 } else { 3.0 };
    let width = shape + galley.size().x + 5.0 + sign;
    let above = rect.top() - PLATE >= painter.clip_rect().top();
    let top = if above { rect.top() - PLATE } else { rect.top() };
    let ground = Rect::from_min_size(pos2(rect.left(), top), vec2(width, PLATE));
    painter.rect_filled(ground, 3.0, visuals.panel_fill.gamma_multiply(0.92));
    let line = ground.center().y;
    if let Some(class) = mark.class {
        marker::paint(painter, pos2(ground.left() + 7.0, line), 4.0, class);
    }
    painter.galley(pos2(ground.left() + shape, line - galley.size().y / 2.0), galley, ink);
    if mark.touching {
        let at = pos2(ground.right() - 9.0, line);
        painter.text(at, Align2::CENTER_CENTER, icons::ALERT, FontId::proportional(11.0), visuals.warn_fg_color);
    }
}
