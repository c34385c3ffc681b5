//! THE one way from a decoded image to a network's numbers: centred square crop, antialiased resize, normalisation.
//!
//! Training without augmentation, validation, evaluation and classification all pass through here, so their numbers agree
//! to the bit.

use image::RgbImage;
use serde::{Deserialize, Serialize};

use super::{
    raster::{ResizeError, mirror, resize},
    stain,
};
pub use crate::domain::config::Background;
use crate::domain::config::TrainConfig;

/// The widest crop, as a share of the image's shorter side.
pub const WIDEST: f64 = 2.0;

/// What an image goes through before a network sees it; part of the model card.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Preprocess {
    /// Side of the square in pixels.
    pub size: usize,
    /// Side of the centred crop as a share of the image's shorter side, above 0; beyond 1 the border is mirrored.
    pub crop: f64,
    /// Taken from each channel, on a scale of 0 to 1.
    pub mean: [f32; 3],
    /// Divides each channel after that.
    pub std: [f32; 3],
    #[serde(default)]
    pub background: Background,
}

impl Preprocess {
    /// `x / 127.5 - 1` on a square of `size` pixels, as the Keras weights want it.
    #[must_use]
    pub const fn new(size: usize, crop: f64) -> Self {
        Self { size, crop, mean: [0.5; 3], std: [0.5; 3], background: Background::AsIs }
    }

    /// What a run's settings ask for.
    #[must_use]
    pub const fn of(config: &TrainConfig) -> Self {
        Self { background: config.background, ..Self::new(config.size, config.crop) }
    }

    /// In words, for the line on where figures come from.
    #[must_use]
    pub fn words(&self) -> String {
        let levelled = if self.background == Background::Levelled { ", background and stain levelled" } else { "" };
        format!("{} px, crop {}{levelled}", self.size, self.crop)
    }

    /// The network's view of an image: `size` x `size` pixels.
    ///
    /// # Errors
    /// [`ResizeError`] for an image or a view without pixels.
    pub fn square(&self, image: &RgbImage) -> Result<RgbImage, ResizeError> {
        let (width, height) = image.dimensions();
        let side = self.crop_side(width, height);
        let size = u32::try_from(self.size).unwrap_or(u32::MAX);
        if side > f64::from(width.min(height)) {
            return mirrored(image, side, size);
        }
        let (left, top) = ((f64::from(width) - side) / 2.0, (f64::from(height) - side) / 2.0);
        resize(image, [left, top, side, side], size, size)
    }

    /// Side of the crop in pixels of an image.
    #[must_use]
    pub fn crop_side(&self, width: u32, height: u32) -> f64 {
        (f64::from(width.min(height)) * self.crop.clamp(0.01, WIDEST)).max(1.0)
    }

    /// Pixels (HWC, any number of them from one image) to normalised numbers of the same layout and length.
    pub fn normalise(&self, pixels: &[u8], out: &mut [f32]) {
        let mut table = match self.background {
            Background::AsIs => stain::plain(),
            Background::Levelled => stain::level(pixels),
        };
        for ((channel, mean), std) in table.iter_mut().zip(self.mean).zip(self.std) {
            let std = std.max(f32::EPSILON);
            for value in channel.iter_mut() {
                *value = (*value - mean) / std;
            }
        }
        let [red, green, blue] = &table;
        for (from, to) in pixels.chunks_exact(3).zip(out.chunks_exact_mut(3)) {
            if let ([r, g, b], [x, y, z]) = (from, to) {
                (*x, *y, *z) = (pick(red, *r), pick(green, *g), pick(blue, *b));
            }
        }
    }

    /// How many numbers one image becomes.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.size * self.size * 3
    }

    /// Whether the square has no side.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.size == 0
    }
}

fn pick(table: &[f32; 256], value: u8) -> f32 {
    table.get(usize::from(value)).copied().unwrap_or_default()
}

/// A crop wider than the image: what there is of it, mirrored around its border as training's own views are.
fn mirrored(image: &RgbImage, side: f64, size: u32) -> Result<RgbImage, ResizeError> {
    let (width, height) = image.dimensions();
    let seen = [width, height].map(|length| f64::from(length).min(side));
    let [wide, high] = seen.map(|length| ((length / side * f64::from(size)).round() as u32).clamp(1, size));
    let [left, top] = [(f64::from(width) - seen[0]) / 2.0, (f64::from(height) - seen[1]) / 2.0];
    let middle = resize(image, [left, top, seen[0], seen[1]], wide, high)?;
    let offset = [wide, high].map(|length| ((size - length) / 2) as i32);
    Ok(RgbImage::from_fn(size, size, |x, y| {
        let column = mirror(x as i32 - offset[0], wide as i32) as u32;
        let row = mirror(y as i32 - offset[1], high as i32) as u32;
        *middle.get_pixel(column, row)
    }))
}
