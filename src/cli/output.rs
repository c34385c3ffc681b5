//! Results on standard output: one JSON document, or lines for people.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use serde::Serialize;

use super::Failed;
use crate::fault::Failure;

/// Why a result is not on standard output.
pub(super) enum Unwritten {
    /// Whoever read it has read enough, such as `head -1`: no failure, and nothing more to do.
    Closed,
    Failed(Failure),
}

impl Unwritten {
    fn of(why: &io::Error) -> Self {
        if why.kind() == io::ErrorKind::BrokenPipe { Self::Closed } else { Self::failed(why) }
    }

    fn failed(why: &dyn std::fmt::Display) -> Self {
        Self::Failed(Failure::new("the result could not be written", why, "check where standard output goes"))
    }
}

impl From<Unwritten> for Failed {
    fn from(unwritten: Unwritten) -> Self {
        match unwritten {
            Unwritten::Closed => Self::Unheard,
            Unwritten::Failed(failure) => failure.into(),
        }
    }
}

/// Where results go.
#[derive(Clone, Copy)]
pub(super) struct Output {
    pub(super) json: bool,
}

impl Output {
    /// One document on one line with `--json`, else the text.
    ///
    /// # Errors
    /// [`Unwritten`] where standard output is closed or full.
    pub(super) fn result(self, document: &impl Serialize, text: impl FnOnce() -> String) -> Result<(), Unwritten> {
        if self.json { Self::document(document) } else { Self::line(&text()) }
    }

    /// One JSON document on a line of its own.
    ///
    /// # Errors
    /// As [`Output::result`].
    pub(super) fn document(document: &impl Serialize) -> Result<(), Unwritten> {
        Self::line(&serde_json::to_string(document).map_err(|why| Unwritten::failed(&why))?)
    }

    /// # Errors
    /// As [`Output::result`].
    pub(super) fn line(text: &str) -> Result<(), Unwritten> {
        let mut out = io::stdout().lock();
        writeln!(out, "{text}").and_then(|()| out.flush()).map_err(|why| Unwritten::of(&why))
    }
}

/// A line on standard error. Where nobody reads that either, nobody can be told.
pub(super) fn tell(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

#[derive(Serialize)]
struct ErrorDocument<'a> {
    error: &'a Failure,
}

/// One line on standard error, and the same as JSON where that was asked for.
pub(super) fn fail(failure: &Failure, json: bool, code: u8) -> ExitCode {
    tell(&format!("error: {failure}"));
    if json {
        // The exit code still tells of the failure where standard output is gone.
        let _ = Output::document(&ErrorDocument { error: failure });
    }
    ExitCode::from(code)
}
