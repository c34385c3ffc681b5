//! What a run holds from one epoch to the next.

use burn::optim::ModuleOptimizer;
use serde::{Deserialize, Serialize};

use super::early_stop::EarlyStop;
use crate::{
    domain::run::RunEnd,
    model::{average::Average, classifier::Classifier},
};

/// The counters of a checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// Epochs that are done.
    pub epoch: usize,
    pub batch: usize,
    pub early_stop: EarlyStop,
    /// Over all training steps so far.
    pub images: usize,
    pub secs: f64,
    /// How often the average of the weights followed them.
    #[serde(default)]
    pub updates: u32,
    /// Why the training ended, once it has: what is left of the run is to finish it.
    #[serde(default)]
    pub end: Option<RunEnd>,
}

/// Everything that a checkpoint holds.
pub struct Checkpoint {
    pub state: State,
    pub network: Classifier,
    pub optimiser: ModuleOptimizer,
    pub average: Option<Average>,
    /// The best epoch's weights as burnpack.
    pub best: Vec<u8>,
}

/// The same as a run holds it, to be written down.
pub struct Snapshot<'a> {
    pub state: State,
    pub network: &'a Classifier,
    pub optimiser: &'a ModuleOptimizer,
    pub average: Option<&'a Average>,
    pub best: &'a [u8],
}
