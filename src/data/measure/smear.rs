//! Whether an image can be a stained cell at all, told from its colours before any model is asked.
//!
//! Only what no lab's cell can be is refused: a cell that is refused is lost, while a foreign picture that passes still
//! meets a model's doubt. Each limit is a margin beyond what cells of four labs show; with any one of the labs left out,
//! the limits of the others refuse none of its cells (`tests/core/smear.rs` measures it again).

use image::RgbImage;

/// What an image without anything in it is told.
pub const BLANK: &str = "the image is blank; no cell can be seen";
/// What an image in other colours is told.
pub const COLOURS: &str = "its colours are not those of a stained smear";
/// What an image without a nucleus's colour is told.
pub const NO_NUCLEUS: &str = "no stained nucleus or platelet can be seen in it";
/// Side in pixels that the image is averaged down to: noise goes, a platelet stays.
const SIDE: usize = 64;
/// How far apart two places are that an edge is looked for between, in averaged pixels.
const STEP: usize = 4;
/// A pixel that absorbs this much, in natural optical density over the background, is stained or is no slide.
const STAINED: f32 = 0.35;
/// Red cells under a yellow light are of a foreign hue too, but never this dense: hair, ink and shadows are.
const DENSE: f32 = 1.1;
/// Share of pixels that an extreme is taken from, and of those that count as the darkest.
const EXTREME: f64 = 0.003;
const DARKEST: f64 = 0.05;

/// What is measured of a square, by which it is judged.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Signs {
    /// Largest standard deviation of a channel, of 255.
    pub deviation: f32,
    /// Change of density over a sixteenth of the side where it changes most: a sky or a lamp's fall-off has none.
    pub edge: f32,
    /// Mean density of the darkest pixels.
    pub opaque: f32,
    /// Share of stained pixels that lack blue the most: yellow, brown, grey or black.
    pub foreign: f32,
    /// The same of pixels that are dense besides.
    pub foreign_dense: f32,
    /// Most excess of green's density over blue's: every Romanowsky stain takes green, in any light.
    pub green: f32,
    /// Most excess of green's and red's densities over blue's: nuclei and platelets are violet, red cells hardly.
    pub violet: f32,
}

/// How far the signs of a cell may go. From so much green on neither a foreign hue nor a lack of violet counts: a yellow light
/// or slide gives both.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits(pub Signs);

/// The limits in force.
pub const LIMITS: Limits = Limits(Signs {
    deviation: 1.5,
    edge: 0.045,
    opaque: 2.0,
    foreign: 0.24,
    foreign_dense: 0.05,
    green: 0.2,
    violet: 0.05,
});

impl Limits {
    /// Why an image of these signs shows no stained cell; `None` where it may.
    #[must_use]
    pub fn refusal(&self, signs: &Signs) -> Option<&'static str> {
        let Self(limits) = self;
        let is_weak = signs.green < limits.green;
        if signs.deviation < limits.deviation || signs.edge < limits.edge {
            Some(BLANK)
        } else if signs.opaque > limits.opaque
            || signs.foreign_dense > limits.foreign_dense
            || (is_weak && signs.foreign > limits.foreign)
        {
            Some(COLOURS)
        } else {
            (is_weak && signs.violet < limits.violet).then_some(NO_NUCLEUS)
        }
    }
}

/// Why the image shows no stained cell; `None` where it may. `square` is the view that a network is given, before
/// its colours are levelled.
#[must_use]
pub fn refusal(square: &RgbImage) -> Option<&'static str> {
    LIMITS.refusal(&signs(square))
}

/// Measures a square.
#[must_use]
pub fn signs(square: &RgbImage) -> Signs {
    let (pixels, width) = averaged(square);
    let densities = densities(&pixels);
    let mean = |[r, g, b]: &[f32; 3]| (r + g + b) / 3.0;
    // Stains take green and red away; what takes blue away the most is of another hue.
    let is_foreign = |[r, g, b]: &[f32; 3]| *b >= r.max(*g) - 0.02;
    let foreign = |least: f32| {
        let of = densities.iter().filter(|of| mean(of) >= least && is_foreign(of)).count();
        of as f32 / densities.len().max(1) as f32
    };
    let channels = [0, 1, 2].map(|channel: usize| deviation(pixels.iter().filter_map(|pixel| pixel.get(channel))));
    let means: Vec<f32> = densities.iter().map(mean).collect();
    Signs {
        deviation: channels.into_iter().fold(0.0, f32::max),
        edge: edge(&means, width),
        opaque: upper(means.iter().copied(), DARKEST),
        foreign: foreign(STAINED),
        foreign_dense: foreign(DENSE),
        green: upper(densities.iter().map(|[_, g, b]| g - b), EXTREME),
        violet: upper(densities.iter().map(|[r, g, b]| r.min(*g) - b), EXTREME),
    }
}

/// The largest changes between places that lie a step apart, across and down.
fn edge(means: &[f32], width: usize) -> f32 {
    let across = means.chunks(width.max(1)).flat_map(|row| row.iter().zip(row.iter().skip(STEP)));
    let down = means.iter().zip(means.iter().skip(STEP * width));
    upper(across.chain(down).map(|(a, b)| (a - b).abs()), EXTREME)
}

fn deviation<'a>(values: impl Iterator<Item = &'a f32> + Clone) -> f32 {
    let n = values.clone().count().max(1) as f32;
    let mean = values.clone().sum::<f32>() / n;
    (values.map(|value| (value - mean).powi(2)).sum::<f32>() / n).sqrt()
}

/// Block means, each channel from 0 to 255, row by row, and how many there are in a row.
fn averaged(image: &RgbImage) -> (Vec<[f32; 3]>, usize) {
    let (width, height) = image.dimensions();
    let block = (width.min(height) / SIDE as u32).max(1);
    let area = (block * block) as f32;
    let mean = |left: u32, top: u32| {
        let mut sum = [0.0; 3];
        for (x, y) in (0..block).flat_map(|y| (0..block).map(move |x| (left + x, top + y))) {
            let pixel = image.get_pixel(x, y).0;
            sum.iter_mut().zip(pixel).for_each(|(sum, value)| *sum += f32::from(value) / area);
        }
        sum
    };
    let columns = width / block;
    let corners = (0..height / block).flat_map(|y| (0..columns).map(move |x| (x * block, y * block)));
    (corners.map(|(x, y)| mean(x, y)).collect(), columns as usize)
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
        data::{synthetic, view::preprocess::Preprocess},
        domain::classes::KNOWN,
    };

    fn seen(image: &RgbImage) -> Option<&'static str> {
        refusal(&Preprocess::new(128, 0.9).square(image).unwrap())
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
        assert_eq!(seen(&red_cells), Some(NO_NUCLEUS));
        let face = disc(80.0, [[120, 75, 50], [150, 170, 220]]);
        assert_eq!(seen(&face), Some(COLOURS));
        let page = disc(30.0, [[20, 20, 20], [250, 250, 250]]);
        assert!(seen(&page).is_some());
        assert_eq!(seen(&RgbImage::from_pixel(80, 80, Rgb([255; 3]))), Some(BLANK));
    }

    #[test]
    fn a_clear_sky_is_as_blank_as_a_wall() {
        let sky = RgbImage::from_fn(200, 200, |_, y| Rgb([90, 140, 200].map(|value: u8| value + (y / 4) as u8)));
        assert_eq!(seen(&sky), Some(BLANK));
    }

    #[test]
    fn pale_cells_and_yellow_slides_pass() {
        // A nucleus that takes less than a tenth of the light away, and red cells on a yellow slide that lack blue the most.
        assert_eq!(seen(&disc(50.0, [[214, 204, 219], [235, 230, 225]])), None);
        let mut slide = disc(40.0, [[110, 70, 70], [225, 210, 150]]);
        for (x, y, pixel) in slide.enumerate_pixels_mut() {
            if [40.0, 160.0].into_iter().any(|row: f32| (x as f32 % 70.0 - 35.0).hypot(y as f32 - row) < 33.0) {
                *pixel = Rgb([180, 130, 60]);
            }
        }
        assert!(signs(&Preprocess::new(128, 0.9).square(&slide).unwrap()).foreign > LIMITS.0.foreign);
        assert_eq!(seen(&slide), None);
    }
}
