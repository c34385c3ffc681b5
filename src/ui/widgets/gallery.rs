//! A virtual grid of images with a bounded store of decoded pictures.

use std::{collections::HashMap, path::PathBuf};

use egui::{
    Align2, Context, Rect, Role, ScrollArea, Sense, TextureHandle, TextureOptions, Ui, Vec2, WidgetInfo, pos2, vec2,
};

use super::marker;
use crate::job::{ThumbKey, Thumbs};

/// Pictures kept on the GPU; those unseen for longest go first.
const KEPT: usize = 600;
/// Side of a stored picture in pixels: enough for the largest cell of the grid.
const SIDE: u32 = 160;

/// Height of the two lines under a picture in points.
const CAPTION: f32 = 32.0;

/// A decoded picture, or why there is none.
pub enum Picture {
    Ready(TextureHandle),
    Failed(String),
}

/// Decoded pictures by file.
pub struct Pictures {
    thumbs: Thumbs,
    known: HashMap<PathBuf, (Picture, u64)>,
    frame: u64,
}

impl Pictures {
    pub fn new(wake: impl Fn() + Send + Sync + 'static) -> Self {
        Self { thumbs: Thumbs::new(wake), known: HashMap::new(), frame: 0 }
    }

    /// Takes in what was decoded and drops what was not seen for longest.
    pub fn drain(&mut self, ctx: &Context) {
        self.frame += 1;
        while let Some(thumb) = self.thumbs.poll() {
            let picture = match thumb.picture {
                Ok(rgb) => {
                    let size = [rgb.width() as usize, rgb.height() as usize];
                    let image = egui::ColorImage::from_rgb(size, rgb.as_raw());
                    Picture::Ready(ctx.load_texture("thumb", image, TextureOptions::LINEAR))
                }
                Err(why) => Picture::Failed(why),
            };
            self.known.insert(thumb.key.path, (picture, self.frame));
        }
        if self.known.len() > KEPT {
            let mut seen: Vec<u64> = self.known.values().map(|(_, frame)| *frame).collect();
            seen.sort_unstable();
            let oldest = seen.get(self.known.len() - KEPT).copied().unwrap_or(0);
            self.known.retain(|_, (_, frame)| *frame >= oldest);
        }
    }

    /// The picture of a file; `None` while it is decoded.
    pub fn get(&mut self, path: &PathBuf) -> Option<&Picture> {
        let frame = self.frame;
        if let Some((picture, seen)) = self.known.get_mut(path) {
            *seen = frame;
            return Some(picture);
        }
        self.thumbs.ask(&ThumbKey { path: path.clone(), side: SIDE });
        None
    }
}

/// One cell of the grid.
pub struct Cell {
    pub path: PathBuf,
    /// What a person reads and a screen reader says.
    pub name: String,
    /// The name of its class.
    pub class: String,
}

/// Draws the cells that are in sight; returns the one that was clicked.
pub fn show(
    ui: &mut Ui,
    pictures: &mut Pictures,
    count: usize,
    side: f32,
    selected: Option<usize>,
    cell: impl Fn(usize) -> Cell,
) -> Option<usize> {
    grid(ui, pictures, count, Vec2::splat(side), selected, |index| (cell(index), [String::new(), String::new()]))
}

/// As [`show`], with two short lines under each picture.
pub fn captioned(
    ui: &mut Ui,
    pictures: &mut Pictures,
    count: usize,
    side: f32,
    selected: Option<usize>,
    cell: impl Fn(usize) -> (Cell, [String; 2]),
) -> Option<usize> {
    grid(ui, pictures, count, vec2(side, side + CAPTION), selected, cell)
}

fn grid(
    ui: &mut Ui,
    pictures: &mut Pictures,
    count: usize,
    size: Vec2,
    selected: Option<usize>,
    cell: impl Fn(usize) -> (Cell, [String; 2]),
) -> Option<usize> {
    let gap = 8.0;
    let columns = ((ui.available_width() + gap) / (size.x + gap)).floor().max(1.0) as usize;
    let mut clicked = None;
    let rows = count.div_ceil(columns);
    ScrollArea::vertical().auto_shrink(false).show_rows(ui, size.y, rows, |ui, range| {
        for row in range {
            ui.horizontal(|ui| {
                for index in row * columns..((row + 1) * columns).min(count) {
                    let (cell, lines) = cell(index);
                    let (whole, response) = ui.allocate_exact_size(size, Sense::click());
                    let rect = Rect::from_min_size(whole.min, Vec2::splat(size.x));
                    let bright = selected == Some(index) || response.hovered() || response.has_focus();
                    paint(ui, pictures, &cell, rect, bright);
                    caption(ui, Rect::from_min_max(rect.left_bottom(), whole.max), &lines);
                    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &cell.name));
                    if response.on_hover_text(&cell.name).clicked() {
                        clicked = Some(index);
                    }
                }
            });
        }
    });
    clicked
}

/// Paints a picture as large as it fits into `frame`, undistorted.
pub fn fitted(painter: &egui::Painter, texture: &TextureHandle, frame: Rect) {
    let size = texture.size_vec2().max(vec2(1.0, 1.0));
    let scale = (frame.width() / size.x).min(frame.height() / size.y);
    let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
    let rect = Rect::from_center_size(frame.center(), size * scale);
    painter.image(texture.id(), rect, whole, egui::Color32::WHITE);
}

fn caption(ui: &Ui, rect: Rect, [first, second]: &[String; 2]) {
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    let font = egui::FontId::proportional(11.0);
    let (weak, ink) = (ui.visuals().weak_text_color(), ui.visuals().text_color());
    painter.text(rect.min + vec2(2.0, 2.0), Align2::LEFT_TOP, first, font.clone(), weak);
    painter.text(rect.min + vec2(2.0, 16.0), Align2::LEFT_TOP, second, font, ink);
}

fn paint(ui: &Ui, pictures: &mut Pictures, cell: &Cell, rect: Rect, bright: bool) {
    let painter = ui.painter();
    painter.rect_filled(rect, 6.0, ui.visuals().widgets.hovered.weak_bg_fill);
    let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
    match pictures.get(&cell.path) {
        Some(Picture::Ready(texture)) => {
            let shape =
                egui::epaint::RectShape::filled(rect, 6.0, egui::Color32::WHITE).with_texture(texture.id(), whole);
            painter.add(shape);
        }
        Some(Picture::Failed(why)) => {
            let font = egui::FontId::proportional(11.0);
            let galley = painter.layout(why.clone(), font, ui.visuals().weak_text_color(), rect.width() - 12.0);
            painter.galley(rect.min + vec2(6.0, 6.0), galley, ui.visuals().weak_text_color());
        }
        None => {}
    }
    if bright {
        let stroke = egui::Stroke::new(2.0, super::super::theme::accent(ui.visuals()));
        painter.rect_stroke(rect, 6.0, stroke, egui::StrokeKind::Inside);
    }
    let centre = rect.left_bottom() + vec2(10.0, -10.0);
    painter.circle_filled(centre, 8.0, ui.visuals().panel_fill);
    marker::paint(painter, centre, 4.0, &cell.class);
}
