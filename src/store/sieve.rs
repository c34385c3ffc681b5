//! What tells a model's cells from other pictures: in its run folder, or in the program for a bundled one.

use std::{fs, io::ErrorKind, path::Path, sync::Arc};

use super::run_dir::{self, SIEVE};
use crate::{
    domain::hash::ContentHash,
    fault::Failure,
    model::{bundled, error::ModelError, sieve::Sieve},
};

/// What belongs to the model with these weights; `None` where nothing is kept, or only what was made of other weights.
///
/// # Errors
/// [`Failure`] where it is damaged or cannot be read.
pub fn of(model: &str, weights: ContentHash) -> Result<Option<Arc<Sieve>>, Failure> {
    let path = Path::new(model).join(SIEVE);
    let bytes = match bundled::find(model) {
        Some(bundled) => bundled.sieve.to_vec(),
        None => match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(why) if why.kind() == ErrorKind::NotFound => return Ok(None),
            Err(why) => return Err(ModelError::Read { path, why: why.to_string() }.into()),
        },
    };
    let sieve = Sieve::from_bytes(&bytes)?;
    Ok(sieve.is_of(weights).then(|| Arc::new(sieve)))
}

/// Keeps it beside the weights; nothing to keep leaves nothing.
///
/// # Errors
/// [`Failure`] where it cannot be written.
pub fn save(folder: &Path, sieve: Option<&Sieve>) -> Result<(), Failure> {
    let Some(sieve) = sieve else { return Ok(()) };
    Ok(run_dir::write(&folder.join(SIEVE), &sieve.to_bytes()?)?)
}
