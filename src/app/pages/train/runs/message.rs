//! What can be asked of runs on disk, and what their jobs bring.

use std::path::PathBuf;

use crate::{
    domain::run::RunRecord,
    fault::Halt,
    job::{JobId, tasks::runs::Listed},
    store::trash::Trashed,
};

#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// Shows a run in the inspector, or no longer.
    Show(PathBuf),
    /// Draws a run's curves over those of other runs, or no longer.
    Tick(PathBuf),
    /// Draws the curves of these runs, and of no other, over each other.
    TickOnly(Vec<PathBuf>),
    /// Gives the run in a folder another name.
    Rename(PathBuf, String),
    /// Moves a run into the trash.
    Delete(PathBuf),
    /// Brings a run back from where it lies in the trash.
    Restore(PathBuf),
}

/// What came of it.
#[derive(Debug)]
pub enum News {
    Listed(Listed),
    /// A run has another name, and so another folder than before.
    Renamed(JobId, PathBuf, Box<RunRecord>),
    /// A run was moved from its folder into the trash.
    Trashed(JobId, PathBuf, Trashed),
    /// A run was brought back from where it lay in the trash.
    Restored(JobId, PathBuf, Box<RunRecord>),
    Halted(JobId, Halt),
}
