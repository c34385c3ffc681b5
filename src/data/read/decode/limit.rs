//! How large an image may be, judged by its header before anything large is read.

use image::Limits;

use super::DecodeError;

/// Largest side in pixels that is decoded.
pub(super) const SIDE: u32 = 20_000;

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
    /// A field of view: stitched tiles of 20,000 pixels a side with 8 bits a channel. Only one such is decoded at a time.
    pub const FIELD: Self = Self { pixels: 400_000_000, bytes: 1_250_000_000, alloc: 1_200_000_000, is_field: true };

    pub(super) fn of_decoder(self) -> Limits {
        let mut limits = Limits::default();
        // Beside the pixels a decoder has tables and lines of its own.
        limits.max_alloc = Some(self.alloc + (64 << 20));
        limits
    }

    pub(super) fn check(self, width: u32, height: u32) -> Result<(), DecodeError> {
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
}
