//! What the answers of a quiz are worth: against the labels, and beside what models say of the same cells.

use rand::{RngExt as _, SeedableRng as _, rngs::ChaCha8Rng};
use serde::{Deserialize, Serialize};

use super::Quiz;
use crate::domain::{
    bootstrap::{RESAMPLES, SEED, percentiles},
    classes::ClassList,
    confusion::Confusion,
    dataset::Item,
    hash::ContentHash,
    interval::Interval,
    metrics::{Metrics, kappa},
};

/// Share of the draws on which kappa must be defined for an interval to be spoken of.
const DEFINED: f64 = 0.5;

/// What a model says of one cell: a class and its confidence; `None` where it refused the cell.
pub type Given = Option<(String, f32)>;

/// A model on the cells of a quiz.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ByModel {
    /// Such as `MobileNet + attention`.
    pub model: String,
    pub model_hash: ContentHash,
    /// Cells of the quiz that it learned from, themselves or a copy: above 0, its answers flatter it.
    pub learned_from: usize,
    /// In the order of the cells.
    pub given: Vec<Given>,
}

impl ByModel {
    /// Cells that it gave their true class.
    #[must_use]
    pub fn right(&self, quiz: &Quiz) -> usize {
        let is_right = |(cell, given): (&Item, &Given)| {
            given.as_ref().is_some_and(|(class, _)| class == quiz.classes.name(cell.label))
        };
        quiz.cells.iter().zip(&self.given).filter(|pair| is_right(*pair)).count()
    }

    /// Agreement of the person's answers with the model's beyond chance, over the cells that both named (Cohen 1960).
    #[must_use]
    pub fn kappa(&self, quiz: &Quiz) -> Option<f64> {
        let given = self.given.iter().flatten().map(|(class, _)| class.clone());
        let labels = ClassList::new(quiz.classes.iter().map(str::to_owned).chain(given));
        let mut counts = Confusion::new(labels.clone());
        for (answer, given) in quiz.answers().iter().zip(&self.given) {
            let model = given.as_ref().and_then(|(class, _)| labels.label(class));
            if let Some((model, own)) = model.zip(labels.label(quiz.classes.name(*answer))) {
                counts.add(model, own);
            }
        }
        kappa(&counts)
    }
}

/// A quiz that was answered to its end.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    pub quiz: Quiz,
    pub score: Score,
    /// When the last cell was answered, UTC, RFC 3339.
    pub ended: String,
    /// What models say of the same cells; empty until they were asked.
    pub models: Vec<ByModel>,
}

/// The answers against the labels.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    /// Of the answered cells; sensitivity and its interval stand by class.
    pub metrics: Metrics,
    /// 95 % bootstrap percentiles over the cells.
    pub kappa_ci: Option<Interval>,
    /// Places of the cells that were given another class than their own.
    pub missed: Vec<usize>,
}

impl Score {
    /// Of what was answered so far.
    #[must_use]
    pub fn of(quiz: &Quiz) -> Self {
        let pairs: Vec<(usize, usize)> =
            quiz.cells.iter().map(|cell| cell.label).zip(quiz.answers().iter().copied()).collect();
        let mut counts = Confusion::new(quiz.classes.clone());
        pairs.iter().for_each(|(truth, answer)| counts.add(*truth, *answer));
        let missed = pairs.iter().enumerate().filter(|(_, (truth, answer))| truth != answer);
        Self {
            kappa_ci: kappa_interval(&quiz.classes, &pairs),
            missed: missed.map(|(place, _)| place).collect(),
            metrics: Metrics::of(counts),
        }
    }
}

/// Of kappa on cells drawn anew from the answered ones; `None` where chance explains too many draws.
fn kappa_interval(classes: &ClassList, pairs: &[(usize, usize)]) -> Option<Interval> {
    if pairs.is_empty() {
        return None;
    }
    let (mut rng, mut counts) = (ChaCha8Rng::seed_from_u64(SEED), Confusion::new(classes.clone()));
    let mut draw = || {
        counts.counts.iter_mut().for_each(|row| row.fill(0));
        for _ in pairs {
            if let Some((truth, answer)) = pairs.get(rng.random_range(0..pairs.len())) {
                counts.add(*truth, *answer);
            }
        }
        kappa(&counts)
    };
    let values: Vec<f64> = (0..RESAMPLES).filter_map(|_| draw()).collect();
    (values.len() as f64 >= DEFINED * RESAMPLES as f64).then(|| percentiles(values)).flatten()
}
