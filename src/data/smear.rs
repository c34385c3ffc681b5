//! Whether an image can be a stained cell at all, told from its colours before any model is asked.
//!
//! Every threshold was set so that cells of three labs pass (of 6,400 of PBC one does not, of BCCD and Chula none) while
//! photographs, tissue, screenshots, and most fields of red cells alone do not.

use image::RgbImage;

/// What an image without anything in it is told.
pub const BLANK: &str = "the image is blank; no cell can be seen";
/// Standard deviation of each channel, of 255, under which an image shows nothing at all.
const FLAT: f32 = 1.5;
/// Side in pixels that the image is averaged down to: noise goes, a platelet stays.
const SIDE: u32 = 64;
/// A pixel that absorbs this much, in natural optical density over the background, is stained or is no slide.
const STAINED: f32 = 0.35;
/// Least excess of red's density over blue's in the most violet pixels: red cells alone are at 0.07, BCCD's faintest
/// platelet is at 0.13.
const VIOLET: f32 = 0.10;
/// Share of pixels that count as the most violet, and as the darkest.
const MOST_VIOLET: f64 = 0.003;
const DARKEST: f64 = 0.01;
/// Mean density that no stain of a smear reaches; the darkest erythroblast is at 1.7.
const OPAQUE: f32 = 2.0;
/// Most pixels of a foreign hue, as a share. Cells have up to 0.07, drawn slides 0.20, a face, a cat and tissue 0.36 to 0.6.
const FOREIGN: f64 = 0.22;
/// Where little background is left, fewer foreign pixels are enough.
const CROWDED: (f64, f64) = (0.47, 0.03);

/// Why the image shows no stained cell; `None` where it may. `square` is the view that a network is given, before
/// its colours are levelled.
#[must_use]
pub fn refusal(square: &RgbImage) -> Option<&'static str> {
    let pixels = averaged(square);
    if (0..3).all(|channel: usize| deviation(pixels.iter().filter_map(|pixel| pixel.get(channel))) < FLAT) {
        return Some(BLANK);
    }
    let densities = densities(&pixels);
    let n = densities.len().max(1) as f64;
    let mean = |of: &[f32; 3]| of.iter().sum::<f32>() / 3.0;
    let violet = upper(densities.iter().map(|[red, _, blue]| red - blue), MOST_VIOLET);
    let dark = upper(densities.iter().map(mean), DARKEST);
    let stained = densities.iter().filter(|of| mean(of) >= STAINED);
    // Romanowsky stains take green and red away; what takes blue away the most is yellow, brown, grey or black.
    let foreign = stained.clone().filter(|[red, green, blue]| *blue >= red.max(*green) - 0.02).count() as f64 / n;
    let background = 1.0 - stained.count() as f64 / n;
    if dark > OPAQUE || foreign > FOREIGN || (background < CROWDED.0 && foreign > CROWDED.1) {
        return Some("its colours are not those of a stained smear");
    }
    (violet < VIOLET).then_some("no stained nucleus or platelet can be seen in it")
}

fn deviation<'a>(values: impl Iterator<Item = &'a f32> + Clone) -> f32 {
    let n = values.clone().count().max(1) as f32;
    let mean = values.clone().sum::<f32>() / n;
    (values.map(|value| (value - mean).powi(2)).sum::<f32>() / n).sqrt()
}

/// Block means, each channel from 0 to 255.
fn averaged(image: &RgbImage) -> Vec<[f32; 3]> {
    let (width, height) = image.dimensions();
    let block = (width.min(height) / SIDE).max(1);
    let area = (block * block) as f32;
    let mean = |left: u32, top: u32| {
        let mut sum = [0.0; 3];
        for (x, y) in (0..block).flat_map(|y| (0..block).map(move |x| (left + x, top + y))) {
            let pixel = image.get_pixel(x, y).0;
            sum.iter_mut().zip(pixel).for_each(|(sum, value)| *sum += f32::from(value) / area);
        }
        sum
    };
    (0..height / block)
        .flat_map(|y| (0..width / block).map(move |x| (x * block, y * block)))
        .map(|(x, y)| mean(x, y))
        .collect()
}

/// Natural optical density of each pixel over the background, the 90th percentile of each channel.
fn densities(pixels: &[[f32; 3]]) -> Vec<[f32; 3]> {
    let white = [0, 1, 2]
        .map(|channel: usize| upper(pixels.iter().filter_map(move |pixel| pixel.get(channel).copied()), 0.1).max(1.0));
    let density = |value: f32, white: f32| -(value / white).clamp(1.0 / 255.0, 1.0).ln();
    pixels.iter().map(|[r, g, b]| [density(*r, white[0]), density(*g, white[1]), density(*b, white[2])]).collect()
}

/// The value that a share of all values exceed; 0 without any.
fn upper(values: impl Iterator<Item = f32>, share: f64) -> f32 {
    let mut values: Vec<f32> = values.collect();
    if values.is_empty() {
        return 0.0;
    }
    let rank = ((values.len() - 1) as f64 * (1.0 - share)).round() as usize;
    *values.select_nth_unstable_by(rank, f32::total_cmp).1
}

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::*;
    use crate::{
        data::{preprocess::Preprocess, synthetic},
        domain::classes::KNOWN,
    };

    fn seen(image: &RgbImage) -> Option<&'static str> {
        refusal(&Preprocess::new(128, 0.9).square(image))
    }

    /// A disc of one colour on a ground of another, with a little grain.
    fn disc(radius: f32, [of, ground]: [[u8; 3]; 2]) -> RgbImage {
        RgbImage::from_fn(200, 200, |x, y| {
            let inside = (x as f32 - 100.0).hypot(y as f32 - 100.0) < radius;
            let grain = ((x * 7 + y * 13) % 5) as u8;
            Rgb((if inside { of } else { ground }).map(|value| value.saturating_sub(grain)))
        })
    }

    #[test]
    fn every_drawn_cell_passes() {
        for class in &KNOWN {
            for seed in 0..8 {
                assert_eq!(seen(&synthetic::draw(class.name, seed)), None, "{} {seed}", class.name);
            }
        }
    }

    #[test]
    fn a_cell_passes_under_any_lamp_and_in_any_frame() {
        for radius in [12.0, 40.0, 85.0] {
            for ground in [[235, 228, 205], [140, 150, 190], [200, 160, 120]] {
                // A nucleus lets 35, 25 and 60 % of the light through.
                let lets = |ground: u8, share: f32| (f32::from(ground) * share) as u8;
                let nucleus = [lets(ground[0], 0.35), lets(ground[1], 0.25), lets(ground[2], 0.6)];
                assert_eq!(seen(&disc(radius, [nucleus, ground])), None, "{radius} {ground:?}");
            }
        }
    }

    #[test]
    fn red_cells_alone_a_page_of_text_and_a_face_are_refused() {
        let red_cells = disc(60.0, [[225, 170, 165], [240, 236, 230]]);
        assert_eq!(seen(&red_cells), Some("no stained nucleus or platelet can be seen in it"));
        let face = disc(80.0, [[120, 75, 50], [150, 170, 220]]);
        assert_eq!(seen(&face), Some("its colours are not those of a stained smear"));
        let page = disc(30.0, [[20, 20, 20], [250, 250, 250]]);
        assert!(seen(&page).is_some());
        assert_eq!(seen(&RgbImage::from_pixel(80, 80, Rgb([255; 3]))), Some(BLANK));
    }
}
