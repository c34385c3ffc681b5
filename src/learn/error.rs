//! Why a run cannot start or go on.

use std::path::PathBuf;

use crate::fault::Failure;

#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum TrainError {
    #[error("{0}")]
    Settings(String),
    #[error("{0}")]
    Data(String),
    #[error("the loss is not a number in epoch {epoch}")]
    NotANumber { epoch: usize },
    #[error("no epoch had a validation loss that is a number")]
    NeverANumber,
    #[error("the folder for the run is not empty")]
    Occupied(PathBuf),
    #[error("another program is training in this folder")]
    Busy(PathBuf),
    #[error("{0}")]
    Resume(String),
    #[error("the device ran out of memory with {0} images a step")]
    Memory(usize),
    #[error("{0}")]
    Device(String),
    /// The name of what does not answer any more.
    #[error("the connection to {0} is lost")]
    Lost(String),
}

impl From<TrainError> for Failure {
    fn from(error: TrainError) -> Self {
        let hint = match error {
            TrainError::Settings(_) => "change the setting and start again",
            TrainError::Data(_) => "give more images of each class",
            TrainError::NotANumber { .. } => "lower the learning rate; the last checkpoint is kept and can be resumed",
            TrainError::NeverANumber => "lower the learning rate and start a new run",
            TrainError::Occupied(_) => "name a new folder, or go on with an unfinished run in it by `--resume`",
            TrainError::Busy(_) => "wait until it has ended, or stop it there; it can be resumed then",
            TrainError::Resume(_) => "start a new run, or give the run's own dataset",
            TrainError::Memory(_) => "choose a smaller batch or image size, or the CPU",
            TrainError::Lost(_) => {
                "see that `leuko serve` runs there and resume the run, there or on another device; its finished epochs are kept"
            }
            TrainError::Device(_) => "resume on the CPU, or restart the program; the last checkpoint is kept",
        };
        let failure = Self::new("training ended", &error, hint);
        match error {
            TrainError::Occupied(folder) | TrainError::Busy(folder) => failure.at(folder),
            _ => failure,
        }
    }
}
