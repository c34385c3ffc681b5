//! A model over a labelled set: every prediction, and the figures that follow from them.

use std::{collections::BTreeSet, path::PathBuf};

use super::{
    cost,
    learned::{Cells, Scope},
    predict::Predictor,
    shift,
};
pub use crate::domain::evaluation::{Detail, Evaluation, Latency};
use crate::{
    domain::{
        confusion::Confusion,
        dataset::{Dataset, Item},
        metrics::Metrics,
        prediction::{self, Judged, Outcome},
        scope,
        shift::Shift,
    },
    fault::{Failure, Halt, StopToken},
    model::card::ModelCard,
    progress::{Event, Observer, Task},
};

/// Forward passes of one image that the latency is taken from.
const TIMED: usize = 30;

/// Judges a model on the cells that were chosen for it; see [`super::learned::cells`].
///
/// # Errors
/// As [`evaluate`].
pub fn judge(
    predictor: &Predictor,
    dataset: &Dataset,
    cells: &Cells,
    observer: &dyn Observer,
    stop: &StopToken,
) -> Result<Evaluation, Halt> {
    let evaluation = evaluate(predictor, dataset, &cells.indices, observer, stop)?;
    // A model that was fitted to a lab has the splits of two datasets, and its card names the first.
    let is_own_split = cells.scope == Scope::Test && predictor.card().profile.is_none();
    Ok(Evaluation {
        scope: Some(cells.scope),
        cells: cells.words.clone(),
        learned_left_out: cells.learned_left_out,
        split_hash: is_own_split.then_some(predictor.card().split_hash),
        ..evaluation
    })
}

/// Judges a model on the items of a dataset.
///
/// # Errors
/// [`Halt`] where no class is shared, the device fails, or a person stops.
pub fn evaluate(
    predictor: &Predictor,
    dataset: &Dataset,
    indices: &[usize],
    observer: &dyn Observer,
    stop: &StopToken,
) -> Result<Evaluation, Halt> {
    let card = predictor.card();
    let (known, unknown_classes) = admitted(predictor, dataset, indices);
    if known.is_empty() {
        let (what, why) =
            ("the model cannot be evaluated on this folder", "no image of it has a class that the model knows");
        return Err(Failure::new(what, why, "choose another folder or model").into());
    }
    let paths: Vec<PathBuf> = known.iter().map(|(_, item, _)| dataset.file(item)).collect();
    let (mut judged, mut refused) = (Vec::new(), Vec::new());
    let hashes = known.iter().map(|(_, item, _)| item.hash).collect();
    let doubt = predictor.walk((&paths, hashes), stop, &mut |place, outcome| {
        let Some((_, item, truth)) = known.get(place) else { return };
        match outcome {
            Outcome::Seen { prediction, .. } => {
                let (path, sub_type) = (item.path.clone(), item.sub_type.clone());
                judged.push(Judged { path, truth: *truth, sub_type, group: item.group.clone(), prediction });
            }
            Outcome::Refused(why) => refused.push((item.path.clone(), why)),
        }
        observer.tell(Event::Progress { task: Task::Evaluating, done: place as u64 + 1, total: known.len() as u64 });
    })?;
    let cooling = predictor.cooling(&doubt);
    if let Some(times) = cooling {
        judged.iter_mut().for_each(|one: &mut Judged| one.prediction = one.prediction.cooled(times));
    }
    let learned = scope::learned(predictor.learned(), dataset);
    let latency_ms = cost::latency(predictor, &paths, 1, TIMED, stop)?;
    let mut evaluation = Evaluation {
        metrics: Metrics::of(Confusion::new(card.classes.clone())),
        ece: None,
        brier: None,
        detail: Detail { operating: card.operating, ..Detail::default() },
        latency_ms,
        shift: Shift { calibrated_elsewhere: cooling.is_some(), ..shift::measure(predictor, &paths, &doubt, stop)? },
        model: card.name.clone(),
        model_hash: card.weights_hash,
        dataset: dataset.name(),
        dataset_hash: dataset.hash,
        split_hash: None,
        scope: None,
        cells: String::new(),
        learned_left_out: 0,
        device: predictor.compute().info.name.clone(),
        preprocessing: card.preprocess.words(),
        app_version: env!("CARGO_PKG_VERSION").to_owned(),
        trained_on: known.iter().filter(|(index, ..)| learned.get(*index) == Some(&true)).count(),
        groups: dataset.groups_of(known.iter().map(|(index, ..)| *index)),
        refused,
        unknown_classes,
        unknown_images: indices.len().saturating_sub(known.len()),
        occurring: occurring(predictor),
        controls: None,
        judged,
    };
    evaluation.score();
    let units = prediction::units(&evaluation.judged);
    evaluation.bound(&units, stop)?;
    Ok(evaluation)
}

/// The classes that can occur; none where all can.
fn occurring(predictor: &Predictor) -> Vec<String> {
    let names = predictor.mask().names(&predictor.card().classes).map(str::to_owned);
    if predictor.occurring().is_all() { Vec::new() } else { names.collect() }
}

/// The items whose class the model knows and that can occur, as [`known`] has them; then the other classes.
fn admitted<'a>(
    predictor: &Predictor,
    dataset: &'a Dataset,
    indices: &[usize],
) -> (Vec<(usize, &'a Item, usize)>, Vec<String>) {
    let (mut items, mut others) = known(predictor.card(), dataset, indices);
    items.retain(|(_, item, truth)| {
        let can_occur = predictor.mask().admits(*truth);
        let class = dataset.classes.name(item.label);
        if !can_occur && !others.iter().any(|name| name == class) {
            others.push(class.to_owned());
        }
        can_occur
    });
    (items, others)
}

/// The items whose class the model knows, with their place and their label in its list; then the other classes.
pub(super) fn known<'a>(
    card: &ModelCard,
    dataset: &'a Dataset,
    indices: &[usize],
) -> (Vec<(usize, &'a Item, usize)>, Vec<String>) {
    let (mut known, mut unknown) = (Vec::new(), BTreeSet::new());
    for index in indices {
        let Some(item) = dataset.items.get(*index) else { continue };
        let class = dataset.classes.name(item.label);
        match card.classes.label(class) {
            Some(truth) => known.push((*index, item, truth)),
            None => {
                unknown.insert(class.to_owned());
            }
        }
    }
    (known, unknown.into_iter().collect())
}
