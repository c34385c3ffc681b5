//! How what can be asked of the tour is worded, and what stands in its way.

use super::{Message, STOPS};
use crate::app::{AppState, Wish, no, pages::dataset};

impl Wish for Message {
    fn text(&self) -> String {
        match self {
            Self::Start => "Take the tour",
            Self::Next => "Next",
            Self::Back => "Back",
            Self::Leave => "Leave the tour",
        }
        .to_owned()
    }

    fn tooltip(&self) -> &'static str {
        match self {
            Self::Start => "Six stops on the synthetic slides: what the pages show and what to try",
            Self::Next | Self::Back | Self::Leave => "",
        }
    }

    fn obstacle(&self, state: &AppState) -> Option<&'static str> {
        let at = state.tour.at;
        match self {
            Self::Start => dataset::Message::OpenSynthetic.obstacle(state),
            Self::Next => no(at.is_none_or(|at| at + 1 >= STOPS.len()), "This is the last stop"),
            Self::Back => no(at.is_none_or(|at| at == 0), "This is the first stop"),
            Self::Leave => no(at.is_none(), "No tour is under way"),
        }
    }
}
