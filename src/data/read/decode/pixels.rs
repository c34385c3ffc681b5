//! Decoded pixels of any kind to 8-bit RGB: floating-point numbers scaled, transparency laid over white.

use image::{DynamicImage, RgbImage};

use super::{DecodeError, Note};

/// Brings floating-point colours to 0 to 1, where they lie beyond: those up to 255 as 8 bits would, others by the range
/// that they have.
pub(super) fn scale(picture: &mut DynamicImage) -> Result<Option<Note>, DecodeError> {
    let mut colours: Vec<&mut [f32]> = match picture {
        DynamicImage::ImageRgb32F(pixels) => pixels.pixels_mut().map(|pixel| &mut pixel.0[..]).collect(),
        DynamicImage::ImageRgba32F(pixels) => pixels.pixels_mut().filter_map(|pixel| pixel.0.get_mut(..3)).collect(),
        _ => return Ok(None),
    };
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
