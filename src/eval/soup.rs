//! A soup: the mean of the weights of several trainings that began from one another (Wortsman et al. 2022, arXiv
//! 2203.05482). It answers about as their averaged answers do, at the price of one.

use std::{path::Path, sync::Arc};

use super::{calibrate, forward::Images, memory, predict::Predictor, shift};
use crate::{
    data::batch::{FrameStore, Mode},
    device::Compute,
    domain::{dataset::Dataset, hash::ContentHash, learned::Learned, split::Part},
    model::{
        blend,
        card::ModelCard,
        weights::{self, Precision},
    },
    progress::{Failure, Halt, Observer, StopToken},
};

/// Averages the weights of `first` and `others`, with the first one's card; temperature and home are found anew in `dir`,
/// the labelled folder that all of them learned from.
///
/// # Errors
/// [`Halt`] where a model or the folder cannot be read, they do not belong together, the device fails or a person stops.
pub fn average(
    first: &Predictor,
    others: &[String],
    dir: &Path,
    (observer, stop): (&dyn Observer, &StopToken),
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
    let card = ModelCard { weights_hash: ContentHash::of(&weights), ..first.card().clone() };
    let learned = Arc::new(learned);
    let averaged = Predictor::from_parts(card.clone(), weights.clone(), &compute).map_err(Failure::from)?;
    let averaged = averaged.with_learned(Arc::clone(&learned));
    let (dataset, split) = memory::own_split(&averaged, dir, (observer, stop))?;
    let validation = split.indices(Part::Validation);
    let rows = first_looks(&averaged, &dataset, &validation, stop)?;
    let temperature = calibrate::temperature(&rows);
    let own = dataset.files_by_class(split.indices(Part::Train).into_iter().chain(validation));
    let card = ModelCard {
        temperature,
        calibration: calibrate::report(&rows, temperature),
        home: shift::home(&averaged, &own, stop)?,
        ..card
    };
    Ok(Predictor::from_parts(card, weights, &compute).map_err(Failure::from)?.with_learned(learned))
}

fn alike(a: &ModelCard, b: &ModelCard) -> bool {
    a.network == b.network && a.classes == b.classes && a.preprocess == b.preprocess && a.split_hash == b.split_hash
}

/// Logits and truth of each image, as calibration takes them.
fn first_looks(
    model: &Predictor,
    dataset: &Dataset,
    indices: &[usize],
    stop: &StopToken,
) -> Result<Vec<(Vec<f32>, usize)>, Halt> {
    let items: Vec<_> = indices.iter().filter_map(|index| dataset.items.get(*index)).collect();
    let files = items.iter().map(|item| dataset.file(item)).collect();
    let store = Arc::new(FrameStore::new(files, &model.card().preprocess, 0));
    let all: Vec<usize> = (0..items.len()).collect();
    let images = Images { store: &store, indices: &all, mode: Mode::Plain };
    let mut rows = Vec::with_capacity(items.len());
    let keep = |index: usize, logits| rows.extend(items.get(index).map(|item| (logits, item.label)));
    images.ask(|pixels| model.forward().logits(pixels), keep, stop)?;
    Ok(rows)
}
