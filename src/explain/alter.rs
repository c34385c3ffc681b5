//! An image changed by hand: painted over, stained and lit otherwise, turned, out of focus, noisy, compressed. Then it takes
//! the same way to the network as every other.

use image::{Rgb, RgbImage, imageops};
use rand::{SeedableRng, rngs::ChaCha8Rng};

use crate::data::{
    measure::look,
    vary::augment::add_noise,
    view::raster::{Between, recompress},
};

/// Of the noise, so that the same slider gives the same grain.
const SEED: u64 = 0x6c61_6200;
/// What an image's background is taken for where it cannot be measured.
const WHITE: [f64; 3] = [0.9; 3];

/// A spot that the brush hid or the eraser brought back, in pixels of the unchanged image.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dab {
    pub x: f32,
    pub y: f32,
    pub radius: f32,
    pub erases: bool,
}

/// What is done to an image; by default nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Alteration {
    /// Standard deviation of Gaussian noise, in levels of 0 to 255.
    pub noise: f32,
    /// Standard deviation of the blur in pixels.
    pub blur: f32,
    /// Degrees.
    pub hue: f32,
    /// 1 is as it was, 0 is grey.
    pub saturation: f32,
    /// Factor on the light.
    pub brightness: f32,
    /// Factor on the optical density over the background.
    pub stain: f32,
    /// Degrees, clockwise.
    pub rotation: f32,
    /// Share of the image's sides that is seen; beyond 1 the border is mirrored.
    pub crop: f32,
    /// Quality of a JPEG that the image goes through, 1 to 99; from 100 on through none.
    pub jpeg: u8,
    /// In the order in which they were made.
    pub dabs: Vec<Dab>,
}

impl Default for Alteration {
    fn default() -> Self {
        Self {
            noise: 0.0,
            blur: 0.0,
            hue: 0.0,
            saturation: 1.0,
            brightness: 1.0,
            stain: 1.0,
            rotation: 0.0,
            crop: 1.0,
            jpeg: 100,
            dabs: Vec::new(),
        }
    }
}

impl Alteration {
    /// Whether the image stays as it is.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Self { dabs: self.dabs.clone(), ..Self::default() } && self.dabs.iter().all(|dab| dab.erases)
    }

    /// The changed image, of the same size: what lies on the slide first, then light, framing, focus, sensor and file.
    #[must_use]
    pub fn apply(&self, image: &RgbImage) -> RgbImage {
        if self.is_none() {
            return image.clone();
        }
        let mut out = image.clone();
        self.paint(&mut out);
        self.colour(&mut out, image);
        if self.rotation != 0.0 || (self.crop - 1.0).abs() > f32::EPSILON {
            out = self.framed(&out);
        }
        if self.blur > 0.0 {
            out = imageops::fast_blur(&out, self.blur);
        }
        if self.noise > 0.0 {
            add_noise(&mut out, self.noise, &mut ChaCha8Rng::seed_from_u64(SEED));
        }
        if self.jpeg < 100 { recompress(out, self.jpeg.max(1)) } else { out }
    }

    /// Where a place on the changed image, in pixels from its corner, lies on the unchanged one.
    #[must_use]
    pub fn source(&self, (width, height): (u32, u32), (x, y): (f32, f32)) -> (f32, f32) {
        let (middle_x, middle_y) = (width as f32 / 2.0, height as f32 / 2.0);
        let (sin, cos) = self.rotation.to_radians().sin_cos();
        let (right, down) = ((x - middle_x) * self.crop, (y - middle_y) * self.crop);
        (middle_x + cos * right + sin * down, middle_y - sin * right + cos * down)
    }

    /// What the brush hid gets the image's own background.
    fn paint(&self, image: &mut RgbImage) {
        if self.dabs.iter().all(|dab| dab.erases) {
            return;
        }
        let (width, height) = image.dimensions();
        let mut hidden = vec![false; width as usize * height as usize];
        for dab in &self.dabs {
            let span = |middle: f32, length: u32| {
                let low = (middle - dab.radius).floor().clamp(0.0, length as f32) as u32;
                low..(middle + dab.radius).ceil().clamp(0.0, length as f32) as u32
            };
            for y in span(dab.y, height) {
                for x in span(dab.x, width) {
                    let inside = (x as f32 + 0.5 - dab.x).hypot(y as f32 + 0.5 - dab.y) <= dab.radius;
                    if let Some(spot) = hidden.get_mut((y * width + x) as usize).filter(|_| inside) {
                        *spot = !dab.erases;
                    }
                }
            }
        }
        let background = white(image).map(|share| (share * 255.0).round() as u8);
        image.pixels_mut().zip(hidden).filter(|(_, hidden)| *hidden).for_each(|(pixel, _)| *pixel = Rgb(background));
    }

    /// Stain as optical density over the background, then hue, saturation and light.
    fn colour(&self, out: &mut RgbImage, unchanged: &RgbImage) {
        let same = |value: f32| (value - 1.0).abs() < f32::EPSILON;
        if !same(self.stain) {
            let tables = white(unchanged).map(|white| self.stained(white));
            for pixel in out.pixels_mut() {
                for (value, table) in pixel.0.iter_mut().zip(&tables) {
                    *value = table.get(usize::from(*value)).copied().unwrap_or(*value);
                }
            }
        }
        if self.hue == 0.0 && same(self.saturation) && same(self.brightness) {
            return;
        }
        let matrix = self.matrix();
        for pixel in out.pixels_mut() {
            let [r, g, b] = pixel.0.map(f32::from);
            pixel.0 = matrix.map(|[x, y, z]| (x * r + y * g + z * b).round().clamp(0.0, 255.0) as u8);
        }
    }

    /// Each level of a channel whose background is `white`.
    fn stained(&self, white: f64) -> [u8; 256] {
        std::array::from_fn(|level| {
            let through = (level as f64 / 255.0 / white).max(1e-3);
            // Lighter than the background is glare, which no stain changes.
            let through = if through < 1.0 { through.powf(f64::from(self.stain)) } else { through };
            (255.0 * white * through).round().clamp(0.0, 255.0) as u8
        })
    }

    /// Hue turned and saturation scaled around the luminance, as SVG's colour matrices do (Filter Effects, W3C), times light.
    fn matrix(&self) -> [[f32; 3]; 3] {
        const LUMINANCE: [f32; 3] = [0.213, 0.715, 0.072];
        let (sin, cos) = self.hue.to_radians().sin_cos();
        let turned = [[-0.213, -0.715, 0.928], [0.143, 0.140, -0.283], [-0.787, 0.715, 0.072]];
        let one = |same: bool| if same { 1.0 } else { 0.0 };
        let mut rows = [[0.0; 3]; 3];
        for (row, (out, sines)) in rows.iter_mut().zip(turned).enumerate() {
            for (column, ((out, sine), light)) in out.iter_mut().zip(sines).zip(LUMINANCE).enumerate() {
                // The luminance itself is not touched by saturation.
                let colour = (one(row == column) - light) * cos + sine * sin;
                *out = (light + colour * self.saturation) * self.brightness;
            }
        }
        rows
    }

    /// Turned around its middle, and a part of it or more than it.
    fn framed(&self, image: &RgbImage) -> RgbImage {
        let (between, size) = (Between::new(image), image.dimensions());
        RgbImage::from_fn(size.0, size.1, |x, y| {
            let (x, y) = self.source(size, (x as f32 + 0.5, y as f32 + 0.5));
            Rgb(between.at(x - 0.5, y - 0.5))
        })
    }
}

/// The background of each channel, 0 to 1.
fn white(image: &RgbImage) -> [f64; 3] {
    look::measure(image).map_or(WHITE, |look| look.white.map(|white| white.clamp(0.05, 1.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image() -> RgbImage {
        RgbImage::from_fn(48, 48, |x, y| {
            let dark = (x as f32 - 30.0).hypot(y as f32 - 14.0) < 8.0;
            Rgb(if dark { [90, 40, 120] } else { [230, 215, 220] })
        })
    }

    fn dab(x: f32, y: f32, erases: bool) -> Dab {
        Dab { x, y, radius: 9.0, erases }
    }

    #[test]
    fn nothing_changes_nothing_and_what_was_painted_and_erased_neither() {
        let mut none = Alteration::default();
        assert!(none.is_none());
        assert_eq!(none.apply(&image()), image());
        none.dabs = vec![dab(30.0, 14.0, false), dab(30.0, 14.0, true)];
        assert_eq!(none.apply(&image()), image());
    }

    #[test]
    fn the_brush_hides_the_cell_behind_the_background() {
        let hidden = Alteration { dabs: vec![dab(30.0, 14.0, false)], ..Alteration::default() }.apply(&image());
        assert!(hidden.pixels().all(|pixel| pixel.0[0].abs_diff(230) < 3), "{:?}", hidden.get_pixel(30, 14));
    }

    #[test]
    fn a_place_on_the_turned_image_is_found_on_the_unchanged_one() {
        let turned = Alteration { rotation: 90.0, crop: 0.8, ..Alteration::default() };
        let seen = turned.apply(&image());
        let dark = seen.enumerate_pixels().filter(|(.., pixel)| pixel.0[1] < 90);
        let (x, y, n) = dark.fold((0.0, 0.0, 0.0), |(a, b, n), (x, y, _)| (a + x as f32, b + y as f32, n + 1.0));
        let (x, y) = turned.source((48, 48), (x / n + 0.5, y / n + 0.5));
        assert!((x - 30.5).abs() < 0.6 && (y - 14.5).abs() < 0.6, "{x} {y}");
    }

    #[test]
    fn stain_changes_density_and_light_changes_all() {
        let stained = Alteration { stain: 1.5, ..Alteration::default() }.apply(&image());
        assert_eq!(stained.get_pixel(2, 40), image().get_pixel(2, 40), "the background is no stain");
        let density = |image: &RgbImage| (230.0 / f32::from(image.get_pixel(30, 14).0[0])).ln();
        assert!((density(&stained) / density(&image()) - 1.5).abs() < 0.05);
        let dimmed = Alteration { brightness: 0.5, ..Alteration::default() }.apply(&image());
        assert!(dimmed.get_pixel(2, 40).0[0].abs_diff(115) < 2);
        let grey = Alteration { saturation: 0.0, ..Alteration::default() }.apply(&image()).get_pixel(30, 14).0;
        assert!(grey.iter().all(|value| value.abs_diff(grey[0]) < 2), "{grey:?}");
        let round = Alteration { hue: 360.0, ..Alteration::default() }.apply(&image());
        assert!(round.iter().zip(image().iter()).all(|(a, b)| a.abs_diff(*b) < 2));
    }

    #[test]
    fn noise_and_compression_are_the_same_each_time() {
        let change = Alteration { noise: 12.0, blur: 1.5, jpeg: 20, ..Alteration::default() };
        assert_eq!(change.apply(&image()), change.apply(&image()));
        assert_ne!(change.apply(&image()), image());
    }
}
