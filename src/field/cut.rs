//! Cells out of a field, each as a square in the framing that a model learned.

use image::{Rgb, RgbImage, imageops};

use super::{find::Survey, scale::framing};
use crate::domain::{
    field::{FieldCell, Scale},
    look::Look,
};

/// Side of a crop as a multiple of its nucleus's diameter where no scale is known: as PBC's cells are framed.
const ALONE: f64 = 3.6;

/// Cuts each cell out of a decoded field, in the order of `cells`: a square around its nucleus's middle, `home.nucleus` of
/// it a usual nucleus. Beyond the border lies the slide's own background.
#[must_use]
pub fn crops(image: &RgbImage, survey: &Survey, cells: &[FieldCell], scale: &Scale, home: &Look) -> Vec<RgbImage> {
    let side = framing(survey, scale, home);
    let square = |cell: &FieldCell| {
        let side = side.unwrap_or(ALONE * cell.diameter).round().clamp(1.0, f64::from(u16::MAX));
        crop(image, cell.nucleus.middle(), side as u32, survey.background)
    };
    cells.iter().map(square).collect()
}

/// A square of `side` pixels around a place.
fn crop(image: &RgbImage, (x, y): (f64, f64), side: u32, background: [u8; 3]) -> RgbImage {
    let corner = |middle: f64| (middle - f64::from(side) / 2.0).round() as i64;
    let (left, top) = (corner(x), corner(y));
    let part = |low: i64, length: u32| {
        let from = low.clamp(0, i64::from(length));
        let to = (low + i64::from(side)).clamp(from, i64::from(length));
        (from as u32, (to - from) as u32)
    };
    let ((from_x, wide), (from_y, high)) = (part(left, image.width()), part(top, image.height()));
    let seen = imageops::crop_imm(image, from_x, from_y, wide, high).to_image();
    if wide == side && high == side {
        return seen;
    }
    let mut square = RgbImage::from_pixel(side, side, Rgb(background));
    imageops::replace(&mut square, &seen, i64::from(from_x) - left, i64::from(from_y) - top);
    square
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crop_at_a_corner_is_filled_up_with_background_and_keeps_its_place() {
        let image = RgbImage::from_fn(40, 30, |x, y| Rgb([x as u8, y as u8, 7]));
        let square = crop(&image, (2.0, 28.0), 20, [200, 190, 180]);
        assert_eq!(square.dimensions(), (20, 20));
        assert_eq!(square.get_pixel(0, 0).0, [200, 190, 180]);
        assert_eq!(square.get_pixel(8, 0).0, [0, 18, 7]);
        assert_eq!(square.get_pixel(19, 11).0, [11, 29, 7]);
        assert_eq!(square.get_pixel(19, 12).0, [200, 190, 180]);
        assert_eq!(crop(&image, (20.0, 15.0), 10, [0; 3]).get_pixel(0, 0).0, [15, 10, 7]);
    }
}
