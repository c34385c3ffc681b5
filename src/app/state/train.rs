//! The training form, the run that trains now, and the runs on disk.

use crate::{
    domain::{
        config::TrainConfig,
        run::{EpochReport, RunRecord},
    },
    job::JobId,
    progress::{Plan, Step, Task},
};

/// A run while it trains.
#[derive(Clone, Debug)]
pub struct LiveRun {
    pub job: JobId,
    pub plan: Option<Plan>,
    /// What it does now, with how much of how much is done.
    pub task: Option<(Task, u64, u64)>,
    pub step: Option<Step>,
    pub epochs: Vec<EpochReport>,
}

/// Everything of the Train page that outlives a frame.
#[derive(Clone, Debug, Default)]
pub struct TrainState {
    pub form: TrainConfig,
    pub running: Option<LiveRun>,
    /// The newest first.
    pub runs: Vec<RunRecord>,
}
