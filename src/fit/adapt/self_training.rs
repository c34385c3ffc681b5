//! Self-training: a model learns a lab's cells from its own confident answers, with no label at hand (Lee 2013; Xie et al.
//! 2020, arXiv 1911.04252).
//!
//! Answers are given on cells as they are and learned on cells varied as in training, beside what the model remembers of
//! its own lab. Each round starts again from the weights that the profile left, so that an early mistake can be taken back.

use std::{path::PathBuf, sync::Arc};

use super::{
    anchors::Anchors,
    examples::{CACHE_BYTES, Examples},
    tune::{CELLS, TuneConfig, Tuning, tune},
};
use crate::{
    data::read::batch::{FrameStore, Mode},
    device::ram::cache_bytes,
    domain::{hash::ContentHash, profile::SelfTrained},
    eval::{
        forward::{Images, softmax},
        predict::Predictor,
    },
    fault::{Failure, Halt, StopToken},
    fit::profile::Fitted,
    progress::{Event, Step, Watch},
};

/// Fewer confident answers teach nothing.
const FEWEST: usize = 16;
/// Share of a lab's cells from which on a model that is sure of them has nothing to learn.
const NEARLY_ALL: f64 = 0.95;
/// A class is many cells' from this share of them on, and is given up where less than this is left of them.
const MANY: f64 = 0.05;
const LEFT: f64 = 0.25;
/// The temperature grows by this factor at most.
const MOST_SOFTENED: f64 = 5.0;

/// How a model learns from its own answers.
#[derive(Clone, Debug, PartialEq)]
pub struct SelfTraining {
    /// Times that the cells are answered and the answers learned.
    pub rounds: usize,
    /// Calibrated confidence from which an answer is learned.
    pub sure: f32,
    pub tuning: TuneConfig,
}

impl Default for SelfTraining {
    fn default() -> Self {
        let tuning = TuneConfig { rounds: 3, anchors: 16, draw: 0.5, ..TuneConfig::with_memory() };
        Self { rounds: 3, sure: 0.9, tuning }
    }
}

impl SelfTraining {
    /// A step of one round, counted from 0, as a step of all of them.
    fn among_all(&self, step: &Step, round: usize) -> Step {
        let each = self.tuning.rounds;
        let images = self.rounds.saturating_sub(round + 1) * each * step.steps * (CELLS + self.tuning.anchors);
        let later = images as f64 / step.images_per_sec.max(1e-9);
        Step { epoch: round * each + step.epoch, secs_left: step.secs_left + later, ..step.clone() }
    }
}

/// Has a fitted model learn from its own answers to a lab's cells; it stays as it is where it is sure of too few, of one
/// class alone, or of nearly all, and where it would give up a class that it was sure of for many cells. Gives the files
/// that it learned from in the end, each with the class that it took it for.
///
/// # Errors
/// [`Halt`] where the loss is not a number, the device fails or a person stops.
pub fn teach(
    profiled: &Predictor,
    fitted: &mut Fitted,
    files: &[PathBuf],
    anchors: &Anchors,
    (how, seed): (&SelfTraining, u64),
    Watch { observer, stop }: Watch<'_>,
) -> Result<Vec<(PathBuf, usize)>, Halt> {
    let frames = Arc::new(FrameStore::new(files.to_vec(), &profiled.card().preprocess, cache_bytes(CACHE_BYTES)));
    let start = (fitted.weights.clone(), fitted.card.weights_hash);
    let first = answers(profiled, &frames, files.len(), stop)?;
    let (mut learned, mut rows) = (Vec::new(), first.clone());
    for round in 0..how.rounds {
        let Some(examples) = examples(&frames, confident(profiled, &rows, files.len(), how.sure)) else { break };
        if round == 0 && examples.train.len() as f64 >= NEARLY_ALL * rows.len() as f64 {
            break;
        }
        learned =
            examples.train.iter().filter_map(|at| Some((files.get(*at)?.clone(), examples.label(*at)?))).collect();
        let tuning = Tuning { seed: seed.wrapping_add(round as u64), config: how.tuning.clone() };
        let told = |event| {
            observer.tell(match event {
                Event::Step(step) => Event::Step(how.among_all(&step, round)),
                other => other,
            });
        };
        fitted.weights = tune(profiled, &examples, anchors, &tuning, Watch { observer: &told, stop })?.weights;
        fitted.card.weights_hash = ContentHash::of(&fitted.weights);
        rows = answers(&fitted.load(profiled)?, &frames, files.len(), stop)?;
    }
    if learned.is_empty() {
        return Ok(learned);
    }
    let sure_of = confident(profiled, &first, files.len(), how.sure);
    if let Some(class) = given_up(profiled, &sure_of, &rows) {
        (fitted.weights, fitted.card.weights_hash) = start;
        observer.tell(Event::Warning { warning: undone(profiled.card().classes.name(class)) });
        return Ok(Vec::new());
    }
    fitted.card.temperature = as_sure(profiled, &first, &rows);
    let classes = &fitted.card.classes;
    let of = |label: usize| learned.iter().filter(|(_, taken)| *taken == label).count();
    let counts = (0..classes.len()).map(|label| (classes.name(label).to_owned(), of(label)));
    let cells = counts.filter(|(_, count)| *count > 0).collect();
    fitted.profile.self_trained = Some(SelfTrained { cells, asked: rows.len() });
    Ok(learned)
}

/// The logits of each file that is a stained cell, by its index.
type Row = (usize, Vec<f32>);

pub(super) fn answers(
    model: &Predictor,
    frames: &Arc<FrameStore>,
    files: usize,
    stop: &StopToken,
) -> Result<Vec<Row>, Halt> {
    let all: Vec<usize> = (0..files).collect();
    let images = Images { store: frames, indices: &all, mode: Mode::Checked };
    let mut rows = Vec::new();
    images.ask(|pixels| model.answers(&pixels), |index, logits| rows.push((index, logits)), stop)?;
    Ok(rows)
}

/// The class of each file that the model is sure of.
fn confident(model: &Predictor, rows: &[Row], files: usize, sure: f32) -> Vec<Option<usize>> {
    let mut labels = vec![None; files];
    for (index, logits) in rows {
        if let Some(label) = labels.get_mut(*index) {
            let answer = model.calibrated(logits).top();
            *label = answer.filter(|(_, confidence)| *confidence >= sure).map(|(class, _)| class);
        }
    }
    labels
}

/// A class that the model was sure of for many cells and gives to hardly any in the end: it talked itself out of it.
fn given_up(model: &Predictor, sure_of: &[Option<usize>], after: &[Row]) -> Option<usize> {
    let classes = model.card().classes.len();
    let given = after.iter().filter_map(|(_, logits)| model.calibrated(logits).top()).map(|(label, _)| label);
    shrunk(&counted(sure_of.iter().flatten().copied(), classes), &counted(given, classes))
}

fn counted(labels: impl Iterator<Item = usize>, classes: usize) -> Vec<usize> {
    let mut counts = vec![0; classes];
    for label in labels {
        if let Some(count) = counts.get_mut(label) {
            *count += 1;
        }
    }
    counts
}

fn shrunk(before: &[usize], after: &[usize]) -> Option<usize> {
    let many = (MANY * before.iter().sum::<usize>() as f64).max(FEWEST as f64);
    let lost = |(was, is): (&usize, &usize)| *was as f64 >= many && (*is as f64) < LEFT * *was as f64;
    before.iter().zip(after).position(lost)
}

fn undone(class: &str) -> Failure {
    let why = format!("hardly a cell was taken for a {class} any more");
    Failure::new("what the model learned from its own answers was undone", why, "label some cells of this lab")
}

/// The temperature at which the model is as sure on average as before: it is surer of what it has told itself, and no label
/// says that it may be.
fn as_sure(model: &Predictor, before: &[Row], after: &[Row]) -> f64 {
    let own = model.card().temperature;
    let mean = |rows: &[Row], temperature: f64| {
        let top =
            |logits: &[f32]| softmax(&model.mask().of_logits(logits), temperature).into_iter().fold(0.0, f32::max);
        rows.iter().map(|(_, logits)| f64::from(top(logits))).sum::<f64>() / rows.len().max(1) as f64
    };
    let wanted = mean(before, own);
    let (mut low, mut high) = (own, MOST_SOFTENED * own);
    if mean(after, low) <= wanted {
        return own;
    }
    for _ in 0..20 {
        let middle = f64::midpoint(low, high);
        if mean(after, middle) > wanted { low = middle } else { high = middle }
    }
    high
}

/// What can be learned from these answers: enough of them, and of two classes at least.
fn examples(frames: &Arc<FrameStore>, labels: Vec<Option<usize>>) -> Option<Examples> {
    let train: Vec<usize> = labels.iter().enumerate().filter(|(_, label)| label.is_some()).map(|(at, _)| at).collect();
    let first = labels.iter().flatten().next();
    let mixed = labels.iter().flatten().any(|label| Some(label) != first);
    (train.len() >= FEWEST && mixed).then(|| Examples {
        frames: Arc::clone(frames),
        labels,
        train,
        held_back: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::view::preprocess::Preprocess;

    #[test]
    fn steps_are_counted_through_all_rounds() {
        let how = SelfTraining::default();
        let of = |epoch, secs_left| Step {
            epoch,
            step: 40,
            steps: 40,
            loss: 0.1,
            accuracy: 0.9,
            learning_rate: 1e-3,
            images_per_sec: 32.0,
            secs_left,
        };
        // Two rounds of three times 40 steps of 16 cells and 16 remembered ones are still to come.
        let first = how.among_all(&of(1, 80.0), 0);
        assert_eq!((first.epoch, first.secs_left), (1, 80.0 + 240.0));
        let last = how.among_all(&of(3, 0.0), 2);
        assert_eq!((last.epoch, last.secs_left), (9, 0.0));
    }

    #[test]
    fn a_class_that_many_cells_had_may_shrink_and_not_vanish() {
        assert_eq!(shrunk(&[300, 40, 20], &[340, 8, 12]), Some(1));
        assert_eq!(shrunk(&[300, 40, 20], &[340, 12, 8]), None);
        assert_eq!(shrunk(&[300, 10, 50], &[360, 0, 50]), None, "ten cells were a few mistakes perhaps");
    }

    #[test]
    fn a_few_answers_or_a_single_class_teach_nothing() {
        let frames = Arc::new(FrameStore::new(Vec::new(), &Preprocess::new(32, 1.0), 0));
        let of = |labels: Vec<Option<usize>>| examples(&frames, labels).map(|examples| examples.train);
        assert_eq!(of((0..15).map(|i| Some(i % 2)).collect()), None);
        assert_eq!(of(vec![Some(3); 40]), None);
        let mut labels: Vec<Option<usize>> = (0..16).map(|i| Some(i % 2)).collect();
        labels.insert(0, None);
        assert_eq!(of(labels), Some((1..17).collect()));
    }
}
