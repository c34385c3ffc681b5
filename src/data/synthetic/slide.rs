//! One field around a cell: background, red cells, stain, light, focus and noise.

use std::f32::consts::{PI, TAU};

use image::RgbImage;
use rand::{Rng, RngExt};

use super::{
    canvas::{Blob, Canvas, Colour, Noise, Shape, between, shade},
    cells::{self, Place},
};

const WIDTH: u32 = 360;
const HEIGHT: u32 = 363;
/// The empty slide.
pub(super) const GROUND: Colour = [254.0, 229.0, 203.0];

/// Draws a cell of `class` amid red cells, 360 x 363 pixels.
pub(super) fn draw(class: &str, variant: usize, rng: &mut impl Rng) -> RgbImage {
    let mut canvas = Canvas::new(WIDTH, HEIGHT, GROUND);
    let dirt = Noise(rng.random());
    canvas.map(|x, y, colour| shade(colour, 2.5 * dirt.at(x, y, 60.0)));
    let at =
        Place { x: WIDTH as f32 / 2.0 + between(rng, -8.0, 8.0), y: HEIGHT as f32 / 2.0 + between(rng, -8.0, 8.0) };
    red_cells(&mut canvas, clearance(class), at, rng);
    cells::draw(&mut canvas, class, variant, at, rng);
    light(&mut canvas, rng);
    canvas.blur(between(rng, 0.5, 0.9));
    canvas.develop(between(rng, 1.5, 3.5), rng)
}

/// Pixels from the frame's middle that red cells' middles keep away, so that they hardly cover the cell.
pub(super) fn clearance(class: &str) -> f32 {
    match class {
        "platelet" => 64.0,
        "erythroblast" | "lymphocyte" => 88.0,
        "monocyte" | "ig" => 114.0,
        _ => 102.0,
    }
}

fn red_cells(canvas: &mut Canvas, clearance: f32, at: Place, rng: &mut impl Rng) {
    let mut placed: Vec<(f32, f32)> = Vec::new();
    let wanted = rng.random_range(10..=22);
    for _ in 0..90 {
        if placed.len() >= wanted {
            return;
        }
        let (x, y) = (between(rng, -30.0, WIDTH as f32 + 30.0), between(rng, -30.0, HEIGHT as f32 + 30.0));
        let far = |other: &(f32, f32)| (x - other.0).hypot(y - other.1) > 64.0;
        if (x - at.x).hypot(y - at.y) > clearance && placed.iter().all(far) {
            red_cell(canvas, x, y, rng);
            placed.push((x, y));
        }
    }
}

/// A disc with a pale middle.
pub(super) fn red_cell(canvas: &mut Canvas, x: f32, y: f32, rng: &mut impl Rng) {
    let (radius, stretch) = (between(rng, 33.0, 39.0), between(rng, 0.9, 1.1));
    let shape = Shape::of(Blob::new(x, y, radius * stretch, radius / stretch, between(rng, 0.0, PI)).wavy(0.04, rng));
    let pallor = between(rng, 0.5, 1.0);
    let noise = Noise(rng.random());
    canvas.paint(&shape, 1.8, |u, v, depth| {
        let middle = ((depth - radius * 0.32) / (radius * 0.38)).clamp(0.0, 1.0) * pallor;
        let pale = [44.0, 54.0, 34.0].map(|lift| lift * middle);
        let ink = shade([205.0, 166.0, 166.0], 2.5 * noise.at(u, v, 12.0));
        ([ink[0] + pale[0], ink[1] + pale[1], ink[2] + pale[2]], 0.94)
    });
}

/// Stain strength and tint, brightness, and light that falls off to one side.
pub(super) fn light(canvas: &mut Canvas, rng: &mut impl Rng) {
    let strength = between(rng, 0.9, 1.12);
    let powers = [0; 3].map(|_| strength * between(rng, 0.97, 1.03));
    let lamp = [0; 3].map(|_| between(rng, 0.975, 1.01)).map(|gain| gain * 1.005);
    let (turn, fall) = (between(rng, 0.0, TAU), between(rng, 0.0, 0.06));
    let (sin, cos) = turn.sin_cos();
    let (width, height) = (canvas.width as f32, canvas.height as f32);
    canvas.map(|x, y, colour| {
        let along = ((x / width - 0.5) * cos + (y / height - 0.5) * sin) * fall + 1.0;
        let mut lit = [0.0; 3];
        for (to, ((level, power), gain)) in lit.iter_mut().zip(colour.into_iter().zip(powers).zip(lamp)) {
            *to = 255.0 * (level.clamp(1.0, 255.0) / 255.0).powf(power) * gain * along;
        }
        lit
    });
}
