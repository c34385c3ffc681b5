//! What can go wrong between the program and its own files.

use std::path::PathBuf;

use crate::fault::Failure;

/// A file of ours that could not be read or written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    #[error("{why}")]
    Write { path: PathBuf, why: String },
    #[error("{why}")]
    Read { path: PathBuf, why: String },
    #[error("the file is damaged: {why}")]
    Damaged { path: PathBuf, why: String },
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let (what, hint) = match error {
            StoreError::Write { .. } => ("a file could not be written", "check free space and permissions"),
            StoreError::Read { .. } => ("a file could not be read", "check that it is there and may be read"),
            StoreError::Damaged { .. } => ("a file could not be read", "restore it, or make it again"),
        };
        let failure = Self::new(what, &error, hint);
        match error {
            StoreError::Write { path, .. } | StoreError::Read { path, .. } | StoreError::Damaged { path, .. } => {
                failure.at(path)
            }
        }
    }
}
