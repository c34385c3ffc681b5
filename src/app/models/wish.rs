//! How what can be asked of a model is worded, and what stands in its way.

use super::Message;
use crate::{
    app::{AppState, Wish, no},
    domain::{classes::ClassList, occurring::Occurring},
};

impl Wish for Message {
    fn text(&self) -> String {
        match self {
            Self::Use(_) => t!("Use this model"),
            Self::Among(Occurring::All) => t!("All classes"),
            Self::Among(Occurring::FivePart) => t!("Five-part"),
            Self::Among(Occurring::Only(_)) => t!("Own choice"),
            Self::Choose => t!("Open a model…"),
            Self::Open(_) => "",
            Self::ShowCard(_) => t!("Model card"),
            Self::CloseCard => t!("Close"),
        }
        .to_owned()
    }

    fn tooltip(&self) -> &'static str {
        match self {
            Self::Choose => t!("The folder of a run, such as one that leuko adapt wrote"),
            Self::ShowCard(_) => t!("What it learned from, how it did, and what it must not be trusted with"),
            Self::Among(Occurring::All) => t!("Every class of the model may be the answer"),
            Self::Among(Occurring::FivePart) => {
                t!("Neutrophil, lymphocyte, monocyte, eosinophil and basophil alone; the other classes take no part")
            }
            Self::Among(Occurring::Only(_)) => t!("The classes that you tick; the others take no part"),
            Self::Use(_) | Self::Open(_) | Self::CloseCard => "",
        }
    }

    fn obstacle(&self, state: &AppState) -> Option<&'static str> {
        match self {
            Self::Use(id) => no(state.models.get(id).is_none(), t!("That model is gone")).or_else(|| state.moving(id)),
            Self::Choose => state.dialog_open(),
            Self::Among(occurring) => state.models.current().and_then(|model| unfit(occurring, &model.classes)),
            Self::Open(_) | Self::ShowCard(_) | Self::CloseCard => None,
        }
    }
}

/// Of a choice that the model cannot make.
fn unfit(occurring: &Occurring, classes: &ClassList) -> Option<&'static str> {
    no(occurring.among(classes).is_err(), t!("At least two classes of the model must be able to occur"))
}
