//! The eight cells: cytoplasm, nucleus and granules as a May-Grünwald-Giemsa stain shows them.

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
    opacity: f32,
}

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
    canvas.paint(&shape, 2.0, |x, y, depth| {
        let rim = if depth < 9.0 { body.rim * (1.0 - depth.max(0.0) / 9.0) } else { 0.0 };
        (shade(body.colour, 5.0 * noise.at(x, y, 14.0) + 3.0 * noise.at(x, y, 4.0) - rim), 0.96)
    });
    shape
}

fn nucleus(canvas: &mut Canvas, shape: &Shape, chromatin: &Chromatin, rng: &mut impl Rng) {
    let noise = Noise(rng.random());
    canvas.paint(shape, 1.8, |x, y, depth| {
        let clumps = chromatin.contrast * noise.at(x, y, chromatin.grain);
        let rim = if depth < 5.0 { 12.0 * (1.0 - depth.max(0.0) / 5.0) } else { 0.0 };
        (shade(chromatin.colour, clumps - rim), chromatin.opacity)
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

const PURPLE: Chromatin = Chromatin { colour: [104.0, 62.0, 132.0], grain: 11.0, contrast: 20.0, opacity: 0.97 };

fn neutrophil(canvas: &mut Canvas, variant: usize, at: Place, rng: &mut impl Rng) -> f32 {
    let radius = between(rng, 88.0, 102.0);
    let cell = body(canvas, at, &Body { radius, wave: 0.05, colour: [229.0, 203.0, 208.0], rim: 10.0 }, rng);
    let fine = Granules { count: 800, radius: (0.9, 1.8), colour: [196.0, 150.0, 178.0], opacity: 0.5, shine: false };
    strew(canvas, &cell, at, radius, &fine, rng);
    let shape = if variant == 0 {
        band(at, radius * 0.42, radius * 0.24, between(rng, 3.4, 4.3), rng)
    } else {
        let count = rng.random_range(3..=5);
        lobes(at, count, radius * (0.37 - 0.027 * count as f32), radius * 0.43, rng)
    };
    nucleus(canvas, &shape, &PURPLE, rng);
    radius
}

fn eosinophil(canvas: &mut Canvas, at: Place, rng: &mut impl Rng) -> f32 {
    let radius = between(rng, 95.0, 110.0);
    let cell = body(canvas, at, &Body { radius, wave: 0.05, colour: [226.0, 180.0, 168.0], rim: 8.0 }, rng);
    let count = if rng.random_bool(0.8) { 2 } else { 3 };
    let shape = lobes(at, count, radius * 0.32, radius * 0.42, rng);
    nucleus(canvas, &shape, &PURPLE, rng);
    let around = Shape { blobs: cell.blobs, bites: shape.blobs };
    let coarse = Granules { count: 520, radius: (3.6, 5.4), colour: [213.0, 118.0, 92.0], opacity: 0.82, shine: true };
    strew(canvas, &around, at, radius, &coarse, rng);
    radius
}

fn basophil(canvas: &mut Canvas, at: Place, rng: &mut impl Rng) -> f32 {
    let radius = between(rng, 84.0, 97.0);
    let cell = body(canvas, at, &Body { radius, wave: 0.06, colour: [205.0, 180.0, 208.0], rim: 10.0 }, rng);
    let count = rng.random_range(2..=3);
    let shape = lobes(at, count, radius * 0.42, radius * 0.32, rng);
    let pale = Chromatin { colour: [142.0, 98.0, 166.0], grain: 16.0, contrast: 14.0, opacity: 0.9 };
    nucleus(canvas, &shape, &pale, rng);
    let count = rng.random_range(110..170);
    let coarse = Granules { count, radius: (3.8, 7.2), colour: [62.0, 34.0, 100.0], opacity: 0.92, shine: false };
    strew(canvas, &cell, at, radius, &coarse, rng);
    radius
}

fn lymphocyte(canvas: &mut Canvas, at: Place, rng: &mut impl Rng) -> f32 {
    let radius = between(rng, 66.0, 82.0);
    body(canvas, at, &Body { radius, wave: 0.05, colour: [176.0, 192.0, 226.0], rim: 22.0 }, rng);
    let size = radius * between(rng, 0.78, 0.88);
    let (x, y) = (at.x + radius * between(rng, -0.08, 0.08), at.y + radius * between(rng, -0.08, 0.08));
    let shape = Shape::of(Blob::new(x, y, size, size * between(rng, 0.92, 1.0), between(rng, 0.0, PI)).wavy(0.04, rng));
    let dense = Chromatin { colour: [98.0, 62.0, 138.0], grain: 24.0, contrast: 17.0, opacity: 0.98 };
    nucleus(canvas, &shape, &dense, rng);
    radius
}

fn monocyte(canvas: &mut Canvas, at: Place, rng: &mut impl Rng) -> f32 {
    let radius = between(rng, 110.0, 126.0);
    let cell = body(canvas, at, &Body { radius, wave: 0.10, colour: [183.0, 180.0, 205.0], rim: 12.0 }, rng);
    let dust = Granules { count: 350, radius: (0.8, 1.6), colour: [150.0, 120.0, 170.0], opacity: 0.45, shine: false };
    strew(canvas, &cell, at, radius, &dust, rng);
    let holes = Granules {
        count: rng.random_range(5..18),
        radius: (3.0, 6.5),
        colour: [222.0, 219.0, 230.0],
        opacity: 0.8,
        shine: false,
    };
    strew(canvas, &cell, at, radius, &holes, rng);
    let shape = band(at, radius * 0.30, radius * 0.37, between(rng, 2.4, 3.4), rng);
    let lacy = Chromatin { colour: [130.0, 94.0, 164.0], grain: 9.0, contrast: 26.0, opacity: 0.95 };
    nucleus(canvas, &shape, &lacy, rng);
    radius
}

fn erythroblast(canvas: &mut Canvas, at: Place, rng: &mut impl Rng) -> f32 {
    let radius = between(rng, 58.0, 74.0);
    let blue = rng.random::<f32>();
    let colour = [190.0 - 30.0 * blue, 160.0 - 6.0 * blue, 172.0 + 18.0 * blue];
    body(canvas, at, &Body { radius, wave: 0.04, colour, rim: 12.0 }, rng);
    let size = radius * between(rng, 0.50, 0.64);
    let (x, y) = (at.x + radius * between(rng, -0.12, 0.12), at.y + radius * between(rng, -0.12, 0.12));
    let shape = Shape::of(Blob::new(x, y, size, size * between(rng, 0.94, 1.0), between(rng, 0.0, PI)).wavy(0.03, rng));
    let clumped = Chromatin { colour: [64.0, 34.0, 84.0], grain: 13.0, contrast: 34.0, opacity: 0.99 };
    nucleus(canvas, &shape, &clumped, rng);
    radius
}

/// Variants: 0 unspecified and 2 myelocyte (oval), 1 metamyelocyte (kidney), 3 promyelocyte (large, many granules).
fn immature(canvas: &mut Canvas, variant: usize, at: Place, rng: &mut impl Rng) -> f32 {
    let radius = between(rng, 104.0, 120.0);
    let young = variant == 3;
    let colour = if young { [178.0, 170.0, 212.0] } else { [212.0, 190.0, 208.0] };
    let cell = body(canvas, at, &Body { radius, wave: 0.05, colour, rim: 12.0 }, rng);
    let turn = between(rng, 0.0, TAU);
    let off = radius * between(rng, 0.14, 0.24);
    let centre = Place { x: at.x + off * turn.cos(), y: at.y + off * turn.sin() };
    let shape = if variant == 1 {
        band(centre, radius * 0.26, radius * 0.38, between(rng, 1.7, 2.2), rng)
    } else {
        let size = radius * if young { 0.70 } else { 0.60 };
        Shape::of(Blob::new(centre.x, centre.y, size, size * between(rng, 0.82, 0.95), turn).wavy(0.05, rng))
    };
    let open = Chromatin { colour: [136.0, 84.0, 162.0], grain: 8.0, contrast: 17.0, opacity: 0.96 };
    nucleus(canvas, &shape, &open, rng);
    let azure = Granules {
        count: if young { 420 } else { 200 },
        radius: (1.3, 2.5),
        colour: [132.0, 52.0, 128.0],
        opacity: 0.72,
        shine: false,
    };
    strew(canvas, &cell, at, radius, &azure, rng);
    radius
}

fn platelet(canvas: &mut Canvas, at: Place, rng: &mut impl Rng) -> f32 {
    let radius = between(rng, 24.0, 42.0);
    let cell = body(canvas, at, &Body { radius, wave: 0.16, colour: [204.0, 182.0, 214.0], rim: 6.0 }, rng);
    let dots = Granules {
        count: rng.random_range(40..90),
        radius: (1.4, 3.0),
        colour: [128.0, 82.0, 156.0],
        opacity: 0.7,
        shine: false,
    };
    strew(canvas, &cell, at, radius * 0.72, &dots, rng);
    radius
}
