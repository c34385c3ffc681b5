//! A run made light: 16-bit weights, with a card that names them.

use std::path::Path;

use crate::{
    device::Compute,
    domain::hash::ContentHash,
    model::{
        card::ModelCard,
        error::ModelError,
        weights::{self, Precision},
    },
    progress::Failure,
    store::run_dir,
};

/// A model in two pieces.
pub struct Packed {
    pub card: ModelCard,
    pub weights: Vec<u8>,
}

/// Halves a run's weights.
///
/// # Errors
/// [`Failure`] where the run's card or weights cannot be read.
pub fn pack(run: &Path) -> Result<Packed, Failure> {
    let mut card: ModelCard = run_dir::read_ron(&run.join(run_dir::CARD))?;
    let file = run.join(run_dir::WEIGHTS);
    let bytes = std::fs::read(&file).map_err(|why| ModelError::Read { path: file, why: why.to_string() })?;
    let mut network = card.network.init(&Compute::cpu().device);
    weights::apply_bytes(&mut network, bytes)?;
    let weights = weights::to_bytes(&network, Precision::Half)?;
    card.weights_hash = ContentHash::of(&weights);
    card.network.architecture.id().clone_into(&mut card.name);
    Ok(Packed { card, weights })
}
