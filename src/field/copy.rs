//! A field at the size that is searched: large enough to tell nuclei from platelets, small enough to be quick.

use image::RgbImage;

use crate::data::view::raster::{ResizeError, resize};

/// Longer sides in pixels of the copies that are tried, from the quickest on.
pub(super) const SIDES: [u32; 3] = [640, 1600, 4000];

/// Shrinks an image so that its longer side has at most so many pixels; a smaller image stays as it is. Gives the pixels of
/// the image for each of the copy too.
pub(super) fn reduced(image: &RgbImage, side: u32) -> Result<(RgbImage, f64), ResizeError> {
    let (width, height) = image.dimensions();
    let factor = f64::from(width.max(height)) / f64::from(side.max(1));
    if factor <= 1.0 {
        return Ok((image.clone(), 1.0));
    }
    let [wide, high] = [width, height].map(|length| ((f64::from(length) / factor).round() as u32).max(1));
    Ok((resize(image, [0.0, 0.0, f64::from(width), f64::from(height)], wide, high)?, factor))
}
