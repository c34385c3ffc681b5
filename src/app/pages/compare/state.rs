//! Two models on the same cells of the opened dataset, and what was asked for.

use crate::{
    app::Inquiry,
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
