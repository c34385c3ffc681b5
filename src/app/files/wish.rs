//! How what can be asked of files is worded, and what stands in its way.

use super::Message;
use crate::app::{AppState, Wish};

impl Wish for Message {
    fn text(&self) -> String {
        match self {
            Self::Reveal(_) => t!("Show in folder"),
            Self::Export(..) | Self::SaveChart(..) | Self::NoDialog(_) => "",
        }
        .to_owned()
    }

    fn tooltip(&self) -> &'static str {
        ""
    }

    fn obstacle(&self, state: &AppState) -> Option<&'static str> {
        match self {
            Self::Export(..) => state.dialog_open(),
            Self::Reveal(_) | Self::SaveChart(..) | Self::NoDialog(_) => None,
        }
    }
}
