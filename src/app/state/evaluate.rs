//! What a model says of a labelled dataset, and what was asked for it.

use std::{path::PathBuf, sync::Arc};

use crate::{
    eval::{evaluate::Evaluation, learned::Scope},
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
    pub scope: Option<Scope>,
}

/// Everything of the Evaluate page that outlives a frame.
#[derive(Clone, Debug, Default)]
pub struct EvaluateState {
    /// Of the next evaluation; without a choice, the cells that are fair to the model.
    pub scope: Option<Scope>,
    pub running: Option<JobId>,
    /// What the running evaluation is made of.
    pub asked: Option<Question>,
    /// The last evaluation that came to its end; another model or dataset may be in use by now.
    pub result: Option<Arc<Evaluation>>,
    /// What `result` is made of.
    pub answered: Option<Question>,
    pub failure: Option<Failure>,
    /// The evaluation on another lab that runs now, with its folder.
    pub asked_other: Option<(JobId, PathBuf)>,
    /// The same model on another lab's folder.
    pub other: Option<OtherLab>,
}

/// A model on a folder that it was not trained on.
#[derive(Clone, Debug)]
pub struct OtherLab {
    pub root: PathBuf,
    pub evaluation: Arc<Evaluation>,
}

impl EvaluateState {
    /// Takes in what was asked for.
    pub fn answer(&mut self, evaluation: Arc<Evaluation>) {
        self.result = Some(evaluation);
        self.answered = self.asked.take();
        // What another model said of the other lab says nothing of this one.
        let same =
            |other: &OtherLab| self.result.as_ref().is_some_and(|home| home.model_hash == other.evaluation.model_hash);
        self.other = self.other.take().filter(same);
    }

    /// The evaluation on the other lab.
    #[must_use]
    pub fn away(&self) -> Option<&Arc<Evaluation>> {
        self.other.as_ref().map(|other| &other.evaluation)
    }
}
