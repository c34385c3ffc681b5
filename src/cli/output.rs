//! Results on standard output: one JSON document, or lines for people.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use serde::Serialize;

use crate::progress::Failure;

/// Where results go.
#[derive(Clone, Copy)]
pub(super) struct Output {
    pub(super) json: bool,
}

impl Output {
    /// One document on one line with `--json`, else the text.
    ///
    /// # Errors
    /// Where standard output is closed or full.
    pub(super) fn result(self, document: &impl Serialize, text: impl FnOnce() -> String) -> Result<(), Failure> {
        if self.json { Self::document(document) } else { Self::line(&text()) }
    }

    /// One JSON document on a line of its own.
    ///
    /// # Errors
    /// As [`Output::result`].
    pub(super) fn document(document: &impl Serialize) -> Result<(), Failure> {
        Self::line(&serde_json::to_string(document).map_err(|why| unwritten(&why))?)
    }

    /// # Errors
    /// As [`Output::result`].
    pub(super) fn line(text: &str) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        writeln!(out, "{text}").and_then(|()| out.flush()).map_err(|why| unwritten(&why))
    }
}

fn unwritten(why: &dyn std::fmt::Display) -> Failure {
    Failure::new("the result could not be written", why, "check where standard output goes")
}

#[derive(Serialize)]
struct ErrorDocument<'a> {
    error: &'a Failure,
}

/// One line on standard error, and the same as JSON where that was asked for.
pub(super) fn fail(failure: &Failure, json: bool, code: u8) -> ExitCode {
    eprintln!("error: {failure}");
    if json {
        // The exit code still tells of the failure where standard output is gone.
        let _ = Output::document(&ErrorDocument { error: failure });
    }
    ExitCode::from(code)
}
