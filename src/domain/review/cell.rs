//! What names a cell in a session: its content, wherever its file lies by now.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

pub use crate::domain::field::Place;
use crate::domain::hash::ContentHash;

/// Fewest digits that are taken for the beginning of a cell's name.
const FEWEST: usize = 6;

/// The hash of an image file, or of a field's file and the place of a crop in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CellId(pub ContentHash);

/// Where the picture of a cell comes from. Paths are texts as `path_text` writes them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// An image of this cell alone.
    File(String),
    /// A piece of a field of view.
    Crop { field: String, at: Place },
}

impl Source {
    /// The file's path as text.
    #[must_use]
    pub fn path(&self) -> &str {
        match self {
            Self::File(path) | Self::Crop { field: path, .. } => path,
        }
    }

    /// The piece of a field that it is.
    #[must_use]
    pub const fn place(&self) -> Option<Place> {
        match self {
            Self::File(_) => None,
            Self::Crop { at, .. } => Some(*at),
        }
    }

    /// For people: the path, and the place in a field.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::File(path) => path.clone(),
            Self::Crop { field, at } => format!("{field} at {}, {}", at.x, at.y),
        }
    }
}

impl CellId {
    /// Of an image file by the hash of its bytes.
    #[must_use]
    pub const fn of_file(content: ContentHash) -> Self {
        Self(content)
    }

    /// Of a crop, by the field's bytes and its place.
    #[must_use]
    pub fn of_crop(field: ContentHash, at: Place) -> Self {
        let numbers = [at.x.to_le_bytes(), at.y.to_le_bytes(), at.width.to_le_bytes(), at.height.to_le_bytes()];
        Self(ContentHash::of_parts([&field.0[..], numbers.as_flattened()]))
    }

    /// The first twelve digits, for people.
    #[must_use]
    pub fn short(&self) -> String {
        self.0.short()
    }

    /// Whether a text of six digits or more is the beginning of this name.
    #[must_use]
    pub fn is_named(&self, text: &str) -> bool {
        text.len() >= FEWEST && self.0.to_string().starts_with(&text.to_ascii_lowercase())
    }
}

impl fmt::Display for CellId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for CellId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.parse().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crops_of_one_field_are_cells_of_their_own() {
        let field = ContentHash::of(b"field");
        let at = |x| Place { x, y: -3, width: 70, height: 70 };
        let (a, b) = (CellId::of_crop(field, at(1)), CellId::of_crop(field, at(2)));
        assert_ne!(a, b);
        assert_eq!(a, CellId::of_crop(field, at(1)));
        assert!(a.is_named(&a.short().to_uppercase()) && !a.is_named(&b.short()) && !a.is_named("ab"));
    }
}
