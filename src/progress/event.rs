//! What a long task tells while it works. Serialised as it stands, one line each, by `--events jsonl`.

use serde::Serialize;

use crate::{
    domain::{architecture::Architecture, classes::ClassList, run::EpochReport},
    fault::Failure,
};

/// What a task is doing now; shown beside its progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// Listing files and reading headers.
    Listing,
    /// Decoding and hashing images.
    Checking,
    /// Choosing and testing a device.
    Preparing,
    /// Hearing what other models answer to the training images.
    Asking,
    /// The device compiles and tunes its kernels: the first steps say nothing of the speed to come.
    WarmingUp,
    Training,
    Validating,
    Evaluating,
    /// Finding a lab's framing and norm statistics.
    Fitting,
    Classifying,
    /// Waiting for images that are written into a folder.
    Watching,
    /// Looking for leukocytes in fields of view.
    Finding,
    /// Hiding one part of an image after the other.
    Explaining,
    /// Reading how a model sees cells.
    Embedding,
    /// Finding places on a plane for them.
    Unfolding,
    Drawing,
    Saving,
    /// Timing this machine.
    Measuring,
}

impl Task {
    /// In words, such as `Warming up the device`.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Listing => "Listing files",
            Self::Checking => "Checking images",
            Self::Preparing => "Preparing the device",
            Self::Asking => "Asking the teachers",
            Self::WarmingUp => "Warming up the device",
            Self::Training => "Training",
            Self::Validating => "Validating",
            Self::Evaluating => "Evaluating",
            Self::Fitting => "Fitting the lab profile",
            Self::Classifying => "Classifying",
            Self::Watching => "Watching the folder",
            Self::Finding => "Finding cells",
            Self::Explaining => "Hiding parts of the image",
            Self::Embedding => "Reading how the model sees the cells",
            Self::Unfolding => "Unfolding the map",
            Self::Drawing => "Drawing",
            Self::Saving => "Saving",
            Self::Measuring => "Measuring",
        }
    }
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The task moved on, or went a step further: `done` of `total` (0 where it is not known).
    Progress { task: Task, done: u64, total: u64 },
    /// Something recoverable; the task goes on.
    Warning { warning: Failure },
    /// What a training run is about to do.
    Plan(Plan),
    /// Training moved; at most ten times a second.
    Step(Step),
    /// An epoch ended.
    Epoch(EpochReport),
}

/// A training run before its first step.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Plan {
    pub architecture: Architecture,
    pub classes: ClassList,
    /// Images of each part.
    pub train: usize,
    pub validation: usize,
    pub test: usize,
    pub parameters: usize,
    pub device: String,
    pub batch: usize,
    pub steps_per_epoch: usize,
    pub epochs: usize,
    /// The epoch that the run starts with: 1, or a later one when it is resumed.
    pub first_epoch: usize,
}

/// Where a training run stands.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Step {
    /// From 1.
    pub epoch: usize,
    /// From 1, within the epoch.
    pub step: usize,
    pub steps: usize,
    /// Mean since the epoch's start.
    pub loss: f64,
    pub accuracy: f64,
    pub learning_rate: f64,
    pub images_per_sec: f64,
    /// Until the last epoch ends if it is not stopped early.
    pub secs_left: f64,
}
