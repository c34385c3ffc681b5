//! Pictures that show no whole single cell, out of cells and in their colours: what a model must learn to refuse.

use std::f32::consts::{PI, TAU};

use image::{
    Rgb, RgbImage,
    imageops::{self, FilterType},
};
use rand::{
    Rng, RngExt, SeedableRng,
    rngs::ChaCha8Rng,
    seq::{IndexedRandom, SliceRandom},
};

use super::canvas::{Blob, Canvas, Colour, Noise, Shape, between};

/// Side of every picture in pixels.
const SIDE: u32 = 160;
/// Share of a cell's pixels that are nuclear at least, and that are background.
const NUCLEAR: f32 = 0.03;
const GROUND: f32 = 0.9;
/// Kinds of pictures.
pub const KINDS: usize = 16;

/// One picture of a kind, below [`KINDS`], out of some cells' frames; the same seed draws the same one. White without a cell.
#[must_use]
pub fn draw(kind: usize, cells: &[RgbImage], seed: u64) -> RgbImage {
    let mut key = [0; 32];
    for (slot, part) in key.chunks_exact_mut(8).zip([super::VERSION, kind as u64, seed, 0x5354_5241_4E47]) {
        slot.copy_from_slice(&part.to_le_bytes());
    }
    let mut rng = ChaCha8Rng::from_seed(key);
    if cells.is_empty() {
        return RgbImage::from_pixel(SIDE, SIDE, Rgb([255; 3]));
    }
    let mut maker = Maker { cells, rng: &mut rng };
    match kind {
        0 => maker.covered(),
        1 => maker.cut(),
        2 => maker.pair(),
        3 => maker.mosaic(),
        4 => maker.scrambled(),
        5 => maker.sown(),
        _ => maker.painted(kind),
    }
}

struct Maker<'a, R: Rng> {
    cells: &'a [RgbImage],
    rng: &'a mut R,
}

/// A slide's background and its nuclei's colour.
type Stain = (Colour, Colour);

impl<R: Rng> Maker<'_, R> {
    /// One of the cells as a square of a side.
    fn cell(&mut self, side: u32) -> RgbImage {
        let Some(cell) = self.cells.choose(self.rng) else { return RgbImage::new(side, side) };
        let short = cell.width().min(cell.height()).max(1);
        let (left, top) = ((cell.width() - short) / 2, (cell.height() - short) / 2);
        let square = imageops::crop_imm(cell, left, top, short, short).to_image();
        imageops::resize(&square, side, side, FilterType::Triangle)
    }

    /// The colours of one of the cells, each a little changed.
    fn stain(&mut self) -> Stain {
        let (ground, nucleus) = stain(&self.cell(48));
        let mut vary = |colour: Colour| colour.map(|level| level + between(self.rng, -16.0, 16.0));
        (vary(ground), vary(nucleus))
    }

    /// A cell with one side covered.
    fn covered(&mut self) -> RgbImage {
        let mut cell = self.cell(SIDE);
        let cover = match self.rng.random_range(0..5) {
            0 => [0.0; 3],
            1 => [255.0; 3],
            2 => [128.0; 3],
            _ => stain(&cell).0,
        };
        let half = (SIDE as f32 * between(self.rng, 0.45, 0.55)) as u32;
        let side = self.rng.random_range(0..4);
        for (x, y, pixel) in cell.enumerate_pixels_mut() {
            if [x < half, x >= half, y < half, y >= half].get(side) == Some(&true) {
                *pixel = Rgb(cover.map(|level| level as u8));
            }
        }
        cell
    }

    /// A frame whose border runs through the cell.
    fn cut(&mut self) -> RgbImage {
        let (cell, half) = (self.cell(2 * SIDE), SIDE);
        let corners = [(half, half / 2), (0, half / 2), (half / 2, 0), (half / 2, half), (half, half), (0, 0)];
        let (x, y) = corners.choose(self.rng).copied().unwrap_or_default();
        imageops::crop_imm(&cell, x, y, half, half).to_image()
    }

    /// Two cells side by side.
    fn pair(&mut self) -> RgbImage {
        let mut both = RgbImage::new(SIDE, SIDE);
        for left in [0, SIDE / 2] {
            let middle = imageops::crop_imm(&self.cell(SIDE), SIDE / 4, 0, SIDE / 2, SIDE).to_image();
            imageops::replace(&mut both, &middle, i64::from(left), 0);
        }
        if self.rng.random_bool(0.5) { imageops::rotate90(&both) } else { both }
    }

    /// Cells in rows.
    fn mosaic(&mut self) -> RgbImage {
        let count = self.rng.random_range(2..6);
        let side = SIDE / count;
        let mut image = RgbImage::new(side * count, side * count);
        for (x, y) in (0..count).flat_map(|y| (0..count).map(move |x| (x, y))) {
            imageops::replace(&mut image, &self.cell(side), i64::from(x * side), i64::from(y * side));
        }
        image
    }

    /// A cell in pieces, none of which lies where it lay.
    fn scrambled(&mut self) -> RgbImage {
        let (cell, count) = (self.cell(SIDE), self.rng.random_range(3..8));
        let side = SIDE / count;
        let mut order: Vec<u32> = (0..count * count).collect();
        order.shuffle(self.rng);
        let mut image = RgbImage::new(side * count, side * count);
        for (from, to) in order.iter().zip(order.iter().cycle().skip(1)) {
            let piece = imageops::crop_imm(&cell, from % count * side, from / count * side, side, side).to_image();
            imageops::replace(&mut image, &piece, i64::from(to % count * side), i64::from(to / count * side));
        }
        image
    }

    /// Small cells far apart, as in a field of view.
    fn sown(&mut self) -> RgbImage {
        let mut image = imageops::blur(&self.cell(SIDE), 20.0);
        for _ in 0..self.rng.random_range(4..11) {
            let side = self.rng.random_range(20..52);
            let [x, y] = [0, 0].map(|_| self.rng.random_range(0..i64::from(SIDE - side)));
            imageops::replace(&mut image, &self.cell(side), x, y);
        }
        image
    }

    /// What holds no cell at all, in the colours of a stain.
    fn painted(&mut self, kind: usize) -> RgbImage {
        let (ground, nucleus) = self.stain();
        let mut canvas = Canvas::new(SIDE, SIDE, ground);
        match kind {
            6 => self.noise(&mut canvas, nucleus),
            7 => self.clouds(&mut canvas, nucleus),
            8 => self.figure(&mut canvas, nucleus),
            9 => self.stripes(&mut canvas, nucleus),
            10 => self.drop(&mut canvas, nucleus),
            11 => self.grains(&mut canvas, (ground, nucleus)),
            12 => self.tissue(&mut canvas, nucleus),
            13 => self.gradient(&mut canvas, nucleus),
            14 => self.red_cells(&mut canvas, (ground, nucleus)),
            _ => self.page(&mut canvas),
        }
        let soft = between(self.rng, 0.0, 1.5);
        if soft > 0.5 && kind != 6 {
            canvas.blur(soft);
        }
        canvas.develop(between(self.rng, 0.5, 4.0), self.rng)
    }

    fn noise(&mut self, canvas: &mut Canvas, nucleus: Colour) {
        let (seed, power) = (Noise(self.rng.random()), between(self.rng, 0.5, 3.0));
        canvas.map(|x, y, ground| mixed(ground, nucleus, (0.5 + 0.5 * seed.at(x, y, 0.9)).max(0.0).powf(power)));
    }

    fn clouds(&mut self, canvas: &mut Canvas, nucleus: Colour) {
        let (seed, grain) = (Noise(self.rng.random()), between(self.rng, 5.0, 45.0));
        let (steep, level) = (between(self.rng, 0.8, 3.0), between(self.rng, -0.2, 0.2));
        canvas.map(|x, y, ground| mixed(ground, nucleus, 0.5 + steep * (seed.at(x, y, grain) + level)));
    }

    /// A square, a polygon, a star, a ring or a cross of one colour.
    fn figure(&mut self, canvas: &mut Canvas, nucleus: Colour) {
        let middle = SIDE as f32 / 2.0;
        let [x, y] = [0, 0].map(|_| middle + between(self.rng, -14.0, 14.0));
        let (size, turn) = (between(self.rng, 10.0, 62.0), between(self.rng, 0.0, TAU));
        let (kind, corners) = (self.rng.random_range(0..6), self.rng.random_range(3..7) as f32);
        canvas.map(|u, v, ground| {
            let (du, dv) = (u - x, v - y);
            let (sin, cos) = turn.sin_cos();
            let (a, b) = (du * cos + dv * sin, dv * cos - du * sin);
            let (radius, angle) = (a.hypot(b), b.atan2(a));
            let inside = match kind {
                0 | 1 => du.abs().max(dv.abs()) < size,
                2 => a.abs().max(b.abs()) < size,
                3 => radius * ((angle.rem_euclid(TAU / corners)) - PI / corners).cos() < size * 0.8,
                4 => (0.6 * size..size).contains(&radius),
                _ => a.abs().max(b.abs()) < size && a.abs().min(b.abs()) < 0.3 * size,
            };
            if inside { nucleus } else { ground }
        });
    }

    fn stripes(&mut self, canvas: &mut Canvas, nucleus: Colour) {
        let (turn, wave) = (between(self.rng, 0.0, PI), TAU / between(self.rng, 5.0, 60.0));
        let (crossed, sharp) = (self.rng.random_bool(0.5), self.rng.random_bool(0.5));
        canvas.map(|x, y, ground| {
            let (sin, cos) = turn.sin_cos();
            let across = ((x * cos + y * sin) * wave).sin();
            let value = if crossed { across * ((y * cos - x * sin) * wave).sin() } else { across };
            mixed(ground, nucleus, if sharp { f32::from(u8::from(value > 0.0)) } else { 0.5 + 0.5 * value })
        });
    }

    /// A drop of dye.
    fn drop(&mut self, canvas: &mut Canvas, nucleus: Colour) {
        let [x, y] = [0, 0].map(|_| SIDE as f32 / 2.0 + between(self.rng, -45.0, 45.0));
        let [wide, high] = [0, 0].map(|_| between(self.rng, 8.0, 70.0));
        let blob = Blob::new(x, y, wide, high, between(self.rng, 0.0, PI)).wavy(between(self.rng, 0.0, 0.4), self.rng);
        let soft = between(self.rng, 1.0, wide.min(high) * 0.8);
        canvas.paint(&Shape::of(blob), soft, |_, _, _| (nucleus, 1.0));
    }

    /// Deposits of dye, over red cells or nothing.
    fn grains(&mut self, canvas: &mut Canvas, (ground, nucleus): Stain) {
        if self.rng.random_bool(0.6) {
            self.red_cells(canvas, (ground, nucleus));
        }
        let heaps: Vec<[f32; 3]> = (0..self.rng.random_range(1..5))
            .map(|_| [between(self.rng, 0.0, 160.0), between(self.rng, 0.0, 160.0), between(self.rng, 10.0, 110.0)])
            .collect();
        for _ in 0..self.rng.random_range(40..350) {
            let [x, y, spread] = heaps.choose(self.rng).copied().unwrap_or_default();
            let [x, y] =
                [x, y].map(|at| at + spread * 0.5 * (between(self.rng, -1.0, 1.0) + between(self.rng, -1.0, 1.0)));
            let (radius, dark) = (between(self.rng, 0.6, 3.2), between(self.rng, 0.4, 1.0));
            let colour = nucleus.map(|level| level * dark);
            canvas.paint(&Shape::of(Blob::new(x, y, radius, radius, 0.0)), 0.7, |_, _, _| (colour, 1.0));
        }
    }

    /// Many nuclei among fibres, as in a section.
    fn tissue(&mut self, canvas: &mut Canvas, nucleus: Colour) {
        let (seed, pink) = (Noise(self.rng.random()), [235.0, between(self.rng, 140.0, 185.0), 200.0]);
        canvas.map(|x, y, _| mixed([248.0, 225.0, 235.0], pink, 0.5 + seed.at(x, 4.0 * y, 12.0)));
        let size = between(self.rng, 3.0, 9.0);
        for _ in 0..self.rng.random_range(25..140) {
            let [x, y] = [0, 0].map(|_| between(self.rng, 0.0, SIDE as f32));
            let [wide, high] = [0, 0].map(|_| size * between(self.rng, 0.6, 1.8));
            let (turn, dark) = (between(self.rng, 0.0, PI), between(self.rng, 0.7, 1.3));
            let colour = nucleus.map(|level| (level * dark).min(255.0));
            canvas.paint(&Shape::of(Blob::new(x, y, wide, high, turn)), 1.0, |_, _, _| (colour, 0.9));
        }
    }

    fn gradient(&mut self, canvas: &mut Canvas, nucleus: Colour) {
        let (turn, round) = (between(self.rng, 0.0, TAU), self.rng.random_bool(0.4));
        let other = if self.rng.random_bool(0.5) { nucleus } else { [0; 3].map(|_| between(self.rng, 0.0, 255.0)) };
        canvas.map(|x, y, ground| {
            let (u, v) = (x / SIDE as f32 - 0.5, y / SIDE as f32 - 0.5);
            mixed(ground, other, if round { 1.4 * u.hypot(v) } else { 0.5 + u * turn.cos() + v * turn.sin() })
        });
    }

    /// Red cells with nothing among them: paler than nuclei and of their own hue.
    fn red_cells(&mut self, canvas: &mut Canvas, (ground, nucleus): Stain) {
        let mut red = mixed(ground, nucleus, 0.12);
        for (level, light) in red.iter_mut().zip([0.92, 0.74, 0.8]) {
            *level *= light * between(self.rng, 0.92, 1.08);
        }
        let radius = between(self.rng, 13.0, 28.0);
        for _ in 0..self.rng.random_range(3..22) {
            let [x, y] = [0, 0].map(|_| between(self.rng, 0.0, SIDE as f32));
            let of = radius * between(self.rng, 0.85, 1.15);
            canvas.paint(&Shape::of(Blob::new(x, y, of, of * between(self.rng, 0.8, 1.0), 0.0)), 1.5, |u, v, _| {
                let pale = 1.0 - ((u - x).hypot(v - y) / of).min(1.0);
                (mixed(red, ground, 0.7 * pale), 0.95)
            });
        }
    }

    /// Rows of words, dark on light or light on dark.
    fn page(&mut self, canvas: &mut Canvas) {
        let (paper, ink) = if self.rng.random_bool(0.3) { (34.0, 225.0) } else { (250.0, 35.0) };
        let (row, letter) = (between(self.rng, 8.0, 22.0), between(self.rng, 2.5, 7.0));
        let seed = Noise(self.rng.random());
        canvas.map(|x, y, _| {
            let is_line = (y / row).fract() < 0.45;
            let is_ink = seed.at((x / letter).floor(), (y / row).floor(), 0.7) > -0.1 && (x / letter).fract() < 0.6;
            [if is_line && is_ink { ink } else { paper }; 3]
        });
    }
}

/// The background of a cell's image and the colour of its darkest part.
fn stain(cell: &RgbImage) -> Stain {
    let mut pixels: Vec<[u8; 3]> = cell.pixels().map(|pixel| pixel.0).collect();
    pixels.sort_unstable_by_key(|[r, g, b]| u16::from(*r) + u16::from(*g) + u16::from(*b));
    let at = |share: f32| {
        let place = ((pixels.len() as f32 * share) as usize).min(pixels.len().saturating_sub(1));
        pixels.get(place).map_or([255.0; 3], |pixel| pixel.map(f32::from))
    };
    (at(GROUND), at(NUCLEAR))
}

/// A colour between two, from the first at 0 to the second at 1.
fn mixed(one: Colour, other: Colour, share: f32) -> Colour {
    let mut colour = one;
    for (level, other) in colour.iter_mut().zip(other) {
        *level += (other - *level) * share.clamp(0.0, 1.0);
    }
    colour
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_drawn_by_its_seed_and_none_is_a_cell_again() {
        let cells: Vec<RgbImage> = (0..3).map(|seed| super::super::draw("neutrophil", seed)).collect();
        for kind in 0..KINDS {
            let one = draw(kind, &cells, 1);
            assert_eq!(one, draw(kind, &cells, 1), "{kind}");
            assert_ne!(one, draw(kind, &cells, 2), "{kind}");
            assert!(one.width() > 100 && one.pixels().any(|pixel| pixel != one.get_pixel(0, 0)), "{kind}");
        }
        assert_eq!(draw(3, &[], 1).get_pixel(0, 0).0, [255; 3]);
    }
}
