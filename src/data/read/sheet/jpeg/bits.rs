//! The code of a JPEG's scan bit by bit, read from a file and written to memory.

use std::io::{self, Read, Seek, SeekFrom};

use crate::data::read::decode::{DecodeError, unreadable};

/// Bytes that are read at once.
const READ: usize = 64 << 10;

/// A place in the code to which the reader can come back.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Mark {
    /// Of the next byte in the file.
    at: u64,
    held: u64,
    count: u32,
}

/// Bits of a scan, without the zeros after each byte of ones.
pub(super) struct Bits<R> {
    file: R,
    bytes: Vec<u8>,
    next: usize,
    /// Where the bytes begin in the file.
    start: u64,
    /// Bits that were taken from the bytes, the next one highest, and how many.
    held: u64,
    count: u32,
    /// Zeros in a row, and the most of them: a hole, where it is long.
    zeros: usize,
    pub most_zeros: usize,
}

impl<R: Read + Seek> Bits<R> {
    pub(super) fn new(mut file: R, start: u64) -> io::Result<Self> {
        file.seek(SeekFrom::Start(start))?;
        Ok(Self { file, bytes: Vec::new(), next: 0, start, held: 0, count: 0, zeros: 0, most_zeros: 0 })
    }

    pub(super) fn mark(&self) -> Mark {
        Mark { at: self.start + self.next as u64, held: self.held, count: self.count }
    }

    pub(super) fn back(&mut self, to: Mark) -> io::Result<()> {
        (self.held, self.count) = (to.held, to.count);
        match to.at.checked_sub(self.start).and_then(|at| usize::try_from(at).ok()) {
            Some(at) if at <= self.bytes.len() => self.next = at,
            _ => {
                self.file.seek(SeekFrom::Start(to.at))?;
                self.bytes.clear();
                (self.start, self.next, self.zeros) = (to.at, 0, 0);
            }
        }
        Ok(())
    }

    /// The byte that comes `ahead` after the next one; `None` behind the end of the file.
    fn byte(&mut self, ahead: usize) -> io::Result<Option<u8>> {
        if let Some(byte) = self.bytes.get(self.next + ahead) {
            return Ok(Some(*byte));
        }
        self.bytes.drain(..self.next);
        self.start += self.next as u64;
        self.next = 0;
        let there = self.bytes.len();
        let read = (&mut self.file).take(READ as u64).read_to_end(&mut self.bytes)?;
        for byte in self.bytes.get(there..there + read).unwrap_or_default() {
            self.zeros = if *byte == 0 { self.zeros + 1 } else { 0 };
            self.most_zeros = self.most_zeros.max(self.zeros);
        }
        Ok(self.bytes.get(ahead).copied())
    }

    fn pair(&mut self) -> Result<(Option<u8>, Option<u8>), DecodeError> {
        let mut of = |ahead| self.byte(ahead).map_err(|why| unreadable(&why));
        Ok((of(0)?, of(1)?))
    }

    /// Takes bytes until there are bits enough for any code with its number, or a marker comes.
    fn fill(&mut self) -> io::Result<()> {
        while self.count <= 56 {
            let Some(byte) = self.byte(0)? else { return Ok(()) };
            if byte == 0xFF {
                if self.byte(1)? != Some(0) {
                    return Ok(());
                }
                self.next += 1;
            }
            self.next += 1;
            self.held |= u64::from(byte) << (56 - self.count);
            self.count += 8;
        }
        Ok(())
    }

    /// Whether the file ends within the next 16 bits, or the scan does.
    pub(super) const fn is_short(&self) -> bool {
        self.count < 16
    }

    /// The next 16 bits, zeros where there are fewer.
    pub(super) fn peek(&mut self) -> Result<u32, DecodeError> {
        if self.count < 32 {
            self.fill().map_err(|why| unreadable(&why))?;
        }
        Ok((self.held >> 48) as u32)
    }

    /// Takes so many bits, 32 at most.
    pub(super) fn take(&mut self, count: u32) -> Result<u32, DecodeError> {
        if self.count < count {
            self.fill().map_err(|why| unreadable(&why))?;
            if self.count < count {
                return Err(DecodeError::Truncated);
            }
        }
        let bits = if count == 0 { 0 } else { (self.held >> (64 - count)) as u32 };
        self.held = self.held.checked_shl(count).unwrap_or_default();
        self.count -= count;
        Ok(bits)
    }

    /// Goes behind the next marker, which has to be a restart.
    pub(super) fn restart(&mut self) -> Result<(), DecodeError> {
        (self.held, self.count) = (0, 0);
        let mut marker = self.pair()?;
        while marker == (Some(0xFF), Some(0xFF)) {
            self.next += 1;
            marker = self.pair()?;
        }
        match marker {
            (Some(0xFF), Some(0xD0..=0xD7)) => {
                self.next += 2;
                Ok(())
            }
            (_, None) => Err(DecodeError::Truncated),
            _ => Err(DecodeError::Damaged("a restart of its code is missing".to_owned())),
        }
    }
}

/// Code that is written, with the zeros after each byte of ones.
pub(super) struct Writer {
    pub out: Vec<u8>,
    held: u64,
    count: u32,
}

impl Writer {
    /// Goes on behind a header.
    pub(super) const fn new(out: Vec<u8>) -> Self {
        Self { out, held: 0, count: 0 }
    }

    /// Appends so many bits, 32 at most.
    pub(super) fn put(&mut self, bits: u32, count: u32) {
        self.held = self.held << count | u64::from(bits);
        self.count += count;
        while self.count >= 8 {
            self.count -= 8;
            let byte = (self.held >> self.count) as u8;
            self.out.push(byte);
            if byte == 0xFF {
                self.out.push(0);
            }
        }
    }

    /// Fills the last byte up with ones and ends the file.
    pub(super) fn end(mut self) -> Vec<u8> {
        if self.count > 0 {
            self.put(0xFF >> self.count, 8 - self.count);
        }
        self.out.extend([0xFF, 0xD9]);
        self.out
    }
}
