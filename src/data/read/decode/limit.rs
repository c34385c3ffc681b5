//! How large an image may be, judged by its header before anything large is read.

use image::Limits;

use super::DecodeError;

/// Largest side in pixels that is decoded.
pub(super) const SIDE: u32 = 20_000;

/// Most bytes of decoded pixels of a field that has to be decoded all at once.
pub(super) const WHOLE: u64 = 512 << 20;

/// Largest file in bytes that is read row by row: 400 megapixels of 16-bit RGB and some.
const ROWS: u64 = 4 << 30;

/// What may be read and decoded for one purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Most pixels.
    pub(super) pixels: u64,
    /// Largest file in bytes.
    pub(super) bytes: u64,
    /// Most bytes of decoded pixels.
    pub(super) alloc: u64,
    is_field: bool,
}

impl Limit {
    /// A single cell: a camera's whole frame at most; a file of that many pixels of 8-bit RGBA as they are, decoded to as
    /// many of 32-bit RGBA and room to work.
    pub const CELL: Self = Self { pixels: 25_000_000, bytes: 100_000_000, alloc: 512 << 20, is_field: false };
    /// A field of view: stitched tiles of 20,000 pixels a side where a file can be read row by row, and what is decoded all
    /// at once otherwise.
    pub const FIELD: Self = Self { pixels: 400_000_000, bytes: 1_250_000_000, alloc: WHOLE, is_field: true };

    pub(super) fn of_decoder(self) -> Limits {
        let mut limits = Limits::default();
        // Beside the pixels a decoder has tables and lines of its own.
        limits.max_alloc = Some(self.alloc + (64 << 20));
        limits
    }

    /// Whether a file that is never held whole is no longer than may be read.
    pub(in crate::data::read) const fn check_rows(length: u64) -> Result<(), DecodeError> {
        if length > ROWS { Err(DecodeError::TooManyBytes(length)) } else { Ok(()) }
    }

    /// Whether a picture of so many pixels takes no more bytes than may be decoded at once.
    pub(in crate::data::read) fn check_at_once(
        self,
        (width, height): (u32, u32),
        bytes: u64,
    ) -> Result<(), DecodeError> {
        if bytes > self.alloc { Err(self.too_much(width, height)) } else { Ok(()) }
    }

    pub(in crate::data::read) fn check(self, width: u32, height: u32) -> Result<(), DecodeError> {
        if width == 0 || height == 0 {
            Err(DecodeError::NoPixels(width, height))
        } else if width.max(height) > SIDE || u64::from(width) * u64::from(height) > self.pixels {
            Err(self.too_large(width, height))
        } else {
            Ok(())
        }
    }

    pub(super) const fn too_large(self, width: u32, height: u32) -> DecodeError {
        if self.is_field { DecodeError::TooLargeField(width, height) } else { DecodeError::TooLarge(width, height) }
    }

    /// Why a picture whose pixels take more memory than they may is refused.
    pub(super) fn too_much(self, width: u32, height: u32) -> DecodeError {
        match self.check(width, height) {
            Ok(()) if self.is_field => DecodeError::TooLargeWhole(width, height),
            Ok(()) => DecodeError::TooLarge(width, height),
            Err(why) => why,
        }
    }
}
