//! Cells as points of a plane: how a model sees them, drawn so that alike ones lie near each other.

use serde::{Deserialize, Serialize};

use super::{classes::ClassList, hash::ContentHash};

/// How many numbers become two.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Principal components: distances far apart are true.
    #[default]
    Pca,
    /// t-SNE: neighbours are true, distances between groups are not.
    Tsne,
}

impl Method {
    pub const ALL: [Self; 2] = [Self::Pca, Self::Tsne];

    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Pca => "Principal components",
            Self::Tsne => "t-SNE",
        }
    }

    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Pca => "pca",
            Self::Tsne => "tsne",
        }
    }
}

/// One cell, and what the model says of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spot {
    /// Relative to the folder's root.
    pub path: String,
    /// The class of its label.
    pub truth: String,
    pub given: String,
    /// Calibrated, in the class that was given.
    pub confidence: f32,
}

impl Spot {
    #[must_use]
    pub fn is_mistake(&self) -> bool {
        self.truth != self.given
    }
}

/// The cells of one folder, without their places.
#[derive(Clone, Debug, PartialEq)]
pub struct Spots {
    pub dataset: String,
    pub dataset_hash: ContentHash,
    pub root: std::path::PathBuf,
    /// Which cells these are, in words.
    pub cells: String,
    pub spots: Vec<Spot>,
    /// Images that could not be put to the model, with the reason.
    pub refused: Vec<(String, String)>,
}

/// Places of cells on the plane, in their order.
#[derive(Clone, Debug, PartialEq)]
pub struct Plane {
    pub method: Method,
    pub places: Vec<[f32; 2]>,
    /// The share of the whole variance that each axis shows, where the axes mean something.
    pub shares: Option<[f64; 2]>,
}

/// Every class that spots are labelled with or given, known ones in their order.
#[must_use]
pub fn classes<'a>(spots: impl IntoIterator<Item = &'a Spot>) -> ClassList {
    ClassList::new(spots.into_iter().flat_map(|spot| [spot.truth.clone(), spot.given.clone()]))
}
