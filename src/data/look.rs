//! Decoded images to their look: nucleus, background and stain, at one small size whatever the file's.

use std::path::{Path, PathBuf};

use image::RgbImage;
use rayon::prelude::*;

use super::{
    decode, nucleus,
    preprocess::{Preprocess, ResizeError},
    stain,
};
use crate::{
    domain::look::ImageLook,
    progress::{Halt, StopToken},
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

/// Measures files on all cores; those that cannot be read are passed over.
///
/// # Errors
/// [`Halt::Stopped`].
pub fn survey<P: AsRef<Path> + Sync>(files: &[P], stop: &StopToken) -> Result<Vec<ImageLook>, Halt> {
    let look = |file: &P| {
        stop.check()?;
        Ok(decode::open(file.as_ref()).ok().and_then(|image| measure(&image).ok()))
    };
    let looks: Result<Vec<Option<ImageLook>>, Halt> = files.par_iter().map(look).collect();
    Ok(looks?.into_iter().flatten().collect())
}

/// At most so many files, spread evenly over the list: folders in order give each class its share.
#[must_use]
pub fn spread(files: &[PathBuf], most: usize) -> Vec<PathBuf> {
    let take = files.len().min(most);
    (0..take).filter_map(|index| files.get(index * files.len() / take)).cloned().collect()
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

    #[test]
    fn a_sample_is_spread_and_no_longer_than_the_list() {
        let files: Vec<PathBuf> = (0..10).map(|n| PathBuf::from(n.to_string())).collect();
        let names = |most| spread(&files, most).iter().map(|file| file.display().to_string()).collect::<Vec<_>>();
        assert_eq!(names(3), ["0", "3", "6"]);
        assert_eq!(names(99).len(), 10);
        assert!(spread(&[], 5).is_empty());
    }

    #[test]
    fn an_unreadable_file_is_passed_over() {
        let dir = tempfile::tempdir().unwrap();
        let good = dir.path().join("a.png");
        synthetic::draw("monocyte", 1).save(&good).unwrap();
        let files = [good, dir.path().join("gone.png")];
        assert_eq!(survey(&files, &StopToken::default()).unwrap().len(), 1);
    }
}
