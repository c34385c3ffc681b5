//! A whole field of view: several cells among red cells and platelets, with the place of each.

use image::RgbImage;
use rand::{Rng, RngExt, SeedableRng, rngs::ChaCha8Rng};

use super::{
    VERSION,
    canvas::{Canvas, Noise, between, shade},
    cells::{self, Place},
    slide,
};
use crate::domain::field::Bounds;

/// Pixels of a field.
pub const SIZE: (u32, u32) = (1200, 900);
/// Draws apart from those of single slides.
const STREAM: u64 = 0x0066_6965_6C64;
/// Cells that a differential knows, as often as in blood: neutrophils and lymphocytes most.
const LEUKOCYTES: [&str; 8] =
    ["neutrophil", "neutrophil", "neutrophil", "lymphocyte", "lymphocyte", "monocyte", "eosinophil", "basophil"];
/// Pixels between the middles of leukocytes, at least, and between those and the border.
const APART: f32 = 200.0;
const MARGIN: f32 = 70.0;
/// Pixels between the middles of red cells, at least.
const RED_APART: f32 = 66.0;

/// A leukocyte that was drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DrawnCell {
    pub class: &'static str,
    pub bounds: Bounds,
}

/// A field and the leukocytes in it.
#[derive(Clone, Debug)]
pub struct DrawnField {
    pub image: RgbImage,
    pub cells: Vec<DrawnCell>,
}

/// Draws a field of [`SIZE`] with two to six leukocytes; the same seed gives the same field.
#[must_use]
pub fn draw(seed: u64) -> DrawnField {
    let mut key = [0; 32];
    for (slot, part) in key.chunks_exact_mut(8).zip([VERSION, STREAM, seed, 0x004C_4555_4B4F]) {
        slot.copy_from_slice(&part.to_le_bytes());
    }
    let rng = &mut ChaCha8Rng::from_seed(key);
    let mut canvas = Canvas::new(SIZE.0, SIZE.1, slide::GROUND);
    let dirt = Noise(rng.random());
    canvas.map(|x, y, colour| shade(colour, 2.5 * dirt.at(x, y, 60.0)));
    let wanted = rng.random_range(2..=6);
    let chosen: Vec<&'static str> =
        (0..wanted).filter_map(|_| LEUKOCYTES.get(rng.random_range(0..LEUKOCYTES.len())).copied()).collect();
    let places = scattered(wanted, MARGIN, APART, |_, _| true, rng);
    let cells: Vec<(&'static str, (f32, f32))> = chosen.into_iter().zip(places).collect();
    let free = |x: f32, y: f32| cells.iter().all(|(class, (u, v))| (x - u).hypot(y - v) > slide::clearance(class));
    let red = rng.random_range(70..=120);
    for (x, y) in scattered(red, -40.0, RED_APART, free, rng) {
        slide::red_cell(&mut canvas, x, y, rng);
    }
    for (x, y) in scattered(rng.random_range(1..=4), 30.0, APART, free, rng) {
        cells::draw(&mut canvas, "platelet", 0, Place { x, y }, rng);
    }
    let drawn = cells.iter().map(|(class, (x, y))| {
        let variant = rng.random_range(0..4);
        let radius = cells::draw(&mut canvas, class, variant, Place { x: *x, y: *y }, rng);
        DrawnCell { class, bounds: bounds(*x, *y, radius) }
    });
    let cells = drawn.collect();
    slide::light(&mut canvas, rng);
    canvas.blur(between(rng, 0.5, 0.9));
    DrawnField { image: canvas.develop(between(rng, 1.5, 3.5), rng), cells }
}

/// Places that keep apart and lie at least so far inside; fewer where there is no room.
fn scattered(
    wanted: usize,
    margin: f32,
    apart: f32,
    free: impl Fn(f32, f32) -> bool,
    rng: &mut impl Rng,
) -> Vec<(f32, f32)> {
    let mut placed: Vec<(f32, f32)> = Vec::new();
    for _ in 0..40 * wanted {
        let x = between(rng, margin, SIZE.0 as f32 - margin);
        let y = between(rng, margin, SIZE.1 as f32 - margin);
        if placed.len() < wanted && free(x, y) && placed.iter().all(|(u, v)| (x - u).hypot(y - v) > apart) {
            placed.push((x, y));
        }
    }
    placed
}

fn bounds(x: f32, y: f32, radius: f32) -> Bounds {
    let within = |value: f32, most: u32| value.round().clamp(0.0, most as f32) as u32;
    Bounds {
        xmin: within(x - radius, SIZE.0),
        ymin: within(y - radius, SIZE.1),
        xmax: within(x + radius, SIZE.0),
        ymax: within(y + radius, SIZE.1),
    }
}
