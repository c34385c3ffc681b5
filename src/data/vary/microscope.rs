//! A random microscope: how another lab's stain, lamp, optics and camera would show the same cell. Training only.
//!
//! Colours change as optical density (Beer and Lambert), where stain adds up; optics and camera change what is left. What is
//! pale (red cells, cytoplasm) and what is dense (nuclei) change apart from each other: haemoglobin and dye do, from lab to
//! lab, more than anything else does.

use std::sync::LazyLock;

use image::RgbImage;
use rand::{Rng, RngExt};

use super::{
    draw::signed,
    optics::{focused, fringed},
};

/// Natural optical density of each level above black.
static DENSITY: LazyLock<[f32; 256]> =
    LazyLock::new(|| std::array::from_fn(|level| -((level as f32).max(1.0) / 255.0).ln()));

/// Mean natural optical density up to which a pixel is pale, and how much more of it makes it dense.
const PALE: f32 = 0.45;
const TO_DENSE: f32 = 0.5;
/// Logarithm of the largest change of pale densities beside dense ones, half of it each channel's own besides.
const APART: f32 = 1.0;
/// The most stray light.
const HAZE: f32 = 0.75;
/// The furthest that red and blue move, as a share of the view's side.
const FRINGE: f32 = 1.0 / 64.0;

/// Density of each channel (row) from the density of each (column).
type Stain = [[f32; 3]; 3];

/// One lab's way of seeing.
#[derive(Clone, Debug, PartialEq)]
pub struct Microscope {
    dense: Stain,
    pale: Stain,
    /// Light that passes where there is no cell, per channel.
    lamp: [f32; 3],
    /// Share of stray light, which washes dark parts out.
    haze: f32,
    /// Change of each channel's light from one side of the image to the other, across and down.
    gradient: [[f32; 2]; 3],
    /// How far red moves and blue the other way, across and down, as a share of the view's side.
    fringe: [f32; 2],
    /// From -1 (blurred) to 1 (sharpened).
    focus: f32,
    /// Power that a camera's curve raises light to.
    gamma: f32,
}

impl Microscope {
    /// Draws a microscope; strength 1 spans the labs that were looked at, 0 changes nothing.
    #[must_use]
    pub fn draw(rng: &mut impl Rng, strength: f32) -> Self {
        let dense = draw_stain(rng, strength);
        let apart = signed(rng) * APART * strength;
        let factors: [f32; 3] = std::array::from_fn(|_| (apart + signed(rng) * 0.5 * APART * strength).exp());
        let mut pale = dense;
        for (row, factor) in pale.iter_mut().zip(factors) {
            *row = row.map(|share| share * factor);
        }
        let fringe = if rng.random_bool(0.3) {
            [signed(rng), signed(rng)].map(|part| part * FRINGE * strength)
        } else {
            [0.0; 2]
        };
        let light = signed(rng) * 0.2 * strength;
        Self {
            dense,
            pale,
            lamp: std::array::from_fn(|_| (light + signed(rng) * 0.2 * strength).exp()),
            haze: if rng.random_bool(0.5) { (rng.random::<f32>() * HAZE * strength).min(HAZE) } else { 0.0 },
            gradient: draw_gradient(rng, strength),
            fringe,
            focus: signed(rng) * strength.min(1.5),
            gamma: (signed(rng) * 0.2 * strength).exp(),
        }
    }

    /// The view through this microscope.
    #[must_use]
    pub fn look(&self, mut view: RgbImage) -> RgbImage {
        let (width, height) = (view.width().max(1) as f32, view.height().max(1) as f32);
        if self.fringe != [0.0; 2] {
            view = fringed(&view, self.fringe.map(|part| part * width));
        }
        let curve = self.curve();
        for (x, y, pixel) in view.enumerate_pixels_mut() {
            let seen = pixel.0.map(|level| DENSITY.get(usize::from(level)).copied().unwrap_or_default());
            let dense = ((seen.iter().sum::<f32>() / 3.0 - PALE) / TO_DENSE).clamp(0.0, 1.0);
            let [across, down] = [x as f32 / width - 0.5, y as f32 / height - 0.5];
            let rows = self.pale.iter().zip(&self.dense).zip(self.lamp.iter().zip(&self.gradient));
            for (value, ((pale, dark), (lamp, [right, low]))) in pixel.0.iter_mut().zip(rows) {
                let mixed = pale.iter().zip(dark).zip(seen);
                let density: f32 = mixed.map(|((pale, dark), seen)| (pale + dense * (dark - pale)) * seen).sum();
                let shade = 1.0 + right * across + low * down;
                let light = ((-density.max(0.0)).exp() * (1.0 - self.haze) + self.haze) * lamp * shade;
                let step = (light.clamp(0.0, 1.0) * (STEPS - 1) as f32) as usize;
                *value = curve.get(step).copied().unwrap_or(u8::MAX);
            }
        }
        focused(view, self.focus)
    }

    /// The camera's curve from light to levels.
    fn curve(&self) -> Vec<u8> {
        (0..STEPS).map(|step| ((step as f32 / (STEPS - 1) as f32).powf(self.gamma) * 255.0).round() as u8).collect()
    }
}

/// Steps of a camera's curve: finer than the levels it gives.
const STEPS: usize = 2048;

fn draw_stain(rng: &mut impl Rng, strength: f32) -> Stain {
    let overall = (signed(rng) * 0.45 * strength).exp();
    let mut stain = [[0.0; 3]; 3];
    for (row, line) in stain.iter_mut().enumerate() {
        for (column, share) in line.iter_mut().enumerate() {
            *share = if row == column {
                overall * (signed(rng) * 0.3 * strength).exp()
            } else {
                signed(rng) * 0.15 * strength
            };
        }
    }
    stain
}

/// None for every second one.
fn draw_gradient(rng: &mut impl Rng, strength: f32) -> [[f32; 2]; 3] {
    if !rng.random_bool(0.5) {
        return [[0.0; 2]; 3];
    }
    let common = [signed(rng), signed(rng)].map(|part| part * 0.25 * strength);
    std::array::from_fn(|_| common.map(|part| part + signed(rng) * 0.3 * strength))
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng, rngs::ChaCha8Rng};

    use super::*;

    fn image() -> RgbImage {
        RgbImage::from_fn(24, 24, |x, y| image::Rgb([(x * 10) as u8, (y * 9 + 20) as u8, ((x + y) * 5) as u8]))
    }

    #[test]
    fn no_strength_changes_nothing() {
        let microscope = Microscope::draw(&mut ChaCha8Rng::seed_from_u64(1), 0.0);
        let seen = microscope.look(image());
        let far = seen.iter().zip(image().iter()).map(|(a, b)| a.abs_diff(*b)).max();
        // Black is a density of its own level 1, and the curve rounds.
        assert!(far <= Some(1), "{far:?}");
    }

    #[test]
    fn one_seed_gives_one_microscope_and_another_seed_another() {
        let look = |seed| Microscope::draw(&mut ChaCha8Rng::seed_from_u64(seed), 1.0).look(image());
        assert_eq!(look(3), look(3));
        assert_ne!(look(3), look(4));
    }

    /// The densities of a red cell and of a nucleus come nearer to each other through one lab's stain, and further apart
    /// through another's.
    #[test]
    fn pale_and_dense_parts_change_apart_from_each_other() {
        let cell = RgbImage::from_fn(2, 1, |x, _| image::Rgb(if x == 0 { [200, 170, 170] } else { [70, 35, 120] }));
        let density = |level: u8| -(f32::from(level.max(1)) / 255.0).ln();
        let ratios: Vec<f32> = (0..200)
            .map(|seed| {
                let microscope = Microscope {
                    lamp: [1.0; 3],
                    haze: 0.0,
                    gradient: [[0.0; 2]; 3],
                    fringe: [0.0; 2],
                    focus: 0.0,
                    gamma: 1.0,
                    ..Microscope::draw(&mut ChaCha8Rng::seed_from_u64(seed), 1.0)
                };
                let seen = microscope.look(cell.clone());
                let mean = |x| seen.get_pixel(x, 0).0.map(density).iter().sum::<f32>();
                mean(0) / mean(1)
            })
            .collect();
        let (least, most) =
            (ratios.iter().copied().fold(f32::MAX, f32::min), ratios.iter().copied().fold(0.0, f32::max));
        // As it is: 0.22.
        assert!(least < 0.12 && most > 0.45, "{least} to {most}");
    }
}
