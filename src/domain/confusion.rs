//! Counts of truth against prediction.

use serde::{Deserialize, Serialize};

use super::classes::ClassList;

/// A square matrix of counts: rows are the truth, columns the prediction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confusion {
    pub labels: ClassList,
    pub counts: Vec<Vec<u64>>,
}

impl Confusion {
    /// All zeros.
    #[must_use]
    pub fn new(labels: ClassList) -> Self {
        let counts = vec![vec![0; labels.len()]; labels.len()];
        Self { labels, counts }
    }

    /// Counts one image; a label outside the list is not counted.
    pub fn add(&mut self, truth: usize, predicted: usize) {
        if let Some(count) = self.counts.get_mut(truth).and_then(|row| row.get_mut(predicted)) {
            *count += 1;
        }
    }

    /// Images with this truth and this prediction.
    #[must_use]
    pub fn count(&self, truth: usize, predicted: usize) -> u64 {
        self.counts.get(truth).and_then(|row| row.get(predicted)).copied().unwrap_or(0)
    }

    /// Images of a true class.
    #[must_use]
    pub fn support(&self, truth: usize) -> u64 {
        self.counts.get(truth).map_or(0, |row| row.iter().sum())
    }

    /// Images that were given a class.
    #[must_use]
    pub fn predicted(&self, predicted: usize) -> u64 {
        self.counts.iter().filter_map(|row| row.get(predicted)).sum()
    }

    #[must_use]
    pub fn total(&self) -> u64 {
        self.counts.iter().flatten().sum()
    }

    /// Images on the diagonal.
    #[must_use]
    pub fn correct(&self) -> u64 {
        (0..self.labels.len()).map(|label| self.count(label, label)).sum()
    }
}
