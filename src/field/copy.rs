//! A field at the size that is searched: large enough to tell nuclei from platelets, small enough to be quick.

use image::RgbImage;

use crate::{
    data::{
        read::{
            decode::DecodeError,
            sheet::{Sheet, View},
        },
        view::raster::{ResizeError, resize},
    },
    domain::field::Place,
};

/// Longer sides in pixels of the copies that are tried, from the quickest on.
pub(super) const SIDES: [u32; 3] = [640, 1600, 4000];

/// Width and height of a copy whose longer side has at most so many pixels, and the pixels of the image for each of its own.
pub(super) fn measure((width, height): (u32, u32), side: u32) -> (u32, u32, f64) {
    let factor = f64::from(width.max(height)) / f64::from(side.max(1));
    if factor <= 1.0 {
        return (width, height, 1.0);
    }
    let [wide, high] = [width, height].map(|length| ((f64::from(length) / factor).round() as u32).max(1));
    (wide, high, factor)
}

/// A copy of an image that is in memory; a smaller image stays as it is.
pub(super) fn reduced(image: &RgbImage, side: u32) -> Result<RgbImage, ResizeError> {
    let (width, height) = image.dimensions();
    let (wide, high, factor) = measure((width, height), side);
    if factor <= 1.0 {
        return Ok(image.clone());
    }
    resize(image, [0.0, 0.0, f64::from(width), f64::from(height)], wide, high)
}

/// All copies of a picture, made while it is read once.
pub(super) fn all(sheet: &Sheet) -> Result<[RgbImage; 3], DecodeError> {
    let views = SIDES.map(|side| {
        let (width, height, _) = measure(sheet.size(), side);
        View { at: Place::all(sheet.size()), width, height }
    });
    let mut copies = SIDES.map(|_| RgbImage::default());
    sheet.views(&views, [0; 3], &mut |at, copy| {
        if let Some(of) = copies.get_mut(at) {
            *of = copy;
        }
        Ok(())
    })?;
    Ok(copies)
}
