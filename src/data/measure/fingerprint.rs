//! A decoded frame to its fingerprint: shrunk whole to a small square, then its coarsest waves.

use std::{f64::consts::PI, sync::LazyLock};

use image::RgbImage;

use crate::{
    data::view::raster,
    domain::fingerprint::{COEFFICIENTS, DIAGONALS, Fingerprint},
};

/// Side in pixels of the small square.
const SIDE: usize = 32;
/// Shares of red, green and blue in luminance.
const LUMINANCE: [f32; 3] = [0.299, 0.587, 0.114];

/// A wave at each place of the small square, by its number; mean square 1 over the square's side.
static WAVES: LazyLock<[[f32; SIDE]; DIAGONALS + 1]> = LazyLock::new(|| {
    let side = SIDE as f64;
    std::array::from_fn(|number| {
        let height = if number == 0 { 1.0 } else { f64::sqrt(2.0) };
        std::array::from_fn(|x| (height * (PI * (2 * x + 1) as f64 * number as f64 / (2.0 * side)).cos()) as f32)
    })
});

/// Describes the whole frame. It is stretched to a square, so that a pixel more or less in width changes little.
#[must_use]
pub fn fingerprint(image: &RgbImage) -> Fingerprint {
    let whole = [0.0, 0.0, f64::from(image.width()), f64::from(image.height())];
    // Only an image without pixels cannot be shrunk, and it looks like nothing.
    let small = raster::resize(image, whole, SIDE as u32, SIDE as u32).unwrap_or_default();
    let mut sums = [0.0_f32; 3];
    // Of each row, how much of every wave across it holds.
    let mut rows = [[0.0_f32; DIAGONALS + 1]; SIDE];
    for (row, pixels) in rows.iter_mut().zip(small.as_raw().chunks_exact(3 * SIDE)) {
        for (x, pixel) in pixels.chunks_exact(3).enumerate() {
            let mut grey = 0.0;
            for ((value, share), sum) in pixel.iter().zip(LUMINANCE).zip(&mut sums) {
                grey += f32::from(*value) * share;
                *sum += f32::from(*value);
            }
            for (part, wave) in row.iter_mut().zip(&*WAVES) {
                *part += grey * wave.get(x).copied().unwrap_or_default();
            }
        }
    }
    let area = (SIDE * SIDE) as f32;
    let mut numbers = [0.0; COEFFICIENTS];
    let pairs = (1..=DIAGONALS).flat_map(|diagonal| (0..=diagonal).map(move |v| (diagonal - v, v)));
    for (number, (u, v)) in numbers.iter_mut().zip(pairs) {
        let down = WAVES.get(v).into_iter().flatten();
        *number =
            rows.iter().zip(down).map(|(row, wave)| row.get(u).copied().unwrap_or_default() * wave).sum::<f32>() / area;
    }
    Fingerprint::new(sums.map(|sum| sum / area), &numbers)
}
