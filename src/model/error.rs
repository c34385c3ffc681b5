//! What can be wrong with a model on disk.

use std::path::PathBuf;

use crate::fault::Failure;

/// Why a model cannot be loaded or saved.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    #[error("there is no model `{0}`")]
    Unknown(String),
    #[error("{why}")]
    Read { path: PathBuf, why: String },
    #[error("its card is damaged: {0}")]
    Card(String),
    #[error("its weights are damaged: {0}")]
    Weights(String),
    #[error("the cells that it remembers are damaged: {0}")]
    Memory(String),
    #[error("what it tells cells from other pictures by is damaged: {0}")]
    Sieve(String),
    #[error("what it says of cells in words is damaged: {0}")]
    Words(String),
    #[error("the list of what it learned from is damaged: {0}")]
    Learned(String),
    #[error("its weights are not the ones that its card names (hash {found} in place of {expected})")]
    Hash { expected: String, found: String },
    #[error(
        "the file holds no backbone of {0}: its names are neither Keras's nor timm's (`mobilenetv1_100`, `legacy_xception`)"
    )]
    Foreign(&'static str),
    #[error("it is {0}, which cannot be read")]
    Format(&'static str),
    #[error("its weights do not fit its card: {0}")]
    Mismatch(String),
}

impl From<ModelError> for Failure {
    fn from(error: ModelError) -> Self {
        let hint = match error {
            ModelError::Unknown(_) => "give a run folder, or a name that `leuko models` lists",
            ModelError::Read { .. } => "check that the file is there and may be read",
            ModelError::Format(_) => {
                "load it in the program that wrote it, save each weight under its name as safetensors, and train from that \
                 with --init imagenet:FILE"
            }
            ModelError::Foreign(_) => {
                "choose the architecture that the file was made for, or start from random weights"
            }
            _ => "train it again, or copy the whole run folder anew",
        };
        let failure = Self::new("the model cannot be used", &error, hint);
        if let ModelError::Read { path, .. } = error { failure.at(path) } else { failure }
    }
}
