//! One file a page; each reads the state and pushes actions.

pub mod about;
mod charts;
pub mod classify;
pub mod compare;
pub mod dataset;
pub mod evaluate;
pub mod map;
pub mod quiz;
pub mod settings;
pub mod train;
pub mod welcome;

use egui::{RichText, Ui};

use crate::{
    app::{Action, Actions, AppState, Wish},
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
    ui.label(RichText::new("Dataset").weak());
    match &state.dataset.opened {
        Some(opened) => ui.label(opened.dataset.name()).on_hover_text(opened.dataset.root.display().to_string()),
        None => ui.label("none open"),
    };
    ui.separator();
    for other in [None].into_iter().chain(Scope::ALL.map(Some)) {
        let action = choose(other);
        if ui.selectable_label(other == scope, action.text()).on_hover_text(action.tooltip()).clicked() {
            actions.push(action);
        }
    }
}
