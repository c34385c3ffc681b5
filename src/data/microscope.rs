//! A random microscope: how another lab's stain, lamp, optics and camera would show the same cell. Training only.
//!
//! Colours change as optical density (Beer and Lambert), where stain adds up; optics and camera change what is left.

use std::sync::LazyLock;

use image::RgbImage;
use rand::{Rng, RngExt};

/// Natural optical density of each level above black.
static DENSITY: LazyLock<[f32; 256]> =
    LazyLock::new(|| std::array::from_fn(|level| -((level as f32).max(1.0) / 255.0).ln()));

/// One lab's way of seeing.
#[derive(Clone, Debug, PartialEq)]
pub struct Microscope {
    /// Density of each channel (row) from the density of each (column).
    stain: [[f32; 3]; 3],
    /// Light that passes where there is no cell, per channel.
    lamp: [f32; 3],
    /// Share of stray light, which washes dark parts out.
    haze: f32,
    /// Change of light from one side of the image to the other, across and down.
    gradient: [f32; 2],
    /// From -1 (blurred) to 1 (sharpened).
    focus: f32,
    /// Power that a camera's curve raises light to.
    gamma: f32,
}

/// Uniform in -1..1.
fn signed(rng: &mut impl Rng) -> f32 {
    rng.random::<f32>() * 2.0 - 1.0
}

impl Microscope {
    /// Draws a microscope; strength 1 spans the labs that were looked at, 0 changes nothing.
    #[must_use]
    pub fn draw(rng: &mut impl Rng, strength: f32) -> Self {
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
        let light = signed(rng) * 0.2 * strength;
        Self {
            stain,
            lamp: std::array::from_fn(|_| (light + signed(rng) * 0.2 * strength).exp()),
            haze: if rng.random_bool(0.5) { rng.random::<f32>() * 0.25 * strength.min(2.0) } else { 0.0 },
            gradient: if rng.random_bool(0.5) {
                [signed(rng), signed(rng)].map(|g| g * 0.25 * strength)
            } else {
                [0.0; 2]
            },
            focus: signed(rng) * strength.min(1.5),
            gamma: (signed(rng) * 0.2 * strength).exp(),
        }
    }

    /// The view through this microscope.
    #[must_use]
    pub fn look(&self, mut view: RgbImage) -> RgbImage {
        let curve = self.curve();
        let (width, height) = (view.width().max(1) as f32, view.height().max(1) as f32);
        for (x, y, pixel) in view.enumerate_pixels_mut() {
            let [r, g, b] = pixel.0.map(|level| DENSITY.get(usize::from(level)).copied().unwrap_or_default());
            let place = [x as f32 / width - 0.5, y as f32 / height - 0.5];
            let shade = 1.0 + self.gradient[0] * place[0] + self.gradient[1] * place[1];
            for ((value, row), lamp) in pixel.0.iter_mut().zip(&self.stain).zip(self.lamp) {
                let density = (row[0] * r + row[1] * g + row[2] * b).max(0.0);
                let light = ((-density).exp() * (1.0 - self.haze) + self.haze) * lamp * shade;
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

/// Blurs (below 0) or sharpens (above 0) by the difference from a small blur.
fn focused(view: RgbImage, focus: f32) -> RgbImage {
    if focus.abs() < 0.05 {
        return view;
    }
    let twice = focus < -0.5;
    let mut soft = super::augment::blur(&view, 1.0);
    if twice {
        soft = super::augment::blur(&soft, 1.0);
    }
    // Of the blur's own share below 0, of the lost detail above 0.
    let share = if twice { 2.0 * focus.abs() - 0.5 } else { focus.abs() * 1.5 }.min(1.5);
    let share = if focus < 0.0 { -share.min(1.0) } else { share };
    let mut out = view;
    for (value, soft) in out.iter_mut().zip(soft.iter()) {
        let (sharp, soft) = (f32::from(*value), f32::from(*soft));
        *value = (sharp + share * (sharp - soft)).round().clamp(0.0, 255.0) as u8;
    }
    out
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

    #[test]
    fn focus_moves_contrast_both_ways() {
        let spread = |view: &RgbImage| {
            view.as_raw()
                .chunks_exact(3)
                .zip(view.as_raw().chunks_exact(3).skip(1))
                .map(|(a, b)| u32::from(a[0].abs_diff(b[0])))
                .sum::<u32>()
        };
        let checks = RgbImage::from_fn(16, 16, |x, y| image::Rgb([if (x + y) % 2 == 0 { 110 } else { 140 }; 3]));
        let (soft, sharp) = (focused(checks.clone(), -0.9), focused(checks.clone(), 0.9));
        assert!(spread(&soft) < spread(&checks) && spread(&checks) < spread(&sharp));
    }
}
