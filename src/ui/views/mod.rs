//! One file a page; each reads the state and pushes actions.

pub mod about;
mod among;
mod charts;
pub mod classify;
pub mod compare;
pub mod dataset;
pub mod evaluate;
pub mod explain;
pub mod lab;
pub mod map;
pub mod quiz;
pub mod review;
pub mod settings;
pub mod train;
pub mod welcome;

use egui::{RichText, Ui};

use super::widgets::gallery::Answer;
use crate::{
    app::{Action, Actions, AppState, Wish, wish},
    eval::learned::Scope,
};

/// The open dataset, and which of its cells a model is asked about.
fn which_cells<W: Wish + Into<Action>>(
    ui: &mut Ui,
    state: &AppState,
    scope: Option<Scope>,
    choose: fn(Option<Scope>) -> W,
    actions: &mut Actions,
) {
    ui.label(RichText::new(t!("Dataset")).weak());
    match &state.dataset.opened {
        Some(opened) => ui.label(opened.dataset.name()).on_hover_text(opened.dataset.root.display().to_string()),
        None => ui.label(t!("none open")),
    };
    ui.separator();
    for other in [None].into_iter().chain(Scope::ALL.map(Some)) {
        let action = choose(other);
        if ui.selectable_label(other == scope, action.text()).on_hover_text(action.tooltip()).clicked() {
            actions.push(action);
        }
    }
}

/// What a gallery was asked for, as wishes.
fn gallery_wishes(answers: Vec<Answer>, actions: &mut Actions) {
    for answer in answers {
        match answer {
            Answer::Select(selection) => actions.push(wish::Window::Select(selection)),
            Answer::Side(side) => actions.push(wish::Settings::ThumbSide(side)),
            Answer::Open(paths) => actions.push(wish::Classify::Classify(paths)),
            Answer::Explain(path) => actions.push(wish::Explain::Open(path)),
            Answer::Reveal(path) => actions.push(wish::Files::Reveal(path)),
            Answer::Copied(paths) => {
                let words = if paths > 1 { t!("Copied the paths") } else { t!("Copied the path") };
                actions.push(wish::Window::Announce(words.to_owned()));
            }
        }
    }
}

/// The size of a gallery's pictures, and why they cannot be opened in Classify.
fn gallery_looks(state: &AppState) -> (f32, Option<&'static str>) {
    (state.settings.preferences.thumb_side, wish::Classify::Classify(Vec::new()).obstacle(state))
}
