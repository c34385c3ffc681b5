//! Decoded pictures in a few sizes, bounded by the memory they take on the GPU.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

use egui::{Context, TextureHandle, TextureOptions};

use crate::{
    domain::field::Place,
    job::{Stamp, ThumbKey, Thumbs},
};

/// Longest sides that are kept, in physical pixels.
const SIDES: [u32; 5] = [80, 160, 320, 640, 1024];
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
    /// Of the file that they were read from; `None` where it has to be read again in any case.
    stamp: Option<Stamp>,
}

/// Decoded pictures by file, and by the piece of it.
pub struct Pictures {
    thumbs: Thumbs,
    known: HashMap<(PathBuf, Option<Place>), Known>,
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
            let known = self.known.entry((thumb.key.path, thumb.key.at)).or_default();
            let stamp = thumb.stamp.filter(|_| matches!(picture, Picture::Ready(_)));
            if known.stamp != stamp {
                // Another file lies there by now.
                self.bytes -= std::mem::take(&mut known.bytes);
                known.sizes.clear();
            }
            known.sizes.retain(|(side, _)| *side != thumb.key.side);
            known.sizes.push((thumb.key.side, picture));
            (known.seen, known.stamp) = (self.frame, stamp);
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

    /// Whatever is shown is looked at again: files may have changed.
    pub fn look_again(&mut self) {
        self.frame += 2;
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

    /// The picture of a file for a frame of `px` physical pixels; a smaller one, or `None`, while it is decoded. One that
    /// comes into sight again is read again where its file is another one by now, or could not be read.
    pub fn get(&mut self, path: &Path, px: f32) -> Option<&Picture> {
        self.piece((path, None), px)
    }

    /// The same of a piece of an image.
    pub fn piece(&mut self, (path, at): (&Path, Option<Place>), px: f32) -> Option<&Picture> {
        let side = SIDES.into_iter().find(|side| *side as f32 >= px).unwrap_or(1024);
        let frame = self.frame;
        let thumbs = &mut self.thumbs;
        let key = ThumbKey { path: path.to_owned(), at, side };
        let known = self.known.get_mut(&(key.path.clone(), at)).map(|known| {
            if known.seen + 1 < frame {
                thumbs.check(&key, known.stamp);
            }
            known.seen = frame;
            &*known
        });
        let found = known.and_then(|known| {
            let exact = known.sizes.iter().find(|(of, picture)| *of == side || matches!(picture, Picture::Failed(_)));
            exact.map(|one| (one, true)).or_else(|| known.sizes.last().map(|one| (one, false)))
        });
        if !found.is_some_and(|(_, exact)| exact) {
            self.thumbs.ask(&key);
        }
        found.map(|((_, picture), _)| picture)
    }
}

#[cfg(test)]
mod tests {
    use std::{
        fs,
        time::{Duration, Instant},
    };

    use super::*;

    /// Keeps a file in sight until its picture is of this width, or none for a failed one.
    fn seen(pictures: &mut Pictures, ctx: &Context, path: &Path, width: Option<usize>) {
        let start = Instant::now();
        loop {
            let found = match pictures.get(path, 64.0) {
                Some(Picture::Ready(texture)) => Some(Some(texture.size()[0])),
                Some(Picture::Failed(_)) => Some(None),
                None => None,
            };
            if found == Some(width) {
                return;
            }
            assert!(start.elapsed() < Duration::from_secs(30), "{found:?} in place of {width:?}");
            std::thread::sleep(Duration::from_millis(5));
            pictures.drain(ctx);
        }
    }

    #[test]
    fn a_replaced_file_is_read_again_and_a_failed_one_is_tried_again() {
        let (place, ctx) = (tempfile::tempdir().unwrap(), Context::default());
        let path = place.path().join("cell.png");
        let draw = |width: u32| image::RgbImage::new(width, 40).save(&path).unwrap();
        let mut pictures = Pictures::new(|| {});
        seen(&mut pictures, &ctx, &path, None);
        draw(40);
        pictures.look_again();
        seen(&mut pictures, &ctx, &path, Some(40));
        let bytes = pictures.bytes;
        fs::remove_file(&path).unwrap();
        draw(30);
        // Out of sight for a frame.
        (0..2).for_each(|_| pictures.drain(&ctx));
        seen(&mut pictures, &ctx, &path, Some(30));
        assert_eq!(pictures.bytes, bytes / 40 * 30, "the old picture is given up");
    }
}
