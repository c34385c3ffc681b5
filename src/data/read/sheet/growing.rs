//! A view of a part of a picture, made as the rows of it come.

use image::RgbImage;

use crate::{
    data::view::raster::{Lines, ResizeError, resize_into},
    domain::field::Place,
};

/// Rows of a shrunk view that are made in one piece: always the same ones, so that what comes out does not depend on how the
/// picture was cut into strips.
const BLOCK: u32 = 8;

/// Rows of a picture that are held: some of the last ones and those that came now.
#[derive(Default)]
pub(super) struct Strip {
    pub pixels: Vec<u8>,
    /// Of the whole picture.
    pub width: u32,
    pub height: u32,
    /// Row of the picture that is the first here.
    pub top: u32,
}

impl Strip {
    pub(super) const fn new((width, height): (u32, u32)) -> Self {
        Self { pixels: Vec::new(), width, height, top: 0 }
    }

    /// The first row that is not here any more or not yet.
    pub(super) fn bottom(&self) -> u32 {
        self.top + (self.pixels.len() / self.line().max(1)) as u32
    }

    const fn line(&self) -> usize {
        self.width as usize * 3
    }

    /// Takes rows in that begin at `top`; of those before, only the ones from `wanted` on stay.
    pub(super) fn take(&mut self, top: u32, rows: &RgbImage, wanted: u32) {
        let kept = if self.bottom() == top { wanted.clamp(self.top, top) } else { top };
        let gone = if self.bottom() == top { (kept - self.top) as usize * self.line() } else { self.pixels.len() };
        self.pixels.drain(..gone.min(self.pixels.len()));
        self.pixels.extend_from_slice(rows.as_raw());
        self.top = kept;
    }
}

/// What is made of a part of a picture.
pub(super) struct Growing {
    at: Place,
    width: u32,
    height: u32,
    done: u32,
    out: RgbImage,
}

impl Growing {
    /// Of a part that lies inside the picture, in so many pixels.
    pub(super) fn new(at: Place, (width, height): (u32, u32)) -> Self {
        let height = if width == 0 { 0 } else { height };
        Self { at, width, height, done: 0, out: RgbImage::default() }
    }

    /// Whether it is made of all rows of a picture.
    pub(super) const fn is_of_all(&self, rows: u32) -> bool {
        self.at.y == 0 && self.at.height == rows
    }

    pub(super) const fn is_done(&self) -> bool {
        self.done >= self.height
    }

    pub(super) fn bytes(&self) -> u64 {
        self.out.as_raw().len() as u64
    }

    /// The finished view.
    pub(super) fn taken(&mut self) -> RgbImage {
        std::mem::take(&mut self.out)
    }

    const fn is_as_large(&self) -> bool {
        self.width == self.at.width && self.height == self.at.height
    }

    fn scale(&self) -> f64 {
        f64::from(self.at.height) / f64::from(self.height.max(1))
    }

    /// The first row of the picture that the next row of the view needs.
    pub(super) fn first(&self) -> u32 {
        let (top, scale) = (self.at.y as u32, self.scale());
        if self.is_as_large() {
            return top + self.done;
        }
        let middle = f64::from(top) + (f64::from(self.done) + 0.5) * scale;
        (middle - scale.max(1.0)).floor().max(0.0) as u32
    }

    /// The first row of the picture that the view does not need up to its row `to`.
    fn end(&self, to: u32, height: u32) -> u32 {
        let (top, scale) = (self.at.y as u32, self.scale());
        let middle = f64::from(top) + (f64::from(to) - 0.5) * scale;
        ((middle + scale.max(1.0)).ceil() as u32).min(height)
    }

    /// Makes what can be made of the rows that are there.
    pub(super) fn grow(&mut self, strip: &Strip) -> Result<(), ResizeError> {
        if self.is_done() || self.first() >= strip.bottom() {
            return Ok(());
        }
        if self.out.as_raw().is_empty() {
            self.out = RgbImage::new(self.width, self.height);
        }
        if self.is_as_large() {
            self.copy(strip);
            return Ok(());
        }
        while !self.is_done() {
            let to = (self.done + BLOCK).min(self.height);
            if self.end(to, strip.height) > strip.bottom() {
                break;
            }
            self.shrink(to, strip)?;
            self.done = to;
        }
        Ok(())
    }

    fn copy(&mut self, strip: &Strip) {
        let (left, wide) = (self.at.x as usize * 3, self.width as usize * 3);
        let skip = (self.first() - strip.top) as usize;
        let rows = strip.pixels.chunks_exact(strip.line().max(1)).skip(skip);
        let free = self.out.chunks_exact_mut(wide.max(1)).skip(self.done as usize);
        for (to, row) in free.zip(rows) {
            if let Some(from) = row.get(left..left + wide) {
                to.copy_from_slice(from);
            }
            self.done += 1;
        }
    }

    fn shrink(&mut self, to: u32, strip: &Strip) -> Result<(), ResizeError> {
        let (rows, scale) = (strip.bottom() - strip.top, self.scale());
        let from = Lines { pixels: &strip.pixels, width: strip.width, height: rows };
        let top = f64::from(self.at.y) + f64::from(self.done) * scale - f64::from(strip.top);
        let high = (f64::from(to - self.done) * scale).min(f64::from(rows) - top);
        let line = self.width as usize * 3;
        let out = self.out.get_mut(self.done as usize * line..to as usize * line).unwrap_or_default();
        let part = [f64::from(self.at.x), top, f64::from(self.at.width), high];
        resize_into(from, part, (out, self.width, to - self.done))
    }
}

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::*;
    use crate::data::view::raster::resize;

    fn grown(image: &RgbImage, at: Place, size: (u32, u32), strip: u32) -> RgbImage {
        let (mut held, mut view) = (Strip::new(image.dimensions()), Growing::new(at, size));
        for top in (0..image.height()).step_by(strip as usize) {
            let part = Place { x: 0, y: top as i32, width: image.width(), height: strip }.within(image.dimensions());
            let rows = image::imageops::crop_imm(image, 0, top, part.width, part.height).to_image();
            held.take(top, &rows, view.first());
            view.grow(&held).unwrap();
        }
        assert!(view.is_done());
        view.taken()
    }

    #[test]
    fn a_view_is_the_same_whatever_the_strips_and_within_a_level_of_the_whole_resize() {
        let image =
            RgbImage::from_fn(211, 307, |x, y| Rgb([(x * 7 % 251) as u8, (y * 5 % 241) as u8, (x * y % 239) as u8]));
        for (at, size) in [
            (Place::all((211, 307)), (64, 93)),
            (Place { x: 11, y: 40, width: 90, height: 201 }, (31, 50)),
            (Place { x: 3, y: 100, width: 50, height: 60 }, (50, 60)),
        ] {
            let whole = grown(&image, at, size, 307);
            for strip in [1, 13, 64, 200] {
                assert_eq!(grown(&image, at, size, strip), whole, "{size:?} in strips of {strip}");
            }
            let part = [at.x.into(), at.y.into(), at.width.into(), at.height.into()];
            let at_once = resize(&image, part, size.0, size.1).unwrap();
            let off = whole.iter().zip(at_once.iter()).map(|(a, b)| a.abs_diff(*b)).max();
            assert!(off <= Some(1), "{off:?}");
        }
    }
}
