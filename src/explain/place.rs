//! Where the square that a network saw lies on the image.

use serde::Serialize;

use crate::data::view::preprocess::Preprocess;

/// A square in pixels of the image; it reaches beyond the image where the crop is wider.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Place {
    pub left: f64,
    pub top: f64,
    pub side: f64,
}

impl Place {
    /// Of an image of this size, as [`Preprocess::square`] cuts it.
    #[must_use]
    pub fn of(preprocess: &Preprocess, width: u32, height: u32) -> Self {
        let side = preprocess.crop_side(width, height);
        Self { left: (f64::from(width) - side) / 2.0, top: (f64::from(height) - side) / 2.0, side }
    }

    /// The place on the square, from 0 to 1 within it, of a place on the image in pixels.
    #[must_use]
    pub fn share(&self, x: f64, y: f64) -> (f64, f64) {
        ((x - self.left) / self.side, (y - self.top) / self.side)
    }
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};

    use super::*;

    #[test]
    fn what_is_marked_on_the_image_lies_there_on_the_square() {
        let (x, y) = (70, 40);
        let image = RgbImage::from_fn(120, 90, |column, row| {
            let inside = column.abs_diff(x) < 3 && row.abs_diff(y) < 3;
            Rgb([if inside { 255 } else { 0 }; 3])
        });
        for crop in [0.8, 1.3] {
            let preprocess = Preprocess::new(64, crop);
            let square = preprocess.square(&image).unwrap();
            let bright = square.enumerate_pixels().filter(|(.., pixel)| pixel.0[0] > 100);
            let (sum, n) = bright.fold(([0.0; 2], 0.0), |(sum, n), (x, y, _)| {
                ([sum[0] + f64::from(x) + 0.5, sum[1] + f64::from(y) + 0.5], n + 1.0)
            });
            let place = Place::of(&preprocess, 120, 90).share(f64::from(x) + 0.5, f64::from(y) + 0.5);
            assert!((sum[0] / n / 64.0 - place.0).abs() < 0.02, "{crop}: {sum:?} {n} {place:?}");
            assert!((sum[1] / n / 64.0 - place.1).abs() < 0.02, "{crop}: {sum:?} {n} {place:?}");
        }
    }
}
