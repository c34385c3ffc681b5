//! A JPEG some rows at a time, though its decoder takes whole files only: the code of the rows is cut out of the file and made
//! a file of its own, with a row of units more above and below, since colours are smoothed over that border.
//!
//! Only the first number of each block is coded anew, as it is told by its difference to the one before it.

mod bits;
mod head;
mod huffman;

use std::{
    io::{self, BufRead, Cursor, Seek},
    ops::Range,
};

use image::{DynamicImage, ImageDecoder, codecs::jpeg::JpegDecoder, metadata::Orientation};

use self::{
    bits::{Bits, Mark, Writer},
    head::Head,
    huffman::Table,
};
use super::rows::{Facts, Rows, strip};
use crate::data::read::decode::{DecodeError, damaged, hole, unreadable};

/// Numbers of a block.
const BLOCK: usize = 64;
/// The code of a run of sixteen zeros, and bits of the lengths that `head` codes all first numbers with.
const RUN: u8 = 0xF0;
const ANY: u32 = 4;
/// What the first number of a block of 8-bit pixels may be, and the longest of any in bits.
const FIRST: Range<i32> = -1024..1024;
const LONGEST: u32 = 15;

/// How a JPEG can be read.
pub(super) enum Jpeg<'a> {
    ByRows(Box<dyn Rows + 'a>),
    /// Only at once, with so many bytes in memory.
    AtOnce(u64),
}

/// Begins to read a JPEG in strips of about so many pixels.
pub(super) fn open<'a>(mut file: impl BufRead + Seek + 'a, pixels: u64) -> Result<Jpeg<'a>, DecodeError> {
    let head = Head::read(&mut file).map_err(|why| explain(&why))?;
    if !head.is_by_rows() {
        return Ok(Jpeg::AtOnce(head.bytes_at_once()));
    }
    let (_, high, blocks) = head.unit();
    let bits = Bits::new(file, head.start).map_err(|why| explain(&why))?;
    let step = strip(head.width, pixels, high) / high;
    let marks = vec![(bits.mark(), [0; 4])];
    Ok(Jpeg::ByRows(Box::new(ByRows { head, bits, blocks, step, marks, next: 0, flat: Some(0), held: 0 })))
}

struct ByRows<R> {
    head: Head,
    bits: Bits<R>,
    /// Blocks of each channel in a unit.
    blocks: Vec<u32>,
    /// Rows of units that are read at once.
    step: u32,
    /// Where each row of units begins, with the first numbers before it, as far as it was read.
    marks: Vec<(Mark, [i32; 4])>,
    /// Row of units that comes next.
    next: u32,
    /// Blocks of one colour so far; `None` where rows were left out.
    flat: Option<usize>,
    held: u64,
}

impl<R: BufRead + Seek> Rows for ByRows<R> {
    fn facts(&mut self) -> Result<Facts, DecodeError> {
        let head = Writer::new(self.head.of_rows(1, true)).end();
        let mut decoder = JpegDecoder::new(Cursor::new(head)).map_err(|why| damaged(&why.to_string()))?;
        Ok(Facts {
            size: (self.head.width, self.head.height),
            orientation: decoder.orientation().unwrap_or(Orientation::NoTransforms),
            colour: decoder.color_type(),
            notes: Vec::new(),
        })
    }

    fn next(&mut self, wanted: u32) -> Result<Option<(u32, DynamicImage)>, DecodeError> {
        let (_, high, _) = self.head.unit();
        let units = self.head.height.div_ceil(high);
        let first = self.next.max(wanted / high);
        if first >= units {
            return self.whole().map(|()| None);
        }
        if first > self.next {
            self.flat = None;
        }
        let last = (first + self.step).min(units);
        let (above, below) = (first.saturating_sub(1), (last + 1).min(units));
        let file = self.cut(above..below)?;
        self.held = self.held.max(file.len() as u64);
        let decoder = JpegDecoder::new(Cursor::new(file)).map_err(|why| damaged(&why.to_string()))?;
        let picture = DynamicImage::from_decoder(decoder).map_err(|why| damaged(&why.to_string()))?;
        let (top, rows) = (first * high, (last * high).min(self.head.height) - first * high);
        let picture = picture.crop_imm(0, top - above * high, self.head.width, rows);
        self.next = last;
        if let Some(flat) = &mut self.flat {
            *flat += picture.as_rgb8().map_or_else(|| hole::flat_blocks(&picture.to_rgb8()), hole::flat_blocks);
        }
        Ok(Some((top, picture)))
    }

    fn held(&self) -> u64 {
        self.held + (self.marks.len() * size_of::<(Mark, [i32; 4])>()) as u64
    }
}

impl<R: BufRead + Seek> ByRows<R> {
    /// Says so where a part of the file is nothing but zeros that no picture can mean.
    fn whole(&self) -> Result<(), DecodeError> {
        let zeros = self.bits.most_zeros;
        match self.flat {
            Some(flat) if zeros >= hole::SECTOR && !hole::fit(zeros, flat) => {
                Err(DecodeError::Damaged(format!("{zeros} bytes in its middle are lost")))
            }
            _ => Ok(()),
        }
    }

    /// A file of some rows of units.
    fn cut(&mut self, rows: Range<u32>) -> Result<Vec<u8>, DecodeError> {
        let known = (self.marks.len() - 1).min(rows.start as usize);
        let (mark, mut before) = self.marks.get(known).copied().unwrap_or_default();
        self.bits.back(mark).map_err(|why| explain(&why))?;
        for row in known as u32..rows.start {
            before = self.row(row, before, &mut |_, _, _| {})?;
            self.know(row + 1, before);
        }
        let (_, high, _) = self.head.unit();
        let height = (rows.end * high).min(self.head.height) - rows.start * high;
        let mut writer = Writer::new(self.head.of_rows(height, false));
        // In the new file the first numbers begin at none.
        let mut written = [0; 4];
        for row in rows {
            before = self.row(row, before, &mut |channel: usize, number: i32, (bits, count)| {
                if let (Some(written), true) = (written.get_mut(channel), count == 0) {
                    let step = number - *written;
                    *written = number;
                    let length = i32::BITS - step.unsigned_abs().leading_zeros();
                    writer.put(length, ANY);
                    writer.put((if step < 0 { step - 1 } else { step }) as u32 & ((1 << length) - 1), length);
                } else {
                    writer.put(bits, count);
                }
            })?;
            self.know(row + 1, before);
        }
        Ok(writer.end())
    }

    /// Remembers where a row of units begins.
    fn know(&mut self, row: u32, before: [i32; 4]) {
        if self.marks.len() == row as usize {
            self.marks.push((self.bits.mark(), before));
        }
    }

    /// Reads a row of units and hands its code over: a channel's first number, or bits of the others and how many. Gives the
    /// first numbers before the next row.
    fn row(
        &mut self,
        row: u32,
        mut before: [i32; 4],
        hear: &mut impl FnMut(usize, i32, (u32, u32)),
    ) -> Result<[i32; 4], DecodeError> {
        let across = self.head.width.div_ceil(self.head.unit().0);
        for unit in row * across..(row + 1) * across {
            if unit > 0 && self.head.restart > 0 && unit.is_multiple_of(self.head.restart) {
                self.bits.restart()?;
                before = [0; 4];
            }
            let channels = self.head.components.iter().zip(&self.blocks).zip(&mut before);
            for (channel, ((component, blocks), before)) in channels.enumerate() {
                let tables = (self.head.dc.get(component.dc), self.head.ac.get(component.ac));
                let (Some(Some(dc)), Some(Some(ac))) = tables else { continue };
                for _ in 0..*blocks {
                    *before += number(&mut self.bits, dc)?;
                    if !FIRST.contains(before) {
                        return Err(senseless());
                    }
                    hear(channel, *before, (0, 0));
                    others(&mut self.bits, ac, &mut |bits, count| hear(channel, 0, (bits, count)))?;
                }
            }
        }
        Ok(before)
    }
}

/// The step from the first number of the block before.
fn number<R: BufRead + Seek>(bits: &mut Bits<R>, table: &Table) -> Result<i32, DecodeError> {
    let (length, size) = code(bits, table)?;
    bits.take(length)?;
    let size = u32::from(size);
    // Eleven bits are the most that a block of 8-bit pixels can need.
    if size > 11 {
        return Err(senseless());
    }
    let value = bits.take(size)? as i32;
    let is_negative = size > 0 && value >> (size - 1) == 0;
    Ok(if is_negative { value - (1 << size) + 1 } else { value })
}

/// Hands over the code of a block behind its first number.
fn others<R: BufRead + Seek>(
    bits: &mut Bits<R>,
    table: &Table,
    hear: &mut impl FnMut(u32, u32),
) -> Result<(), DecodeError> {
    let mut at = 1;
    while at < BLOCK {
        let (length, value) = code(bits, table)?;
        let size = u32::from(value & 15);
        if size > LONGEST {
            return Err(senseless());
        }
        let count = length + size;
        hear(bits.take(count)?, count);
        match (value, size) {
            (RUN, _) => at += 16,
            (_, 0) => break,
            _ => at += usize::from(value >> 4) + 1,
        }
    }
    if at > BLOCK { Err(senseless()) } else { Ok(()) }
}

/// Length and value of the next code.
fn code<R: BufRead + Seek>(bits: &mut Bits<R>, table: &Table) -> Result<(u32, u8), DecodeError> {
    let short = |is_short| if is_short { DecodeError::Truncated } else { senseless() };
    table.read(bits.peek()?).ok_or_else(|| short(bits.is_short()))
}

fn senseless() -> DecodeError {
    DecodeError::Damaged("a part of its code makes no sense".to_owned())
}

fn explain(why: &io::Error) -> DecodeError {
    match why.kind() {
        io::ErrorKind::UnexpectedEof => DecodeError::Truncated,
        io::ErrorKind::Other => DecodeError::Damaged(why.to_string()),
        _ => unreadable(why),
    }
}
