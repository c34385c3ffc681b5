//! Two models on the same cells of the opened dataset, and what was asked for.

use crate::{
    app::{AppState, Inquiry, models::Model},
    domain::{
        comparison::Comparison,
        key::{DatasetKey, ModelKey},
    },
    eval::learned::Scope,
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
    /// The last comparison; other models or another dataset may be chosen by now.
    pub pairing: Inquiry<Pairing, Comparison>,
}

impl CompareState {
    /// Every key of a model in questions and answers.
    pub(in crate::app) fn models(&mut self) -> impl Iterator<Item = &mut ModelKey> {
        self.pairing.questions().flat_map(|pairing| [&mut pairing.a, &mut pairing.b])
    }
}

impl AppState {
    /// The model on one side of a comparison: the chosen one, else the model in use and the first other one.
    #[must_use]
    pub fn compared(&self, side: Side) -> Option<&Model> {
        let known = |id: &String| self.models.known.iter().find(|model| model.id == *id);
        let a = || {
            self.compare
                .a
                .as_ref()
                .and_then(known)
                .or_else(|| self.models.current())
                .or_else(|| self.models.known.first())
        };
        match side {
            Side::A => a(),
            Side::B => self.compare.b.as_ref().and_then(known).or_else(|| {
                let taken = a()?;
                self.models.known.iter().find(|model| model.id != taken.id)
            }),
        }
    }

    /// What a comparison would be made of now; `None` without a dataset or two models.
    #[must_use]
    pub fn chosen_pairing(&self) -> Option<Pairing> {
        let data = self.dataset.opened.as_ref()?.dataset.key();
        let [a, b] = Side::BOTH.map(|side| self.compared(side).map(Model::key));
        let (a, b) = (a?, b?);
        (a.id != b.id).then_some(Pairing { a, b, data, scope: self.compare.scope })
    }
}
