//! Weights in other programs' formats, told by their first bytes, so that a person learns what they hold.

use std::{fs::File, io::Read as _, path::Path};

use super::error::ModelError;

/// How the formats begin, and what they are.
const FORMATS: [(&[u8], &str); 2] = [
    (b"\x89HDF\r\n\x1a\n", "an HDF5 file, as Keras writes weights"),
    (b"PK\x03\x04", "a ZIP archive, as PyTorch (.pt) and Keras (.keras) write models"),
];

/// What a file that is given as a model is, where it is another program's: models of this program are folders.
#[must_use]
pub fn kind_of(file: &Path) -> Option<ModelError> {
    let mut start = Vec::new();
    File::open(file).ok()?.take(8).read_to_end(&mut start).ok()?;
    named(&start).map(ModelError::Format)
}

/// The format that bytes are in, if it is one of another program's.
pub(super) fn named(bytes: &[u8]) -> Option<&'static str> {
    FORMATS.iter().find(|(start, _)| bytes.starts_with(start)).map(|(_, name)| *name)
}
