//! Which part of a run an image belongs to, decided by content and seed alone.

use serde::{Deserialize, Serialize};

use super::hash::ContentHash;

/// Train, validation or test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    Train,
    Validation,
    Test,
}

impl Part {
    pub const ALL: [Self; 3] = [Self::Train, Self::Validation, Self::Test];

    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Train => "train",
            Self::Validation => "validation",
            Self::Test => "test",
        }
    }
}

/// A seeded 80/10/10 split of one dataset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Split {
    pub seed: u64,
    /// The part of each item of the dataset, in its order; `None` for an item that is left out.
    pub parts: Vec<Option<Part>>,
    /// Of every content hash with its class and part.
    pub hash: ContentHash,
}

impl Split {
    /// Indices of a part's items, ascending.
    #[must_use]
    pub fn indices(&self, part: Part) -> Vec<usize> {
        self.parts.iter().enumerate().filter(|(_, of)| **of == Some(part)).map(|(index, _)| index).collect()
    }

    /// How many items a part holds.
    #[must_use]
    pub fn count(&self, part: Part) -> usize {
        self.parts.iter().filter(|of| **of == Some(part)).count()
    }
}
