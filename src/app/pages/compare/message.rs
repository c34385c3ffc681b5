//! What can be asked of two models, and what their jobs bring.

use std::{path::PathBuf, sync::Arc};

use super::Side;
use crate::{
    app::{
        AppState,
        action::{Wish, no},
        pages::evaluate,
    },
    domain::comparison::Comparison,
    eval::learned::Scope,
    job::JobId,
    progress::Halt,
};

#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// Chooses the model on one side of the next comparison.
    Pick(Side, String),
    Compare,
    /// Chooses the cells of the next comparison.
    On(Option<Scope>),
    /// Asks where the report of the last comparison goes.
    ChooseReport,
    /// Writes a report into a new folder there.
    SaveReport(Arc<Comparison>, PathBuf),
}

/// What came of it.
#[derive(Debug)]
pub enum News {
    Compared(JobId, Arc<Comparison>),
    Halted(JobId, Halt),
}

impl Wish for Message {
    fn text(&self) -> String {
        match self {
            Self::Compare => "Compare",
            Self::On(None) => "Fair to both",
            Self::On(Some(scope)) => scope.title(),
            Self::ChooseReport => "Save comparison report…",
            Self::Pick(..) | Self::SaveReport(..) => "",
        }
        .to_owned()
    }

    fn tooltip(&self) -> &'static str {
        match self {
            Self::Compare => "Puts both models to the same cells",
            Self::On(None) => "The test split that both share, else what neither learned from",
            Self::On(Some(scope)) => evaluate::scope_tooltip(*scope),
            Self::ChooseReport => evaluate::REPORT_TOOLTIP,
            Self::Pick(..) | Self::SaveReport(..) => "",
        }
    }

    fn obstacle(&self, state: &AppState) -> Option<&'static str> {
        match self {
            Self::Compare => state
                .without_dataset()
                .or_else(|| no(state.chosen_pairing().is_none(), "Train or choose a second model first"))
                .or_else(|| no(state.compare.pairing.running().is_some(), "A comparison is running already")),
            Self::ChooseReport => {
                state.dialog_open().or_else(|| no(state.compare.pairing.result().is_none(), "Compare first"))
            }
            Self::Pick(..) | Self::On(_) | Self::SaveReport(..) => None,
        }
    }
}
