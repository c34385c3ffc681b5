//! The image in full size: a few decoded ones are kept, the one that is shown stands in the viewer.

use std::path::{Path, PathBuf};

use egui::{Context, Label, RichText, TextureHandle, TextureOptions, Ui, Vec2, vec2};

use super::file_name;
use crate::{
    domain::prediction::Classified,
    job::{ThumbKey, Thumbs},
    ui::{
        theme,
        widgets::{icons, viewer::Viewer},
    },
};

/// Longest side that goes to the GPU in pixels: within what every adapter takes.
const SIDE: u32 = 2048;
/// Images kept: the one shown, its neighbours, and a few to go back to.
const KEPT: usize = 6;

/// A texture with the image's own size in pixels, or why there is none.
type Picture = Result<(TextureHandle, Vec2), String>;

/// Large pictures by file, the one seen last at the end.
pub struct Large {
    thumbs: Thumbs,
    kept: Vec<(PathBuf, Picture)>,
}

impl Large {
    /// `wake` is called from a worker thread whenever a picture is ready.
    pub fn new(wake: impl Fn() + Send + Sync + 'static) -> Self {
        Self { thumbs: Thumbs::few(wake), kept: Vec::new() }
    }

    /// Whether a picture is being decoded.
    #[must_use]
    pub fn busy(&self) -> bool {
        self.thumbs.busy()
    }

    /// Takes in what was decoded; those seen longest ago go.
    pub fn drain(&mut self, ctx: &Context) {
        while let Some(thumb) = self.thumbs.poll() {
            let picture = thumb.picture.map(|rgb| {
                let size = [rgb.width() as usize, rgb.height() as usize];
                let image = egui::ColorImage::from_rgb(size, rgb.as_raw());
                let texture = ctx.load_texture("large", image, TextureOptions::LINEAR);
                (texture, vec2(thumb.full.0 as f32, thumb.full.1 as f32))
            });
            self.kept.retain(|(path, _)| *path != thumb.key.path);
            self.kept.push((thumb.key.path, picture));
            let surplus = self.kept.len().saturating_sub(KEPT);
            self.kept.drain(..surplus);
        }
    }

    /// The picture of a file; `None` while it is decoded.
    fn get(&mut self, path: &Path) -> Option<&Picture> {
        if let Some(at) = self.kept.iter().position(|(of, _)| of == path) {
            let found = self.kept.remove(at);
            self.kept.push(found);
            return self.kept.last().map(|(_, picture)| picture);
        }
        self.ask(path);
        None
    }

    /// Decodes what is likely to be shown next, once what is shown is there.
    pub(super) fn foresee(&mut self, path: &Path) {
        if !self.thumbs.busy() && !self.kept.iter().any(|(of, _)| of == path) {
            self.ask(path);
        }
    }

    fn ask(&mut self, path: &Path) {
        self.thumbs.ask(&ThumbKey { path: path.to_owned(), side: SIDE });
    }
}

pub(super) fn show(ui: &mut Ui, item: &Classified, large: &mut Large) {
    let (key, name) = (item.path.display().to_string(), file_name(&item.path));
    let ground = theme::ground(ui.visuals());
    match large.get(&item.path) {
        Some(Ok((texture, size))) => {
            Viewer { key: &key, texture: texture.id(), size: *size, name: &name, ground }.show(ui);
        }
        Some(Err(why)) => {
            ui.add(Label::new(RichText::new(&name).strong()).truncate());
            stand_in(ui, |ui| {
                ui.label(RichText::new(icons::BAN).size(32.0).weak());
                ui.label(RichText::new("This image cannot be shown").font(theme::strong(16.0)));
                ui.add(Label::new(RichText::new(crate::app::notices::sentence(why))).wrap());
            });
        }
        None => {
            ui.add(Label::new(RichText::new(&name).strong()).truncate());
            stand_in(ui, |ui| {
                ui.spinner();
            });
        }
    }
}

/// The frame of the viewer with something else in its middle.
fn stand_in(ui: &mut Ui, add: impl FnOnce(&mut Ui)) {
    let ground = theme::ground(ui.visuals());
    let room = ui.available_rect_before_wrap();
    ui.painter().rect_filled(room, 6.0, ground);
    ui.vertical_centered(|ui| {
        ui.add_space((room.height() * 0.4).max(theme::GRID));
        add(ui);
    });
}
