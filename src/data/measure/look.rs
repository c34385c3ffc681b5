//! Decoded images to their look: nucleus, background and stain, at one small size whatever the file's.

use image::RgbImage;

use super::nucleus;
use crate::{
    data::view::{preprocess::Preprocess, raster::ResizeError, stain},
    domain::look::ImageLook,
};

/// Side of the square that is measured, in pixels.
const SIDE: usize = 96;

/// Measures the centred square of an image.
///
/// # Errors
/// [`ResizeError`] for an image without pixels.
pub fn measure(image: &RgbImage) -> Result<ImageLook, ResizeError> {
    let square = Preprocess::new(SIDE, 1.0).square(image)?;
    let (white, strength) = stain::measure(&square);
    let (nucleus, strength) = (nucleus::share(&square, white), f64::from(strength));
    Ok(ImageLook { nucleus, white: white.map(f64::from), strength })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::synthetic;

    /// The same slides, cut tighter around the cell. Eosinophils and monocytes are left out: as drawn, granules or
    /// cytoplasm come near the nucleus in density, and one threshold or the other takes the whole cell.
    #[test]
    fn a_tighter_frame_shows_a_larger_nucleus_by_its_zoom() {
        for class in ["neutrophil", "lymphocyte"] {
            let mut ratios: Vec<f64> = (0..9)
                .filter_map(|seed| {
                    let slide = synthetic::draw(class, seed);
                    let tight = image::imageops::crop_imm(&slide, 60, 61, 240, 242).to_image();
                    Some(measure(&tight).ok()?.nucleus? / measure(&slide).ok()?.nucleus?)
                })
                .collect();
            ratios.sort_by(f64::total_cmp);
            assert!((ratios[ratios.len() / 2] / 1.5 - 1.0).abs() < 0.1, "{class}: {ratios:?}");
        }
    }
}
