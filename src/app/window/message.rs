//! What can be asked of the window, and what its jobs bring.

use std::{path::PathBuf, sync::Arc};

use super::Closing;
use crate::{
    app::{
        Action, AppState, Page,
        action::{Wish, no},
        history::StepId,
    },
    job::{Found, JobId},
    progress::Halt,
    report::{Format, chart::Chart},
};

#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    Go(Page),
    /// Files or folders dropped on the window.
    Drop(Vec<PathBuf>),
    /// Files held over the window; none once they are gone.
    Hover(Vec<PathBuf>),
    Stop(JobId),
    /// Says that the window did something by itself, such as filling the clipboard.
    Announce(String),
    Dismiss(u64),
    /// Does what the message of this number offers.
    TakeOffer(u64),
    /// Takes the newest step back.
    Undo,
    /// Does the step again that was taken back last.
    Redo,
    /// Takes this step back.
    TakeBack(StepId),
    /// The activity list was looked at.
    ReadActivity,
    /// The window should close: asks first where something runs or waits.
    Close,
    /// The window stays open.
    StayOpen,
    /// The window closes, whatever runs or waits.
    CloseNow,
    Reveal(PathBuf),
    /// Asks where to, then saves a chart.
    Export(Box<Chart>, Format),
    /// Saves a chart there.
    SaveChart(Box<Chart>, Format, PathBuf),
}

/// What came of it.
#[derive(Debug)]
pub enum News {
    /// What was dropped or given at the start.
    Sorted(Found),
    /// What is held over the window.
    Looked(JobId, Arc<Found>),
    /// A file dialog was closed, with what follows from it.
    Chosen(Option<Box<Action>>),
    /// A file was written that a person asked for.
    Saved(PathBuf),
    /// Nothing that a person must know of.
    Done,
    /// Housekeeping, or a file, ended without one.
    Halted(JobId, Halt),
}

impl Wish for Message {
    fn text(&self) -> String {
        match self {
            Self::Go(page) => return format!("Go to {}", page.title()),
            Self::Stop(_) => "Stop",
            Self::Dismiss(_) => "Dismiss",
            Self::Undo | Self::TakeBack(_) => "Undo",
            Self::Redo => "Redo",
            Self::Close => "Quit",
            Self::StayOpen => "Go on",
            Self::CloseNow => "Stop and close",
            Self::Reveal(_) => "Show in folder",
            Self::Drop(_)
            | Self::Hover(_)
            | Self::Announce(_)
            | Self::TakeOffer(_)
            | Self::ReadActivity
            | Self::Export(..)
            | Self::SaveChart(..) => "",
        }
        .to_owned()
    }

    fn tooltip(&self) -> &'static str {
        ""
    }

    fn obstacle(&self, state: &AppState) -> Option<&'static str> {
        match self {
            Self::Undo => {
                state.history.last().map_or(Some("There is nothing to undo"), |step| step.undo.obstacle(state))
            }
            Self::TakeBack(id) => {
                state.history.get(*id).map_or(Some("This was taken back already"), |step| step.undo.obstacle(state))
            }
            Self::Redo => {
                let redo = state.history.last_undone().and_then(|step| step.redo.as_ref());
                redo.map_or(Some("There is nothing to do again"), |action| action.obstacle(state))
            }
            Self::Export(..) => state.dialog_open(),
            Self::CloseNow | Self::StayOpen => no(state.closing != Closing::Asked, "The window stays open"),
            Self::Go(_)
            | Self::Drop(_)
            | Self::Hover(_)
            | Self::Stop(_)
            | Self::Announce(_)
            | Self::Dismiss(_)
            | Self::TakeOffer(_)
            | Self::ReadActivity
            | Self::Close
            | Self::Reveal(_)
            | Self::SaveChart(..) => None,
        }
    }
}
