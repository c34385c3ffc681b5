//! What can be asked of files, and what their jobs bring.

use std::path::PathBuf;

use crate::{
    app::Dialog,
    fault::Halt,
    job::JobId,
    report::{Format, chart::Chart},
};

#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// Shows a file's folder in the system's file manager.
    Reveal(PathBuf),
    /// Asks where to, then saves a chart.
    Export(Box<Chart>, Format),
    /// Saves a chart there.
    SaveChart(Box<Chart>, Format, PathBuf),
    /// What stands in the field for a path.
    Type(String),
    /// Goes on with the path that was typed.
    TakeTyped,
    LeaveTyped,
}

/// A path that a person types where the desktop has no file dialog.
#[derive(Debug)]
pub struct Typing {
    /// What would have been asked.
    pub dialog: Dialog,
    pub text: String,
}

/// What came of it.
#[derive(Debug)]
pub enum News {
    /// A file was written that a person asked for.
    Saved(PathBuf),
    /// A file dialog was closed sooner than anybody could see it: this desktop has none.
    NoDialog(Box<Dialog>),
    /// Nothing that a person must know of.
    Done,
    /// A file, or any housekeeping, ended without it.
    Halted(JobId, Halt),
}
