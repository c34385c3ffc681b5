//! A run made light: 16-bit weights, with a card that names them and what the model remembers.

use std::path::Path;

use super::{memory, predict::Predictor};
use crate::{
    device::Compute,
    domain::hash::ContentHash,
    model::{
        card::ModelCard,
        memory::Memory,
        weights::{self, Precision},
    },
    progress::{Failure, Halt, Observer, StopToken},
};

/// A model in three pieces.
pub struct Packed {
    pub card: ModelCard,
    pub weights: Vec<u8>,
    pub memory: Option<Memory>,
}

/// Halves the weights of a run or a bundled model. With `learned_from`, the labelled folder that it learned from, the model
/// remembers cells of its training split anew.
///
/// # Errors
/// [`Halt`] where the model cannot be read, or the folder is not the one that it learned from.
pub fn pack(model: &str, learned_from: Option<&Path>, both: (&dyn Observer, &StopToken)) -> Result<Packed, Halt> {
    let predictor = Predictor::load(model, &Compute::cpu())?;
    let memory = match learned_from {
        Some(dir) => memory::remember_folder(&predictor, dir, both)?,
        None => memory::load(model)?,
    };
    let weights = weights::to_bytes(predictor.plain_network(), Precision::Half).map_err(Failure::from)?;
    let mut card = predictor.card().clone();
    card.weights_hash = ContentHash::of(&weights);
    card.network.architecture.id().clone_into(&mut card.name);
    Ok(Packed { card, weights, memory })
}
