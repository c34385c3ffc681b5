//! Two models on the same cells of the opened dataset, and what was asked for.

use std::sync::Arc;

use crate::{
    domain::{
        comparison::Comparison,
        key::{DatasetKey, ModelKey},
    },
    eval::learned::Scope,
    job::JobId,
    progress::Failure,
};

/// Which of the two models.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    A,
    B,
}

impl Side {
    pub const BOTH: [Self; 2] = [Self::A, Self::B];

    #[must_use]
    pub const fn letter(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
        }
    }
}

/// What a comparison is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pairing {
    pub a: ModelKey,
    pub b: ModelKey,
    /// The folder that the cells' paths are relative to.
    pub data: DatasetKey,
    pub scope: Option<Scope>,
}

/// Everything of the Compare page that outlives a frame.
#[derive(Clone, Debug, Default)]
pub struct CompareState {
    /// The models that a person chose; the model in use and the next one where nobody did.
    pub a: Option<String>,
    pub b: Option<String>,
    /// Of the next comparison; without a choice, the cells that are fair to both.
    pub scope: Option<Scope>,
    pub running: Option<JobId>,
    pub asked: Option<Pairing>,
    /// The last comparison that came to its end; other models or another dataset may be chosen by now.
    pub result: Option<Arc<Comparison>>,
    /// What `result` is made of.
    pub answered: Option<Pairing>,
    pub failure: Option<Failure>,
}

impl CompareState {
    /// Takes in what was asked for.
    pub fn answer(&mut self, comparison: Arc<Comparison>) {
        self.answered = self.asked.take().map(|mut asked| {
            (asked.a.weights, asked.b.weights) = (comparison.a.model_hash, comparison.b.model_hash);
            asked.data.content = comparison.a.dataset_hash;
            asked
        });
        self.result = Some(comparison);
    }
}
