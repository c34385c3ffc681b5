//! Runs on disk: listed, read, trained.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{
    domain::{
        config::TrainConfig,
        run::{RunEnd, RunRecord},
    },
    eval::predict,
    fault::{Failure, Halt},
    job::desk::Desk,
    store::{
        rename, run_dir,
        trash::{self, Trashed},
    },
    train::{self, TrainRequest},
};

/// What lies in the outputs folder, and models that lie elsewhere and are still there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Listed {
    pub runs: Vec<RunRecord>,
    pub trashed: Vec<Trashed>,
    pub elsewhere: Vec<RunRecord>,
}

/// All runs, deleted ones, and the models elsewhere that are still there.
#[must_use]
pub fn list(outputs: &Path, elsewhere: &[PathBuf]) -> Listed {
    let apart = elsewhere.iter().filter(|folder| folder.parent() != Some(outputs));
    let elsewhere = apart.filter_map(|folder| run_dir::load(folder).ok()).collect();
    Listed { runs: run_dir::list(outputs), trashed: trash::list(outputs), elsewhere }
}

/// A model in a folder of a person's choice.
///
/// # Errors
/// [`Failure`] where there is none, or its run has not ended.
pub fn read_model(folder: &Path) -> Result<RunRecord, Failure> {
    let hint = "choose the folder of a run that has ended, such as one that `leuko adapt` wrote";
    let no_model = |why: &dyn std::fmt::Display| Failure::new("this folder is no model", why, hint).at(folder);
    let run = run_dir::load(folder).map_err(|why| no_model(&why))?;
    predict::card(&folder.display().to_string()).map_err(|failure| no_model(&failure.why))?;
    if run.weights_hash.is_none() || run.end == RunEnd::Unfinished {
        return Err(no_model(&"its run has not ended"));
    }
    Ok(run)
}

/// Brings a run back from the trash, under a name that is free.
///
/// # Errors
/// [`Failure`] where the disk refuses.
pub fn restore(trashed: &Path) -> Result<RunRecord, Failure> {
    rename::settle(&trash::restore(trashed)?)
}

/// What a training job was asked for.
#[derive(Clone, Debug)]
pub struct Training {
    pub dataset: PathBuf,
    pub config: TrainConfig,
    pub outputs: PathBuf,
    /// The folder of an unfinished run that goes on.
    pub resume: Option<PathBuf>,
}

/// Trains into a new folder of the outputs, or goes on with an interrupted run; says first which folder it is.
///
/// # Errors
/// [`Halt`] when it was stopped and discarded, or cannot be trained.
pub fn train(asked: Training, desk: &Desk<'_>, say: &dyn Fn(PathBuf)) -> Result<RunRecord, Halt> {
    let Training { dataset, config, outputs, resume } = asked;
    let name = format!("{}-seed{}", config.architecture.id(), config.seed);
    let folder = resume.clone().unwrap_or_else(|| run_dir::claim(&outputs, &name));
    say(folder.clone());
    let request = TrainRequest { dataset, config, out: resume.is_none().then(|| folder.clone()), resume };
    train::run(&request, desk.observer, desk.stop).inspect_err(|_| {
        // It goes again where it is still empty.
        let _ = fs::remove_dir(&folder);
    })
}
