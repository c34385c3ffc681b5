//! How what can be asked of the tour is worded, and what stands in its way.

use super::{Message, STOPS};
use crate::app::{AppState, Wish, no, pages::dataset};

impl Wish for Message {
    fn text(&self) -> String {
        match self {
            Self::Start => t!("Take the tour"),
            Self::Next => t!("Next"),
            Self::Back => t!("Back"),
            Self::Leave => t!("Leave the tour"),
        }
        .to_owned()
    }

    fn tooltip(&self) -> &'static str {
        match self {
            Self::Start => t!("Six stops on the synthetic slides: what the pages show and what to try"),
            Self::Next | Self::Back | Self::Leave => "",
        }
    }

    fn obstacle(&self, state: &AppState) -> Option<&'static str> {
        let at = state.tour.at;
        match self {
            Self::Start => dataset::Message::OpenSynthetic.obstacle(state),
            Self::Next => no(at.is_none_or(|at| at + 1 >= STOPS.len()), t!("This is the last stop")),
            Self::Back => no(at.is_none_or(|at| at == 0), t!("This is the first stop")),
            Self::Leave => no(at.is_none(), t!("No tour is under way")),
        }
    }
}
