//! A TIFF by its strips or tiles, or row by row where nothing is compressed.

use std::io::{self, BufRead, Seek, SeekFrom};

use image::{ColorType, DynamicImage, ImageBuffer, metadata::Orientation};
use tiff::{
    TiffError,
    decoder::{Decoder, DecodingResult},
    tags::Tag,
};

use super::rows::{Facts, Rows, strip};
use crate::data::read::decode::{DecodeError, Note, damaged, tiff as directory, unreadable};

/// Most bytes of one strip or tile.
const PIECE: u64 = 64 << 20;
/// What the tags of a TIFF say where nothing is compressed, and where a pixel's samples lie together.
const PLAIN: u32 = 1;
const CHUNKY: u32 = 1;
/// What the tag of the photometric interpretation says where black is zero, or colours are RGB.
const BLACK_IS_ZERO: u32 = 1;
const RGB: u32 = 2;

struct Tiff<R: BufRead + Seek> {
    decoder: Decoder<R>,
    facts: Facts,
    /// Width and height of a strip or tile.
    piece: (u32, u32),
    /// Where the first row lies, in a file of one plain strip.
    plain: Option<u64>,
    /// Rows that are read at once, whole strips or tiles of them.
    step: u32,
    next: u32,
}

/// Begins to read a TIFF in strips of about so many pixels; `None` where it is of another kind than cameras and programs for
/// microscopes write, or in pieces that are too large.
pub(super) fn open<'a>(
    mut file: impl BufRead + Seek + 'a,
    pixels: u64,
) -> Result<Option<Box<dyn Rows + 'a>>, DecodeError> {
    let known = directory::facts(&mut file).unwrap_or_default();
    file.rewind().map_err(|why| unreadable(&why))?;
    let mut decoder = Decoder::new(file).map_err(|why| explain(&why))?;
    let Some(colour) = colour(&mut decoder).map_err(|why| explain(&why))?.filter(|_| !known.is_float) else {
        return Ok(None);
    };
    let size = decoder.dimensions().map_err(|why| explain(&why))?;
    let orientation = decoder.find_tag_unsigned::<u16>(Tag::Orientation).ok().flatten();
    let orientation = orientation.and_then(|value| Orientation::from_exif(u8::try_from(value).ok()?));
    let facts = Facts {
        size,
        orientation: orientation.unwrap_or(Orientation::NoTransforms),
        colour,
        notes: (known.pages > 1).then_some(Note::Pages(known.pages)).into_iter().collect(),
    };
    let (wide, high) = decoder.chunk_dimensions();
    // One strip may claim any number of rows.
    let piece = if wide == size.0 { (wide, high.min(size.1)) } else { (wide, high) };
    let is_large = u64::from(piece.0) * u64::from(piece.1) * u64::from(colour.bytes_per_pixel()) > PIECE;
    let plain = if is_large { plain(&mut decoder, colour).map_err(|why| explain(&why))? } else { None };
    if is_large && plain.is_none() || piece.0 == 0 || piece.1 == 0 {
        return Ok(None);
    }
    let step = strip(size.0, pixels, if is_large { 1 } else { piece.1 });
    Ok(Some(Box::new(Tiff { decoder, facts, piece, plain, step, next: 0 })))
}

/// The kind of pixels, if each is a few whole numbers of 8 or 16 bits side by side.
fn colour<R: BufRead + Seek>(decoder: &mut Decoder<R>) -> Result<Option<ColorType>, TiffError> {
    let colour = match decoder.colortype()? {
        tiff::ColorType::Gray(8) => ColorType::L8,
        tiff::ColorType::Gray(16) => ColorType::L16,
        tiff::ColorType::RGB(8) => ColorType::Rgb8,
        tiff::ColorType::RGB(16) => ColorType::Rgb16,
        tiff::ColorType::RGBA(8) => ColorType::Rgba8,
        tiff::ColorType::RGBA(16) => ColorType::Rgba16,
        _ => return Ok(None),
    };
    let samples = decoder.find_tag_unsigned::<u32>(Tag::SamplesPerPixel)?.unwrap_or(1);
    let planes = decoder.find_tag_unsigned::<u32>(Tag::PlanarConfiguration)?.unwrap_or(CHUNKY);
    let formats = decoder.find_tag_unsigned_vec::<u32>(Tag::SampleFormat)?.unwrap_or_default();
    let is_usual = samples == u32::from(colour.channel_count()) && (planes == CHUNKY || samples == 1);
    Ok((is_usual && formats.iter().all(|format| *format == 1)).then_some(colour))
}

/// Where the rows begin in a file of one strip as programs write it that do not bother: uncompressed, 8 bits.
fn plain<R: BufRead + Seek>(decoder: &mut Decoder<R>, colour: ColorType) -> Result<Option<u64>, TiffError> {
    let is_plain = decoder.find_tag_unsigned::<u32>(Tag::Compression)?.unwrap_or(PLAIN) == PLAIN;
    let meaning = decoder.find_tag_unsigned::<u32>(Tag::PhotometricInterpretation)?;
    let is_8 = matches!(colour, ColorType::L8 | ColorType::Rgb8 | ColorType::Rgba8);
    let offsets = decoder.find_tag_unsigned_vec::<u64>(Tag::StripOffsets)?.unwrap_or_default();
    Ok(match offsets[..] {
        [start] if is_plain && is_8 && matches!(meaning, Some(BLACK_IS_ZERO | RGB)) => Some(start),
        _ => None,
    })
}

impl<R: BufRead + Seek> Rows for Tiff<R> {
    fn facts(&mut self) -> Result<Facts, DecodeError> {
        Ok(self.facts.clone())
    }

    fn next(&mut self, wanted: u32) -> Result<Option<(u32, DynamicImage)>, DecodeError> {
        let (width, height) = self.facts.size;
        // Pieces lie anywhere in the file, so that one need not be read for another.
        let top = self.next.max(wanted / self.step * self.step);
        let rows = self.step.min(height.saturating_sub(top));
        if rows == 0 {
            return Ok(None);
        }
        self.next = top + rows;
        let size = (width, rows);
        let short = || DecodeError::Damaged("a strip or tile is too short".to_owned());
        let picture = if let Some(start) = self.plain {
            let bytes = self.read(start, top, rows).map_err(|why| explain(&TiffError::from(why)))?;
            of_bytes(self.facts.colour, size, bytes)
        } else if matches!(self.facts.colour, ColorType::L8 | ColorType::Rgb8 | ColorType::Rgba8) {
            let pixels =
                self.pieces(top, rows, |piece| if let DecodingResult::U8(of) = piece { Some(of) } else { None })?;
            of_bytes(self.facts.colour, size, pixels)
        } else {
            let pixels =
                self.pieces(top, rows, |piece| if let DecodingResult::U16(of) = piece { Some(of) } else { None })?;
            of_words(self.facts.colour, size, pixels)
        };
        Ok(Some((top, picture.ok_or_else(short)?)))
    }

    fn held(&self) -> u64 {
        let pixels = if self.plain.is_some() { 0 } else { u64::from(self.piece.0) * u64::from(self.piece.1) };
        // A piece as it is packed and as it comes out.
        2 * pixels * u64::from(self.facts.colour.bytes_per_pixel())
    }
}

impl<R: BufRead + Seek> Tiff<R> {
    /// Rows that lie in the file as they are.
    fn read(&mut self, start: u64, top: u32, rows: u32) -> io::Result<Vec<u8>> {
        let line = u64::from(self.facts.size.0) * u64::from(self.facts.colour.bytes_per_pixel());
        let mut bytes = vec![0; (line * u64::from(rows)) as usize];
        let file = self.decoder.inner();
        file.seek(SeekFrom::Start(start + line * u64::from(top)))?;
        file.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    /// Rows put together of the strips or tiles that they lie in.
    fn pieces<T: Copy + Default>(
        &mut self,
        top: u32,
        rows: u32,
        samples: impl Fn(DecodingResult) -> Option<Vec<T>>,
    ) -> Result<Vec<T>, DecodeError> {
        let channels = usize::from(self.facts.colour.bytes_per_pixel()) / size_of::<T>().max(1);
        let (across, line) = (self.facts.size.0.div_ceil(self.piece.0), self.facts.size.0 as usize * channels);
        let mut out = vec![T::default(); line * rows as usize];
        for band in top / self.piece.1..(top + rows).div_ceil(self.piece.1) {
            for column in 0..across {
                let index = band * across + column;
                let (wide, _) = self.decoder.chunk_data_dimensions(index);
                let piece = samples(self.decoder.read_chunk(index).map_err(|why| explain(&why))?).unwrap_or_default();
                let left = (column * self.piece.0) as usize * channels;
                let below = (band * self.piece.1 - top) as usize;
                let from = piece.chunks_exact((wide as usize * channels).max(1));
                for (to, row) in out.chunks_exact_mut(line.max(1)).skip(below).zip(from) {
                    if let Some(to) = to.get_mut(left..left + row.len()) {
                        to.copy_from_slice(row);
                    }
                }
            }
        }
        Ok(out)
    }
}

fn of_bytes(colour: ColorType, (width, height): (u32, u32), pixels: Vec<u8>) -> Option<DynamicImage> {
    Some(match colour {
        ColorType::L8 => ImageBuffer::from_raw(width, height, pixels).map(DynamicImage::ImageLuma8)?,
        ColorType::Rgb8 => ImageBuffer::from_raw(width, height, pixels).map(DynamicImage::ImageRgb8)?,
        _ => ImageBuffer::from_raw(width, height, pixels).map(DynamicImage::ImageRgba8)?,
    })
}

fn of_words(colour: ColorType, (width, height): (u32, u32), pixels: Vec<u16>) -> Option<DynamicImage> {
    Some(match colour {
        ColorType::L16 => ImageBuffer::from_raw(width, height, pixels).map(DynamicImage::ImageLuma16)?,
        ColorType::Rgb16 => ImageBuffer::from_raw(width, height, pixels).map(DynamicImage::ImageRgb16)?,
        _ => ImageBuffer::from_raw(width, height, pixels).map(DynamicImage::ImageRgba16)?,
    })
}

fn explain(why: &TiffError) -> DecodeError {
    match why {
        TiffError::IoError(why) if why.kind() == io::ErrorKind::UnexpectedEof => DecodeError::Truncated,
        TiffError::IoError(why) => unreadable(why),
        TiffError::UnsupportedError(why) => DecodeError::Unsupported(why.to_string()),
        why => damaged(&why.to_string()),
    }
}
