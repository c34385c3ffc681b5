//! How what can be asked of the map is worded, and what stands in its way.

use super::Message;
use crate::{
    app::{AppState, Wish, no, pages::evaluate},
    domain::plane::Method,
};

impl Wish for Message {
    fn text(&self) -> String {
        match self {
            Self::On(None) => t!("Fair to the model").to_owned(),
            Self::On(Some(scope)) => t!(scope.title()).to_owned(),
            Self::Draw => t!("Draw the map").to_owned(),
            Self::By(method) => t!(method.title()).to_owned(),
            Self::ChooseOther => t!("Lay another lab over it…").to_owned(),
            Self::Other(_) => String::new(),
            Self::WithoutOther => t!("Without the other lab").to_owned(),
        }
    }

    fn tooltip(&self) -> &'static str {
        match self {
            Self::On(None) => t!("The test split of the model's own dataset, else what it did not learn from"),
            Self::On(Some(scope)) => evaluate::scope_tooltip(*scope),
            Self::Draw => t!("The cells as the model in use sees them, alike ones near each other"),
            Self::By(Method::Pca) => t!("The two directions in which the cells vary most: distances are true"),
            Self::By(Method::Tsne) => t!("Neighbours are true, distances between groups are not"),
            Self::ChooseOther => t!("Its cells are hollow: where they lie shows why a model fails on them"),
            Self::Other(_) | Self::WithoutOther => "",
        }
    }

    fn obstacle(&self, state: &AppState) -> Option<&'static str> {
        let busy = || no(state.map.drawn.running().is_some(), t!("The map is being drawn"));
        match self {
            Self::Draw | Self::Other(_) => state.without_dataset().or_else(|| state.without_model()).or_else(busy),
            Self::ChooseOther => state
                .dialog_open()
                .or_else(|| state.without_dataset())
                .or_else(|| no(state.map.drawn.result().is_none(), t!("Draw the map first")))
                .or_else(busy),
            Self::WithoutOther => {
                let none = state.map.drawn.answered().is_none_or(|question| question.other.is_none());
                no(none, t!("No other lab lies over the map")).or_else(busy)
            }
            Self::By(_) => no(state.map.drawn.result().is_none(), t!("Draw the map first")),
            Self::On(_) => None,
        }
    }
}
