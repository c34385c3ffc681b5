//! How much each pixel is stained as a nucleus is: one score of optical density over the background.

use image::RgbImage;
use rayon::prelude::*;

use super::grid::Grid;

/// A pixel that lets less blue through, in natural optical density, is ink, dirt or the rim of the tube: no stain is so dense.
const OPAQUE: f32 = 2.2;

/// What is worked out of a copy, pixel by pixel, and blurred.
pub(super) struct Stain {
    /// `(OD_R - OD_B) + OD_G / 4`, never below 0.
    pub score: Grid<f32>,
    /// `OD_G`: red cells and nuclei alike.
    pub green: Grid<f32>,
}

/// Scores a copy against its background, levels of 0 to 255. `blur` is the spread of a Gaussian in pixels.
pub(super) fn stain(copy: &RgbImage, white: [f32; 3], blur: f32) -> Stain {
    let width = copy.width() as usize;
    let tables = white.map(|white| -> [f32; 256] {
        std::array::from_fn(|level| -(level as f32 / white).clamp(1.0 / 255.0, 1.0).ln())
    });
    let pick = |table: &[f32; 256], level: u8| table.get(usize::from(level)).copied().unwrap_or_default();
    let [red, green, blue] = &tables;
    let score = |pixel: &[u8]| match pixel {
        [r, g, b] if pick(blue, *b) <= OPAQUE => (pick(red, *r) - pick(blue, *b) + pick(green, *g) / 4.0).max(0.0),
        _ => 0.0,
    };
    let of_green = |pixel: &[u8]| pixel.get(1).map_or(0.0, |g| pick(green, *g));
    let pixels = || copy.as_raw().par_chunks_exact(3);
    let score = blurred(Grid::new(width, pixels().map(score).collect()), blur);
    Stain { score, green: blurred(Grid::new(width, pixels().map(of_green).collect()), blur) }
}

/// Gaussian blur; beyond the border all is as at the border.
fn blurred(mut grid: Grid<f32>, sigma: f32) -> Grid<f32> {
    let reach = (sigma * 3.0).ceil() as isize;
    let weights: Vec<f32> = (-reach..=reach).map(|d| (-((d * d) as f32) / (2.0 * sigma * sigma)).exp()).collect();
    let total: f32 = weights.iter().sum();
    let weights: Vec<f32> = weights.iter().map(|weight| weight / total).collect();
    let (width, height) = (grid.width, grid.height());
    let clamped = |at: usize, d: usize, length: usize| (at + d).saturating_sub(reach as usize).min(length.max(1) - 1);
    // In its place, row by row: of a large copy each grid takes as much memory as the copy does.
    grid.values.par_chunks_mut(width.max(1)).for_each_init(Vec::new, |row, to| {
        row.clear();
        row.extend_from_slice(to);
        for (x, to) in to.iter_mut().enumerate() {
            let taps = weights.iter().enumerate();
            *to = taps.map(|(d, weight)| weight * row.get(clamped(x, d, width)).copied().unwrap_or_default()).sum();
        }
    });
    let across = grid.values;
    let mut down = vec![0.0; across.len()];
    down.par_chunks_mut(width.max(1)).enumerate().for_each(|(y, to)| {
        for (d, weight) in weights.iter().enumerate() {
            let row = across.chunks(width.max(1)).nth(clamped(y, d, height)).unwrap_or_default();
            to.iter_mut().zip(row).for_each(|(to, value)| *to += weight * value);
        }
    });
    Grid::new(width, down)
}

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::*;

    #[test]
    fn nuclei_score_above_red_cells_and_ink_scores_nothing() {
        let white = [240.0, 235.0, 225.0];
        let of = |colour: [u8; 3]| stain(&RgbImage::from_pixel(8, 8, Rgb(colour)), white, 1.5).score.values[27];
        let [nucleus, red_cell, ground, ink] = [[105, 65, 135], [222, 180, 174], [240, 235, 225], [6, 6, 8]].map(of);
        assert!(nucleus > 0.5 && red_cell < 0.1 && ground < 1e-6 && ink < 1e-6, "{nucleus} {red_cell} {ground} {ink}");
    }

    #[test]
    fn a_blur_keeps_what_is_even_and_the_sum_of_what_is_not() {
        let even = blurred(Grid::new(9, vec![0.5; 54]), 1.5);
        assert!(even.values.iter().all(|value| (value - 0.5).abs() < 1e-5));
        let mut values = vec![0.0; 31 * 31];
        values[15 * 31 + 15] = 1.0;
        let spot = blurred(Grid::new(31, values), 2.0);
        assert!((spot.values.iter().sum::<f32>() - 1.0).abs() < 1e-4 && spot.values[15 * 31 + 15] < 0.1);
    }
}
