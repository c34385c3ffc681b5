//! How one image of the grid is drawn.

use std::path::Path;

use egui::{Align2, FontId, Painter, Rect, Stroke, StrokeKind, TextureHandle, Ui, pos2, vec2};

use super::{Cell, Picture, Pictures};
use crate::{
    domain::{classes, field::Place},
    ui::{
        theme,
        widgets::{confidence, marker},
    },
};

/// Height of the two lines under a picture in points.
pub(super) const CAPTION: f32 = 34.0;

/// Paints a picture as large as it fits into `frame`, undistorted.
pub fn fitted(painter: &Painter, texture: &TextureHandle, frame: Rect) {
    let size = texture.size_vec2().max(vec2(1.0, 1.0));
    let scale = (frame.width() / size.x).min(frame.height() / size.y);
    let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
    let rect = Rect::from_center_size(frame.center(), size * scale);
    painter.image(texture.id(), rect, whole, egui::Color32::WHITE);
}

/// The picture, the mark of its class where no caption names one, and a frame where it is chosen or pointed at.
pub(super) fn picture(ui: &Ui, pictures: &mut Pictures, cell: &Cell, rect: Rect, chosen: bool, bright: bool) {
    let painter = ui.painter();
    filled(ui, pictures, (&cell.path, None), rect);
    let accent = theme::accent(ui.visuals());
    if chosen {
        painter.rect_stroke(rect, 6.0, Stroke::new(3.0, accent), StrokeKind::Inside);
    } else if bright {
        painter.rect_stroke(rect, 6.0, Stroke::new(1.5, accent), StrokeKind::Inside);
    }
    if cell.given.is_none() && cell.truth.is_some() {
        let centre = rect.left_bottom() + vec2(11.0, -11.0);
        painter.circle_filled(centre, 8.0, ui.visuals().panel_fill);
        marker::paint(painter, centre, 4.0, cell.class());
    }
}

/// The picture of a file, or of a piece of it, over the whole of `rect`: its longer side is cut as far as its shape asks for it.
pub fn filled(ui: &Ui, pictures: &mut Pictures, piece: (&Path, Option<Place>), rect: Rect) {
    let painter = ui.painter();
    painter.rect_filled(rect, 6.0, theme::ground(ui.visuals()));
    match pictures.piece(piece, rect.width() * ui.ctx().pixels_per_point()) {
        Some(Picture::Ready(texture)) => {
            let size = texture.size_vec2().max(vec2(1.0, 1.0));
            let spare = (size - vec2(size.min_elem(), size.min_elem())) / 2.0;
            let shown = Rect::from_min_max((spare / size).to_pos2(), (vec2(1.0, 1.0) - spare / size).to_pos2());
            let shape =
                egui::epaint::RectShape::filled(rect, 6.0, egui::Color32::WHITE).with_texture(texture.id(), shown);
            painter.add(shape);
        }
        Some(Picture::Failed(why)) => {
            let weak = ui.visuals().weak_text_color();
            let galley = painter.layout(why.clone(), FontId::proportional(11.0), weak, rect.width() - 12.0);
            painter.with_clip_rect(rect.intersect(ui.clip_rect())).galley(rect.min + vec2(6.0, 6.0), galley, weak);
        }
        None => {}
    }
}

/// The given class with its confidence, and the true one below where it is another.
pub(super) fn caption(ui: &Ui, cell: &Cell, rect: Rect) {
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    let (ink, weak) = (ui.visuals().text_color(), ui.visuals().weak_text_color());
    let font = FontId::proportional(11.0);
    let Some((given, share)) = &cell.given else {
        painter.text(rect.min + vec2(2.0, 9.0), Align2::LEFT_CENTER, t!("No class"), font, weak);
        return;
    };
    let line = rect.top() + 9.0;
    marker::paint(&painter, pos2(rect.left() + 6.0, line), 4.0, given);
    painter.text(pos2(rect.left() + 15.0, line), Align2::LEFT_CENTER, marker::code(ui.ctx(), given), font.clone(), ink);
    if share.is_finite() {
        let share = confidence::percent(*share);
        painter.text(pos2(rect.right() - 2.0, line), Align2::RIGHT_CENTER, share, font.clone(), ink);
    }
    if let Some(truth) = cell.truth.as_deref().filter(|truth| classes::canonical(truth) != classes::canonical(given)) {
        let line = line + 15.0;
        marker::paint(&painter, pos2(rect.left() + 6.0, line), 4.0, truth);
        let words = t!("True {code}", code = marker::code(ui.ctx(), truth));
        painter.text(pos2(rect.left() + 15.0, line), Align2::LEFT_CENTER, words, font, weak);
    }
}
