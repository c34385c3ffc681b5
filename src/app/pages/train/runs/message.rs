//! What can be asked of runs on disk, and what their jobs bring.

use std::path::PathBuf;

use crate::{
    app::{
        AppState,
        action::{Wish, no},
        models::Model,
    },
    domain::run::RunRecord,
    job::{JobId, tasks::runs::Listed},
    progress::Halt,
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

impl Wish for Message {
    fn text(&self) -> String {
        match self {
            Self::Delete(_) => "Delete",
            Self::Restore(_) => "Restore",
            Self::Show(_) | Self::Tick(_) | Self::TickOnly(_) | Self::Rename(..) => "",
        }
        .to_owned()
    }

    fn tooltip(&self) -> &'static str {
        match self {
            Self::Delete(_) => "Moves the run into the trash, where it can be brought back for 30 days",
            Self::Show(_) | Self::Tick(_) | Self::TickOnly(_) | Self::Rename(..) | Self::Restore(_) => "",
        }
    }

    fn obstacle(&self, state: &AppState) -> Option<&'static str> {
        let held = |run: &PathBuf| {
            let reads =
                || no(state.activity.reads(&Model::id_of(run)), "A job reads this run: wait until it has ended");
            state.train.held(run).or_else(reads)
        };
        match self {
            Self::Rename(run, name) => held(run).or_else(|| state.train.name_problem(run, name)),
            Self::Delete(run) => held(run),
            Self::Restore(trashed) => {
                let coming = state.train.changing.iter().any(|(_, path)| path == trashed);
                no(coming, "This run is being brought back")
            }
            Self::Show(_) | Self::Tick(_) | Self::TickOnly(_) => None,
        }
    }
}
