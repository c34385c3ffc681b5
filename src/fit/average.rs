//! A soup: the mean of the weights of several trainings that began from one another (Wortsman et al. 2022, arXiv
//! 2203.05482). It answers about as their averaged answers do, at the price of one.

use std::{path::Path, sync::Arc};

use super::remember;
use crate::{
    device::Compute,
    domain::{hash::ContentHash, learned::Learned, part::Part},
    eval::{predict::Predictor, shift},
    fault::{Failure, Halt},
    model::{
        blend,
        card::ModelCard,
        weights::{self, Precision},
    },
    progress::Watch,
};

/// Averages the weights of `first` and `others`, with the first one's card; home is found anew in `dir`, the labelled folder
/// that all of them learned from, and no other figure is kept.
///
/// # Errors
/// [`Halt`] where a model or the folder cannot be read, they do not belong together, the device fails or a person stops.
pub fn average(
    first: &Predictor,
    others: &[String],
    dir: &Path,
    Watch { observer, stop }: Watch<'_>,
) -> Result<Predictor, Halt> {
    let compute = Compute::cpu();
    let mut network = blend::copy(first.plain_network());
    let mut learned = Learned::clone(first.learned());
    for (index, name) in others.iter().enumerate() {
        let other = Predictor::load(name, &compute)?;
        if !alike(first.card(), other.card()) {
            let why = format!("`{name}` has another network, other classes, another preprocessing or another split");
            let hint = "average trainings of one network on one dataset, of which one began from the other";
            return Err(Failure::new("the models cannot be averaged", why, hint).into());
        }
        learned.inherit(other.learned());
        network = blend::mix(network, &blend::values(other.plain_network()), |_| 1.0 / (index as f64 + 2.0));
    }
    let weights = weights::to_bytes(&network, Precision::Full).map_err(Failure::from)?;
    let mut card = first.card().with_weights(ContentHash::of(&weights));
    card.sources = sources(first.card(), others);
    let averaged = Predictor::from_parts(card.clone(), weights, &compute).map_err(Failure::from)?;
    let averaged = averaged.with_learned(Arc::new(learned));
    let (dataset, split) = remember::own_split(&averaged, dir, Watch { observer, stop })?;
    let validation = split.indices(Part::Validation);
    let own = dataset.files_by_class(split.indices(Part::Train).into_iter().chain(validation.iter().copied()));
    card.home = shift::home(&averaged, &own, stop)?;
    Ok(averaged.with_card(card).map_err(Failure::from)?)
}

/// What all of them came from, each once.
fn sources(first: &ModelCard, others: &[String]) -> Vec<String> {
    let theirs = others.iter().filter_map(|name| crate::eval::predict::card(name).ok()).flat_map(|card| card.sources);
    let mut sources = first.sources.clone();
    for source in theirs {
        if !sources.contains(&source) {
            sources.push(source);
        }
    }
    sources
}

fn alike(a: &ModelCard, b: &ModelCard) -> bool {
    a.network == b.network && a.classes == b.classes && a.preprocess == b.preprocess && a.split_hash == b.split_hash
}
