//! How what can be asked of two models is worded, and what stands in its way.

use super::{Message, Pairing, Side};
use crate::app::{AppState, Wish, models::Model, no, pages::evaluate};

impl Wish for Message {
    fn text(&self) -> String {
        match self {
            Self::Compare => t!("Compare"),
            Self::On(None) => t!("Fair to both"),
            Self::On(Some(scope)) => t!(scope.title()),
            Self::ChooseReport => t!("Save comparison report…"),
            Self::Pick(..) | Self::SaveReport(..) => "",
        }
        .to_owned()
    }

    fn tooltip(&self) -> &'static str {
        match self {
            Self::Compare => t!("Puts both models to the same cells"),
            Self::On(None) => t!("The test split that both share, else what neither learned from"),
            Self::On(Some(scope)) => evaluate::scope_tooltip(*scope),
            Self::ChooseReport => t!(evaluate::REPORT_TOOLTIP),
            Self::Pick(..) | Self::SaveReport(..) => "",
        }
    }

    fn obstacle(&self, state: &AppState) -> Option<&'static str> {
        match self {
            Self::Compare => state
                .without_dataset()
                .or_else(|| no(state.chosen_pairing().is_none(), t!("Train or choose a second model first")))
                .or_else(|| no(state.compare.pairing.running().is_some(), t!("A comparison is running already"))),
            Self::ChooseReport => {
                state.dialog_open().or_else(|| no(state.compare.pairing.result().is_none(), t!("Compare first")))
            }
            Self::Pick(..) | Self::On(_) | Self::SaveReport(..) => None,
        }
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
