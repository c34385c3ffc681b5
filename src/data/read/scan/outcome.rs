//! What a scan finds in one file.

use crate::domain::{fingerprint::Fingerprint, hash::ContentHash};

/// What a file turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Image(Image),
    Bad(String),
}

/// What a scan keeps of a readable image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// Of the file's bytes, and of the decoded pixels.
    pub hash: ContentHash,
    pub pixels: ContentHash,
    pub width: u32,
    pub height: u32,
    pub fingerprint: Fingerprint,
}

/// An outcome, and whether it was known before.
#[derive(Debug)]
pub(super) struct Checked {
    pub outcome: Outcome,
    pub cached: bool,
    /// Whether the same file will give the same outcome again: not so where it could not be opened.
    pub lasting: bool,
}
