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
    /// How grainy the cytoplasm is, in levels.
    texture: f32,
}

/// How a nucleus is stained: dense chromatin with lighter gaps.
struct Chromatin {
    dense: Colour,
    light: Colour,
    /// Size of the gaps in pixels, and how far they open: about 0 for few, 0.5 for many.
    grain: f32,
    open: f32,
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
    canvas.paint(&shape, 1.3, |x, y, depth| {
        let rim = if depth < 5.0 { body.rim * (1.0 - depth.max(0.0) / 5.0) } else { 0.0 };
        let grain = body.texture * (noise.at(x, y, 9.0) + 1.6 * noise.at(x, y, 2.3));
        (shade(body.colour, grain - rim), 0.97)
    });
    shape
}

fn nucleus(canvas: &mut Canvas, shape: &Shape, chromatin: &Chromatin, rng: &mut impl Rng) {
    let (fine, coarse) = (Noise(rng.random()), Noise(rng.random()));
    canvas.paint(shape, 1.2, |x, y, depth| {
        let gap = 0.8 * fine.at(x, y, chromatin.grain) + 0.3 * coarse.at(x, y, 3.0 * chromatin.grain);
        let light = ((gap + chromatin.open - 0.35) / 0.42).clamp(0.0, 1.0);
        // The membrane is dense all round.
        let rim = (1.0 - depth.max(0.0) / 2.6).clamp(0.0, 1.0);
        let light = light * light * (3.0 - 2.0 * light) * (1.0 - rim);
        let mut ink = chromatin.dense;
        for (level, lit) in ink.iter_mut().zip(chromatin.light) {
            *level += (lit - *level) * light;
        }
        (shade(ink, -16.0 * rim), chromatin.opacity)
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
        canvas.paint(&Shape::of(grain), 0.9, |_, _, depth| {
            let light = if shine { 12.0 * (depth / radius).clamp(0.0, 1.0) } else { 0.0 };
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
                size * 0.3,
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

/// As dense as chromatin is in a ripe cell.
const INDIGO: Colour = [62.0, 26.0, 112.0];

fn neutrophil(canvas: &mut Canvas, variant: usize, at: Place, rng: &mut impl Rng) -> f32 {
    let radius = between(rng, 45.0, 52.0);
    let pale = Body { radius, wave: 0.05, colour: [216.0, 178.0, 186.0], rim: 14.0, texture: 9.0 };
    let cell = body(canvas, at, &pale, rng);
    let fine = Granules { count: 620, radius: (0.7, 1.3), colour: [166.0, 112.0, 164.0], opacity: 0.55, shine: false };
    strew(canvas, &cell, at, radius, &fine, rng);
    let shape = if variant == 0 {
        band(at, radius * 0.42, radius * 0.25, between(rng, 3.2, 4.2), rng)
    } else {
        let count = rng.random_range(3..=5);
        lobes(at, count, radius * (0.39 - 0.028 * count as f32), radius * 0.43, rng)
    };
    let clumped = Chromatin { dense: INDIGO, light: [146.0, 76.0, 156.0], grain: 2.6, open: 0.26, opacity: 0.98 };
    nucleus(canvas, &shape, &clumped, rng);
    radius
}

fn eosinophil(canvas: &mut Canvas, at: Place, rng: &mut impl Rng) -> f32 {
    let radius = between(rng, 45.0, 51.0);
    let warm = Body { radius, wave: 0.05, colour: [200.0, 138.0, 148.0], rim: 14.0, texture: 9.0 };
    let cell = body(canvas, at, &warm, rng);
    let count = if rng.random_bool(0.8) { 2 } else { 3 };
    let shape = lobes(at, count, radius * 0.37, radius * 0.42, rng);
    let coarse = Granules { count: 420, radius: (1.4, 2.3), colour: [196.0, 102.0, 112.0], opacity: 0.75, shine: true };
    strew(canvas, &cell, at, radius, &coarse, rng);
    let clumped = Chromatin { dense: INDIGO, light: [150.0, 78.0, 158.0], grain: 2.8, open: 0.26, opacity: 0.98 };
    nucleus(canvas, &shape, &clumped, rng);
    radius
}

fn basophil(canvas: &mut Canvas, at: Place, rng: &mut impl Rng) -> f32 {
    let radius = between(rng, 42.0, 48.0);
    let cell =
        body(canvas, at, &Body { radius, wave: 0.05, colour: [168.0, 110.0, 168.0], rim: 14.0, texture: 8.0 }, rng);
    let count = rng.random_range(2..=3);
    let shape = lobes(at, count, radius * 0.46, radius * 0.32, rng);
    let veiled =
        Chromatin { dense: [84.0, 40.0, 128.0], light: [140.0, 80.0, 160.0], grain: 4.0, open: 0.3, opacity: 0.92 };
    nucleus(canvas, &shape, &veiled, rng);
    let dark = Granules { count: 360, radius: (1.6, 3.0), colour: [66.0, 26.0, 108.0], opacity: 0.9, shine: false };
    strew(canvas, &cell, at, radius, &dark, rng);
    radius
}

fn lymphocyte(canvas: &mut Canvas, at: Place, rng: &mut impl Rng) -> f32 {
    let radius = between(rng, 37.0, 44.0);
    body(canvas, at, &Body { radius, wave: 0.06, colour: [142.0, 124.0, 182.0], rim: 16.0, texture: 8.0 }, rng);
    let size = radius * between(rng, 0.84, 0.92);
    let (x, y) = (at.x + radius * between(rng, -0.06, 0.06), at.y + radius * between(rng, -0.06, 0.06));
    let shape = Shape::of(Blob::new(x, y, size, size * between(rng, 0.92, 1.0), between(rng, 0.0, PI)).wavy(0.05, rng));
    let smudged =
        Chromatin { dense: [64.0, 26.0, 112.0], light: [148.0, 72.0, 150.0], grain: 3.0, open: 0.26, opacity: 0.98 };
    nucleus(canvas, &shape, &smudged, rng);
    radius
}

fn monocyte(canvas: &mut Canvas, at: Place, rng: &mut impl Rng) -> f32 {
    let radius = between(rng, 52.0, 60.0);
    let cell =
        body(canvas, at, &Body { radius, wave: 0.10, colour: [164.0, 146.0, 190.0], rim: 14.0, texture: 9.0 }, rng);
    let dust = Granules { count: 220, radius: (0.6, 1.2), colour: [140.0, 104.0, 166.0], opacity: 0.5, shine: false };
    strew(canvas, &cell, at, radius, &dust, rng);
    let holes = Granules {
        count: rng.random_range(3..12),
        radius: (1.6, 3.4),
        colour: [222.0, 208.0, 222.0],
        opacity: 0.8,
        shine: false,
    };
    strew(canvas, &cell, at, radius, &holes, rng);
    let shape = band(at, radius * 0.27, radius * 0.44, between(rng, 2.2, 3.2), rng);
    let lacy =
        Chromatin { dense: [74.0, 34.0, 126.0], light: [160.0, 92.0, 172.0], grain: 3.2, open: 0.4, opacity: 0.98 };
    nucleus(canvas, &shape, &lacy, rng);
    radius
}

fn erythroblast(canvas: &mut Canvas, at: Place, rng: &mut impl Rng) -> f32 {
    let radius = between(rng, 28.0, 35.0);
    let blue = rng.random::<f32>();
    let colour = [172.0 - 34.0 * blue, 140.0 - 12.0 * blue, 166.0 + 8.0 * blue];
    body(canvas, at, &Body { radius, wave: 0.04, colour, rim: 14.0, texture: 5.0 }, rng);
    let size = radius * between(rng, 0.60, 0.70);
    let (x, y) = (at.x + radius * between(rng, -0.1, 0.1), at.y + radius * between(rng, -0.1, 0.1));
    let shape = Shape::of(Blob::new(x, y, size, size * between(rng, 0.94, 1.0), between(rng, 0.0, PI)).wavy(0.03, rng));
    let dense =
        Chromatin { dense: [50.0, 22.0, 102.0], light: [118.0, 64.0, 146.0], grain: 3.0, open: 0.2, opacity: 0.98 };
    nucleus(canvas, &shape, &dense, rng);
    radius
}

/// Variants: 0 unspecified and 2 myelocyte (oval), 1 metamyelocyte (kidney), 3 promyelocyte (large, many granules).
fn immature(canvas: &mut Canvas, variant: usize, at: Place, rng: &mut impl Rng) -> f32 {
    let radius = between(rng, 50.0, 58.0);
    let young = variant == 3;
    let colour = if young { [146.0, 110.0, 172.0] } else { [178.0, 144.0, 180.0] };
    let cell = body(canvas, at, &Body { radius, wave: 0.05, colour, rim: 14.0, texture: 10.0 }, rng);
    let turn = between(rng, 0.0, TAU);
    let off = radius * between(rng, 0.10, 0.18);
    let centre = Place { x: at.x + off * turn.cos(), y: at.y + off * turn.sin() };
    let shape = if variant == 1 {
        band(centre, radius * 0.26, radius * 0.44, between(rng, 1.7, 2.2), rng)
    } else {
        let size = radius * if young { 0.76 } else { 0.68 };
        Shape::of(Blob::new(centre.x, centre.y, size, size * between(rng, 0.82, 0.95), turn).wavy(0.05, rng))
    };
    let open =
        Chromatin { dense: [66.0, 30.0, 120.0], light: [152.0, 88.0, 168.0], grain: 2.6, open: 0.36, opacity: 0.98 };
    nucleus(canvas, &shape, &open, rng);
    let azure = Granules {
        count: if young { 560 } else { 420 },
        radius: (0.7, 1.5),
        colour: [96.0, 44.0, 128.0],
        opacity: 0.75,
        shine: false,
    };
    strew(canvas, &cell, at, radius, &azure, rng);
    radius
}

fn platelet(canvas: &mut Canvas, at: Place, rng: &mut impl Rng) -> f32 {
    let radius = between(rng, 13.0, 20.0);
    let cell =
        body(canvas, at, &Body { radius, wave: 0.14, colour: [168.0, 122.0, 172.0], rim: 8.0, texture: 10.0 }, rng);
    let dots = Granules {
        count: rng.random_range(45..90),
        radius: (0.8, 1.7),
        colour: [112.0, 54.0, 144.0],
        opacity: 0.75,
        shine: false,
    };
    strew(canvas, &cell, at, radius * 0.8, &dots, rng);
    radius
}
