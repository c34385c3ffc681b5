//! Another image's surroundings: a cell stays what it is whatever lies around it, and what lies there is each lab's own, from
//! the crowd and the colour of red cells to the light. Training only.
//!
//! As CutMix (Yun et al. 2019, arXiv 1905.04899), with a circle around the cell in the middle, whose label stays.

use rand::RngExt;
use rayon::prelude::*;

use super::draw::Draw;

/// Smallest and largest radius of what stays, as a share of half of the side: beyond 1 only corners change.
const RADII: [f32; 2] = [0.62, 1.12];
/// Width of the border in which one image passes into the other, as a share of the side.
const BORDER: f32 = 0.06;
/// Draws apart from those of the image's own view.
const STREAM: u64 = 0x7375_7272_6f75_6e64;

/// Gives that share of a batch's images, `[n, size, size, 3]` with a draw each, the surroundings of another one, turned by
/// some quarters.
pub fn exchange(pixels: &mut [f32], size: usize, draws: &[Draw], share: f64) {
    if share <= 0.0 || size == 0 {
        return;
    }
    let before = pixels.to_vec();
    let length = size * size * 3;
    pixels.par_chunks_mut(length).zip(draws).for_each(|(image, draw)| {
        let mut rng = Draw { seed: draw.seed ^ STREAM, ..*draw }.rng();
        if !rng.random_bool(share.min(1.0)) {
            return;
        }
        let giver = rng.random_range(0..draws.len());
        let radius = RADII[0] + (RADII[1] - RADII[0]) * rng.random::<f32>();
        let quarters = rng.random_range(0..4);
        if let Some(giver) = before.chunks_exact(length).nth(giver) {
            surround(image, giver, size, radius * size as f32 / 2.0, quarters);
        }
    });
}

/// Puts `giver`, turned by `quarters`, around what lies within `radius` pixels of the middle.
fn surround(image: &mut [f32], giver: &[f32], size: usize, radius: f32, quarters: u8) {
    let middle = (size as f32 - 1.0) / 2.0;
    for (row, line) in image.chunks_exact_mut(size * 3).enumerate() {
        for (column, pixel) in line.chunks_exact_mut(3).enumerate() {
            let distance = (column as f32 - middle).hypot(row as f32 - middle);
            let share = ((distance - radius) / (BORDER * size as f32) + 0.5).clamp(0.0, 1.0);
            if share == 0.0 {
                continue;
            }
            let last = size - 1;
            let (x, y) = match quarters {
                0 => (column, row),
                1 => (last - row, column),
                2 => (last - column, last - row),
                _ => (row, last - column),
            };
            for (value, other) in pixel.iter_mut().zip(giver.iter().skip((y * size + x) * 3)) {
                *value += share * (other - *value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: usize = 32;

    fn draws(seed: u64) -> Vec<Draw> {
        (0..24).map(|sample| Draw { seed, epoch: 1, sample, repeat: 0 }).collect()
    }

    /// One value an image.
    fn images() -> Vec<f32> {
        (0..24).flat_map(|image| vec![image as f32; SIZE * SIZE * 3]).collect()
    }

    fn exchanged(seed: u64, share: f64) -> Vec<f32> {
        let mut pixels = images();
        exchange(&mut pixels, SIZE, &draws(seed), share);
        pixels
    }

    #[test]
    fn the_middle_stays_and_corners_come_from_another_image() {
        let at = |image: &[f32], x: usize, y: usize| image[(y * SIZE + x) * 3];
        let all = exchanged(3, 1.0);
        let mut others = 0;
        for (own, image) in all.chunks_exact(SIZE * SIZE * 3).enumerate() {
            // Within 0.62 of half of the side, less half a border.
            for (x, y) in [(16, 16), (8, 16), (16, 24)] {
                assert!((at(image, x, y) - own as f32).abs() < 1e-6, "{own}");
            }
            others += usize::from((at(image, 0, 0) - own as f32).abs() > 0.5);
        }
        // A giver may be the image itself.
        assert!(others > 18, "{others}");
    }

    #[test]
    fn one_seed_gives_one_exchange_of_about_the_share_asked_for() {
        assert_eq!(exchanged(5, 0.5), exchanged(5, 0.5));
        assert_ne!(exchanged(5, 0.5), exchanged(6, 0.5));
        assert_eq!(exchanged(5, 0.0), images());
        let changed = |share| {
            let pairs = exchanged(5, share);
            pairs.chunks(SIZE * SIZE * 3).zip(images().chunks(SIZE * SIZE * 3)).filter(|(a, b)| a != b).count()
        };
        assert!((6..=18).contains(&changed(0.5)), "{}", changed(0.5));
    }

    #[test]
    fn four_quarters_lead_back() {
        let giver: Vec<f32> = (0..SIZE * SIZE * 3).map(|i| i as f32).collect();
        let mut turned = giver.clone();
        for _ in 0..4 {
            let mut image = vec![0.0; giver.len()];
            surround(&mut image, &turned, SIZE, -1e3, 1);
            turned = image;
        }
        assert_eq!(turned, giver);
    }
}
