//! Calls that cannot be carried out, in one line each.

use std::{any::Any, process::ExitCode};

use clap::error::ErrorKind;

use super::output;
use crate::fault::{Failure, panicked};

/// Prints help or version where they were asked for, else what is wrong with the call.
pub(super) fn explain(error: &clap::Error, json: bool) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            // A closed pipe is no failure of help.
            let _ = error.print();
            ExitCode::SUCCESS
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let lacking = Failure::new("the call was wrong", "a command is missing", "`leuko --help` lists them");
            output::fail(&lacking, json, 2)
        }
        _ => output::fail(&Failure::new("the call was wrong", reason(error), "see `leuko COMMAND --help`"), json, 2),
    }
}

/// The part of clap's report before its usage, in one line.
fn reason(error: &clap::Error) -> String {
    let report = error.render().to_string();
    let said = report.split("\n\nUsage").next().unwrap_or(&report);
    let words: Vec<&str> = said.trim_start_matches("error:").split_whitespace().collect();
    words.join(" ")
}

/// A panic of the work in words.
pub(super) fn panicked(panic: &(dyn Any + Send)) -> Failure {
    Failure::new(
        "the work broke off",
        panicked::said(panic).unwrap_or("of an unknown reason"),
        "report this with the call; another --device may help",
    )
}
