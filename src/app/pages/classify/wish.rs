//! How what can be asked of classified images is worded, and what stands in its way.

use super::Message;
use crate::app::{AppState, Wish, no};

impl Wish for Message {
    fn text(&self) -> String {
        match self {
            Self::Classify(_) => "Classify",
            Self::ChooseImages => "Open images…",
            Self::ChooseFolder => "Open a folder of images…",
            Self::Again => "Classify again",
            Self::Clear => "Clear",
            Self::Restore(_) => "Bring the last results back",
            Self::Stop => "Stop",
            Self::ChooseWatched => "Watch a folder…",
            Self::StopWatching => "Stop watching",
            Self::Watch(_) => "",
            Self::Show(_) => "",
        }
        .to_owned()
    }

    fn tooltip(&self) -> &'static str {
        match self {
            Self::ChooseWatched => "Images that a camera writes into it are classified as they come",
            Self::StopWatching => "What came stays; what is written from now on is left alone",
            _ => "",
        }
    }

    fn obstacle(&self, state: &AppState) -> Option<&'static str> {
        let classify = &state.classify;
        match self {
            Self::Classify(_) => state.without_model(),
            Self::ChooseImages | Self::ChooseFolder => state.dialog_open(),
            Self::Again => no(classify.items.is_empty(), "Drop images first")
                .or_else(|| no(!classify.running.is_empty(), "Images are being classified"))
                .or_else(|| state.without_model()),
            Self::Clear => no(classify.items.is_empty(), "There is nothing to clear"),
            Self::Restore(id) => no(!classify.can_restore(*id), "These results were replaced by newer ones since"),
            Self::Stop => no(classify.running.is_empty(), "Nothing is being classified"),
            Self::ChooseWatched => state
                .dialog_open()
                .or_else(|| state.without_model())
                .or_else(|| no(classify.watching.is_some(), "A folder is being watched: stop that first")),
            Self::Watch(_) => state
                .without_model()
                .or_else(|| no(classify.watching.is_some(), "A folder is being watched: stop that first")),
            Self::StopWatching => no(classify.watching.is_none(), "No folder is being watched"),
            Self::Show(_) => None,
        }
    }
}
