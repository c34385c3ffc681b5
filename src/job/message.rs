//! The words between the window and its lanes.

use std::path::PathBuf;

use crate::{
    device::DeviceInfo,
    domain::{
        config::DeviceChoice,
        dataset::{Dataset, Finding},
        split::Split,
    },
    fault::{Failure, Halt},
    progress::Event,
};

/// Names one job for as long as the program runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobId(pub u64);

/// A dataset with everything the window shows of it, worked out away from the window.
#[derive(Clone, Debug, PartialEq)]
pub struct Opened {
    pub dataset: Dataset,
    pub findings: Vec<Finding>,
    pub split: Split,
    /// Images of each class, in the order of the class list.
    pub counts: Vec<usize>,
    /// Indices of each class's items, in their order.
    pub by_class: Vec<Vec<usize>>,
}

/// What paths from outside are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// One folder with sub-folders of images.
    Dataset(PathBuf),
    Images(Vec<PathBuf>),
    /// The folder of a review session.
    Session(PathBuf),
}

/// How a job ended, as the activity list shows it; each ends exactly once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    Done,
    Stopped,
    Failed(Failure),
}

impl Ended {
    pub(super) fn of(halt: &Halt) -> Self {
        match halt {
            Halt::Stopped => Self::Stopped,
            Halt::Failed(failure) => Self::Failed(failure.clone()),
        }
    }
}

/// The one stream from all lanes to the window; `N` is what rooms of the window understand.
#[derive(Clone, Debug, PartialEq)]
pub enum Update<N> {
    Started(JobId),
    Event(JobId, Event),
    /// What was chosen, and the device that a job works on; why it is that one stands in it.
    Device(DeviceChoice, DeviceInfo),
    /// News before a job's end, or from beside all jobs.
    Said(N),
    /// A job ended, with its answer or with what its stop or failure is to whoever asked.
    Finished(JobId, Ended, N),
}
