//! Files that are written for a person, and shown to one.

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
};

use crate::{
    domain::comparison::Comparison,
    eval::evaluate::Evaluation,
    fault::{Failure, Halt},
    job::desk::Desk,
    report,
    store::run_dir,
};

/// What a report is of.
#[derive(Clone, Debug, PartialEq)]
pub enum Reported {
    Evaluation(Arc<Evaluation>),
    Comparison(Arc<Comparison>),
}

/// Writes everything of an evaluation or a comparison into a new folder below this one, so that nothing which is there is
/// written over; answers the paper.
///
/// # Errors
/// [`Halt`] when it was stopped or the disk refuses.
pub fn report(of: &Reported, below: &Path, desk: &Desk<'_>) -> Result<PathBuf, Halt> {
    let folder = match of {
        Reported::Evaluation(evaluation) => {
            let folder = run_dir::free(below, "evaluation");
            run_dir::write_json(&folder.join(run_dir::EVALUATION), &**evaluation)?;
            report::write_evaluation(&folder, evaluation, desk.observer, desk.stop)?;
            folder
        }
        Reported::Comparison(comparison) => {
            let folder = run_dir::free(below, "comparison");
            run_dir::write_json(&folder.join(run_dir::COMPARISON), &**comparison)?;
            report::write_comparison(&folder, comparison, desk.observer, desk.stop)?;
            folder
        }
    };
    Ok(folder.join(report::PAPER))
}

/// Opens the folder of a file, or a folder itself, in the system's file manager.
///
/// # Errors
/// [`Failure`] where it does not start.
pub fn reveal(path: &Path) -> Result<(), Failure> {
    let folder = if path.is_dir() { path } else { path.parent().unwrap_or(path) };
    let program = if cfg!(target_os = "macos") {
        "open"
    } else if cfg!(windows) {
        "explorer"
    } else {
        "xdg-open"
    };
    let failed = |why| Failure::new("the folder could not be shown", why, "open it in your file manager").at(folder);
    let mut child = Command::new(program).arg(folder).spawn().map_err(failed)?;
    // Nobody waits for the file manager, yet a process that nobody waits for stays a zombie.
    let wait = move || drop(child.wait());
    std::thread::Builder::new().name("file manager".to_owned()).spawn(wait).map_err(failed)?;
    Ok(())
}
