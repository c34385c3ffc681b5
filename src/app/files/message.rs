//! What can be asked of files, and what their jobs bring.

use std::path::PathBuf;

use crate::{
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
    /// Says that a file dialog was closed sooner than anybody could see it, and what to do instead.
    NoDialog(&'static str),
}

/// What came of it.
#[derive(Debug)]
pub enum News {
    /// A file was written that a person asked for.
    Saved(PathBuf),
    /// Nothing that a person must know of.
    Done,
    /// A file, or any housekeeping, ended without it.
    Halted(JobId, Halt),
}
