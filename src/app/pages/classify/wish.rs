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
            Self::Show(_) => "",
        }
        .to_owned()
    }

    fn tooltip(&self) -> &'static str {
        ""
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
            Self::Show(_) => None,
        }
    }
}
