//! Decoded pictures in a few sizes, bounded by the memory they take on the GPU.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

use egui::{Context, TextureHandle, TextureOptions};

use crate::job::{ThumbKey, Thumbs};

/// Longest sides that are kept, in physical pixels.
const SIDES: [u32; 3] = [80, 160, 320];
/// Bytes kept on the GPU; pictures unseen for longest go first.
const KEPT: usize = 96 << 20;
/// Bytes taken in one frame, so that none becomes long.
const A_FRAME: usize = 2 << 20;

/// A decoded picture, or why there is none.
pub enum Picture {
    Ready(TextureHandle),
    Failed(String),
}

/// The sizes of one file that are there.
#[derive(Default)]
struct Known {
    sizes: Vec<(u32, Picture)>,
    bytes: usize,
    seen: u64,
}

/// Decoded pictures by file.
pub struct Pictures {
    thumbs: Thumbs,
    known: HashMap<PathBuf, Known>,
    bytes: usize,
    frame: u64,
}

impl Pictures {
    /// `wake` is called from a worker thread whenever a picture is ready.
    pub fn new(wake: impl Fn() + Send + Sync + 'static) -> Self {
        Self { thumbs: Thumbs::new(wake), known: HashMap::new(), bytes: 0, frame: 0 }
    }

    /// Whether a picture is being decoded.
    #[must_use]
    pub fn busy(&self) -> bool {
        self.thumbs.busy()
    }

    /// Takes in what was decoded and drops what was not seen for longest.
    pub fn drain(&mut self, ctx: &Context) {
        self.frame += 1;
        let mut taken = 0;
        while let Some(thumb) = self.thumbs.poll() {
            let mut bytes = 0;
            let picture = match thumb.picture {
                Ok(rgb) => {
                    let size = [rgb.width() as usize, rgb.height() as usize];
                    bytes = size.iter().product::<usize>() * 4;
                    let image = egui::ColorImage::from_rgb(size, rgb.as_raw());
                    Picture::Ready(ctx.load_texture("thumb", image, TextureOptions::LINEAR))
                }
                Err(why) => Picture::Failed(why),
            };
            let known = self.known.entry(thumb.key.path).or_default();
            known.sizes.push((thumb.key.side, picture));
            known.seen = self.frame;
            known.bytes += bytes;
            self.bytes += bytes;
            taken += bytes;
            if taken > A_FRAME {
                ctx.request_repaint();
                break;
            }
        }
        if self.bytes > KEPT {
            self.forget();
        }
    }

    /// Drops the quarter that was not seen for longest.
    fn forget(&mut self) {
        let mut seen: Vec<u64> = self.known.values().map(|known| known.seen).collect();
        seen.sort_unstable();
        let oldest = seen.get(seen.len() / 4).copied().unwrap_or(0);
        // What this frame shows stays, however much that is.
        self.known.retain(|_, known| known.seen > oldest || known.seen + 1 >= self.frame);
        self.bytes = self.known.values().map(|known| known.bytes).sum();
    }

    /// The picture of a file for a frame of `px` physical pixels; a smaller one, or `None`, while it is decoded.
    pub fn get(&mut self, path: &Path, px: f32) -> Option<&Picture> {
        let side = SIDES.into_iter().find(|side| *side as f32 >= px).unwrap_or(320);
        let frame = self.frame;
        let known = self.known.get_mut(path).map(|known| {
            known.seen = frame;
            &*known
        });
        let found = known.and_then(|known| {
            let exact = known.sizes.iter().find(|(of, picture)| *of == side || matches!(picture, Picture::Failed(_)));
            exact.map(|one| (one, true)).or_else(|| known.sizes.last().map(|one| (one, false)))
        });
        if !found.is_some_and(|(_, exact)| exact) {
            self.thumbs.ask(&ThumbKey { path: path.to_owned(), side });
        }
        found.map(|((_, picture), _)| picture)
    }
}
