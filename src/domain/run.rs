//! One finished or unfinished training run, as its folder and the run list tell it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{
    architecture::Architecture, classes::ClassList, config::TrainConfig, confusion::Confusion, hash::ContentHash,
    metrics::Metrics, moving_map::MovingMap, profile::Adapted,
};

/// One line of `history.csv` and one point of each curve; the same call gives the same record, so it holds no time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EpochRecord {
    /// From 1.
    pub epoch: usize,
    /// Mean cross-entropy in nats over the training images, with noise, dropout and augmentation on.
    pub train_loss: f64,
    pub train_accuracy: f64,
    /// On the validation split, as in use.
    pub validation_loss: f64,
    pub validation_accuracy: f64,
    /// On the cells of other labs that are trained on too, a tenth of which is held out: the mean over labs of the mean over
    /// classes. `None` without other labs.
    #[serde(default)]
    pub elsewhere_loss: Option<f64>,
    /// Likewise, which makes it a mean of balanced accuracies.
    #[serde(default)]
    pub elsewhere_accuracy: Option<f64>,
    /// At the epoch's last step.
    pub learning_rate: f64,
    /// Whether this epoch's weights were kept when it ended: the best so far, or with a patience of 0 the last.
    pub best: bool,
}

/// Why a run has no more epochs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunEnd {
    /// All epochs were trained.
    Completed,
    /// Validation did not improve for as many epochs as the patience allows.
    EarlyStopped,
    /// A person stopped it; the best weights were kept.
    Stopped,
    /// Still training, or interrupted: it can be resumed.
    Unfinished,
}

/// Everything a run list shows; the last line of `leuko train --events jsonl`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunRecord {
    /// The run folder's name.
    pub name: String,
    pub path: std::path::PathBuf,
    pub architecture: Architecture,
    pub classes: ClassList,
    pub config: TrainConfig,
    /// UTC, RFC 3339.
    pub started: String,
    pub end: RunEnd,
    pub device: String,
    pub dataset: String,
    pub dataset_hash: ContentHash,
    pub split_hash: ContentHash,
    /// Of the other labs' folders that are trained on too; `None` without any, and in runs that were begun before it was
    /// kept.
    #[serde(default)]
    pub also_hash: Option<ContentHash>,
    /// Of the kept weights; `None` before the first epoch ends.
    pub weights_hash: Option<ContentHash>,
    pub history: Vec<EpochRecord>,
    /// Wall seconds of each epoch in `history`.
    pub epoch_secs: Vec<f64>,
    /// What each epoch in `history` made of the validation split: counts, rows the truth; empty in records of before they were
    /// kept.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub matrices: Vec<Vec<Vec<u64>>>,
    /// On the test split, once the run has ended.
    pub test: Option<Metrics>,
    /// Training images per second from the first step of each epoch to its last, waits for images among them; validation is
    /// not counted.
    pub images_per_sec: Option<f64>,
    /// The process's largest resident memory, where the system tells it.
    pub peak_memory_mb: Option<f64>,
    /// Of the program that trained it, of the last one where another resumed it; empty in records of before it was kept.
    #[serde(default)]
    pub app_version: String,
    /// What changed, where the run fitted a finished model to a lab.
    #[serde(default)]
    pub adapted: Option<Adapted>,
}

impl RunRecord {
    /// The epoch whose weights were kept.
    #[must_use]
    pub fn best(&self) -> Option<&EpochRecord> {
        self.history.iter().rev().find(|epoch| epoch.best)
    }
}

/// The validation confusion of an epoch, for the matrix that forms beside the curves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EpochReport {
    #[serde(flatten)]
    pub record: EpochRecord,
    /// Training and validation together, wall time.
    pub secs: f64,
    pub confusion: Confusion,
    /// Where a few validation cells lie now and lay after the epochs before; in the run's own file rather than in each line of
    /// a stream.
    #[serde(skip)]
    pub map: Option<Arc<MovingMap>>,
}
