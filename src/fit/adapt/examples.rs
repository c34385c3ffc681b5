//! Labelled cells as they are learned, whoever labelled them.

use std::sync::Arc;

use crate::data::read::batch::FrameStore;

/// Memory for decoded frames at most.
pub const CACHE_BYTES: usize = 500_000_000;

/// Share of each label spread over all classes.
pub const SMOOTHING: f64 = 0.05;

/// Cells with the labels that are learned, whoever gave them.
pub struct Examples {
    pub frames: Arc<FrameStore>,
    /// By the index of a frame, in the model's classes.
    pub labels: Vec<Option<usize>>,
    /// Indices that are learned.
    pub train: Vec<usize>,
    /// Indices that are only looked at.
    pub held_back: Vec<usize>,
}

impl Examples {
    /// The label of an index.
    #[must_use]
    pub fn label(&self, index: usize) -> Option<usize> {
        self.labels.get(index).copied().flatten()
    }
}
