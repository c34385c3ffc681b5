//! How what can be asked of a model is worded, and what stands in its way.

use super::Message;
use crate::app::{AppState, Wish, no};

impl Wish for Message {
    fn text(&self) -> String {
        match self {
            Self::Use(_) => "Use this model",
            Self::Choose => "Open a model…",
            Self::Open(_) => "",
            Self::ShowCard(_) => "Model card",
            Self::CloseCard => "Close",
        }
        .to_owned()
    }

    fn tooltip(&self) -> &'static str {
        match self {
            Self::Choose => "The folder of a run, such as one that leuko adapt wrote",
            Self::ShowCard(_) => "What it learned from, how it did, and what it must not be trusted with",
            Self::Use(_) | Self::Open(_) | Self::CloseCard => "",
        }
    }

    fn obstacle(&self, state: &AppState) -> Option<&'static str> {
        match self {
            Self::Use(id) => no(state.models.get(id).is_none(), "That model is gone").or_else(|| state.moving(id)),
            Self::Choose => state.dialog_open(),
            Self::Open(_) | Self::ShowCard(_) | Self::CloseCard => None,
        }
    }
}
