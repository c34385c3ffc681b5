//! Cells out of a field, each as a square in the framing that a model learned.

use image::RgbImage;

use super::{find::Survey, scale::framing};
use crate::{
    data::{
        read::{
            decode::DecodeError,
            sheet::{Sheet, View},
        },
        view::raster,
    },
    domain::{
        field::{FieldCell, Place, Scale},
        look::Look,
    },
};

/// Side of a crop as a multiple of its nucleus's diameter where no scale is known: as PBC's cells are framed.
const ALONE: f64 = 3.6;

/// The square that shows a cell as a model knows cells: around its nucleus's middle, `home.nucleus` of it a usual nucleus.
/// It may reach beyond the border.
#[must_use]
pub fn place(survey: &Survey, cell: &FieldCell, scale: &Scale, home: &Look) -> Place {
    around(cell, framing(survey, scale, home))
}

/// The same of `side` pixels, or as the cell alone tells.
#[must_use]
pub fn around(cell: &FieldCell, side: Option<f64>) -> Place {
    let side = side.unwrap_or(ALONE * cell.diameter).round().clamp(1.0, f64::from(u16::MAX));
    let (x, y) = cell.nucleus.middle();
    let corner = |middle: f64| (middle - side / 2.0).round() as i32;
    Place { x: corner(x), y: corner(y), width: side as u32, height: side as u32 }
}

/// Cuts each cell out of a decoded field, in the order of `cells`, each in its [`place`].
#[must_use]
pub fn crops(image: &RgbImage, survey: &Survey, cells: &[FieldCell], scale: &Scale, home: &Look) -> Vec<RgbImage> {
    let square = |cell: &FieldCell| crop(image, place(survey, cell, scale, home), survey.background);
    cells.iter().map(square).collect()
}

/// A piece of a field. Beyond the border lies the slide's own background.
#[must_use]
pub fn crop(image: &RgbImage, at: Place, background: [u8; 3]) -> RgbImage {
    raster::piece(image, at, background)
}

/// Hands pieces of a field over, each with its place in the list, as they are read.
///
/// # Errors
/// [`DecodeError`] where the file is damaged or has changed.
pub fn each(
    sheet: &Sheet,
    places: &[Place],
    background: [u8; 3],
    mut hear: impl FnMut(usize, RgbImage),
) -> Result<(), DecodeError> {
    let views: Vec<View> = places.iter().copied().map(View::of).collect();
    sheet.views(&views, background, &mut |at, piece| {
        hear(at, piece);
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::*;

    #[test]
    fn a_crop_at_a_corner_is_filled_up_with_background_and_keeps_its_place() {
        let image = RgbImage::from_fn(40, 30, |x, y| Rgb([x as u8, y as u8, 7]));
        let of = |x, y, side| Place { x, y, width: side, height: side };
        let square = crop(&image, of(-8, 18, 20), [200, 190, 180]);
        assert_eq!(square.dimensions(), (20, 20));
        assert_eq!(square.get_pixel(0, 0).0, [200, 190, 180]);
        assert_eq!(square.get_pixel(8, 0).0, [0, 18, 7]);
        assert_eq!(square.get_pixel(19, 11).0, [11, 29, 7]);
        assert_eq!(square.get_pixel(19, 12).0, [200, 190, 180]);
        assert_eq!(crop(&image, of(15, 10, 10), [0; 3]).get_pixel(0, 0).0, [15, 10, 7]);
    }
}
