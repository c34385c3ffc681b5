//! One file a page; each reads the state and pushes actions.

pub mod about;
mod charts;
pub mod classify;
pub mod compare;
pub mod dataset;
pub mod evaluate;
pub mod settings;
pub mod train;
pub mod welcome;

use egui::{RichText, Ui};

use super::UiState;
use crate::{
    app::{Action, Actions, AppState, Page, Wish, wish},
    eval::learned::Scope,
};

/// The buttons beside a page's title, the main one first.
#[must_use]
pub fn page_actions(page: Page) -> Vec<Action> {
    match page {
        Page::Dataset => vec![wish::Dataset::Choose.into(), wish::Dataset::Rescan.into()],
        Page::Evaluate => vec![wish::Evaluate::Evaluate.into(), wish::Evaluate::ChooseReport.into()],
        Page::Compare => vec![wish::Compare::Compare.into(), wish::Compare::ChooseReport.into()],
        Page::Classify => {
            [wish::Classify::ChooseImages, wish::Classify::ChooseFolder, wish::Classify::Clear].map(Into::into).into()
        }
        // Training starts below its form.
        Page::Train | Page::Welcome | Page::Settings | Page::About => Vec::new(),
    }
}

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

/// Draws the page that is open.
pub fn show(ui: &mut Ui, state: &AppState, view: &mut UiState, actions: &mut Actions) {
    match state.page {
        Page::Welcome => welcome::show(ui, state, view, actions),
        Page::Dataset => dataset::show(ui, state, view, actions),
        Page::Train => train::show(ui, state, view, actions),
        Page::Evaluate => evaluate::show(ui, state, view, actions),
        Page::Compare => compare::show(ui, state, view, actions),
        Page::Classify => classify::show(ui, state, view, actions),
        Page::Settings => settings::show(ui, state, view, actions),
        Page::About => about::show(ui, state, view, actions),
    }
}
