//! Training variety, seeded per image: geometry, a random microscope, noise and JPEG. Never used outside training.

use std::sync::LazyLock;

use image::RgbImage;
use rand::{Rng, RngExt};
use serde::{Deserialize, Serialize};

use super::{
    draw::{Draw, signed},
    microscope::Microscope,
};
use crate::{
    data::view::{
        preprocess::Preprocess,
        raster::{Between, recompress},
    },
    domain::config::TrainConfig,
};

/// How strongly training images are varied.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Augment {
    /// 0 leaves the plain image, 1 is the default, more is stronger.
    pub strength: f64,
    /// Share of the images that are seen through a random microscope. The others keep their colours: strong changes cost
    /// the home lab, and plain images give that back.
    pub microscope: f64,
    /// Share of the images that get the surroundings of another one of their batch.
    pub surroundings: f64,
}

/// Logarithm of the largest zoom of an image of the own lab.
const FRAMING: f32 = 0.12;
/// The same through another lab's microscope: some cut tight around the cell, which a narrower range does not prepare for
/// (`assets/models/TRIALS.md`).
const FRAMING_ELSEWHERE: f32 = 0.6;

/// A decoded image shrunk to what augmentation reads: the crop and its surroundings.
#[derive(Clone, Debug)]
pub struct Frame {
    pub image: RgbImage,
    /// Side of the plain crop in this frame's pixels, around its centre.
    pub crop: f32,
}

impl Augment {
    /// What a run's settings ask for.
    #[must_use]
    pub const fn of(config: &TrainConfig) -> Self {
        Self { strength: config.augment, microscope: config.microscope, surroundings: config.surroundings }
    }

    /// Whether images come out plain.
    #[must_use]
    pub fn is_off(&self) -> bool {
        self.strength <= 0.0
    }

    /// One varied view of `preprocess.size` pixels a side. For strength 0 use [`Preprocess::square`] itself.
    #[must_use]
    pub fn view(&self, frame: &Frame, preprocess: &Preprocess, draw: Draw) -> RgbImage {
        let mut rng = draw.rng();
        let strength = self.strength as f32;
        let elsewhere = rng.random_bool(self.microscope.clamp(0.0, 1.0));
        let warp =
            Warp::draw(&mut rng, strength, if elsewhere { FRAMING_ELSEWHERE } else { FRAMING }, frame, preprocess.size);
        let mut view = warp.apply(&frame.image, preprocess.size);
        if elsewhere {
            view = Microscope::draw(&mut rng, strength).look(view);
        } else {
            recolour(&mut view, &colour_tables(&mut rng, strength * 0.3));
        }
        if rng.random_bool(if elsewhere { 0.5 } else { 0.15 }) {
            add_noise(&mut view, rng.random::<f32>() * 8.0 * strength, &mut rng);
        }
        if rng.random_bool(if elsewhere { 0.25 } else { 0.05 }) {
            view = recompress(view, rng.random_range(45..90));
        }
        view
    }
}

/// An affine map from the view's pixels to the frame's, around both centres.
struct Warp {
    matrix: [f32; 4],
    centre: [f32; 2],
}

impl Warp {
    fn draw(rng: &mut impl Rng, strength: f32, framing: f32, frame: &Frame, size: usize) -> Self {
        let (sin, cos) = (rng.random::<f32>() * std::f32::consts::TAU).sin_cos();
        let flip = if rng.random_bool(0.5) { -1.0 } else { 1.0 };
        let zoom = (signed(rng) * framing * strength).exp();
        let stretch = (signed(rng) * 0.04 * strength).exp();
        let shift = [signed(rng), signed(rng)].map(|part| part * 0.06 * strength * frame.crop);
        let scale = frame.crop / size as f32 * zoom;
        let centre = [frame.image.width() as f32 / 2.0 + shift[0], frame.image.height() as f32 / 2.0 + shift[1]];
        let (wide, high) = (scale * stretch * flip, scale / stretch);
        Self { matrix: [cos * wide, -sin * high, sin * wide, cos * high], centre }
    }

    /// Reads the frame with linear interpolation; outside it, the frame is mirrored.
    fn apply(&self, frame: &RgbImage, size: usize) -> RgbImage {
        let side = size as u32;
        let middle = size as f32 / 2.0;
        let [xx, xy, yx, yy] = self.matrix;
        let source = Between::new(frame);
        let mut view = RgbImage::new(side, side);
        for (row, line) in view.chunks_exact_mut((size * 3).max(1)).enumerate() {
            let down = row as f32 + 0.5 - middle;
            for (column, pixel) in line.chunks_exact_mut(3).enumerate() {
                let right = column as f32 + 0.5 - middle;
                let x = self.centre[0] + xx * right + xy * down - 0.5;
                let y = self.centre[1] + yx * right + yy * down - 0.5;
                pixel.copy_from_slice(&source.at(x, y));
            }
        }
        view
    }
}

/// Per channel: stain strength as a power, light as a factor, then contrast around the middle.
fn colour_tables(rng: &mut impl Rng, strength: f32) -> [[u8; 256]; 3] {
    let brightness = signed(rng) * 0.10 * strength;
    let contrast = (signed(rng) * 0.15 * strength).exp();
    let stain = signed(rng) * 0.15 * strength;
    std::array::from_fn(|_| {
        let power = (stain + signed(rng) * 0.12 * strength).exp();
        let light = (brightness + signed(rng) * 0.06 * strength).exp();
        std::array::from_fn(|level| {
            let value = (level as f32 / 255.0).powf(power) * light;
            (((value - 0.6) * contrast + 0.6) * 255.0).round().clamp(0.0, 255.0) as u8
        })
    })
}

fn recolour(view: &mut RgbImage, [red, green, blue]: &[[u8; 256]; 3]) {
    let pick = |table: &[u8; 256], value: u8| table.get(usize::from(value)).copied().unwrap_or(value);
    for pixel in view.pixels_mut() {
        let [r, g, b] = pixel.0;
        pixel.0 = [pick(red, r), pick(green, g), pick(blue, b)];
    }
}

/// Quantiles of the standard normal distribution at 4096 even steps: one lookup draws one number.
static NORMAL: LazyLock<Vec<f32>> =
    LazyLock::new(|| (0..4096).map(|step| normal_quantile((f64::from(step) + 0.5) / 4096.0) as f32).collect());

/// Abramowitz and Stegun 26.2.23, within 4.5e-4.
fn normal_quantile(p: f64) -> f64 {
    let t = (-2.0 * p.min(1.0 - p).ln()).sqrt();
    let top = 2.515_517 + t * (0.802_853 + t * 0.010_328);
    let bottom = 1.0 + t * (1.432_788 + t * (0.189_269 + t * 0.001_308));
    (t - top / bottom) * if p < 0.5 { -1.0 } else { 1.0 }
}

/// Gaussian noise, `std` in levels of 0 to 255.
pub fn add_noise(view: &mut RgbImage, std: f32, rng: &mut impl Rng) {
    let table: Vec<i16> = NORMAL.iter().map(|value| (value * std).round() as i16).collect();
    for values in view.chunks_mut(2) {
        let bits = rng.next_u32();
        for (value, at) in values.iter_mut().zip([bits & 4095, bits >> 16 & 4095]) {
            let noise = table.get(at as usize).copied().unwrap_or_default();
            *value = (i16::from(*value) + noise).clamp(0, 255) as u8;
        }
    }
}
