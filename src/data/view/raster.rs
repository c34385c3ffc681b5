//! What is done to pixels whatever they show: resized, mirrored at a border, read between pixels, blurred, compressed.

use std::io::Cursor;

use fast_image_resize::{
    FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer,
    images::{Image, ImageRef},
};
use image::{DynamicImage, ImageFormat, ImageReader, Rgb, RgbImage, codecs::jpeg::JpegEncoder, imageops};

use crate::domain::field::Place;

/// Why no view could be made of an image.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the image could not be resized: {0}")]
pub struct ResizeError(String);

/// Resizes a box (left, top, width, height in pixels, fractions allowed) of an image.
///
/// The filter is fixed: a triangle widened by the scale, in fixed-point numbers, so that every machine gets the same
/// pixels with or without vector instructions.
///
/// # Errors
/// [`ResizeError`] where the image, the box or the result has no pixels.
pub fn resize(image: &RgbImage, part: [f64; 4], to_width: u32, to_height: u32) -> Result<RgbImage, ResizeError> {
    let mut out = RgbImage::new(to_width, to_height);
    let from = Lines { pixels: image.as_raw(), width: image.width(), height: image.height() };
    resize_into(from, part, (&mut out, to_width, to_height))?;
    Ok(out)
}

/// Rows of RGB pixels, one below the other.
#[derive(Clone, Copy)]
pub(crate) struct Lines<'a> {
    pub pixels: &'a [u8],
    pub width: u32,
    pub height: u32,
}

/// As [`resize`], from rows into rows of a width and a height.
pub(crate) fn resize_into(
    from: Lines<'_>,
    [left, top, width, height]: [f64; 4],
    (to, to_width, to_height): (&mut [u8], u32, u32),
) -> Result<(), ResizeError> {
    let failed = |why: &dyn std::fmt::Display| ResizeError(why.to_string());
    let options = ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(FilterType::Bilinear))
        .crop(left.max(0.0), top.max(0.0), width, height)
        .use_alpha(false);
    let from = ImageRef::new(from.width, from.height, from.pixels, PixelType::U8x3);
    let from = from.map_err(|why| failed(&why))?;
    let to = Image::from_slice_u8(to_width, to_height, to, PixelType::U8x3);
    Resizer::new().resize(&from, &mut to.map_err(|why| failed(&why))?, &options).map_err(|why| failed(&why))
}

/// A piece of an image, with one colour where it reaches beyond the border.
#[must_use]
pub fn piece(image: &RgbImage, at: Place, beyond: [u8; 3]) -> RgbImage {
    let seen = at.within(image.dimensions());
    let [x, y] = [seen.x, seen.y].map(|low| u32::try_from(low).unwrap_or_default());
    framed(imageops::crop_imm(image, x, y, seen.width, seen.height).to_image(), seen, at, beyond)
}

/// What was seen at one place, put where it lies in another that holds it.
#[must_use]
pub fn framed(image: RgbImage, seen: Place, at: Place, beyond: [u8; 3]) -> RgbImage {
    if seen == at {
        return image;
    }
    let mut square = RgbImage::from_pixel(at.width, at.height, Rgb(beyond));
    imageops::replace(&mut square, &image, i64::from(seen.x) - i64::from(at.x), i64::from(seen.y) - i64::from(at.y));
    square
}

/// The index inside `0..length` that a mirrored border shows at `at`.
#[must_use]
pub fn mirror(at: i32, length: i32) -> usize {
    if (0..length).contains(&at) {
        return at as usize;
    }
    let turn = at.rem_euclid((2 * length).max(1));
    turn.min(2 * length - 1 - turn).max(0) as usize
}

/// Three taps across and down, with outer weights that grow from none to a third.
#[must_use]
pub fn blur(view: &RgbImage, amount: f32) -> RgbImage {
    let outer = (amount.clamp(0.0, 1.0) * 85.0) as u32;
    let inner = 256 - 2 * outer;
    let line = view.width() as usize * 3;
    let pass = |from: &[u8], step: usize| -> Vec<u8> {
        let mut to = from.to_vec();
        let (at, after) = (from.iter().skip(step), from.iter().skip(2 * step));
        for (((to, before), at), after) in to.iter_mut().skip(step).zip(from).zip(at).zip(after) {
            *to = ((u32::from(*before) * outer + u32::from(*at) * inner + u32::from(*after) * outer + 128) >> 8) as u8;
        }
        to
    };
    let mut across = pass(view.as_raw(), 3);
    // The outermost columns have no neighbour on one side and stay as they are.
    for (to, from) in across.chunks_exact_mut(line).zip(view.as_raw().chunks_exact(line)) {
        for edge in [0..3, line - 3..line] {
            if let (Some(to), Some(from)) = (to.get_mut(edge.clone()), from.get(edge)) {
                to.copy_from_slice(from);
            }
        }
    }
    let down = pass(&across, line);
    RgbImage::from_raw(view.width(), view.height(), down).unwrap_or_else(|| view.clone())
}

/// An image read between its pixels; beyond the border it is mirrored.
pub struct Between<'a> {
    pixels: &'a [u8],
    width: i32,
    height: i32,
}

impl<'a> Between<'a> {
    #[must_use]
    pub fn new(image: &'a RgbImage) -> Self {
        Self { pixels: image.as_raw(), width: image.width() as i32, height: image.height() as i32 }
    }

    /// The colour at a place in pixels, 0 in the middle of the first, linear between the four around it.
    #[must_use]
    pub fn at(&self, x: f32, y: f32) -> [u8; 3] {
        // Places in 1/256 of a pixel, moved into positive numbers, where cutting off is rounding down.
        let (x, y) = (((x + 8192.0) * 256.0) as i32, ((y + 8192.0) * 256.0) as i32);
        let (right, low) = ((x & 255) as u32, (y & 255) as u32);
        let (left, top) = ((x >> 8) - 8192, (y >> 8) - 8192);
        let columns = [mirror(left, self.width), mirror(left + 1, self.width)];
        let rows = [mirror(top, self.height), mirror(top + 1, self.height)];
        let corner = |row: usize, column: usize| {
            let start = (row * self.width as usize + column) * 3;
            match self.pixels.get(start..start + 3) {
                Some([r, g, b]) => [u32::from(*r), u32::from(*g), u32::from(*b)],
                _ => [0; 3],
            }
        };
        let [a, b] = [corner(rows[0], columns[0]), corner(rows[0], columns[1])];
        let [c, d] = [corner(rows[1], columns[0]), corner(rows[1], columns[1])];
        let mix = |a: u32, b: u32, c: u32, d: u32| {
            let upper = a * (256 - right) + b * right;
            let lower = c * (256 - right) + d * right;
            ((upper * (256 - low) + lower * low + 32_768) >> 16) as u8
        };
        [mix(a[0], b[0], c[0], d[0]), mix(a[1], b[1], c[1], d[1]), mix(a[2], b[2], c[2], d[2])]
    }
}

/// Through a JPEG of this quality and back.
#[must_use]
pub fn recompress(view: RgbImage, quality: u8) -> RgbImage {
    let mut bytes = Cursor::new(Vec::new());
    if JpegEncoder::new_with_quality(&mut bytes, quality).encode_image(&view).is_err() {
        return view;
    }
    bytes.set_position(0);
    ImageReader::with_format(bytes, ImageFormat::Jpeg).decode().map_or(view, DynamicImage::into_rgb8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_resized_is_an_error_and_no_black_square() {
        let image = RgbImage::from_pixel(8, 8, Rgb([200; 3]));
        assert!(resize(&image, [4.0, 4.0, 8.0, 8.0], 4, 4).is_err(), "the box reaches beyond the image");
        assert!(resize(&image, [0.0, 0.0, 8.0, 8.0], 4, 4).is_ok());
    }
}
