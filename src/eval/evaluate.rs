//! A model over a labelled set: every prediction, and the figures that follow from them.

use std::{collections::BTreeSet, path::PathBuf, sync::Arc, time::Instant};

use serde::{Deserialize, Serialize};

use super::predict::Predictor;
use crate::{
    data::batch::{FrameStore, Mode, batches},
    domain::{
        calibration,
        confusion::Confusion,
        dataset::Dataset,
        hash::ContentHash,
        metrics::Metrics,
        prediction::{Judged, Outcome},
        split::{Part, Split},
    },
    model::card::ModelCard,
    progress::{Event, Failure, Halt, Observer, StopToken, Task},
};

/// Forward passes of one image that the latency is taken from.
const TIMED: usize = 20;

/// Everything known of one model on one labelled set; `leuko evaluate --json` is its serialised form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    #[serde(flatten)]
    pub metrics: Metrics,
    /// Expected calibration error over 15 equal-width bins.
    pub ece: Option<f64>,
    /// Mean Brier score, from 0 to 2.
    pub brier: Option<f64>,
    pub latency_ms: Latency,
    pub shift: Shift,
    pub model: String,
    pub model_hash: ContentHash,
    pub dataset: String,
    pub dataset_hash: ContentHash,
    pub split_hash: ContentHash,
    pub device: String,
    pub app_version: String,
    /// Images here that the model learned from: above 0, the figures flatter it.
    pub trained_on: usize,
    /// Images that could not be put to the model, with the reason.
    pub refused: Vec<(String, String)>,
    /// Classes of the folder that the model does not know; their images are left out.
    pub unknown_classes: Vec<String>,
    #[serde(default)]
    pub judged: Vec<Judged>,
}

/// Milliseconds of a forward pass of one image.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Latency {
    pub p50: Option<f64>,
    pub p95: Option<f64>,
}

/// What tells another lab's images apart before a label is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Shift {
    /// Mean confidence in the given class; well above the accuracy means overconfidence.
    pub mean_confidence: Option<f64>,
}

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
    let items: Vec<_> = indices.iter().filter_map(|index| dataset.items.get(*index)).collect();
    let truth_of = |label: usize| card.classes.label(dataset.classes.name(label));
    let unknown: BTreeSet<_> = items
        .iter()
        .filter(|item| truth_of(item.label).is_none())
        .map(|item| dataset.classes.name(item.label))
        .collect();
    let known: Vec<_> = items.iter().filter_map(|item| Some((*item, truth_of(item.label)?))).collect();
    if known.is_empty() {
        let why = "no image of it has a class that the model knows";
        return Err(Failure::new(
            "the model cannot be evaluated on this folder",
            why,
            "choose another folder or model",
        )
        .into());
    }
    let paths: Vec<PathBuf> = known.iter().map(|(item, _)| dataset.file(item)).collect();
    let (mut judged, mut refused) = (Vec::new(), Vec::new());
    predictor.walk(&paths, stop, &mut |index, outcome| {
        let Some((item, truth)) = known.get(index) else { return };
        match outcome {
            Outcome::Seen { prediction, .. } => {
                judged.push(Judged { path: item.path.clone(), truth: *truth, prediction });
            }
            Outcome::Refused(why) => refused.push((item.path.clone(), why)),
        }
        observer.tell(Event::Progress { task: Task::Evaluating, done: index as u64 + 1, total: known.len() as u64 });
    })?;
    let latency_ms = latency(predictor, &paths, stop)?;
    Ok(Evaluation {
        metrics: Metrics::of(confusion(card, &judged)),
        ece: calibration::expected_error(judged.iter().filter_map(|one| {
            let (label, p) = one.prediction.top()?;
            Some((f64::from(p), label == one.truth))
        })),
        brier: mean(judged.iter().map(|one| calibration::brier(&one.prediction.0, one.truth))),
        latency_ms,
        shift: Shift {
            mean_confidence: mean(judged.iter().filter_map(|one| Some(f64::from(one.prediction.top()?.1)))),
        },
        model: card.name.clone(),
        model_hash: card.weights_hash,
        dataset: dataset.name(),
        dataset_hash: dataset.hash,
        split_hash: card.split_hash,
        device: predictor.compute().info.name.clone(),
        app_version: env!("CARGO_PKG_VERSION").to_owned(),
        trained_on: known.iter().filter(|(item, _)| predictor.has_trained_on(&item.hash)).count(),
        refused,
        unknown_classes: unknown.into_iter().map(str::to_owned).collect(),
        judged,
    })
}

fn confusion(card: &ModelCard, judged: &[Judged]) -> Confusion {
    let mut confusion = Confusion::new(card.classes.clone());
    for one in judged {
        if let Some((label, _)) = one.prediction.top() {
            confusion.add(one.truth, label);
        }
    }
    confusion
}

fn latency(predictor: &Predictor, paths: &[PathBuf], stop: &StopToken) -> Result<Latency, Halt> {
    let first: Vec<PathBuf> = paths.iter().take(TIMED).cloned().collect();
    let plan = (0..first.len()).map(|index| vec![index]).collect();
    let store = Arc::new(FrameStore::new(first, &predictor.card().preprocess, 0));
    let mut times = Vec::new();
    for batch in batches(&store, plan, Mode::Plain, stop) {
        let batch = batch?;
        let start = Instant::now();
        predictor.forward().logits(batch.pixels)?;
        times.push(start.elapsed().as_secs_f64() * 1e3);
    }
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times.get((share * times.len().saturating_sub(1) as f64).round() as usize).copied();
    Ok(Latency { p50: at(0.5), p95: at(0.95) })
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, n) = values.fold((0.0, 0_u32), |(sum, n), value| (sum + value, n + 1));
    (n > 0).then(|| sum / f64::from(n))
}
