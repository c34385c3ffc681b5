//! What can go wrong while figures are written.

use std::{io, path::PathBuf};

use crate::fault::Failure;

/// A plot or table that could not be made or saved.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    #[error("the table could not be written: {0}")]
    Csv(String),
    #[error("the picture or page could not be drawn: {0}")]
    Picture(String),
    #[error("{path} could not be saved: {why}", path = path.display())]
    Save { path: PathBuf, why: io::Error },
}

impl From<ReportError> for Failure {
    fn from(error: ReportError) -> Self {
        let what = "the plots could not be written";
        match error {
            ReportError::Save { path, why } => {
                Self::new(what, why, "choose a folder that can be written to and has space left").at(path)
            }
            ReportError::Csv(why) | ReportError::Picture(why) => {
                Self::new(what, why, "report this with the run's name")
            }
        }
    }
}
