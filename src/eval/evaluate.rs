//! A model over a labelled set: every prediction, and the figures that follow from them.

use std::{collections::BTreeSet, path::PathBuf};

use super::{cost, predict::Predictor, shift};
pub use crate::domain::evaluation::{Detail, Evaluation, Latency};
use crate::{
    data::batch::Mode,
    domain::{
        confusion::Confusion,
        dataset::{Dataset, Item},
        metrics::Metrics,
        prediction::{Judged, Outcome},
        split::{Part, Split},
    },
    model::card::ModelCard,
    progress::{Event, Failure, Halt, Observer, StopToken, Task},
};

/// Forward passes of one image that the latency is taken from.
const TIMED: usize = 30;

/// Which images of a dataset a model is judged on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Scope {
    /// The test part of the model's own split.
    #[default]
    Test,
    /// Every image, without those whose labels contradict each other.
    All,
}

impl Scope {
    pub const ALL: [Self; 2] = [Self::Test, Self::All];

    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Test => "Test split",
            Self::All => "All images",
        }
    }

    /// Indices of the dataset's items, ascending.
    #[must_use]
    pub fn indices(self, card: &ModelCard, dataset: &Dataset) -> Vec<usize> {
        match self {
            Self::Test => test_part(card, dataset),
            Self::All => without_conflicts(dataset),
        }
    }
}

fn without_conflicts(dataset: &Dataset) -> Vec<usize> {
    let conflicts = dataset.duplicates.iter().filter(|group| group.conflict);
    let left_out: BTreeSet<usize> = conflicts.flat_map(|group| group.items.iter().copied()).collect();
    (0..dataset.items.len()).filter(|index| !left_out.contains(index)).collect()
}

/// The images of a dataset that belong to the test part of a model's own split.
#[must_use]
pub fn test_part(card: &ModelCard, dataset: &Dataset) -> Vec<usize> {
    Split::stratified(dataset, card.split_seed).indices(Part::Test)
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
    let (known, unknown_classes) = known(card, dataset, indices);
    if known.is_empty() {
        let (what, why) =
            ("the model cannot be evaluated on this folder", "no image of it has a class that the model knows");
        return Err(Failure::new(what, why, "choose another folder or model").into());
    }
    let paths: Vec<PathBuf> = known.iter().map(|(_, item, _)| dataset.file(item)).collect();
    let (mut judged, mut refused) = (Vec::new(), Vec::new());
    predictor.walk(&paths, Mode::Plain, stop, &mut |place, outcome| {
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
    let learned = learned(predictor, dataset);
    let latency_ms = cost::latency(predictor, &paths, 1, TIMED, stop)?;
    let mut evaluation = Evaluation {
        metrics: Metrics::of(Confusion::new(card.classes.clone())),
        ece: None,
        brier: None,
        detail: Detail::default(),
        latency_ms,
        shift: shift::measure(predictor, &paths, None, stop)?,
        model: card.name.clone(),
        model_hash: card.weights_hash,
        dataset: dataset.name(),
        dataset_hash: dataset.hash,
        split_hash: card.split_hash,
        device: predictor.compute().info.name.clone(),
        preprocessing: card.preprocess.words(),
        app_version: env!("CARGO_PKG_VERSION").to_owned(),
        trained_on: known.iter().filter(|(index, ..)| learned.get(*index) == Some(&true)).count(),
        refused,
        unknown_classes,
        controls: None,
        judged,
    };
    evaluation.score();
    Ok(evaluation)
}

/// Whether a model learned from each item of a dataset: told by content, and by its split where the dataset is its own.
#[must_use]
pub fn learned(predictor: &Predictor, dataset: &Dataset) -> Vec<bool> {
    let card = predictor.card();
    let own = (card.dataset_hash == dataset.hash).then(|| Split::stratified(dataset, card.split_seed).parts);
    let in_training = |index: usize| own.as_ref().is_some_and(|parts| parts.get(index) == Some(&Some(Part::Train)));
    let known = |(index, item): (usize, &Item)| in_training(index) || predictor.has_trained_on(&item.hash);
    dataset.items.iter().enumerate().map(known).collect()
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
