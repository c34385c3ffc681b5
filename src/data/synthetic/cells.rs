//! The eight cells: cytoplasm, nucleus and granules as a May-Grünwald-Giemsa stain shows them. Sizes and colours are about the
//! medians of the PBC set (Acevedo et al. 2020), 360 pixels to the side; no picture of it is used.

use std::f32::consts::{PI, TAU};

use rand::{Rng, RngExt};

use super::canvas::{Blob, Canvas, Colour, Noise, Shape, between, shade};

/// Where the cell lies.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub x: f32,
    pub y: f32,
}

/// A cell's body.
struct Body {
    radius: f32,
    wave: f32,
    colour: Colour,
    /// How much darker the rim is.
    rim: f32,
}

/// How a nucleus is stained.
struct Chromatin {
    colour: Colour,
    /// Size of clumps in pixels and their contrast in levels.
    grain: f32,
    contrast: f32,
}

/// Size of the light spots of chromatin in pixels.
const SPARKS: f32 = 3.0;

/// Granules strewn in a shape.
struct Granules {
    count: usize,
    radius: (f32, f32),
    colour: Colour,
    opacity: f32,
    /// A pale dot on each, as on eosinophil granules.
    shine: bool,
}

/// Draws one cell of a known class; `variant` chooses among its sub-types. Gives its radius in pixels.
pub(super) fn draw(canvas: &mut Canvas, class: &str, variant: usize, at: Place, rng: &mut impl Rng) -> f32 {
    match class {
        "basophil" => basophil(canvas, at, rng),
        "eosinophil" => eosinophil(canvas, at, rng),
        "erythroblast" => erythroblast(canvas, at, rng),
        "ig" => immature(canvas, variant, at, rng),
        "lymphocyte" => lymphocyte(canvas, at, rng),
        "monocyte" => monocyte(canvas, at, rng),
        "neutrophil" => neutrophil(canvas, variant, at, rng),
        _ => platelet(canvas, at, rng),
    }
}

fn body(canvas: &mut Canvas, at: Place, body: &Body, rng: &mut impl Rng) -> Shape {
    let stretch = between(rng, 0.93, 1.07);
    let blob = Blob::new(at.x, at.y, body.radius * stretch, body.radius / stretch, between(rng, 0.0, PI));
    let shape = Shape::of(blob.wavy(body.wave, rng));
    let noise = Noise(rng.random());
    canvas.paint(&shape, 1.4, |x, y, depth| {
        let rim = if depth < 6.0 { body.rim * (1.0 - depth.max(0.0) / 6.0) } else { 0.0 };
        (shade(body.colour, 7.0 * noise.at(x, y, 9.0) + 4.0 * noise.at(x, y, 3.0) - rim), 0.96)
    });
    shape
}

fn nucleus(canvas: &mut Canvas, shape: &Shape, chromatin: &Chromatin, rng: &mut impl Rng) {
    let noise = Noise(rng.random());
    let [red, green, blue] = chromatin.colour;
    canvas.paint(shape, 1.2, |x, y, depth| {
        let clumps = chromatin.contrast * noise.at(x, y, chromatin.grain);
        let rim = if depth < 3.0 { 14.0 * (1.0 - depth.max(0.0) / 3.0) } else { 0.0 };
        // Between dark clumps chromatin is lighter, and redder where it is lightest.
        let light = (noise.at(x + 91.0, y, SPARKS) - 0.25).max(0.0);
        let level = clumps - rim;
        ([red + level + 70.0 * light, green + level + 30.0 * light, blue + 0.6 * level + 20.0 * light], 0.98)
    });
}

/// A place inside a shape, at least `margin` pixels from its outline.
fn inside(shape: &Shape, at: Place, reach: f32, margin: f32, rng: &mut impl Rng) -> Option<Place> {
    (0..12).find_map(|_| {
        let (turn, far) = (between(rng, 0.0, TAU), reach * rng.random::<f32>().sqrt());
        let (x, y) = (at.x + far * turn.cos(), at.y + far * turn.sin());
        (shape.depth(x, y) > margin).then_some(Place { x, y })
    })
}

fn strew(canvas: &mut Canvas, shape: &Shape, at: Place, reach: f32, granules: &Granules, rng: &mut impl Rng) {
    for _ in 0..granules.count {
        let radius = between(rng, granules.radius.0, granules.radius.1);
        let Some(spot) = inside(shape, at, reach, radius, rng) else { continue };
        let grain = Blob::new(spot.x, spot.y, radius, radius * between(rng, 0.8, 1.1), between(rng, 0.0, PI));
        let tone = shade(granules.colour, between(rng, -16.0, 16.0));
        let shine = granules.shine;
        canvas.paint(&Shape::of(grain), 1.2, |_, _, depth| {
            let light = if shine { 14.0 * (depth / radius).clamp(0.0, 1.0) } else { 0.0 };
            (shade(tone, light), granules.opacity)
        });
    }
}

/// Lobes on an arc around the centre, joined by thin bridges.
fn lobes(at: Place, count: usize, size: f32, spread: f32, rng: &mut impl Rng) -> Shape {
    let (start, turn) = (between(rng, 0.0, TAU), if rng.random_bool(0.5) { 1.0 } else { -1.0 });
    let step = (TAU / (count as f32 + 0.8)).min(2.1);
    let mut shape = Shape::default();
    let mut last: Option<(f32, f32)> = None;
    for n in 0..count {
        let angle = start + turn * step * (n as f32 + between(rng, -0.12, 0.12));
        let far = spread * between(rng, 0.85, 1.15);
        let (x, y) = (at.x + far * angle.cos(), at.y + far * angle.sin());
        let lobe = Blob::new(x, y, size * between(rng, 0.95, 1.3), size * between(rng, 0.8, 1.0), angle + PI / 2.0);
        shape.blobs.push(lobe.wavy(0.12, rng));
        if let Some((u, v)) = last {
            let (dx, dy) = (x - u, y - v);
            shape.blobs.push(Blob::new(
                f32::midpoint(x, u),
                f32::midpoint(y, v),
                dx.hypot(dy) / 2.0,
                size * 0.24,
                dy.atan2(dx),
            ));
        }
        last = Some((x, y));
    }
    shape
}

/// A bent sausage: the band form, or with a small `bend` a kidney.
fn band(at: Place, far: f32, thick: f32, sweep: f32, rng: &mut impl Rng) -> Shape {
    let start = between(rng, 0.0, TAU);
    let blobs = (0..15).map(|n| {
        let along = n as f32 / 14.0;
        let angle = start + sweep * (along - 0.5);
        let wide = thick * (1.0 - 0.16 * (along * PI).sin() + 0.06 * (along * 9.0).sin());
        Blob::new(at.x + far * angle.cos(), at.y + far * angle.sin(), wide, wide, 0.0)
    });
    Shape { blobs: blobs.collect(), bites: Vec::new() }
}

/// About `middle`, by a twelfth more or less.
fn about(middle: f32, rng: &mut impl Rng) -> f32 {
    middle * between(rng, 0.92, 1.08)
}

/// The same, by a twentieth.
fn nearly(middle: f32, rng: &mut impl Rng) -> f32 {
    middle * between(rng, 0.95, 1.05)
}

/// A round nucleus a little off the middle.
fn round(at: Place, (radius, off): (f32, f32), flat: f32, wave: f32, rng: &mut impl Rng) -> Shape {
    let (x, y) = (at.x + between(rng, -off, off), at.y + between(rng, -off, off));
    Shape::of(Blob::new(x, y, radius, radius * between(rng, flat, 1.0), between(rng, 0.0, PI)).wavy(wave, rng))
}

fn neutrophil(canvas: &mut Canvas, variant: usize, at: Place, rng: &mut impl Rng) -> f32 {
    let radius = about(63.0, rng);
    let cell = body(canvas, at, &Body { radius, wave: 0.05, colour: [226.0, 190.0, 192.0], rim: 10.0 }, rng);
    let fine = Granules { count: 700, radius: (0.7, 1.3), colour: [178.0, 120.0, 160.0], opacity: 0.5, shine: false };
    strew(canvas, &cell, at, radius, &fine, rng);
    let shape = if variant == 0 {
        band(at, radius * 0.42, radius * nearly(0.28, rng), between(rng, 3.4, 4.3), rng)
    } else {
        let count = rng.random_range(3..=5);
        lobes(at, count, radius * (nearly(0.46, rng) - 0.027 * count as f32), radius * 0.43, rng)
    };
    nucleus(canvas, &shape, &Chromatin { colour: [75.0, 32.0, 131.0], grain: 5.0, contrast: 26.0 }, rng);
    radius
}

fn eosinophil(canvas: &mut Canvas, at: Place, rng: &mut impl Rng) -> f32 {
    let radius = about(65.0, rng);
    let cell = body(canvas, at, &Body { radius, wave: 0.05, colour: [214.0, 160.0, 166.0], rim: 8.0 }, rng);
    let count = if rng.random_bool(0.8) { 2 } else { 3 };
    let shape = lobes(at, count, radius * nearly(0.40, rng), radius * 0.42, rng);
    nucleus(canvas, &shape, &Chromatin { colour: [85.0, 38.0, 132.0], grain: 5.0, contrast: 26.0 }, rng);
    let around = Shape { blobs: cell.blobs, bites: shape.blobs };
    let coarse = Granules { count: 700, radius: (1.8, 3.4), colour: [196.0, 104.0, 112.0], opacity: 0.75, shine: true };
    strew(canvas, &around, at, radius, &coarse, rng);
    radius
}

fn basophil(canvas: &mut Canvas, at: Place, rng: &mut impl Rng) -> f32 {
    let radius = about(63.0, rng);
    let cell = body(canvas, at, &Body { radius, wave: 0.06, colour: [200.0, 165.0, 195.0], rim: 10.0 }, rng);
    let count = rng.random_range(2..=3);
    let shape = lobes(at, count, radius * nearly(0.47, rng), radius * 0.32, rng);
    nucleus(canvas, &shape, &Chromatin { colour: [110.0, 69.0, 155.0], grain: 7.0, contrast: 16.0 }, rng);
    let coarse = Granules { count: 190, radius: (2.5, 4.7), colour: [62.0, 26.0, 112.0], opacity: 0.9, shine: false };
    strew(canvas, &cell, at, radius, &coarse, rng);
    radius
}

fn lymphocyte(canvas: &mut Canvas, at: Place, rng: &mut impl Rng) -> f32 {
    let radius = about(62.0, rng);
    body(canvas, at, &Body { radius, wave: 0.05, colour: [184.0, 192.0, 216.0], rim: 16.0 }, rng);
    let shape = round(at, (radius * nearly(0.84, rng), radius * 0.08), 0.9, 0.06, rng);
    nucleus(canvas, &shape, &Chromatin { colour: [82.0, 37.0, 134.0], grain: 6.0, contrast: 24.0 }, rng);
    radius
}

fn monocyte(canvas: &mut Canvas, at: Place, rng: &mut impl Rng) -> f32 {
    let radius = about(85.0, rng);
    let cell = body(canvas, at, &Body { radius, wave: 0.10, colour: [178.0, 156.0, 198.0], rim: 14.0 }, rng);
    let dust = Granules { count: 500, radius: (0.8, 1.4), colour: [150.0, 100.0, 156.0], opacity: 0.6, shine: false };
    strew(canvas, &cell, at, radius, &dust, rng);
    let count = rng.random_range(3..12);
    let holes = Granules { count, radius: (2.0, 4.5), colour: [232.0, 210.0, 210.0], opacity: 0.8, shine: false };
    strew(canvas, &cell, at, radius, &holes, rng);
    let shape = band(at, radius * 0.50, radius * nearly(0.40, rng), between(rng, 2.4, 3.4), rng);
    nucleus(canvas, &shape, &Chromatin { colour: [102.0, 44.0, 118.0], grain: 5.0, contrast: 31.0 }, rng);
    radius
}

fn erythroblast(canvas: &mut Canvas, at: Place, rng: &mut impl Rng) -> f32 {
    let radius = about(52.0, rng);
    let blue = rng.random::<f32>();
    let colour = [178.0 - 24.0 * blue, 146.0 - 6.0 * blue, 174.0 + 6.0 * blue];
    body(canvas, at, &Body { radius, wave: 0.04, colour, rim: 12.0 }, rng);
    let shape = round(at, (radius * nearly(0.66, rng), radius * 0.14), 0.94, 0.03, rng);
    nucleus(canvas, &shape, &Chromatin { colour: [65.0, 32.0, 118.0], grain: 7.0, contrast: 24.0 }, rng);
    radius
}

/// Variants: 0 unspecified and 2 myelocyte (oval), 1 metamyelocyte (kidney), 3 promyelocyte (large, many granules).
fn immature(canvas: &mut Canvas, variant: usize, at: Place, rng: &mut impl Rng) -> f32 {
    let radius = about(90.0, rng);
    let young = variant == 3;
    let colour = if young { [185.0, 146.0, 167.0] } else { [226.0, 175.0, 193.0] };
    let cell = body(canvas, at, &Body { radius, wave: 0.05, colour, rim: 12.0 }, rng);
    let turn = between(rng, 0.0, TAU);
    let off = radius * between(rng, 0.14, 0.24);
    let centre = Place { x: at.x + off * turn.cos(), y: at.y + off * turn.sin() };
    let shape = if variant == 1 {
        band(centre, radius * 0.26, radius * nearly(0.42, rng), between(rng, 1.7, 2.2), rng)
    } else {
        let size = radius * nearly(if young { 0.68 } else { 0.69 }, rng);
        Shape::of(Blob::new(centre.x, centre.y, size, size * between(rng, 0.82, 0.95), turn).wavy(0.05, rng))
    };
    nucleus(canvas, &shape, &Chromatin { colour: [98.0, 54.0, 116.0], grain: 5.0, contrast: 23.0 }, rng);
    let azure = if young {
        Granules { count: 414, radius: (0.7, 1.2), colour: [120.0, 44.0, 124.0], opacity: 0.8, shine: false }
    } else {
        Granules { count: 185, radius: (1.3, 2.3), colour: [111.0, 68.0, 110.0], opacity: 0.6, shine: false }
    };
    strew(canvas, &cell, at, radius, &azure, rng);
    radius
}

fn platelet(canvas: &mut Canvas, at: Place, rng: &mut impl Rng) -> f32 {
    let radius = about(27.0, rng);
    let cell = body(canvas, at, &Body { radius, wave: 0.16, colour: [200.0, 165.0, 195.0], rim: 6.0 }, rng);
    let dots = Granules { count: 70, radius: (1.1, 2.1), colour: [117.0, 60.0, 149.0], opacity: 0.7, shine: false };
    strew(canvas, &cell, at, radius * 0.72, &dots, rng);
    radius
}
