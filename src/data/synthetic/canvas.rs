//! Soft shapes, texture and optics: what slides are painted with.

use image::RgbImage;
use rand::{Rng, RngExt};

pub(super) type Colour = [f32; 3];

/// Uniform in `low..high`.
pub(super) fn between(rng: &mut impl Rng, low: f32, high: f32) -> f32 {
    low + (high - low) * rng.random::<f32>()
}

/// Smooth noise in about -1..1: two octaves of values on a lattice.
#[derive(Clone, Copy)]
pub(super) struct Noise(pub u32);

impl Noise {
    fn lattice(self, x: i32, y: i32) -> f32 {
        let mut bits = (x as u32).wrapping_mul(0x9E37_79B1) ^ (y as u32).wrapping_mul(0x85EB_CA77) ^ self.0;
        bits = (bits ^ (bits >> 15)).wrapping_mul(0x2C1B_3C6D);
        bits = (bits ^ (bits >> 12)).wrapping_mul(0x297A_2D39);
        (bits ^ (bits >> 15)) as f32 / u32::MAX as f32 * 2.0 - 1.0
    }

    fn octave(self, x: f32, y: f32) -> f32 {
        let (left, top) = (x.floor(), y.floor());
        let ease = |t: f32| t * t * (3.0 - 2.0 * t);
        let (right, low) = (ease(x - left), ease(y - top));
        let (column, row) = (left as i32, top as i32);
        let mix = |a: f32, b: f32, t: f32| a + (b - a) * t;
        let upper = mix(self.lattice(column, row), self.lattice(column + 1, row), right);
        let lower = mix(self.lattice(column, row + 1), self.lattice(column + 1, row + 1), right);
        mix(upper, lower, low)
    }

    /// At a place in pixels, with features of about `grain` pixels.
    pub(super) fn at(self, x: f32, y: f32, grain: f32) -> f32 {
        0.67 * self.octave(x / grain, y / grain) + 0.33 * self.octave(x * 2.1 / grain + 31.7, y * 2.1 / grain - 17.3)
    }
}

/// An ellipse with a wavy outline.
#[derive(Clone, Copy)]
pub(super) struct Blob {
    pub x: f32,
    pub y: f32,
    pub wide: f32,
    pub high: f32,
    /// Radians.
    pub angle: f32,
    /// Depth of the waves as a share of the radius, and where they start.
    pub wave: f32,
    pub phase: f32,
}

impl Blob {
    pub(super) const fn new(x: f32, y: f32, wide: f32, high: f32, angle: f32) -> Self {
        Self { x, y, wide, high, angle, wave: 0.0, phase: 0.0 }
    }

    pub(super) fn wavy(mut self, wave: f32, rng: &mut impl Rng) -> Self {
        (self.wave, self.phase) = (wave, between(rng, 0.0, std::f32::consts::TAU));
        self
    }

    /// Pixels to the outline, positive inside.
    fn depth(&self, x: f32, y: f32) -> f32 {
        let (sin, cos) = self.angle.sin_cos();
        let (dx, dy) = (x - self.x, y - self.y);
        let (u, v) = ((dx * cos + dy * sin) / self.wide, (dy * cos - dx * sin) / self.high);
        let radius = u.hypot(v);
        let outline = if self.wave > 0.0 {
            let turn = v.atan2(u);
            let p = self.phase;
            1.0 + self.wave
                * (0.5 * (2.0 * turn + p).sin()
                    + 0.35 * (3.0 * turn + 2.3 * p).sin()
                    + 0.25 * (5.0 * turn + 4.1 * p).sin())
        } else {
            1.0
        };
        (outline - radius) * self.wide.min(self.high)
    }

    fn reach(&self) -> f32 {
        self.wide.max(self.high) * (1.0 + self.wave * 1.2) + 6.0
    }
}

/// Blobs joined, less other blobs.
#[derive(Clone, Default)]
pub(super) struct Shape {
    pub blobs: Vec<Blob>,
    pub bites: Vec<Blob>,
}

impl Shape {
    pub(super) fn of(blob: Blob) -> Self {
        Self { blobs: vec![blob], bites: Vec::new() }
    }

    /// Pixels to the outline, positive inside.
    pub(super) fn depth(&self, x: f32, y: f32) -> f32 {
        let inside = self.blobs.iter().map(|blob| blob.depth(x, y)).fold(f32::MIN, f32::max);
        self.bites.iter().map(|bite| -bite.depth(x, y)).fold(inside, f32::min)
    }
}

/// A picture in the making: RGB levels of 0 to 255.
pub(super) struct Canvas {
    pub width: u32,
    pub height: u32,
    pixels: Vec<Colour>,
}

impl Canvas {
    pub(super) fn new(width: u32, height: u32, colour: Colour) -> Self {
        Self { width, height, pixels: vec![colour; (width * height) as usize] }
    }

    /// Lays `colour(x, y, depth)` over the shape: colour and opacity, with an edge `soft` pixels wide.
    pub(super) fn paint(&mut self, shape: &Shape, soft: f32, colour: impl Fn(f32, f32, f32) -> (Colour, f32)) {
        let low = |centre: f32, reach: f32| (centre - reach).max(0.0) as u32;
        let high = |centre: f32, reach: f32, end: u32| ((centre + reach).max(0.0) as u32 + 1).min(end);
        let (mut left, mut top, mut right, mut bottom) = (self.width, self.height, 0, 0);
        for blob in &shape.blobs {
            let reach = blob.reach();
            (left, top) = (left.min(low(blob.x, reach)), top.min(low(blob.y, reach)));
            right = right.max(high(blob.x, reach, self.width));
            bottom = bottom.max(high(blob.y, reach, self.height));
        }
        for row in top..bottom {
            for column in left..right {
                let (x, y) = (column as f32, row as f32);
                let depth = shape.depth(x, y);
                if depth <= -soft {
                    continue;
                }
                let edge = ((depth + soft) / (2.0 * soft)).min(1.0);
                let (ink, opacity) = colour(x, y, depth);
                let cover = edge * edge * (3.0 - 2.0 * edge) * opacity;
                if let Some(pixel) = self.pixels.get_mut((row * self.width + column) as usize) {
                    for (level, ink) in pixel.iter_mut().zip(ink) {
                        *level += (ink - *level) * cover;
                    }
                }
            }
        }
    }

    /// Changes each pixel by its place.
    pub(super) fn map(&mut self, change: impl Fn(f32, f32, Colour) -> Colour) {
        let width = self.width as usize;
        for (at, pixel) in self.pixels.iter_mut().enumerate() {
            *pixel = change((at % width) as f32, (at / width) as f32, *pixel);
        }
    }

    /// Gaussian blur of `sigma` pixels, like a lens slightly off focus.
    pub(super) fn blur(&mut self, sigma: f32) {
        let reach = (sigma * 2.5).ceil() as i32;
        let weights: Vec<f32> = (-reach..=reach).map(|d| (-(d * d) as f32 / (2.0 * sigma * sigma)).exp()).collect();
        let total: f32 = weights.iter().sum();
        for (across, down) in [(1, 0), (0, 1)] {
            let (width, height) = (self.width as i32, self.height as i32);
            let from = std::mem::take(&mut self.pixels);
            self.pixels = (0..width * height)
                .map(|at| {
                    let (x, y) = (at % width, at / width);
                    let mut sum = [0.0; 3];
                    for (weight, d) in weights.iter().zip(-reach..=reach) {
                        let (u, v) = ((x + d * across).clamp(0, width - 1), (y + d * down).clamp(0, height - 1));
                        if let Some(pixel) = from.get((v * width + u) as usize) {
                            sum.iter_mut().zip(pixel).for_each(|(sum, level)| *sum += level * weight / total);
                        }
                    }
                    sum
                })
                .collect();
        }
    }

    /// To 8 bits, with camera noise of about `noise` levels.
    pub(super) fn develop(self, noise: f32, rng: &mut impl Rng) -> RgbImage {
        let mut image = RgbImage::new(self.width, self.height);
        for (pixel, levels) in image.pixels_mut().zip(&self.pixels) {
            let shared = between(rng, -noise, noise);
            pixel.0 =
                levels.map(|level| (level + shared + between(rng, -noise, noise)).clamp(0.0, 255.0).round() as u8);
        }
        image
    }
}

/// A colour made lighter (above 0) or darker by so many levels.
pub(super) fn shade(colour: Colour, levels: f32) -> Colour {
    colour.map(|level| level + levels)
}
