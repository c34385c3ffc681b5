//! What a model was fitted to: a lab's framing, light and stain, and what labelled cells of it changed.

use serde::{Deserialize, Serialize};

use super::{
    hash::ContentHash,
    interval::{self, Interval},
    look::Look,
    metrics::Metrics,
    occurring::Occurring,
};

/// What a model takes for its own lab; measured at the end of a run on images of its training and validation splits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Home {
    pub look: Look,
    /// Distance between the model's norm statistics and those of its own lab's images.
    pub norms: f64,
    /// The largest such distance of one class alone: norm statistics follow the mix of cells too. `None` where it was not
    /// measured.
    #[serde(default)]
    pub norms_of_one_class: Option<f64>,
    /// How often the model doubts its own lab's cells, by the class that it gives; empty where that was not measured.
    #[serde(default)]
    pub doubtful: Vec<Doubtful>,
}

/// Cells of the model's own lab, none of which it learned from, that were given one class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doubtful {
    pub class: String,
    /// Those that were doubtful at the first look.
    pub doubtful: u64,
    pub cells: u64,
}

impl Home {
    /// Chance that a cell which is given a class is doubtful at home, by Laplace's rule, which leaves room where few were
    /// seen; `None` where it was not measured.
    #[must_use]
    pub fn doubtful_of(&self, class: &str) -> Option<f64> {
        let of = self.doubtful.iter().find(|of| of.class == class)?;
        Some((of.doubtful + 1) as f64 / (of.cells + 2) as f64)
    }
}

/// A lab's profile as it was fitted without labels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LabProfile {
    /// The folder of the lab's images.
    pub lab: String,
    /// The model before, and its weights.
    pub base: String,
    pub base_hash: ContentHash,
    /// Images that it was fitted from.
    pub images: usize,
    pub look: Look,
    /// The lab's nuclei against those that the model learned from, in their frames; `None` where too few were found.
    pub scale: Option<f64>,
    /// The crop as a share of the shorter side, before and now; above 1 the border is mirrored.
    pub crop_before: f64,
    pub crop: f64,
    /// Share of the lab's own in the norm statistics.
    pub blend: f64,
    /// Distance of the norm statistics to those of the lab's images, before and now.
    pub norms_before: f64,
    pub norms: f64,
    /// What the model learned from its own answers; `None` where it did not.
    #[serde(default)]
    pub self_trained: Option<SelfTrained>,
    /// What was learned from labelled cells; `None` for a profile alone.
    #[serde(default)]
    pub tuned: Option<Tuned>,
    /// Which classes could occur by a person's word.
    #[serde(default)]
    pub occurring: Occurring,
}

impl LabProfile {
    /// Whether framing, norms or weights are others than before.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        self.blend > 0.0
            || (self.crop - self.crop_before).abs() > f64::EPSILON
            || self.self_trained.is_some()
            || self.tuned.is_some()
    }

    /// Whether a model was fitted to the lab with no label to judge it by.
    #[must_use]
    pub fn is_unjudged(&self) -> bool {
        self.is_changed() && self.tuned.is_none()
    }
}

/// A lab's cells that a model learned from without a label, by its own answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SelfTrained {
    /// Cells learned from in the last round, by the class that it took them for.
    pub cells: Vec<(String, usize)>,
    /// Cells that it was asked about.
    pub asked: usize,
}

impl SelfTrained {
    /// Cells learned from.
    #[must_use]
    pub fn count(&self) -> usize {
        self.cells.iter().map(|(_, count)| count).sum()
    }
}

/// What labelled cells of a lab were used for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tuned {
    /// Cells learned from, by class.
    pub cells: Vec<(String, usize)>,
    /// Cells held back to judge by.
    pub held_back: usize,
    /// Cells of the old lab that were shown again.
    pub replayed: usize,
    /// Cells of it that the model remembered; where both are 0, drawn slides stood in for them.
    #[serde(default)]
    pub remembered: usize,
    /// Share of the tuned weights in the result; the rest is the model before.
    pub weight: f64,
}

/// Cells of the old lab that a model remembers: how many of them it answers as it did before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retained {
    pub cells: u64,
    pub same: u64,
}

impl Retained {
    /// Share of them, 0 to 1.
    #[must_use]
    pub fn share(&self) -> Option<f64> {
        (self.cells > 0).then(|| self.same as f64 / self.cells as f64)
    }

    /// 95 % Wilson interval of the share.
    #[must_use]
    pub fn ci(&self) -> Option<Interval> {
        interval::wilson(self.same, self.cells)
    }
}

/// What adapting changed; part of the run record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Adapted {
    pub profile: LabProfile,
    /// On the lab's held-back cells: the model as it was, with the profile alone, and after tuning.
    pub before: Option<Metrics>,
    pub with_profile: Option<Metrics>,
    pub after: Option<Metrics>,
    /// On held-back cells of the old lab in its own framing, where some were given.
    pub old_lab_before: Option<Metrics>,
    pub old_lab_after: Option<Metrics>,
    /// On cells of the old lab that the model remembers and that were not shown again; `None` where there are none.
    #[serde(default)]
    pub retained: Option<Retained>,
    /// Wall time of the whole.
    pub secs: f64,
}
