//! The training runs that wait, kept as RON beside the preferences so that closing or a power cut loses none.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::run_dir;
use crate::{domain::config::TrainConfig, fault::Failure};

/// The file in the configuration folder.
const FILE: &str = "queue.ron";

/// One run that was asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Waiting {
    /// The dataset's folder.
    pub dataset: PathBuf,
    pub config: TrainConfig,
    /// The folder of an unfinished run that goes on.
    pub resume: Option<PathBuf>,
}

/// Reads what waited when the program ended last; nothing where there is no file.
///
/// # Errors
/// [`Failure`] where the file cannot be read; a damaged one is set aside and never written over.
pub fn load(folder: &Path) -> Result<Vec<Waiting>, Failure> {
    let path = folder.join(FILE);
    let damaged = |why: String, hint: &str| Failure::new("the runs that waited could not be read", why, hint).at(&path);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(why) => return Err(damaged(why.to_string(), "check the file's permissions")),
    };
    ron::from_str(&text).map_err(|why| {
        let hint = match fs::rename(&path, folder.join("queue.damaged.ron")) {
            Ok(()) => "line the runs up again; the old file was set aside",
            Err(_) => "line the runs up again",
        };
        damaged(why.to_string(), hint)
    })
}

/// Writes what waits, whole or not at all; without a run there is no file.
///
/// # Errors
/// [`Failure`] where the folder cannot be written.
pub fn save(folder: &Path, waiting: &[Waiting]) -> Result<(), Failure> {
    let path = folder.join(FILE);
    if waiting.is_empty() {
        return match fs::remove_file(&path) {
            Err(why) if why.kind() != io::ErrorKind::NotFound => {
                Err(Failure::new("the empty queue could not be kept", why, "check the folder's permissions").at(path))
            }
            _ => Ok(()),
        };
    }
    Ok(run_dir::write_ron(&path, &waiting)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waiting(seed: u64) -> Waiting {
        let config = TrainConfig { seed, ..TrainConfig::default() };
        Waiting { dataset: "cells".into(), config, resume: (seed == 2).then(|| "outputs/a".into()) }
    }

    #[test]
    fn runs_come_back_as_they_waited_and_an_empty_queue_leaves_no_file() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(load(folder.path()).unwrap(), []);
        save(folder.path(), &[waiting(1), waiting(2)]).unwrap();
        assert_eq!(load(folder.path()).unwrap(), [waiting(1), waiting(2)]);
        save(folder.path(), &[]).unwrap();
        assert!(load(folder.path()).unwrap().is_empty() && !folder.path().join(FILE).exists());
    }

    #[test]
    fn a_damaged_file_is_told_once_and_kept_aside() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(FILE), "[(dataset").unwrap();
        assert!(load(folder.path()).is_err());
        assert_eq!(load(folder.path()).unwrap(), []);
        assert!(folder.path().join("queue.damaged.ron").exists());
    }
}
