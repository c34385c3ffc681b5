//! What says a model's cells in words: in its run folder, or in the program for a bundled one.

use std::{fs, io::ErrorKind, path::Path, sync::Arc};

use super::run_dir::{self, WORDS};
use crate::{
    domain::hash::ContentHash,
    fault::Failure,
    model::{bundled, error::ModelError, words::Words},
};

/// What belongs to the model with these weights; `None` where nothing is kept, or only what was made of other weights.
///
/// # Errors
/// [`Failure`] where it is damaged or cannot be read.
pub fn of(model: &str, weights: ContentHash) -> Result<Option<Arc<Words>>, Failure> {
    let path = Path::new(model).join(WORDS);
    let bytes = match bundled::find(model) {
        Some(bundled) if bundled.words.is_empty() => return Ok(None),
        Some(bundled) => bundled.words.to_vec(),
        None => match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(why) if why.kind() == ErrorKind::NotFound => return Ok(None),
            Err(why) => return Err(ModelError::Read { path, why: why.to_string() }.into()),
        },
    };
    let words = Words::from_bytes(&bytes)?;
    Ok(words.is_of(weights).then(|| Arc::new(words)))
}

/// Keeps it beside the weights; nothing to keep leaves nothing.
///
/// # Errors
/// [`Failure`] where it cannot be written.
pub fn save(folder: &Path, words: Option<&Words>) -> Result<(), Failure> {
    let Some(words) = words else { return Ok(()) };
    Ok(run_dir::write(&folder.join(WORDS), &words.to_bytes()?)?)
}
