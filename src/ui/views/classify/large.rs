//! The image in full size with the boxes of its cells: a few decoded ones are kept, and of one that is too large a sharp piece
//! where it is zoomed in on.

use std::path::{Path, PathBuf};

use egui::{Context, Label, Rect, RichText, TextureHandle, TextureOptions, Ui, Vec2, pos2, vec2};

use super::{file_name, strip};
use crate::{
    app::{Actions, AppState, pages::classify::top, wish},
    domain::{
        field::{Bounds, Place},
        prediction::Classified,
    },
    job::{Stamp, Thumb, ThumbKey, Thumbs},
    ui::{
        theme,
        widgets::{
            icons, parts,
            stage::{self, Deed, Mark, Stage},
        },
    },
};

/// Longest side that goes to the GPU in pixels: within what every adapter takes.
const SIDE: u32 = 2048;
/// Images kept: the one shown, its neighbours, and a few to go back to.
const KEPT: usize = 6;

/// How far a sharp piece reaches beyond what is in sight, as a share of that.
const AROUND: f32 = 0.3;
/// A copy is shown at this many of its own pixels before a sharp piece is wanted.
const BLURRED: f32 = 1.1;

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
    place: stage::Place,
    /// Sharp pieces under way, and the last one.
    pieces: Thumbs,
    piece: Option<(PathBuf, Place, TextureHandle)>,
    /// Whether a drag draws a box.
    drawing: bool,
}

impl Large {
    /// `wake` is called from a worker thread whenever a picture is ready.
    pub fn new(wake: impl Fn() + Send + Sync + Clone + 'static) -> Self {
        Self {
            thumbs: Thumbs::few(wake.clone()),
            kept: Vec::new(),
            place: stage::Place::default(),
            pieces: Thumbs::few(wake),
            piece: None,
            drawing: false,
        }
    }

    /// Whether a picture is being decoded.
    #[must_use]
    pub fn busy(&self) -> bool {
        self.thumbs.busy() || self.pieces.busy()
    }

    /// Takes in what was decoded; those seen longest ago go.
    pub fn drain(&mut self, ctx: &Context) {
        while let Some(thumb) = self.thumbs.poll() {
            let Thumb { key, stamp, picture, full } = thumb;
            let picture = picture.map(|rgb| (texture(ctx, &rgb), vec2(full.0 as f32, full.1 as f32)));
            self.kept.retain(|kept| kept.path != key.path);
            let stamp = stamp.filter(|_| picture.is_ok());
            self.kept.push(Kept { path: key.path, stamp, picture });
            let surplus = self.kept.len().saturating_sub(KEPT);
            self.kept.drain(..surplus);
        }
        while let Some(thumb) = self.pieces.poll() {
            if let (Ok(rgb), Some(at)) = (&thumb.picture, thumb.key.at) {
                self.piece = Some((thumb.key.path, at, texture(ctx, rgb)));
            }
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

    /// The sharp piece of a file that is there.
    fn detail(&self, path: &Path) -> Option<(egui::TextureId, Rect)> {
        let (_, at, texture) = self.piece.as_ref().filter(|(of, ..)| of == path)?;
        let (corner, size) = (pos2(at.x as f32, at.y as f32), vec2(at.width as f32, at.height as f32));
        Some((texture.id(), Rect::from_min_size(corner, size)))
    }

    /// Asks for a sharp piece where the copy of an image is zoomed in on beyond its pixels.
    fn sharpen(&mut self, path: &Path, (size, drawn): (Vec2, Vec2), deed: &Deed) {
        let Some(seen) = deed.seen.filter(|_| deed.scale * size.x > BLURRED * drawn.x && size.x > drawn.x) else {
            return;
        };
        let there = self.detail(path);
        let is_sharp =
            |piece: Rect| piece.width() <= (1.0 + 4.0 * AROUND) * seen.width() || piece.width() <= SIDE as f32;
        if there.is_some_and(|(_, piece)| piece.contains_rect(seen) && is_sharp(piece)) {
            return;
        }
        let all = Rect::from_min_size(pos2(0.0, 0.0), size);
        let wanted = seen.expand2(seen.size() * AROUND).intersect(all);
        // Whole steps, so that a slow pan asks seldom.
        let step = |at: f32| (at / 64.0).floor() as i32 * 64;
        let (x, y) = (step(wanted.left()), step(wanted.top()));
        let side = |from: i32, to: f32, most: f32| (to.min(most) - from as f32).max(1.0) as u32;
        let at = Place { x, y, width: side(x, wanted.right(), size.x), height: side(y, wanted.bottom(), size.y) };
        if !self.pieces.busy() {
            self.pieces.ask(&ThumbKey { path: path.to_owned(), at: Some(at), side: SIDE });
        }
    }

    /// Decodes what is likely to be shown next, once what is shown is there.
    pub(super) fn foresee(&mut self, path: &Path) {
        if !self.thumbs.busy() && !self.kept.iter().any(|kept| kept.path == path) {
            self.thumbs.ask(&key(path));
        }
    }
}

fn texture(ctx: &Context, rgb: &image::RgbImage) -> TextureHandle {
    let size = [rgb.width() as usize, rgb.height() as usize];
    ctx.load_texture("large", egui::ColorImage::from_rgb(size, rgb.as_raw()), TextureOptions::LINEAR)
}

fn key(path: &Path) -> ThumbKey {
    ThumbKey { path: path.to_owned(), at: None, side: SIDE }
}

pub(super) fn show(
    ui: &mut Ui,
    state: &AppState,
    (index, item): (usize, &Classified),
    large: &mut Large,
    actions: &mut Actions,
) {
    let (key, name) = (item.path.display().to_string(), file_name(&item.path));
    let ground = theme::ground(ui.visuals());
    let picture = large
        .get(&item.path)
        .map(|found| found.as_ref().map(|(texture, size)| (texture.clone(), *size)).map_err(Clone::clone));
    match picture {
        Some(Ok((texture, size))) => {
            let (marks, places) = marks(state, index);
            let stage = Stage {
                key: &key,
                texture: texture.id(),
                size,
                drawn: texture.size_vec2(),
                detail: large.detail(&item.path),
                name: &name,
                ground,
                marks: &marks,
                chosen: places.iter().position(|place| *place == index),
                tool: item.portion.is_field().then_some(large.drawing),
            };
            let deed = stage.show(ui, &mut large.place);
            large.sharpen(&item.path, (size, texture.size_vec2()), &deed);
            large.drawing = deed.tool.unwrap_or(large.drawing) && item.portion.is_field();
            if let Some(chosen) = deed.clicked.and_then(|at| places.get(at)) {
                actions.push(wish::Classify::Show(*chosen));
                strip::follow(ui);
            }
            if let Some(drawn) = deed.drawn {
                large.drawing = false;
                actions.push(wish::Classify::Draw(item.path.clone(), bounds(drawn)));
            }
        }
        Some(Err(why)) => {
            ui.add(Label::new(RichText::new(&name).strong()).truncate());
            stand_in(ui, |ui| {
                ui.label(RichText::new(icons::BAN).size(32.0).weak());
                ui.label(RichText::new(t!("This image cannot be shown")).font(theme::strong(16.0)));
                ui.add(Label::new(RichText::new(crate::app::notices::sentence(&why))).wrap());
            });
        }
        None => {
            ui.add(Label::new(RichText::new(&name).strong()).truncate());
            stand_in(ui, |ui| parts::busy(ui, state));
        }
    }
}

/// The boxes of the image that an item is of, and where their cells stand in the list.
fn marks(state: &AppState, index: usize) -> (Vec<Mark<'_>>, Vec<usize>) {
    let classify = &state.classify;
    let mark = |(number, (at, item)): (usize, (usize, &'_ Classified))| {
        let cell = item.portion.spot()?.cell;
        let Bounds { xmin, ymin, xmax, ymax } = cell.bounds;
        let corner = |x: u32, y: u32| pos2(x as f32, y as f32);
        let class = top(item).map(|(label, _)| classify.classes.name(label));
        let mark = Mark {
            rect: Rect::from_min_max(corner(xmin, ymin), corner(xmax, ymax)),
            class,
            edge: cell.edge,
            touching: cell.touching,
            name: strip::words(classify, number + 1, item),
        };
        Some((mark, at))
    };
    classify.together(index).enumerate().filter_map(mark).unzip()
}

/// Whole pixels of a rectangle of an image.
fn bounds(of: Rect) -> Bounds {
    let [xmin, ymin] = [of.left(), of.top()].map(|at| at.floor().max(0.0) as u32);
    let [xmax, ymax] = [of.right(), of.bottom()].map(|at| at.ceil().max(0.0) as u32);
    Bounds { xmin, ymin, xmax: xmax.max(xmin + 1), ymax: ymax.max(ymin + 1) }
}

/// The frame of the stage with something else in its middle.
fn stand_in(ui: &mut Ui, add: impl FnOnce(&mut Ui)) {
    let ground = theme::ground(ui.visuals());
    let room = ui.available_rect_before_wrap();
    ui.painter().rect_filled(room, 6.0, ground);
    ui.vertical_centered(|ui| {
        ui.add_space((room.height() * 0.4).max(theme::GRID));
        add(ui);
    });
}
