//! The directory of a TIFF: how many pages it has and whether its values are floating-point numbers.

use std::io::{Read, Seek, SeekFrom};

/// More pages than this are not counted.
const MOST_PAGES: usize = 10_000;
const NEW_SUBFILE_TYPE: u16 = 254;
const SAMPLE_FORMAT: u16 = 339;
const FLOAT: u64 = 3;

/// What a TIFF's directories say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Facts {
    /// Without thumbnails and other smaller versions of a page.
    pub pages: usize,
    /// Whether the first page holds floating-point numbers.
    pub is_float: bool,
}

/// Reads the directories of a TIFF or BigTIFF; `None` where it is none, or breaks off.
pub(crate) fn facts(file: &mut (impl Read + Seek)) -> Option<Facts> {
    let mut reader = Reader { file, is_big_endian: false };
    reader.file.seek(SeekFrom::Start(0)).ok()?;
    reader.is_big_endian = match &reader.bytes::<2>()? {
        b"II" => false,
        b"MM" => true,
        _ => return None,
    };
    let is_big = match reader.number(2)? {
        42 => false,
        43 => {
            reader.bytes::<4>()?; // The size of an offset, always 8, and two zeros.
            true
        }
        _ => return None,
    };
    // Widths of an offset, of the count of entries and of an entry's value.
    let (offset, count) = if is_big { (8, 8) } else { (4, 2) };
    let mut facts = Facts::default();
    let mut next = reader.number(offset)?;
    for directory in 0..MOST_PAGES {
        if next == 0 {
            break;
        }
        reader.file.seek(SeekFrom::Start(next)).ok()?;
        let mut is_page = true;
        for _ in 0..reader.number(count)?.min(u64::from(u16::MAX)) {
            let (tag, value) = reader.entry(offset)?;
            match tag {
                NEW_SUBFILE_TYPE => is_page = value & 1 == 0,
                SAMPLE_FORMAT if directory == 0 => facts.is_float = value == FLOAT,
                _ => {}
            }
        }
        facts.pages += usize::from(is_page);
        next = reader.number(offset)?;
    }
    Some(facts)
}

struct Reader<'a, R> {
    file: &'a mut R,
    is_big_endian: bool,
}

impl<R: Read + Seek> Reader<'_, R> {
    fn bytes<const N: usize>(&mut self) -> Option<[u8; N]> {
        let mut bytes = [0; N];
        self.file.read_exact(&mut bytes).ok()?;
        Some(bytes)
    }

    /// An unsigned number of `width` bytes, 8 at most.
    fn number(&mut self, width: usize) -> Option<u64> {
        let mut bytes = [0; 8];
        let used = bytes.get_mut(..width)?;
        self.file.read_exact(used).ok()?;
        if self.is_big_endian {
            used.reverse();
        }
        Some(u64::from_le_bytes(bytes))
    }

    /// A directory's entry: its tag and its first value, or where its values lie if they don't fit.
    fn entry(&mut self, offset: usize) -> Option<(u16, u64)> {
        let tag = u16::try_from(self.number(2)?).ok()?;
        let kind = self.number(2)?;
        let values = self.number(offset)?;
        let width = match kind {
            3 => 2,
            4 => 4,
            _ => offset,
        };
        let fits = values.saturating_mul(width as u64) <= offset as u64;
        let width = if fits { width } else { offset };
        let value = self.number(width)?;
        let rest = i64::try_from(offset - width).ok()?;
        if rest > 0 {
            self.file.seek_relative(rest).ok()?;
        }
        // Three samples of 16 bits don't fit: their first one is looked up, and the reader comes back.
        if !fits && kind == 3 {
            let here = self.file.stream_position().ok()?;
            self.file.seek(SeekFrom::Start(value)).ok()?;
            let first = self.number(2);
            self.file.seek(SeekFrom::Start(here)).ok()?;
            return Some((tag, first?));
        }
        Some((tag, value))
    }
}
