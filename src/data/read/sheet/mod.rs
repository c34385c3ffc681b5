//! A picture that may be larger than memory: where its file allows that, it is read row by row, and only a strip of it is held
//! with what is made of it.
//!
//! A smaller picture is one strip. What the pixels mean and which files are refused is for [`decode`] to say.

mod growing;
mod jpeg;
mod png;
mod rows;
mod source;
mod tiff;
mod turn;

use std::{
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
};

use image::RgbImage;

use self::source::{Part, Source, by_rows};
use super::decode::{self, DecodeError, Limit, Note, guarded};
use crate::{
    data::view::raster::{self, ResizeError},
    domain::{field::Place, hash::ContentHash},
};

/// Most pixels of a picture that is one strip: a phone's photograph.
const ONE: u64 = 16_000_000;
/// Pixels of a strip of a larger one, about.
const STRIP: u64 = 8_000_000;

/// A picture to look at in parts.
#[derive(Debug)]
pub struct Sheet {
    size: (u32, u32),
    notes: Vec<Note>,
    pixels: Pixels,
    most: AtomicU64,
}

#[derive(Debug)]
enum Pixels {
    Whole(RgbImage),
    Rows(Source),
}

/// What is wanted of a picture: a place, which may reach beyond the border, in so many pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct View {
    pub at: Place,
    pub width: u32,
    pub height: u32,
}

impl View {
    /// A place as it is.
    #[must_use]
    pub const fn of(at: Place) -> Self {
        Self { at, width: at.width, height: at.height }
    }

    const fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }
}

impl Sheet {
    /// Opens a file: the hash of its bytes, unless they could not be read, and the picture in it. One that is read row by row
    /// is known to be whole only when all of it was seen.
    pub fn hashed(path: &Path) -> (Option<ContentHash>, Result<Self, DecodeError>) {
        match by_rows(path, ONE, STRIP) {
            Ok(Some(source)) => match source.hash() {
                Ok(content) => (Some(content), Ok(Self::new(Pixels::Rows(source)))),
                Err(why) => (None, Err(why)),
            },
            Ok(None) => {
                let (content, picture) = decode::hashed(path, Limit::FIELD);
                (content, picture.map(Self::whole_of))
            }
            Err(why) => (None, Err(why)),
        }
    }

    /// The same without the hash.
    ///
    /// # Errors
    /// [`DecodeError`], in words for a person.
    pub fn open(path: &Path) -> Result<Self, DecodeError> {
        match by_rows(path, ONE, STRIP)? {
            Some(source) => Ok(Self::new(Pixels::Rows(source))),
            None => decode::hashed(path, Limit::FIELD).1.map(Self::whole_of),
        }
    }

    /// Reads a file to its end, for nothing but the hash of its bytes.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn check(path: &Path) -> Result<ContentHash, DecodeError> {
        let (content, sheet) = Self::hashed(path);
        sheet?.views(&[], [0; 3], &mut |_, _| Ok(()))?;
        content.ok_or(DecodeError::Empty)
    }

    fn new(pixels: Pixels) -> Self {
        let (size, notes) = match &pixels {
            Pixels::Whole(image) => (image.dimensions(), Vec::new()),
            Pixels::Rows(source) => (source.size(), source.facts.notes.clone()),
        };
        Self { size, notes, pixels, most: AtomicU64::new(0) }
    }

    fn whole_of(picture: decode::Picture) -> Self {
        Self { notes: picture.notes, ..Self::new(Pixels::Whole(picture.image)) }
    }

    /// Width and height of the upright picture.
    #[must_use]
    pub const fn size(&self) -> (u32, u32) {
        self.size
    }

    /// What a person should know of how it was read.
    #[must_use]
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// The whole picture, where it is one strip.
    #[must_use]
    pub const fn whole(&self) -> Option<&RgbImage> {
        match &self.pixels {
            Pixels::Whole(image) => Some(image),
            Pixels::Rows(_) => None,
        }
    }

    /// Most bytes of pixels that were held at once so far.
    #[must_use]
    pub fn most_held(&self) -> u64 {
        self.most.load(Ordering::Relaxed)
    }

    /// Hands views of the picture over, each as soon as its last row was read, by its place in `wanted`; beyond the border lies
    /// `beyond`. Without any the file is read to its end, as it is for those of the whole picture.
    ///
    /// # Errors
    /// [`DecodeError`] where the file is damaged or has changed, or `hear` gives one.
    pub fn views(
        &self,
        wanted: &[View],
        beyond: [u8; 3],
        hear: &mut dyn FnMut(usize, RgbImage) -> Result<(), DecodeError>,
    ) -> Result<(), DecodeError> {
        match &self.pixels {
            Pixels::Whole(image) => {
                self.hold(image.as_raw().len() as u64);
                wanted.iter().enumerate().try_for_each(|(at, view)| hear(at, seen(image, *view, beyond)?))
            }
            Pixels::Rows(source) => {
                let mut parts: Vec<Part> = wanted.iter().map(|view| source.part(view.at, view.size())).collect();
                let mut ready = |at: usize, part: RgbImage| match wanted.get(at) {
                    Some(view) => hear(at, framed(part, *view, self.size, beyond)?),
                    None => Ok(()),
                };
                guarded(|| source.pass(&mut parts, &mut ready, &|bytes| self.hold(bytes)))
            }
        }
    }

    /// The picture with its longer side shrunk to so many pixels, or as it is where that is shorter.
    ///
    /// # Errors
    /// As [`Self::views`].
    pub fn shrunk(&self, side: u32) -> Result<RgbImage, DecodeError> {
        let (width, height) = self.size;
        let factor = f64::from(width.max(height)) / f64::from(side.max(1));
        let length = |length: u32| ((f64::from(length) / factor.max(1.0)).round() as u32).max(1);
        let view = View { at: Place::all(self.size), width: length(width), height: length(height) };
        let mut out = RgbImage::default();
        self.views(&[view], [0; 3], &mut |_, image| {
            out = image;
            Ok(())
        })?;
        Ok(out)
    }

    fn hold(&self, bytes: u64) {
        self.most.fetch_max(bytes, Ordering::Relaxed);
    }
}

/// A view of a picture that is in memory.
fn seen(image: &RgbImage, view: View, beyond: [u8; 3]) -> Result<RgbImage, ResizeError> {
    let View { at, width, height } = view;
    if at.width == width && at.height == height {
        return Ok(raster::piece(image, at, beyond));
    }
    if at.within(image.dimensions()) == at {
        let part = [at.x.into(), at.y.into(), at.width.into(), at.height.into()];
        return raster::resize(image, part, width, height);
    }
    let piece = raster::piece(image, at, beyond);
    raster::resize(&piece, [0.0, 0.0, at.width.into(), at.height.into()], width, height)
}

/// A view of what was seen of it; where it reaches beyond the border it was not shrunk yet.
fn framed(part: RgbImage, view: View, size: (u32, u32), beyond: [u8; 3]) -> Result<RgbImage, ResizeError> {
    let framed = raster::framed(part, view.at.within(size), view.at, beyond);
    if framed.dimensions() == view.size() {
        return Ok(framed);
    }
    seen(&framed, View { at: Place::all(framed.dimensions()), ..view }, beyond)
}

#[cfg(test)]
mod tests {
    use std::{fs, io::Cursor, path::PathBuf};

    use image::{DynamicImage, ImageEncoder as _, Rgb, codecs::png::PngEncoder};

    use super::*;

    /// Small pictures that stand for large ones, of every kind that is read row by row.
    fn pictures(dir: &Path) -> Vec<PathBuf> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/core");
        let files = ["full", "half-across", "half-both", "grey"].map(|name| folder.join(format!("strips/{name}.jpg")));
        let tiffs = ["tiles", "words"].map(|name| folder.join(format!("strips/{name}.tif")));
        let inks = ["cmyk.jpg", "ycck.jpg"].map(|name| folder.join(name));
        let mut files: Vec<PathBuf> = files.into_iter().chain(tiffs).chain(inks).collect();
        let drawn = DynamicImage::from(drawn(131, 97));
        let mut save = |name: &str, picture: DynamicImage| {
            picture.save(dir.join(name)).unwrap();
            files.push(dir.join(name));
        };
        save("rgb.png", drawn.clone());
        save("grey.png", drawn.to_luma8().into());
        save("rgb16.png", drawn.to_rgb16().into());
        save("rgb.tif", drawn.clone());
        let mut alpha = drawn.to_rgba8();
        alpha.pixels_mut().for_each(|pixel| pixel.0[3] = 0);
        save("clear.png", alpha.clone().into());
        alpha.pixels_mut().zip(0_u32..).for_each(|(pixel, at)| pixel.0[3] = (at % 256) as u8);
        save("alpha.png", alpha.into());
        let mut twelve = drawn.to_rgb16();
        twelve.iter_mut().for_each(|value| *value /= 16);
        save("twelve.png", twelve.into());
        for orientation in 2..=8 {
            let exif =
                [b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".as_slice(), &[orientation, 0, 0, 0, 0, 0, 0, 0]];
            let mut bytes = Vec::new();
            let mut encoder = PngEncoder::new(&mut bytes);
            encoder.set_exif_metadata(exif.concat()).unwrap();
            encoder.write_image(drawn.as_bytes(), 131, 97, drawn.color().into()).unwrap();
            files.push(dir.join(format!("turned-{orientation}.png")));
            fs::write(files.last().unwrap(), bytes).unwrap();
        }
        files
    }

    fn drawn(width: u32, height: u32) -> RgbImage {
        RgbImage::from_fn(width, height, |x, y| Rgb([(x * 7 + y) as u8, (y * 3) as u8, (x * y / 16) as u8]))
    }

    fn in_strips(path: &Path, pixels: u64) -> Result<Sheet, DecodeError> {
        Ok(Sheet::new(Pixels::Rows(by_rows(path, 0, pixels)?.expect("it is read row by row"))))
    }

    fn all(sheet: &Sheet, views: &[View]) -> Vec<RgbImage> {
        let mut out = vec![RgbImage::default(); views.len()];
        let hear = &mut |at: usize, image| {
            out[at] = image;
            Ok(())
        };
        sheet.views(views, [7; 3], hear).unwrap();
        out
    }

    #[test]
    fn pictures_of_many_strips_are_what_they_are_decoded_at_once() {
        let dir = tempfile::tempdir().unwrap();
        for path in pictures(dir.path()) {
            let (content, whole) = decode::hashed(&path, Limit::FIELD);
            let whole = Sheet::whole_of(whole.unwrap());
            let (width, height) = whole.size();
            let place = |x: i32, y: i32, side: u32| View::of(Place { x, y, width: side, height: side });
            let (far, low) = (width as i32, height as i32);
            let mut views = vec![View::of(Place::all(whole.size())), place(-9, -4, 30), place(far - 20, low - 9, 30)];
            views.extend((0..7).map(|n| place(11 * n, 9 * n + 3, 24)));
            views.push(View { width: 12, height: 12, ..place(-5, 20, 30) });
            views.push(place(2 * far, 0, 10));
            for pixels in [1, 2000, 5000, 1 << 20] {
                let sheet = in_strips(&path, pixels).unwrap();
                let name = format!("{} in strips of {pixels}", path.display());
                assert_eq!((sheet.size(), sheet.notes()), (whole.size(), whole.notes()), "{name}");
                assert!(all(&sheet, &views) == all(&whole, &views), "{name}");
                assert!(all(&sheet, &views[4..9]) == all(&whole, &views[4..9]), "{name}, from some way down");
                assert_eq!(Sheet::check(&path).ok(), content, "{name}");
            }
        }
    }

    #[test]
    fn a_file_that_is_cut_short_or_has_a_hole_is_told_from_a_whole_one() {
        let dir = tempfile::tempdir().unwrap();
        for path in pictures(dir.path()) {
            let bytes = fs::read(&path).unwrap();
            let short = dir.path().join("short");
            fs::write(&short, &bytes[..bytes.len() * 7 / 10]).unwrap();
            let end = match by_rows(&short, 0, 2000) {
                Ok(Some(source)) => Ok(Sheet::new(Pixels::Rows(source))),
                // A directory at a TIFF's end is gone with it.
                Ok(None) => decode::hashed(&short, Limit::FIELD).1.map(Sheet::whole_of),
                Err(why) => Err(why),
            };
            let why = end.and_then(|sheet| sheet.views(&[], [0; 3], &mut |_, _| Ok(()))).unwrap_err();
            assert!(matches!(why, DecodeError::Truncated | DecodeError::Damaged(_)), "{}: {why}", path.display());
            if path.extension().is_some_and(|kind| kind == "jpg") {
                assert_eq!(why, DecodeError::Truncated);
            }
            if path.ends_with("strips/full.jpg") {
                let mut hole = bytes;
                let middle = hole.len() / 2;
                hole[middle..middle + 700].fill(0);
                fs::write(&short, hole).unwrap();
                let why = in_strips(&short, 2000).unwrap().views(&[], [0; 3], &mut |_, _| Ok(())).unwrap_err();
                assert!(matches!(why, DecodeError::Truncated | DecodeError::Damaged(_)), "{}: {why}", path.display());
            }
        }
    }

    #[test]
    fn what_cannot_be_read_by_rows_is_told_when_it_is_too_large() {
        let dir = tempfile::tempdir().unwrap();
        let bytes = include_bytes!("../../../../tests/core/strips/progressive.jpg");
        let path = dir.path().join("progressive.jpg");
        fs::write(&path, bytes).unwrap();
        assert!(Sheet::open(&path).unwrap().whole().is_some());
        let frame = bytes.windows(2).position(|two| two == [0xFF, 0xC2]).unwrap();
        let mut large = bytes.to_vec();
        let [high, low] = 19_000_u16.to_be_bytes();
        large[frame + 5..frame + 9].copy_from_slice(&[high, low, high, low]);
        fs::write(&path, &large).unwrap();
        assert_eq!(Sheet::open(&path).err(), Some(DecodeError::TooLargeWhole(19_000, 19_000)));
        let [high, low] = 20_001_u16.to_be_bytes();
        large[frame + 5..frame + 7].copy_from_slice(&[high, low]);
        fs::write(&path, large).unwrap();
        assert_eq!(Sheet::open(&path).err(), Some(DecodeError::TooLargeField(19_000, 20_001)));
    }

    #[test]
    fn a_large_picture_takes_the_memory_of_a_strip_and_of_what_is_made_of_it() {
        let dir = tempfile::tempdir().unwrap();
        let image = drawn(6000, 6000);
        for name in ["large.png", "large.jpg", "large.tif"] {
            let path = dir.path().join(name);
            image.save(&path).unwrap();
            let sheet = Sheet::open(&path).unwrap();
            let copy = sheet.shrunk(1500).unwrap();
            assert_eq!(copy.dimensions(), (1500, 1500), "{name}");
            let corner = View::of(Place { x: 5900, y: 5950, width: 200, height: 200 });
            let exact = name != "large.jpg";
            assert!(!exact || all(&sheet, &[corner])[0] == raster::piece(&image, corner.at, [7; 3]), "{name}");
            let held = sheet.most_held();
            // As decoded, as held and as packed; all of it is 108 MB.
            assert!(held < 8 * STRIP + copy.len() as u64, "{name}: {held} bytes");
        }
        let mut bytes = Cursor::new(Vec::new());
        drawn(64, 64).write_to(&mut bytes, image::ImageFormat::WebP).unwrap();
        let path = dir.path().join("small.webp");
        fs::write(&path, bytes.into_inner()).unwrap();
        assert!(Sheet::open(&path).unwrap().whole().is_some());
    }
}
