//! What each job does: one call into the layers below.

use std::{path::Path, process::Command};

use super::{
    message::{Job, Output},
    observe::Teller,
};
use crate::{
    progress::{Failure, Halt, StopToken},
    store::preferences,
};

pub(super) fn run(job: &Job, _teller: &Teller, stop: &StopToken) -> Result<Output, Halt> {
    stop.check()?;
    match job {
        Job::Sort(paths) => Ok(match paths.as_slice() {
            [folder] if folder.is_dir() => Output::FoundDataset(folder.clone()),
            paths => Output::FoundImages(paths.to_vec()),
        }),
        Job::Save { folder, preferences } => {
            preferences::save(folder, preferences)?;
            Ok(Output::Nothing)
        }
        Job::Reveal(path) => reveal(path).map(|()| Output::Nothing),
        _ => Ok(Output::Nothing),
    }
}

/// Opens the folder of a file, or a folder itself, in the system's file manager.
fn reveal(path: &Path) -> Result<(), Halt> {
    let folder = if path.is_dir() { path } else { path.parent().unwrap_or(path) };
    let program = if cfg!(target_os = "macos") {
        "open"
    } else if cfg!(windows) {
        "explorer"
    } else {
        "xdg-open"
    };
    let failed = |why| Failure::new("the folder could not be shown", why, "open it in your file manager").at(folder);
    Command::new(program).arg(folder).spawn().map_err(failed)?;
    Ok(())
}
