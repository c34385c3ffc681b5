//! What a model says of a labelled dataset, and what was asked for it.

use std::{path::PathBuf, sync::Arc};

use crate::{
    eval::evaluate::{Evaluation, Scope},
    job::JobId,
    progress::Failure,
};

/// What an evaluation is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The id of the model.
    pub model: String,
    /// The dataset's folder, which the judged paths are relative to.
    pub root: PathBuf,
    pub scope: Scope,
}

/// Everything of the Evaluate page that outlives a frame.
#[derive(Clone, Debug, Default)]
pub struct EvaluateState {
    /// Of the next evaluation.
    pub scope: Scope,
    pub running: Option<JobId>,
    /// What the running evaluation is made of.
    pub asked: Option<Question>,
    /// The last evaluation that came to its end; another model or dataset may be in use by now.
    pub result: Option<Arc<Evaluation>>,
    /// What `result` is made of.
    pub answered: Option<Question>,
    pub failure: Option<Failure>,
}

impl EvaluateState {
    /// Takes in what was asked for.
    pub fn answer(&mut self, evaluation: Arc<Evaluation>) {
        self.result = Some(evaluation);
        self.answered = self.asked.take();
    }
}
