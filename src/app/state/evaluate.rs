//! What a model says of a labelled dataset, and what was asked for it.

use std::{path::PathBuf, sync::Arc};

use crate::{
    domain::key::{DatasetKey, ModelKey},
    eval::{evaluate::Evaluation, learned::Scope},
    job::JobId,
    progress::Failure,
};

/// What an evaluation is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    pub model: ModelKey,
    /// The folder that the judged paths are relative to.
    pub data: DatasetKey,
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
    /// The evaluation on another lab that runs now.
    pub asked_other: Option<AskedOther>,
    /// The last evaluation on another lab, of whichever model that was.
    elsewhere: Option<OtherLab>,
}

/// A model that is being judged on another lab's folder.
#[derive(Clone, Debug)]
pub struct AskedOther {
    pub job: JobId,
    pub model: ModelKey,
    pub root: PathBuf,
}

/// A model on a folder that it was not trained on.
#[derive(Clone, Debug)]
pub struct OtherLab {
    pub model: ModelKey,
    pub root: PathBuf,
    pub evaluation: Arc<Evaluation>,
}

impl EvaluateState {
    /// Takes in what was asked for; what was judged decides which weights and which images it was, not what was meant.
    pub fn answer(&mut self, evaluation: Arc<Evaluation>) {
        self.answered = self.asked.take().map(|mut asked| {
            (asked.model.weights, asked.data.content) = (evaluation.model_hash, evaluation.dataset_hash);
            asked
        });
        self.result = Some(evaluation);
    }

    /// Takes in what a model did on another lab's folder; whether it stands beside what is shown.
    pub fn answer_other(&mut self, asked: AskedOther, evaluation: Arc<Evaluation>) -> bool {
        let AskedOther { model, root, .. } = asked;
        self.elsewhere = Some(OtherLab { model, root, evaluation });
        self.other().is_some()
    }

    /// The same model on another lab's folder: never another model than the one whose figures are shown.
    #[must_use]
    pub fn other(&self) -> Option<&OtherLab> {
        let home = self.result.as_ref()?;
        self.elsewhere.as_ref().filter(|other| other.evaluation.model_hash == home.model_hash)
    }

    /// The evaluation on the other lab.
    #[must_use]
    pub fn away(&self) -> Option<&Arc<Evaluation>> {
        self.other().map(|other| &other.evaluation)
    }

    /// Every key of a model in questions and answers.
    pub(in crate::app) fn models(&mut self) -> impl Iterator<Item = &mut ModelKey> {
        let questions = [&mut self.asked, &mut self.answered].into_iter().flatten().map(|question| &mut question.model);
        let asked = self.asked_other.iter_mut().map(|asked| &mut asked.model);
        questions.chain(asked).chain(self.elsewhere.iter_mut().map(|other| &mut other.model))
    }
}
