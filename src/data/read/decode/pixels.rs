//! Decoded pixels of any kind to 8-bit RGB: floating-point numbers scaled, fewer bits than the file has room for spread out,
//! transparency laid over white.

use image::{DynamicImage, RgbImage};

use super::{DecodeError, Note};

/// Highest values of cameras' 8, 10 and 12 bits, which some programs write into 16 as they are. No lit field is as dark as
/// the brightest of them would be then.
const FEWER_BITS: [u16; 3] = [255, 1023, 4095];

/// Brings colours into their range: floating-point numbers beyond 0 to 1, those up to 255 as 8 bits would and others by the
/// range that they have, and 16-bit numbers that use fewer bits.
pub(super) fn scale(picture: &mut DynamicImage) -> Result<Option<Note>, DecodeError> {
    match picture {
        DynamicImage::ImageRgb32F(pixels) => floats(pixels.pixels_mut().map(|pixel| &mut pixel.0[..]).collect()),
        DynamicImage::ImageRgba32F(pixels) => {
            floats(pixels.pixels_mut().filter_map(|pixel| pixel.0.get_mut(..3)).collect())
        }
        DynamicImage::ImageLuma16(pixels) => Ok(spread(pixels.pixels_mut().map(|pixel| &mut pixel.0[..]).collect())),
        DynamicImage::ImageRgb16(pixels) => Ok(spread(pixels.pixels_mut().map(|pixel| &mut pixel.0[..]).collect())),
        DynamicImage::ImageRgba16(pixels) => {
            Ok(spread(pixels.pixels_mut().filter_map(|pixel| pixel.0.get_mut(..3)).collect()))
        }
        _ => Ok(None),
    }
}

fn spread(mut colours: Vec<&mut [u16]>) -> Option<Note> {
    let highest = colours.iter().flat_map(|colour| colour.iter()).copied().max().filter(|highest| *highest > 0)?;
    let full = FEWER_BITS.into_iter().find(|full| highest <= *full)?;
    let to_16 =
        |value: u16| u16::try_from(u32::from(value) * u32::from(u16::MAX) / u32::from(full)).unwrap_or(u16::MAX);
    colours.iter_mut().flat_map(|colour| colour.iter_mut()).for_each(|value| *value = to_16(*value));
    Some(Note::Scaled { low: 0.0, high: full.into() })
}

fn floats(mut colours: Vec<&mut [f32]>) -> Result<Option<Note>, DecodeError> {
    let (mut low, mut high) = (f32::MAX, f32::MIN);
    for value in colours.iter().flat_map(|colour| colour.iter()) {
        if !value.is_finite() {
            return Err(DecodeError::Damaged("it holds values that are not numbers".to_owned()));
        }
        (low, high) = (low.min(*value), high.max(*value));
    }
    if low >= 0.0 && high <= 1.0 {
        return Ok(None);
    }
    if low >= 0.0 && high <= 255.0 {
        (low, high) = (0.0, 255.0);
    }
    let range = (high - low).max(f32::MIN_POSITIVE);
    colours.iter_mut().flat_map(|colour| colour.iter_mut()).for_each(|value| *value = (*value - low) / range);
    Ok(Some(Note::Scaled { low, high }))
}

/// Drops the alpha channel by laying the image over white, as on a slide. An alpha that is zero everywhere, as some
/// programs write it for want of one, is no alpha.
pub(super) fn flatten(picture: DynamicImage) -> (RgbImage, Option<Note>) {
    if !picture.color().has_alpha() {
        return (picture.into_rgb8(), None);
    }
    let picture = picture.into_rgba8();
    if picture.pixels().all(|pixel| pixel.0[3] == 0) {
        return (DynamicImage::from(picture).into_rgb8(), Some(Note::ClearAlpha));
    }
    let mut flat = RgbImage::new(picture.width(), picture.height());
    for (from, to) in picture.pixels().zip(flat.pixels_mut()) {
        let [red, green, blue, alpha] = from.0;
        let over = |value: u8| {
            let (value, alpha) = (u32::from(value), u32::from(alpha));
            u8::try_from((value * alpha + 255 * (255 - alpha) + 127) / 255).unwrap_or(u8::MAX)
        };
        to.0 = [over(red), over(green), over(blue)];
    }
    (flat, None)
}
