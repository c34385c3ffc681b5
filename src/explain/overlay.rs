//! A map laid over the image as pixels.

use image::{Rgb, RgbImage};

use super::{colours::Scale, layer::Layer, place::Place};

/// How a map is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Paint {
    pub scale: Scale,
    /// Of the colours over the image, 0 to 1.
    pub opacity: f32,
    /// Only what is at least half of the largest figure is coloured.
    pub only_most: bool,
}

impl Default for Paint {
    fn default() -> Self {
        Self { scale: Scale::Viridis, opacity: 0.55, only_most: false }
    }
}

/// Figures from which on the map counts as its most.
pub const MOST: f32 = 0.5;

impl Paint {
    /// Colour and opacity of a figure from 0 to 1.
    #[must_use]
    pub fn of(&self, figure: f32) -> ([u8; 3], f32) {
        let opacity = if self.only_most && figure < MOST { 0.0 } else { self.opacity.clamp(0.0, 1.0) };
        (self.scale.colour(figure), opacity)
    }

    /// The image with a map over the square that the network saw; what it did not see, and a map without evidence, leave the
    /// image as it is.
    #[must_use]
    pub fn over(&self, image: &RgbImage, layer: &Layer, place: &Place) -> RgbImage {
        let mut out = image.clone();
        if !layer.evidence {
            return out;
        }
        for (x, y, pixel) in out.enumerate_pixels_mut() {
            let (across, down) = place.share(f64::from(x) + 0.5, f64::from(y) + 0.5);
            if !(0.0..1.0).contains(&across) || !(0.0..1.0).contains(&down) {
                continue;
            }
            let (colour, opacity) = self.of(layer.grid.at(across as f32, down as f32));
            let Rgb(under) = *pixel;
            let mut over = colour.iter().zip(under);
            pixel.0 = std::array::from_fn(|_| {
                over.next().map_or(0, |(over, under)| {
                    let (over, under) = (f32::from(*over), f32::from(under));
                    (under + (over - under) * opacity).round() as u8
                })
            });
        }
        out
    }
}
