//! The image in full size: a few decoded ones are kept, the one that is shown stands in the viewer.

use std::path::{Path, PathBuf};

use egui::{Context, Label, RichText, TextureHandle, TextureOptions, Ui, Vec2, vec2};

use super::file_name;
use crate::{
    app::AppState,
    domain::prediction::Classified,
    job::{Stamp, ThumbKey, Thumbs},
    ui::{
        theme,
        widgets::{
            icons, parts,
            viewer::{Place, Viewer},
        },
    },
};

/// Longest side that goes to the GPU in pixels: within what every adapter takes.
const SIDE: u32 = 2048;
/// Images kept: the one shown, its neighbours, and a few to go back to.
const KEPT: usize = 6;

/// A texture with the image's own size in pixels, or why there is none.
type Picture = Result<(TextureHandle, Vec2), String>;

/// A picture that is kept.
struct Kept {
    path: PathBuf,
    /// Of the file that it was read from; `None` where it has to be read again in any case.
    stamp: Option<Stamp>,
    picture: Picture,
}

/// Large pictures by file, the one seen last at the end.
pub struct Large {
    thumbs: Thumbs,
    kept: Vec<Kept>,
    place: Place,
}

impl Large {
    /// `wake` is called from a worker thread whenever a picture is ready.
    pub fn new(wake: impl Fn() + Send + Sync + 'static) -> Self {
        Self { thumbs: Thumbs::few(wake), kept: Vec::new(), place: Place::default() }
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
            self.kept.retain(|kept| kept.path != thumb.key.path);
            let stamp = thumb.stamp.filter(|_| picture.is_ok());
            self.kept.push(Kept { path: thumb.key.path, stamp, picture });
            let surplus = self.kept.len().saturating_sub(KEPT);
            self.kept.drain(..surplus);
        }
    }

    /// The picture of a file; `None` while it is decoded. Turning to a file again reads it again where it is another one
    /// by now, or could not be read.
    fn get(&mut self, path: &Path) -> Option<&Picture> {
        let Some(at) = self.kept.iter().position(|kept| kept.path == path) else {
            self.thumbs.ask(&key(path));
            return None;
        };
        let turned = at + 1 < self.kept.len();
        let found = self.kept.remove(at);
        if turned {
            self.thumbs.check(&key(path), found.stamp);
        }
        self.kept.push(found);
        self.kept.last().map(|kept| &kept.picture)
    }

    /// Decodes what is likely to be shown next, once what is shown is there.
    pub(super) fn foresee(&mut self, path: &Path) {
        if !self.thumbs.busy() && !self.kept.iter().any(|kept| kept.path == path) {
            self.thumbs.ask(&key(path));
        }
    }
}

fn key(path: &Path) -> ThumbKey {
    ThumbKey { path: path.to_owned(), at: None, side: SIDE }
}

pub(super) fn show(ui: &mut Ui, state: &AppState, item: &Classified, large: &mut Large) {
    let (key, name) = (item.path.display().to_string(), file_name(&item.path));
    let ground = theme::ground(ui.visuals());
    let mut place = std::mem::take(&mut large.place);
    match large.get(&item.path) {
        Some(Ok((texture, size))) => {
            let drawn = texture.size_vec2();
            Viewer { key: &key, texture: texture.id(), size: *size, drawn, name: &name, ground }.show(ui, &mut place);
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
            stand_in(ui, |ui| parts::busy(ui, state));
        }
    }
    large.place = place;
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
