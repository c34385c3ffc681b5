//! Bytes to upright 8-bit RGB: the header is judged first, so that nothing large is allocated for a bad file.

use std::{
    io::{self, Cursor},
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
};

use image::{DynamicImage, ImageDecoder, ImageError, ImageReader, Limits, RgbImage, metadata::Orientation};

use crate::progress::Failure;

/// Changes with every change to what is refused or to the pixels that come out, so that nothing kept outlives it.
pub const VERSION: &str = "2";
/// Largest side in pixels that is decoded.
const MAX_SIDE: u32 = 20_000;
/// Most pixels that are decoded.
const MAX_PIXELS: u64 = 100_000_000;
/// Largest file in bytes that is read.
const MAX_BYTES: u64 = 1 << 30;
/// Most bytes that a decoder may allocate: 100 megapixels of 16-bit RGBA, and room to work.
const MAX_ALLOC: u64 = 1 << 30;

/// Why a file is no usable image.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    #[error("the file cannot be read: {0}")]
    Unreadable(String),
    #[error("the file is empty (0 bytes)")]
    Empty,
    #[error("the file is too large for an image ({0} bytes)")]
    TooManyBytes(u64),
    /// What the first bytes look like instead.
    #[error("it is no image: the content is {0}")]
    NotAnImage(&'static str),
    #[error("the header claims {0} x {1} pixels, more than the limit of {MAX_SIDE} a side and 100 megapixels")]
    TooLarge(u32, u32),
    #[error("the image has no pixels ({0} x {1})")]
    NoPixels(u32, u32),
    #[error("the file is cut short: the image ends before its last row")]
    Truncated,
    #[error("the file is damaged: {0}")]
    Damaged(String),
    #[error("this kind of image is not supported: {0}")]
    Unsupported(String),
}

impl From<DecodeError> for Failure {
    fn from(error: DecodeError) -> Self {
        let hint = match &error {
            DecodeError::Unreadable(_) => "check that the file exists and that you may read it",
            DecodeError::TooLarge(..) | DecodeError::TooManyBytes(_) => "cut single cells out of it first",
            DecodeError::Unsupported(_) => "save it as a JPEG or PNG and try again",
            _ => "fetch the file again from its source",
        };
        Self::new("the image could not be opened", error, hint)
    }
}

/// Reads and decodes one file.
///
/// # Errors
/// [`DecodeError`], in words for a person.
pub fn open(path: &Path) -> Result<RgbImage, DecodeError> {
    decode(&read(path)?)
}

/// Reads a whole file, unless it is empty or absurdly large.
///
/// # Errors
/// [`DecodeError::Unreadable`], [`DecodeError::Empty`] or [`DecodeError::TooManyBytes`].
pub fn read(path: &Path) -> Result<Vec<u8>, DecodeError> {
    let length = std::fs::metadata(path).map_err(|why| unreadable(&why))?.len();
    match length {
        0 => Err(DecodeError::Empty),
        length if length > MAX_BYTES => Err(DecodeError::TooManyBytes(length)),
        _ => std::fs::read(path).map_err(|why| unreadable(&why)),
    }
}

/// Decodes the first frame to upright RGB: EXIF orientation applied, transparency laid over white, 16 bits brought to 8.
///
/// The content decides the format, never the name.
///
/// # Errors
/// [`DecodeError`] for anything that is not one whole image within the limits.
pub fn decode(bytes: &[u8]) -> Result<RgbImage, DecodeError> {
    if bytes.is_empty() {
        return Err(DecodeError::Empty);
    }
    // Decoders are other people's code: a panic in one is a damaged file, not the end of a scan.
    catch_unwind(AssertUnwindSafe(|| decode_unguarded(bytes)))
        .unwrap_or_else(|_| Err(DecodeError::Damaged("its decoder gave up".to_owned())))
}

fn decode_unguarded(bytes: &[u8]) -> Result<RgbImage, DecodeError> {
    let reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|why| unreadable(&why))?;
    let Some(format) = reader.format() else {
        return Err(DecodeError::NotAnImage(looks_like(bytes)));
    };
    if format == image::ImageFormat::Jpeg && !jpeg_is_whole(bytes) {
        return Err(DecodeError::Truncated);
    }
    let mut reader = reader;
    reader.limits(limits());
    let mut decoder = reader.into_decoder().map_err(|why| explain(why, bytes))?;
    let (width, height) = decoder.dimensions();
    check_size(width, height)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|why| explain(why, bytes))?;
    picture.apply_orientation(orientation);
    Ok(flatten(picture))
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_ALLOC);
    limits
}

fn check_size(width: u32, height: u32) -> Result<(), DecodeError> {
    if width == 0 || height == 0 {
        Err(DecodeError::NoPixels(width, height))
    } else if width.max(height) > MAX_SIDE || u64::from(width) * u64::from(height) > MAX_PIXELS {
        Err(DecodeError::TooLarge(width, height))
    } else {
        Ok(())
    }
}

/// Drops the alpha channel by laying the image over white, as on a slide.
fn flatten(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let picture = picture.into_rgba8();
    let mut flat = RgbImage::new(picture.width(), picture.height());
    for (from, to) in picture.pixels().zip(flat.pixels_mut()) {
        let [red, green, blue, alpha] = from.0;
        let over = |value: u8| {
            let (value, alpha) = (u32::from(value), u32::from(alpha));
            u8::try_from((value * alpha + 255 * (255 - alpha) + 127) / 255).unwrap_or(u8::MAX)
        };
        to.0 = [over(red), over(green), over(blue)];
    }
    flat
}

/// Whether a JPEG's last scan reaches its end marker; the decoder itself fills what is missing with grey.
fn jpeg_is_whole(bytes: &[u8]) -> bool {
    // Cameras append previews and makers' notes behind the end, so the marker is looked for anywhere behind the scan.
    let Some(scan) = first_scan(bytes) else {
        return true; // A header that is cut off earlier is the decoder's to explain.
    };
    let mut rest = bytes.get(scan..).unwrap_or_default();
    while let Some(at) = rest.iter().position(|byte| *byte == 0xFF) {
        match rest.get(at + 1) {
            Some(0xD9) => return true,
            Some(_) => rest = rest.get(at + 1..).unwrap_or_default(),
            None => return false,
        }
    }
    false
}

/// Where the first entropy-coded scan starts, if the segments before it are whole.
fn first_scan(bytes: &[u8]) -> Option<usize> {
    let mut at = 2;
    loop {
        let marker = *bytes.get(at + 1)?;
        if *bytes.get(at)? != 0xFF {
            return None;
        }
        if marker == 0xFF {
            at += 1; // A fill byte.
            continue;
        }
        let length = usize::from(u16::from_be_bytes([*bytes.get(at + 2)?, *bytes.get(at + 3)?]));
        at += 2 + length;
        if marker == 0xDA {
            return (at <= bytes.len()).then_some(at);
        }
    }
}

fn unreadable(why: &io::Error) -> DecodeError {
    DecodeError::Unreadable(match why.kind() {
        io::ErrorKind::NotFound => "it is not there any more".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => why.to_string(),
    })
}

/// A decoder's error as a sentence.
fn explain(why: ImageError, bytes: &[u8]) -> DecodeError {
    match why {
        ImageError::Limits(_) => claimed_size(bytes)
            .map_or(DecodeError::TooLarge(0, 0), |(width, height)| DecodeError::TooLarge(width, height)),
        ImageError::Unsupported(why) => DecodeError::Unsupported(why.to_string()),
        ImageError::IoError(why) if why.kind() == io::ErrorKind::UnexpectedEof => DecodeError::Truncated,
        why => {
            let words = why.to_string();
            let short =
                ["unexpected end", "UnexpectedEof", "Premature end", "failed to fill whole buffer", "exhausted"];
            if short.iter().any(|sign| words.contains(sign)) {
                DecodeError::Truncated
            } else {
                DecodeError::Damaged(words.replace(['\n', '\r'], " "))
            }
        }
    }
}

/// The size in a PNG's header, for the sentence about a file that its decoder refused.
fn claimed_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let number = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    bytes.starts_with(b"\x89PNG").then(|| Some((number(16)?, number(20)?)))?
}

/// What bytes without an image's signature are, as far as their start tells.
fn looks_like(bytes: &[u8]) -> &'static str {
    let start = bytes.get(..bytes.len().min(512)).unwrap_or_default();
    let trimmed = start.trim_ascii_start().to_ascii_lowercase();
    let signatures: [(&[u8], &str); 8] = [
        (b"pk\x03\x04", "a ZIP archive"),
        (b"%pdf", "a PDF document"),
        (b"<!doctype html", "a web page"),
        (b"<html", "a web page"),
        (b"<svg", "an SVG drawing"),
        (b"<?xml", "an XML document"),
        (b"rar!", "a RAR archive"),
        (b"\x1f\x8b", "a gzip archive"),
    ];
    if let Some((_, name)) = signatures.iter().find(|(signature, _)| trimmed.starts_with(signature)) {
        return name;
    }
    if start.iter().all(|byte| *byte == 0) {
        "all zero bytes"
    } else if start.iter().all(|byte| matches!(byte, b'\t' | b'\n' | b'\r' | 0x20..=0x7E)) {
        "text"
    } else {
        "of no known format"
    }
}
