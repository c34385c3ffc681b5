//! How what can be asked of a model's figures is worded, and what stands in its way.

use super::{Message, Question};
use crate::{
    app::{AppState, Wish, models, no},
    eval::learned::Scope,
};

impl Wish for Message {
    fn text(&self) -> String {
        match self {
            Self::Evaluate | Self::Model(_) => t!("Evaluate"),
            Self::On(None) => t!("Fair cells"),
            Self::On(Some(scope)) => t!(scope.title()),
            Self::ChooseOther => t!("Judge on another lab…"),
            Self::ChooseReport => t!("Save evaluation report…"),
            Self::Other(_) | Self::SaveReport(..) => "",
        }
        .to_owned()
    }

    fn tooltip(&self) -> &'static str {
        match self {
            Self::Evaluate => t!("Judges the model in use on the opened dataset"),
            Self::On(None) => t!("The test split of the model's own dataset; on any other, what it did not learn from"),
            Self::On(Some(scope)) => scope_tooltip(*scope),
            Self::ChooseReport => t!(REPORT_TOOLTIP),
            Self::Model(_) | Self::Other(_) | Self::ChooseOther | Self::SaveReport(..) => "",
        }
    }

    fn obstacle(&self, state: &AppState) -> Option<&'static str> {
        let running = || no(state.evaluate.home.running().is_some(), t!("An evaluation is running already"));
        match self {
            Self::Evaluate => state.without_dataset().or_else(|| state.without_model()).or_else(running),
            Self::Model(id) => {
                models::Message::Use(id.clone()).obstacle(state).or_else(|| state.without_dataset()).or_else(running)
            }
            Self::Other(_) => other_lab(state),
            Self::ChooseOther => state.dialog_open().or_else(|| other_lab(state)),
            Self::ChooseReport => {
                state.dialog_open().or_else(|| no(state.evaluate.home.result().is_none(), t!("Evaluate first")))
            }
            Self::On(_) | Self::SaveReport(..) => None,
        }
    }
}

/// What a report is written of.
pub const REPORT_TOOLTIP: &str = key!("Plots, tables, predictions, a page and a PDF in a new folder");

/// Which cells a choice stands for.
#[must_use]
pub fn scope_tooltip(scope: Scope) -> &'static str {
    match scope {
        Scope::Test => t!("The test split, on the dataset that was learned from alone"),
        Scope::Unseen => t!("Everything that was not learned from, copies of it left out too"),
        Scope::All => {
            t!("Every image without contradicting labels; the figures flatter a model that learned from some of them")
        }
    }
}

/// Of judging the model whose figures are shown on another lab.
fn other_lab(state: &AppState) -> Option<&'static str> {
    let Some(answered) = state.evaluate.home.answered() else { return Some(t!("Evaluate at home first")) };
    no(state.evaluate.elsewhere.running().is_some(), t!("Another lab is being judged already"))
        .or_else(|| {
            no(!state.models.has(&answered.model), t!("The model of these figures is gone: evaluate another one"))
        })
        .or_else(|| state.moving(&answered.model.id))
}

impl AppState {
    /// What an evaluation would be made of now; `None` without a dataset or a model.
    #[must_use]
    pub fn chosen_question(&self) -> Option<Question> {
        let data = self.dataset.opened.as_ref()?.dataset.key();
        let (scope, occurring) = (self.evaluate.scope, self.models.occurring.clone());
        Some(Question { model: self.models.current()?.key(), data, scope, occurring })
    }
}
