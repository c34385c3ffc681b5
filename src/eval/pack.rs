//! A run made light: 16-bit weights, with a card that names them and what the model remembers.

use std::{path::Path, sync::Arc};

use super::{
    evaluate::judge,
    learned::{Scope, cells},
    memory,
    predict::Predictor,
    soup,
};
use crate::{
    data::scan::scan,
    device::Compute,
    domain::{hash::ContentHash, learned::Learned},
    model::{
        card::ModelCard,
        memory::Memory,
        weights::{self, Precision},
    },
    progress::{Failure, Halt, Observer, StopToken},
    store::paths,
};

/// A model in four pieces.
pub struct Packed {
    pub card: ModelCard,
    pub weights: Vec<u8>,
    pub memory: Option<Memory>,
    pub learned: Arc<Learned>,
}

/// What a model is packed with: folders of labelled cells, other trainings.
#[derive(Clone, Copy, Debug, Default)]
pub struct Beside<'a> {
    /// Other trainings of the same network, whose weights are averaged with its own; they need `learned_from`.
    pub averaged_with: &'a [String],
    /// The one that it learned from: it remembers cells of the training split anew.
    pub learned_from: Option<&'a Path>,
    /// The same, on whose test split the packed model is judged for its card.
    pub judged_on: Option<&'a Path>,
}

/// Halves the weights of a run or a bundled model.
///
/// # Errors
/// [`Halt`] where the model cannot be read, or a folder cannot be or is not the one that it learned from.
pub fn pack(model: &str, beside: Beside<'_>, both: (&dyn Observer, &StopToken)) -> Result<Packed, Halt> {
    let mut predictor = Predictor::load(model, &Compute::cpu())?;
    if !beside.averaged_with.is_empty() {
        let lacking = || {
            let why = "the folder that they learned from is not given";
            Failure::new("the models cannot be averaged", why, "give it with --remember")
        };
        let dir = beside.learned_from.ok_or_else(lacking)?;
        predictor = soup::average(&predictor, beside.averaged_with, dir, both)?;
    }
    let memory = match beside.learned_from {
        Some(dir) => memory::remember_folder(&predictor, dir, both)?,
        None => memory::load(model)?,
    };
    let weights = weights::to_bytes(predictor.plain_network(), Precision::Half).map_err(Failure::from)?;
    let mut card = predictor.card().clone();
    card.weights_hash = ContentHash::of(&weights);
    card.network.architecture.id().clone_into(&mut card.name);
    if let Some(dir) = beside.judged_on {
        let packed = Predictor::from_parts(card.clone(), weights.clone(), &Compute::cpu()).map_err(Failure::from)?;
        let packed = packed.with_learned(Arc::clone(predictor.learned()));
        let dataset = scan(dir, Some(&paths::scan_cache(dir)), both.0, both.1)?;
        let test = cells(&[&packed], &dataset, Some(Scope::Test))?;
        card.test = Some(judge(&packed, &dataset, &test, both.0, both.1)?.metrics);
    }
    Ok(Packed { card, weights, memory, learned: Arc::clone(predictor.learned()) })
}
