//! Decoded pixels of any kind to 8-bit RGB: floating-point numbers scaled, fewer bits than the file has room for spread out,
//! transparency laid over white.

use image::{ColorType, DynamicImage, RgbImage};

use super::{DecodeError, Note};

/// Highest values of cameras' 8, 10 and 12 bits, which some programs write into 16 as they are. No lit field is as dark as
/// the brightest of them would be then.
const FEWER_BITS: [u16; 3] = [255, 1023, 4095];

/// What must be known of all pixels of a picture before any of them can be brought to 8 bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::data::read) struct Extent {
    /// Highest 16-bit colour.
    highest: u16,
    /// Whether a pixel is not fully transparent.
    is_seen: bool,
}

impl Extent {
    /// The same with more pixels.
    pub(in crate::data::read) fn with(self, picture: &DynamicImage) -> Self {
        let of = |colours: &[u16]| colours.iter().copied().max().unwrap_or_default();
        let alpha_16 = |alpha: u16| alpha > u16::from(u8::MAX) / 2 + 1;
        let (highest, is_seen) = match picture {
            DynamicImage::ImageLuma16(pixels) => (of(pixels), true),
            DynamicImage::ImageRgb16(pixels) => (of(pixels), true),
            DynamicImage::ImageRgba16(pixels) => {
                let highest = pixels.pixels().map(|pixel| of(&pixel.0[..3])).max();
                (highest.unwrap_or_default(), pixels.pixels().any(|pixel| alpha_16(pixel.0[3])))
            }
            DynamicImage::ImageLumaA16(pixels) => (0, pixels.pixels().any(|pixel| alpha_16(pixel.0[1]))),
            DynamicImage::ImageLumaA8(pixels) => (0, pixels.pixels().any(|pixel| pixel.0[1] > 0)),
            DynamicImage::ImageRgba8(pixels) => (0, pixels.pixels().any(|pixel| pixel.0[3] > 0)),
            DynamicImage::ImageRgba32F(pixels) => (0, pixels.pixels().any(|pixel| pixel.0[3] > 0.5 / 255.0)),
            _ => (0, true),
        };
        Self { highest: self.highest.max(highest), is_seen: self.is_seen || is_seen }
    }

    /// Whether pixels of this kind say nothing of each other.
    pub(in crate::data::read) const fn is_needless(colour: ColorType) -> bool {
        matches!(colour, ColorType::L8 | ColorType::Rgb8)
    }
}

/// Brings colours into their range: floating-point numbers beyond 0 to 1, those up to 255 as 8 bits would and others by the
/// range that they have, and 16-bit numbers that use fewer bits.
pub(in crate::data::read) fn scale(picture: &mut DynamicImage, extent: &Extent) -> Result<Option<Note>, DecodeError> {
    match picture {
        DynamicImage::ImageRgb32F(pixels) => floats(pixels.pixels_mut().map(|pixel| &mut pixel.0[..]).collect()),
        DynamicImage::ImageRgba32F(pixels) => {
            floats(pixels.pixels_mut().filter_map(|pixel| pixel.0.get_mut(..3)).collect())
        }
        DynamicImage::ImageLuma16(pixels) => Ok(spread(&mut pixels.iter_mut(), extent)),
        DynamicImage::ImageRgb16(pixels) => Ok(spread(&mut pixels.iter_mut(), extent)),
        DynamicImage::ImageRgba16(pixels) => {
            Ok(spread(&mut pixels.pixels_mut().flat_map(|pixel| pixel.0.iter_mut().take(3)), extent))
        }
        _ => Ok(None),
    }
}

fn spread(colours: &mut dyn Iterator<Item = &mut u16>, extent: &Extent) -> Option<Note> {
    let highest = Some(extent.highest).filter(|highest| *highest > 0)?;
    let full = FEWER_BITS.into_iter().find(|full| highest <= *full)?;
    let to_16 =
        |value: u16| u16::try_from(u32::from(value) * u32::from(u16::MAX) / u32::from(full)).unwrap_or(u16::MAX);
    colours.for_each(|value| *value = to_16(*value));
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
pub(in crate::data::read) fn flatten(picture: DynamicImage, extent: &Extent) -> (RgbImage, Option<Note>) {
    if !picture.color().has_alpha() {
        return (picture.into_rgb8(), None);
    }
    let picture = picture.into_rgba8();
    if !extent.is_seen {
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
