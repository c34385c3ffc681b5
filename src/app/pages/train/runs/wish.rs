//! How what can be asked of a run on disk is worded, and what stands in its way.

use std::path::PathBuf;

use super::Message;
use crate::app::{AppState, Wish, models::Model, no};

impl Wish for Message {
    fn text(&self) -> String {
        match self {
            Self::Delete(_) => t!("Delete"),
            Self::Restore(_) => t!("Restore"),
            Self::Show(_) | Self::Tick(_) | Self::TickOnly(_) | Self::Rename(..) => "",
        }
        .to_owned()
    }

    fn tooltip(&self) -> &'static str {
        match self {
            Self::Delete(_) => t!("Moves the run into the trash, where it can be brought back for 30 days"),
            Self::Show(_) | Self::Tick(_) | Self::TickOnly(_) | Self::Rename(..) | Self::Restore(_) => "",
        }
    }

    fn obstacle(&self, state: &AppState) -> Option<&'static str> {
        let held = |run: &PathBuf| {
            let reads =
                || no(state.activity.reads(&Model::id_of(run)), t!("A job reads this run: wait until it has ended"));
            state.train.held(run).or_else(reads)
        };
        match self {
            Self::Rename(run, name) => held(run).or_else(|| state.train.name_problem(run, name)),
            Self::Delete(run) => held(run),
            Self::Restore(trashed) => {
                let coming = state.train.changing.iter().any(|(_, path)| path == trashed);
                no(coming, t!("This run is being brought back"))
            }
            Self::Show(_) | Self::Tick(_) | Self::TickOnly(_) => None,
        }
    }
}
