//! One line a page: its sign in the rail, the buttons beside its title, and how it is drawn with what it keeps.

use egui::Ui;

use super::{
    UiState,
    views::{about, classify, compare, dataset, evaluate, explain, quiz, review, settings, train, welcome},
    widgets::icons,
};
use crate::app::{Action, Actions, AppState, Page, wish};

type Show = fn(&mut Ui, &AppState, &mut UiState, &mut Actions);

struct Row {
    icon: &'static str,
    /// The main one first.
    actions: Vec<Action>,
    show: Show,
}

impl Row {
    /// A page whose buttons stand on it, such as below its form.
    fn new(icon: &'static str, show: Show) -> Self {
        Self { icon, actions: Vec::new(), show }
    }

    /// The buttons beside its title.
    fn with<W: Into<Action>>(self, actions: impl IntoIterator<Item = W>) -> Self {
        Self { actions: actions.into_iter().map(Into::into).collect(), ..self }
    }
}

fn row(page: Page) -> Row {
    match page {
        Page::Welcome => Row::new(icons::HOUSE, |ui, state, view, actions| {
            welcome::show(ui, state, view.takes_drops, actions);
        }),
        Page::Dataset => Row::new(icons::IMAGES, |ui, state, view, actions| {
            dataset::show(ui, state, &mut view.dataset, &mut view.pictures, actions);
        })
        .with([wish::Dataset::Choose, wish::Dataset::Rescan]),
        Page::Train => Row::new(icons::TRAIN, |ui, state, view, actions| {
            train::show(ui, state, &mut view.train, actions);
        }),
        Page::Evaluate => Row::new(icons::TARGET, |ui, state, view, actions| {
            evaluate::show(ui, state, &mut view.evaluate, &mut view.pictures, actions);
        })
        .with([wish::Evaluate::Evaluate, wish::Evaluate::ChooseReport]),
        Page::Compare => Row::new(icons::SCALE, |ui, state, view, actions| {
            compare::show(ui, state, &mut view.compare, &mut view.pictures, actions);
        })
        .with([wish::Compare::Compare, wish::Compare::ChooseReport]),
        Page::Classify => Row::new(icons::MICROSCOPE, |ui, state, view, actions| {
            let UiState { takes_drops, pictures, large, .. } = view;
            classify::show(ui, state, *takes_drops, (pictures, large), actions);
        })
        .with([wish::Classify::ChooseImages, wish::Classify::ChooseFolder, wish::Classify::Clear]),
        Page::Review => Row::new(icons::REVIEW, |ui, state, view, actions| {
            let UiState { review, pictures, .. } = view;
            review::show(ui, state, review, pictures, actions);
        })
        .with([wish::Review::Sign, wish::Review::ChooseReport, wish::Review::ChooseSession]),
        Page::Explain => Row::new(icons::EYE, |ui, state, view, actions| {
            explain::show(ui, state, &mut view.explain, actions);
        })
        .with([wish::Explain::Choose, wish::Explain::OpenSynthetic, wish::Explain::ChooseFolder]),
        Page::Quiz => Row::new(icons::QUIZ, |ui, state, view, actions| {
            quiz::show(ui, state, (&mut view.quiz, &mut view.pictures), actions);
        }),
        Page::Settings => Row::new(icons::SETTINGS, |ui, state, _, actions| settings::show(ui, state, actions)),
        Page::About => Row::new(icons::INFO, |ui, _, view, _| about::show(ui, &view.frames)),
    }
}

/// A page's sign in the rail.
pub fn icon(page: Page) -> &'static str {
    row(page).icon
}

/// The buttons beside a page's title, the main one first.
pub fn actions(page: Page) -> Vec<Action> {
    row(page).actions
}

/// Draws the page that is open.
pub fn show(ui: &mut Ui, state: &AppState, view: &mut UiState, actions: &mut Actions) {
    (row(state.page).show)(ui, state, view, actions);
}
