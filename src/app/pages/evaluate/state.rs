//! What a model says of a labelled dataset, and what was asked for it.

use std::{path::PathBuf, sync::Arc};

use crate::{
    app::Inquiry,
    domain::{
        key::{DatasetKey, ModelKey},
        occurring::Occurring,
    },
    eval::{evaluate::Evaluation, learned::Scope},
};

/// What an evaluation is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    pub model: ModelKey,
    /// The folder that the judged paths are relative to.
    pub data: DatasetKey,
    pub scope: Option<Scope>,
    /// The classes that can occur, by a person's word.
    pub occurring: Occurring,
}

/// A model on a folder that it was not trained on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherLab {
    pub model: ModelKey,
    pub root: PathBuf,
    pub occurring: Occurring,
}

/// Everything of the Evaluate page that outlives a frame.
#[derive(Clone, Debug, Default)]
pub struct EvaluateState {
    /// Of the next evaluation; without a choice, the cells that are fair to the model.
    pub scope: Option<Scope>,
    /// The evaluation at home; another model or dataset may be in use by now.
    pub home: Inquiry<Question, Evaluation>,
    /// The last evaluation on another lab, of whichever model that was.
    pub elsewhere: Inquiry<OtherLab, Evaluation>,
}

impl EvaluateState {
    /// The same model on another lab's folder: never another model than the one whose figures are shown.
    #[must_use]
    pub fn other(&self) -> Option<(&OtherLab, &Arc<Evaluation>)> {
        let (home, away) = (self.home.result()?, self.elsewhere.result()?);
        (away.model_hash == home.model_hash).then_some((self.elsewhere.answered()?, away))
    }

    /// The evaluation on the other lab.
    #[must_use]
    pub fn away(&self) -> Option<&Arc<Evaluation>> {
        self.other().map(|(_, evaluation)| evaluation)
    }

    /// Every key of a model in questions and answers.
    pub(in crate::app) fn models(&mut self) -> impl Iterator<Item = &mut ModelKey> {
        let home = self.home.questions().map(|question| &mut question.model);
        home.chain(self.elsewhere.questions().map(|question| &mut question.model))
    }
}
