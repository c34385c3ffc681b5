//! The size that a file's header claims, read without reading the file.

use std::{
    fs::File,
    io::{BufReader, Read, Seek},
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
};

use image::{ImageFormat, ImageReader};

/// Width and height in pixels as the header claims them; `None` where there is none to read.
pub(super) fn size(path: &Path) -> Option<(u32, u32)> {
    let read = || {
        let reader = ImageReader::new(BufReader::new(File::open(path).ok()?)).with_guessed_format().ok()?;
        if reader.format() == Some(ImageFormat::Jpeg) {
            // Its decoder would read the whole file first.
            return of_jpeg(&mut reader.into_inner());
        }
        let mut reader = reader;
        reader.limits(super::Limit::FIELD.of_decoder());
        reader.into_dimensions().ok()
    };
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_default()
}

/// The size in a JPEG's frame header.
fn of_jpeg(file: &mut (impl Read + Seek)) -> Option<(u32, u32)> {
    file.rewind().ok()?;
    let mut pair = [0; 2];
    file.read_exact(&mut pair).ok()?;
    loop {
        file.read_exact(&mut pair).ok()?;
        let [0xFF, mut marker] = pair else { return None };
        while marker == 0xFF {
            let mut fill = [0];
            file.read_exact(&mut fill).ok()?;
            [marker] = fill;
        }
        file.read_exact(&mut pair).ok()?;
        let length = i64::from(u16::from_be_bytes(pair));
        match marker {
            0xC4 | 0xC8 | 0xCC => {}
            0xC0..=0xCF => {
                let mut frame = [0; 5];
                file.read_exact(&mut frame).ok()?;
                let [_, high, low, left, right] = frame;
                return Some((u16::from_be_bytes([left, right]).into(), u16::from_be_bytes([high, low]).into()));
            }
            0xD9 | 0xDA => return None,
            _ => {}
        }
        file.seek_relative(length - 2).ok()?;
    }
}

/// The size in a PNG's header, for the sentence about a file that its decoder refused.
pub(super) fn of_png(bytes: &[u8]) -> Option<(u32, u32)> {
    let number = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    bytes.starts_with(b"\x89PNG").then(|| Some((number(16)?, number(20)?)))?
}
