//! What a run needs to go on exactly: network, optimiser, best weights and counters, renewed after each epoch.
//!
//! A checkpoint is a folder of its epoch's name, filled under another one and renamed when whole: power may fail at any
//! moment and the last whole one is found.

use std::{
    fs,
    path::{Path, PathBuf},
};

use burn::{
    module::Module,
    optim::{ModuleOptimizer, OptimizerRecord},
    store::ModuleRecord,
    tensor::{Bytes, Device},
};

use super::state::{Checkpoint, Snapshot, State};
use crate::{
    data::atomic,
    domain::run::RunEnd,
    fault::Halt,
    learn::error::TrainError,
    model::{
        average::Average,
        classifier::Classifier,
        weights::{self, Precision},
    },
    store::{error::StoreError, run_dir},
};

const FOLDER: &str = "checkpoint";
const NETWORK: &str = "network.bpk";
const OPTIMISER: &str = "optimiser.bpk";
const AVERAGE: &str = "average.bpk";
const BEST: &str = "best.bpk";
const STATE: &str = "state.ron";

/// Writes a checkpoint and removes the ones before it, which stay where it cannot be written.
///
/// # Errors
/// [`Halt`] where a tensor cannot be read back or the disk refuses.
pub fn save(run: &Path, now: &Snapshot<'_>) -> Result<(), Halt> {
    let folder = run.join(FOLDER);
    let target = folder.join(format!("epoch-{:04}", now.state.epoch));
    let fresh = folder.join("writing");
    let _ = fs::remove_dir_all(&fresh);
    // On a disk that is full, the half of a checkpoint would take the room that the rest of the run needs.
    fill(&fresh, now).inspect_err(|_| drop(fs::remove_dir_all(&fresh)))?;
    let fail = |why: std::io::Error| StoreError::Write { path: target.clone(), why: why.to_string() };
    let _ = fs::remove_dir_all(&target);
    fs::rename(&fresh, &target).and_then(|()| atomic::sync_folder(&folder)).map_err(fail)?;
    for old in epochs(run).into_iter().filter(|old| *old != target) {
        let _ = fs::remove_dir_all(old);
    }
    Ok(())
}

/// Writes the files of a checkpoint into a folder.
fn fill(folder: &Path, now: &Snapshot<'_>) -> Result<(), Halt> {
    let broken = |why: &dyn std::fmt::Display| TrainError::Device(format!("the state could not be read back: {why}"));
    let record = now.network.valid().into_record().into_bytes().map_err(|why| broken(&why))?;
    run_dir::write(&folder.join(NETWORK), &record)?;
    let record = now.optimiser.into_bytes().map_err(|why| broken(&why))?;
    run_dir::write(&folder.join(OPTIMISER), &record)?;
    if let Some(average) = now.average {
        run_dir::write(&folder.join(AVERAGE), &weights::to_bytes(&average.network(now.network), Precision::Full)?)?;
    }
    run_dir::write(&folder.join(BEST), now.best)?;
    Ok(run_dir::write_ron(&folder.join(STATE), &now.state)?)
}

/// Remembers in the newest checkpoint that the training has ended, so that a run which is killed from here on trains no
/// further when it goes on.
///
/// # Errors
/// [`StoreError`] where the disk refuses.
pub fn finishing(run: &Path, state: &State, end: RunEnd) -> Result<(), StoreError> {
    match epochs(run).pop() {
        Some(newest) => run_dir::write_ron(&newest.join(STATE), &State { end: Some(end), ..*state }),
        None => Ok(()),
    }
}

/// Reads the newest whole checkpoint onto a device that trains.
///
/// # Errors
/// [`Halt`] where there is none or it does not fit the network.
pub fn load(run: &Path, network: Classifier, optimiser: ModuleOptimizer, device: &Device) -> Result<Checkpoint, Halt> {
    let folder = epochs(run).pop().ok_or_else(|| TrainError::Resume("the run has no checkpoint".to_owned()))?;
    let read = |name: &str| {
        let path = folder.join(name);
        fs::read(&path).map_err(|why| StoreError::Read { path, why: why.to_string() })
    };
    let damaged = |why: &dyn std::fmt::Display| TrainError::Resume(format!("the checkpoint is damaged: {why}"));
    let state: State = run_dir::read_ron(&folder.join(STATE))?;
    let record = ModuleRecord::from_bytes(Bytes::from_bytes_vec(read(NETWORK)?)).map_err(|why| damaged(&why))?;
    let network = network.try_load_record(record).map_err(|why| damaged(&why))?;
    let record = OptimizerRecord::from_bytes(Bytes::from_bytes_vec(read(OPTIMISER)?)).map_err(|why| damaged(&why))?;
    let network = network.to_device(device).train();
    let average = match folder.join(AVERAGE).is_file() {
        true => Some(Average::resumed(&averaged(&network, read(AVERAGE)?)?, state.updates)),
        false => None,
    };
    Ok(Checkpoint { state, network, optimiser: optimiser.load_record(record), average, best: read(BEST)? })
}

/// A network like this one with the average's weights.
fn averaged(network: &Classifier, bytes: Vec<u8>) -> Result<Classifier, Halt> {
    let mut average = network.valid();
    weights::apply_bytes(&mut average, bytes)?;
    Ok(average)
}

/// Whether a run can be resumed.
#[must_use]
pub fn exists(run: &Path) -> bool {
    !epochs(run).is_empty()
}

/// Removes all checkpoints of a run that has ended.
pub fn clear(run: &Path) {
    let _ = fs::remove_dir_all(run.join(FOLDER));
}

/// Whole checkpoints, the newest last.
fn epochs(run: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(run.join(FOLDER)).into_iter().flatten().flatten().map(|entry| entry.path());
    let named = |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("epoch-"));
    let mut found: Vec<PathBuf> = entries.filter(named).collect();
    found.sort();
    found
}
