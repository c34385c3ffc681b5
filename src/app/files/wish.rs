//! How what can be asked of files is worded, and what stands in its way.

use super::Message;
use crate::app::{AppState, Wish, no};

impl Wish for Message {
    fn text(&self) -> String {
        match self {
            Self::Reveal(_) => t!("Show in folder"),
            Self::TakeTyped => t!("Use this path"),
            Self::LeaveTyped => t!("Cancel"),
            Self::Export(..) | Self::SaveChart(..) | Self::Type(_) => "",
        }
        .to_owned()
    }

    fn tooltip(&self) -> &'static str {
        ""
    }

    fn obstacle(&self, state: &AppState) -> Option<&'static str> {
        match self {
            Self::Export(..) => state.dialog_open(),
            Self::TakeTyped => {
                let is_empty = state.typing.as_ref().is_none_or(|typing| typing.text.trim().is_empty());
                no(is_empty, t!("Type a path first"))
            }
            Self::Reveal(_) | Self::SaveChart(..) | Self::Type(_) | Self::LeaveTyped => None,
        }
    }
}
