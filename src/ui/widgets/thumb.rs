//! One picture of a file in a square, undistorted.

use std::path::Path;

use egui::{FontId, Response, Role, Sense, Ui, Vec2, WidgetInfo, vec2};

use super::gallery::{Picture, Pictures, fitted};
use crate::ui::theme;

/// Draws the picture of a file; `name` is what a screen reader says of it.
pub fn show(ui: &mut Ui, pictures: &mut Pictures, path: &Path, side: f32, name: &str) -> Response {
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(side), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, name));
    if !ui.is_rect_visible(rect) {
        return response;
    }
    let painter = ui.painter();
    painter.rect_filled(rect, 6.0, theme::ground(ui.visuals()));
    match pictures.get(path, side * ui.ctx().pixels_per_point()) {
        Some(Picture::Ready(texture)) => fitted(painter, texture, rect.shrink(1.0)),
        Some(Picture::Failed(why)) => {
            let weak = ui.visuals().weak_text_color();
            let galley = painter.layout(why.clone(), FontId::proportional(11.0), weak, side - 12.0);
            painter.with_clip_rect(rect).galley(rect.min + vec2(6.0, 6.0), galley, weak);
        }
        None => {}
    }
    response
}

/// Several of them in a row, as many as there is room for.
pub fn row(ui: &mut Ui, pictures: &mut Pictures, paths: &[impl AsRef<Path>], side: f32) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        let fits = ((ui.available_width() + 4.0) / (side + 4.0)).floor().max(1.0) as usize;
        for path in paths.iter().take(fits) {
            let path: &Path = path.as_ref();
            let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
            show(ui, pictures, path, side, &name).on_hover_text(path.display().to_string());
        }
    });
}
