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
    eval::{forward::Images, predict::Predictor},
    fault::{Halt, StopToken},
    fit::profile::Fitted,
    progress::{Event, Step, Watch},
};

/// Fewer confident answers teach nothing.
const FEWEST: usize = 16;
/// Share of a lab's cells from which on a model that is sure of them has nothing to learn.
const NEARLY_ALL: f64 = 0.95;

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
/// class alone, or of nearly all. Gives the files that it learned from in the end, each with the class that it took it for.
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
    let (mut learned, mut asked) = (Vec::new(), 0);
    for round in 0..how.rounds {
        let labels;
        (labels, asked) = confident(&fitted.load(profiled)?, &frames, files.len(), how.sure, stop)?;
        let Some(examples) = examples(&frames, labels) else { break };
        if round == 0 && examples.train.len() as f64 >= NEARLY_ALL * asked as f64 {
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
    }
    if !learned.is_empty() {
        let classes = &fitted.card.classes;
        let of = |label: usize| learned.iter().filter(|(_, taken)| *taken == label).count();
        let counts = (0..classes.len()).map(|label| (classes.name(label).to_owned(), of(label)));
        let cells = counts.filter(|(_, count)| *count > 0).collect();
        fitted.profile.self_trained = Some(SelfTrained { cells, asked });
    }
    Ok(learned)
}

/// The class of each file that the model is sure of, and how many it was asked about: what is no stained cell is left out.
fn confident(
    model: &Predictor,
    frames: &Arc<FrameStore>,
    files: usize,
    sure: f32,
    stop: &StopToken,
) -> Result<(Vec<Option<usize>>, usize), Halt> {
    let mut asked = 0;
    let all: Vec<usize> = (0..files).collect();
    let images = Images { store: frames, indices: &all, mode: Mode::Checked };
    let mut labels = vec![None; files];
    let hear = |index: usize, logits: Vec<f32>| {
        asked += 1;
        let answer = model.calibrated(&logits).top();
        if let Some(label) = labels.get_mut(index) {
            *label = answer.filter(|(_, confidence)| *confidence >= sure).map(|(class, _)| class);
        }
    };
    images.ask(|pixels| model.answers(&pixels), hear, stop)?;
    Ok((labels, asked))
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
