//! A PNG row by row, unless it is interlaced or animated.

use std::io::{self, BufRead, Seek};

use image::{ColorType, DynamicImage, ImageBuffer, metadata::Orientation};
use png::{BitDepth, Decoder, DecodingError, Limits, Reader, Transformations};

use super::rows::{Facts, Rows, strip};
use crate::data::read::decode::{DecodeError, damaged, unreadable};

/// Most bytes that the decoder may use for itself.
const TABLES: usize = 64 << 20;

struct Png<R: BufRead + Seek> {
    reader: Reader<R>,
    colour: ColorType,
    /// Bytes of a decoded row.
    line: usize,
    /// Rows that are read at once.
    step: u32,
    next: u32,
}

/// Begins to read a PNG in strips of so many pixels; `None` where its rows do not come in order.
pub(super) fn open<'a>(file: impl BufRead + Seek + 'a, pixels: u64) -> Result<Option<Box<dyn Rows + 'a>>, DecodeError> {
    let mut decoder = Decoder::new_with_limits(file, Limits { bytes: TABLES });
    decoder.set_transformations(Transformations::EXPAND);
    let reader = decoder.read_info().map_err(|why| explain(&why))?;
    let info = reader.info();
    if info.interlaced || info.animation_control.is_some() {
        return Ok(None);
    }
    let (width, (kind, bits)) = (info.width, reader.output_color_type());
    let colour = match (kind, bits) {
        (png::ColorType::Grayscale, BitDepth::Eight) => ColorType::L8,
        (png::ColorType::Grayscale, BitDepth::Sixteen) => ColorType::L16,
        (png::ColorType::GrayscaleAlpha, BitDepth::Eight) => ColorType::La8,
        (png::ColorType::GrayscaleAlpha, BitDepth::Sixteen) => ColorType::La16,
        (png::ColorType::Rgb, BitDepth::Eight) => ColorType::Rgb8,
        (png::ColorType::Rgb, BitDepth::Sixteen) => ColorType::Rgb16,
        (png::ColorType::Rgba, BitDepth::Eight) => ColorType::Rgba8,
        (png::ColorType::Rgba, BitDepth::Sixteen) => ColorType::Rgba16,
        _ => return Ok(None),
    };
    let line = width as usize * usize::from(colour.bytes_per_pixel());
    Ok(Some(Box::new(Png { reader, colour, line, step: strip(width, pixels, 1), next: 0 })))
}

impl<R: BufRead + Seek> Rows for Png<R> {
    fn facts(&mut self) -> Result<Facts, DecodeError> {
        let info = self.reader.info();
        let orientation = info.exif_metadata.as_ref().and_then(|exif| Orientation::from_exif_chunk(exif));
        Ok(Facts {
            size: info.size(),
            orientation: orientation.unwrap_or(Orientation::NoTransforms),
            colour: self.colour,
            notes: Vec::new(),
        })
    }

    fn next(&mut self, _: u32) -> Result<Option<(u32, DynamicImage)>, DecodeError> {
        let (top, (width, height)) = (self.next, self.reader.info().size());
        let rows = self.step.min(height - top);
        if rows == 0 {
            // Its checksums are only told here.
            self.reader.read_row(&mut []).map_err(|why| explain(&why))?;
            return Ok(None);
        }
        let mut bytes = vec![0; rows as usize * self.line];
        for row in bytes.chunks_exact_mut(self.line.max(1)) {
            self.reader.read_row(row).map_err(|why| explain(&why))?;
        }
        self.next = top + rows;
        let picture = picture(self.colour, (width, rows), bytes);
        Ok(Some((top, picture.ok_or_else(|| DecodeError::Damaged("a row is too short".to_owned()))?)))
    }

    fn held(&self) -> u64 {
        // The window of its compression and two rows.
        (64 << 10) + 2 * self.line as u64
    }
}

/// Bytes of rows, the higher byte of 16 bits first, as pixels.
fn picture(colour: ColorType, (width, height): (u32, u32), bytes: Vec<u8>) -> Option<DynamicImage> {
    let wide =
        |bytes: Vec<u8>| -> Vec<u16> { bytes.as_chunks::<2>().0.iter().map(|two| u16::from_be_bytes(*two)).collect() };
    Some(match colour {
        ColorType::L8 => ImageBuffer::from_raw(width, height, bytes).map(DynamicImage::ImageLuma8)?,
        ColorType::La8 => ImageBuffer::from_raw(width, height, bytes).map(DynamicImage::ImageLumaA8)?,
        ColorType::Rgb8 => ImageBuffer::from_raw(width, height, bytes).map(DynamicImage::ImageRgb8)?,
        ColorType::Rgba8 => ImageBuffer::from_raw(width, height, bytes).map(DynamicImage::ImageRgba8)?,
        ColorType::L16 => ImageBuffer::from_raw(width, height, wide(bytes)).map(DynamicImage::ImageLuma16)?,
        ColorType::La16 => ImageBuffer::from_raw(width, height, wide(bytes)).map(DynamicImage::ImageLumaA16)?,
        ColorType::Rgb16 => ImageBuffer::from_raw(width, height, wide(bytes)).map(DynamicImage::ImageRgb16)?,
        ColorType::Rgba16 => ImageBuffer::from_raw(width, height, wide(bytes)).map(DynamicImage::ImageRgba16)?,
        _ => return None,
    })
}

fn explain(why: &DecodingError) -> DecodeError {
    match why {
        DecodingError::IoError(why) if why.kind() == io::ErrorKind::UnexpectedEof => DecodeError::Truncated,
        DecodingError::IoError(why) => unreadable(why),
        why => damaged(&why.to_string()),
    }
}
