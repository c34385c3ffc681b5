//! Bytes to upright 8-bit RGB: the header is judged first, so that nothing large is read or allocated for a bad file.

mod header;
pub(super) mod hole;
mod limit;
mod note;
pub(super) mod pixels;
pub(super) mod room;
pub(super) mod tiff;

use std::{
    io::{self, Cursor},
    ops::Deref,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
};

use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, RgbImage, metadata::Orientation};

pub use self::{limit::Limit, note::Note};
use self::{pixels::Extent, room::Room};
use crate::{data::view::raster::ResizeError, domain::hash::ContentHash, fault::Failure};

/// Changes with every change to what is refused or to the pixels that come out, so that nothing kept outlives it.
pub const VERSION: &str = "3";
/// A file up to this size is read at once, and judged by its header then.
const SMALL_FILE: u64 = 1 << 20;
/// Bytes of a pixel in flight: as decoded, with 16 bits a channel, and as RGB.
const BYTES_A_PIXEL: u64 = 11;

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
    #[error("the header claims {0} x {1} pixels, more than the limit of {side} a side and 25 megapixels", side = limit::SIDE)]
    TooLarge(u32, u32),
    #[error("the header claims {0} x {1} pixels, more than a field's limit of {side} a side and 400 megapixels", side = limit::SIDE)]
    TooLargeField(u32, u32),
    /// As `TooLargeField`, in a kind of file that cannot be read row by row.
    #[error(
        "its {0} x {1} pixels can only be read all at once from this kind of file, which takes more than the limit of {mb} MB",
        mb = limit::WHOLE >> 20
    )]
    TooLargeWhole(u32, u32),
    #[error("the image has no pixels ({0} x {1})")]
    NoPixels(u32, u32),
    #[error("the file is cut short: the image ends before its last row")]
    Truncated,
    #[error("the file is damaged: {0}")]
    Damaged(String),
    #[error("this kind of image is not supported: {0}")]
    Unsupported(String),
    #[error(transparent)]
    Resize(#[from] ResizeError),
}

impl From<DecodeError> for Failure {
    fn from(error: DecodeError) -> Self {
        let hint = match &error {
            DecodeError::Unreadable(_) => "check that the file exists and that you may read it",
            DecodeError::TooLarge(..) | DecodeError::TooManyBytes(_) => "cut single cells out of it first",
            DecodeError::TooLargeField(..) => "save it in parts, or at a lower magnification",
            DecodeError::TooLargeWhole(..) => {
                "save it as a JPEG that is not progressive, a TIFF or a PNG without interlacing"
            }
            DecodeError::Unsupported(_) => "save it as a JPEG or PNG and try again",
            _ => "fetch the file again from its source",
        };
        Self::new("the image could not be opened", error, hint)
    }
}

/// A file's bytes, with the room that they and their pixels take.
#[derive(Debug)]
pub struct Raw {
    bytes: Vec<u8>,
    _room: Room,
}

impl Deref for Raw {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes
    }
}

/// A decoded image, and what a person should know of how it was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// Upright, without transparency, 8 bits a channel.
    pub image: RgbImage,
    pub notes: Vec<Note>,
}

/// Reads and decodes one file.
///
/// # Errors
/// [`DecodeError`], in words for a person.
pub fn open(path: &Path) -> Result<RgbImage, DecodeError> {
    decode(&read(path)?)
}

/// Reads one file: the hash of its bytes, unless they could not be read, and the picture in it.
pub fn hashed(path: &Path, limit: Limit) -> (Option<ContentHash>, Result<Picture, DecodeError>) {
    match read_within(path, limit) {
        Ok(bytes) => (Some(ContentHash::of(&bytes)), picture_within(&bytes, limit)),
        Err(why) => (None, Err(why)),
    }
}

/// Width and height in pixels as a file's header claims them, before orientation; `None` where there is none to read.
#[must_use]
pub fn size(path: &Path) -> Option<(u32, u32)> {
    header::size(path)
}

/// Reads a whole file, unless it is empty or, by its length or its header, too large for a single cell.
///
/// # Errors
/// [`DecodeError::Unreadable`], [`DecodeError::Empty`], [`DecodeError::TooManyBytes`] or [`DecodeError::TooLarge`].
pub fn read(path: &Path) -> Result<Raw, DecodeError> {
    read_within(path, Limit::CELL)
}

fn read_within(path: &Path, limit: Limit) -> Result<Raw, DecodeError> {
    let length = std::fs::metadata(path).map_err(|why| unreadable(&why))?.len();
    if length == 0 {
        return Err(DecodeError::Empty);
    }
    let mut room = length;
    if length > SMALL_FILE {
        let size = header::size(path);
        if let Some((width, height)) = size {
            limit.check(width, height)?;
            room += u64::from(width) * u64::from(height) * BYTES_A_PIXEL;
        }
        if length > limit.bytes {
            return Err(DecodeError::TooManyBytes(length));
        }
    }
    let _room = Room::take(room);
    Ok(Raw { bytes: std::fs::read(path).map_err(|why| unreadable(&why))?, _room })
}

/// Decodes the first page or frame to upright RGB: EXIF orientation applied, transparency laid over white, 16 bits and
/// floating-point numbers brought to 8 bits.
///
/// The content decides the format, never the name.
///
/// # Errors
/// [`DecodeError`] for anything that is not one whole image within the limits.
pub fn decode(bytes: &[u8]) -> Result<RgbImage, DecodeError> {
    picture(bytes).map(|picture| picture.image)
}

/// As [`decode`], with notes on what of the file is not in the image.
///
/// # Errors
/// As [`decode`].
pub fn picture(bytes: &[u8]) -> Result<Picture, DecodeError> {
    picture_within(bytes, Limit::CELL)
}

fn picture_within(bytes: &[u8], limit: Limit) -> Result<Picture, DecodeError> {
    if bytes.is_empty() {
        return Err(DecodeError::Empty);
    }
    guarded(|| decode_unguarded(bytes, limit))
}

/// Decoders are other people's code: a panic in one is a damaged file, not the end of a scan.
pub(super) fn guarded<T>(decode: impl FnOnce() -> Result<T, DecodeError>) -> Result<T, DecodeError> {
    catch_unwind(AssertUnwindSafe(decode))
        .unwrap_or_else(|_| Err(DecodeError::Damaged("its decoder gave up".to_owned())))
}

fn decode_unguarded(bytes: &[u8], limit: Limit) -> Result<Picture, DecodeError> {
    let reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|why| unreadable(&why))?;
    let Some(format) = reader.format() else {
        return Err(DecodeError::NotAnImage(looks_like(bytes)));
    };
    if format == ImageFormat::Jpeg && !jpeg_is_whole(bytes) {
        return Err(DecodeError::Truncated);
    }
    let mut reader = reader;
    reader.limits(limit.of_decoder());
    let mut decoder = reader.into_decoder().map_err(|why| explain(why, header::of_png(bytes), limit))?;
    let (width, height) = decoder.dimensions();
    limit.check(width, height)?;
    if decoder.total_bytes() > limit.alloc {
        return Err(limit.too_much(width, height));
    }
    let _room = Room::take(u64::from(width) * u64::from(height) * BYTES_A_PIXEL);
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|why| explain(why, Some((width, height)), limit))?;
    if let Some(zeros) = scan_of(bytes, format).and_then(hole::zeros)
        && !hole::are_a_flat_area(zeros, &picture.to_rgb8())
    {
        return Err(DecodeError::Damaged(format!("{zeros} bytes in its middle are lost")));
    }
    picture.apply_orientation(orientation);
    let mut notes = Vec::new();
    if format == ImageFormat::Tiff {
        let pages = tiff::facts(&mut Cursor::new(bytes)).map_or(1, |facts| facts.pages);
        notes.extend((pages > 1).then_some(Note::Pages(pages)));
    }
    let extent = Extent::default().with(&picture);
    notes.extend(pixels::scale(&mut picture, &extent)?);
    let (image, note) = pixels::flatten(picture, &extent);
    notes.extend(note);
    notes.extend(Note::on_size(image.width(), image.height()));
    Ok(Picture { image, notes })
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

/// What follows the first header of a scan, if the file is a JPEG.
fn scan_of(bytes: &[u8], format: ImageFormat) -> Option<&[u8]> {
    bytes.get(first_scan(bytes).filter(|_| format == ImageFormat::Jpeg)?..)
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

pub(super) fn unreadable(why: &io::Error) -> DecodeError {
    DecodeError::Unreadable(match why.kind() {
        io::ErrorKind::NotFound => "it is not there any more".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => why.to_string(),
    })
}

/// A decoder's error as a sentence; `size` is what the header claims, as far as it could be read.
fn explain(why: ImageError, size: Option<(u32, u32)>, limit: Limit) -> DecodeError {
    match why {
        ImageError::Limits(_) => {
            let (width, height) = size.unwrap_or_default();
            limit.too_much(width, height)
        }
        ImageError::Unsupported(why) => DecodeError::Unsupported(why.to_string()),
        ImageError::IoError(why) if why.kind() == io::ErrorKind::UnexpectedEof => DecodeError::Truncated,
        why => damaged(&why.to_string()),
    }
}

/// A decoder's words: either they mean that the file is too short, or they are told.
pub(super) fn damaged(words: &str) -> DecodeError {
    let short = ["unexpected end", "UnexpectedEof", "Premature end", "failed to fill whole buffer", "exhausted"];
    if short.iter().any(|sign| words.contains(sign)) {
        DecodeError::Truncated
    } else {
        DecodeError::Damaged(words.replace(['\n', '\r'], " "))
    }
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
