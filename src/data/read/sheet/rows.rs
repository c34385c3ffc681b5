//! What a file that is read row by row has to offer, whatever its format.

use image::{ColorType, DynamicImage, metadata::Orientation};

use crate::data::read::decode::{DecodeError, Note};

/// What is known of a picture before its pixels are read.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Facts {
    /// Width and height as in the file, before it is turned upright.
    pub size: (u32, u32),
    pub orientation: Orientation,
    pub colour: ColorType,
    pub notes: Vec<Note>,
}

/// The rows of a picture from the first to the last, some at a time.
pub(super) trait Rows {
    fn facts(&mut self) -> Result<Facts, DecodeError>;

    /// The next rows, and which row is their first; `None` behind the last one, where the file is seen to be whole. Rows before
    /// `wanted` may be left out where that saves time.
    fn next(&mut self, wanted: u32) -> Result<Option<(u32, DynamicImage)>, DecodeError>;

    /// Most bytes that it held beside the rows that it gave.
    fn held(&self) -> u64;
}

/// How many rows of a picture make a strip of about so many pixels: whole steps of `step` rows.
pub(super) fn strip(width: u32, pixels: u64, step: u32) -> u32 {
    let rows = u32::try_from(pixels / u64::from(width.max(1))).unwrap_or(u32::MAX);
    (rows / step.max(1)).max(1) * step.max(1)
}
