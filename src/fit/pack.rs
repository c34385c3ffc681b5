//! A run made light: 16-bit weights, with a card that names them and what the model remembers.

use std::{path::Path, sync::Arc};

use super::{
    average,
    remeasure::{Strangers, remeasure},
    remember, sieve,
};
use crate::{
    data::synthetic,
    device::Compute,
    domain::{classes::KNOWN, hash::ContentHash, learned::Learned},
    eval::predict::Predictor,
    fault::{Failure, Halt},
    model::{
        card::ModelCard,
        error::ModelError,
        memory::Memory,
        sieve::Sieve,
        weights::{self, Precision},
        words::Words,
    },
    progress::Watch,
};

/// Logits of 16-bit weights within this of the whole ones' are those of the same function: a confidence of 98 % moves by a
/// tenth of a point at most.
const ALIKE: f32 = 0.02;

/// A model in five pieces.
pub struct Packed {
    pub card: ModelCard,
    pub weights: Vec<u8>,
    pub memory: Option<Memory>,
    pub learned: Arc<Learned>,
    pub sieve: Option<Sieve>,
    /// What says its cells in words.
    pub words: Option<Words>,
}

/// What a model is packed with: folders of labelled cells, other trainings.
#[derive(Clone, Copy, Debug, Default)]
pub struct PackInputs<'a> {
    /// Other trainings of the same network, whose weights are averaged with its own; they need `learned_from`.
    pub averaged_with: &'a [String],
    /// The one that it learned from: it remembers cells of the training split anew, and its card is measured anew.
    pub learned_from: Option<&'a Path>,
    /// The same where nothing is to be remembered anew: only the card is measured.
    pub judged_on: Option<&'a Path>,
}

/// Halves the weights of a run or a bundled model.
///
/// # Errors
/// [`Halt`] where the model cannot be read, or a folder cannot be or is not the one that it learned from.
pub fn pack(model: &str, inputs: PackInputs<'_>, watch: Watch<'_>) -> Result<Packed, Halt> {
    let mut predictor = Predictor::load(model, &Compute::cpu())?;
    if !inputs.averaged_with.is_empty() {
        let lacking = || {
            let why = "the folder that they learned from is not given";
            Failure::new("the models cannot be averaged", why, "give it with --remember")
        };
        let dir = inputs.learned_from.ok_or_else(lacking)?;
        predictor = average::average(&predictor, inputs.averaged_with, dir, watch)?;
    }
    let memory = match inputs.learned_from {
        Some(dir) => remember::remember_folder(&predictor, dir, watch)?,
        None => remember::of(model, &predictor, watch.observer)?,
    };
    let weights = weights::to_bytes(predictor.plain_network(), Precision::Half).map_err(Failure::from)?;
    let mut packed = halved(&predictor, weights.clone())?;
    if let Some(dir) = inputs.learned_from.or(inputs.judged_on) {
        packed = remeasure(packed, dir, Strangers::default(), watch)?;
    }
    let card = packed.card().clone();
    let memory = memory.map(|memory| memory.owned_by(card.weights_hash, &card.classes));
    let sieve = match inputs.learned_from {
        Some(dir) => sieve::learn_folder(&packed, dir, &[], watch)?,
        // The same network still, but for the last bits of its weights.
        None => predictor.sieve().map(|sieve| sieve.clone().owned_by(card.weights_hash)),
    };
    // An average is another network: its words are fitted anew.
    let words = predictor.words().filter(|_| inputs.averaged_with.is_empty());
    let words = words.map(|words| words.clone().owned_by(card.weights_hash));
    Ok(Packed { card, weights, memory, learned: Arc::clone(predictor.learned()), sieve, words })
}

/// The model with these 16-bit weights. It keeps the figures of the whole ones only where it is the same function.
fn halved(whole: &Predictor, weights: Vec<u8>) -> Result<Predictor, Failure> {
    let mut card = ModelCard { weights_hash: ContentHash::of(&weights), ..whole.card().clone() };
    card.network.architecture.id().clone_into(&mut card.name);
    let packed = Predictor::from_parts(card, weights, &Compute::cpu())?.with_learned(Arc::clone(whole.learned()));
    if furthest(whole, &packed)? <= ALIKE {
        return Ok(packed);
    }
    let forgetful = packed.card().with_weights(packed.card().weights_hash);
    Ok(packed.with_card(forgetful)?)
}

/// The largest difference of a logit between two models of one preprocessing, over drawn slides of every kind.
fn furthest(a: &Predictor, b: &Predictor) -> Result<f32, Failure> {
    let preprocess = &a.card().preprocess;
    let mut pixels = vec![0.0; preprocess.len() * KNOWN.len()];
    for ((seed, class), out) in (0..).zip(&KNOWN).zip(pixels.chunks_exact_mut(preprocess.len().max(1))) {
        let drawn = preprocess.square(&synthetic::draw(class.name, seed));
        preprocess.normalise(&drawn.map_err(|why| ModelError::Card(why.to_string()))?, out);
    }
    let [a, b] = [a.forward().logits(pixels.clone())?, b.forward().logits(pixels)?].map(|rows| rows.concat());
    let gaps: Vec<f32> = a.iter().zip(&b).map(|(a, b)| (a - b).abs()).collect();
    // An answer that is not a number is as far as can be.
    let far = gaps.len() != a.len() || gaps.iter().any(|gap| gap.is_nan());
    Ok(if far { f32::INFINITY } else { gaps.into_iter().fold(0.0, f32::max) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{blend, bundled};

    #[test]
    fn halved_weights_keep_the_figures_of_the_same_function_only() {
        let whole = Predictor::load(bundled::FIRST.name, &Compute::cpu()).unwrap();
        let bytes = |network: &_| weights::to_bytes(network, Precision::Half).unwrap();
        let packed = halved(&whole, bytes(whole.plain_network())).unwrap();
        assert!(packed.card().test.is_some() && packed.card().temperature == whole.card().temperature);
        let mut values = blend::values(whole.plain_network());
        values.retain(|path, _| path.ends_with("head.weight"));
        values.values_mut().flatten().for_each(|value| *value *= 1.1);
        let other = blend::mix(blend::copy(whole.plain_network()), &values, |_| 1.0);
        let card = halved(&whole, bytes(&other)).unwrap().card().clone();
        assert_eq!((card.test, card.temperature, card.operating), (None, 1.0, None));
    }
}
