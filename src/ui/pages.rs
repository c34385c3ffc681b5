//! One line a page: its sign in the rail, the buttons beside its title, and how it is drawn with what it keeps.

use egui::Ui;

use super::{
    UiState,
    views::{about, classify, compare, dataset, evaluate, explain, lab, map, quiz, review, settings, train, welcome},
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

/// A page with buttons beside its title.
fn with<W: Into<Action>>(icon: &'static str, actions: impl IntoIterator<Item = W>, show: Show) -> Row {
    Row { icon, actions: actions.into_iter().map(Into::into).collect(), show }
}

/// A page whose buttons stand in its content.
const fn plain(icon: &'static str, show: Show) -> Row {
    Row { icon, actions: Vec::new(), show }
}

fn row(page: Page) -> Row {
    match page {
        Page::Welcome => {
            plain(icons::HOUSE, |ui, state, view, actions| welcome::show(ui, state, view.takes_drops, actions))
        }
        Page::Dataset => Row {
            icon: icons::IMAGES,
            actions: vec![wish::Dataset::Choose.into(), wish::Dataset::Rescan.into()],
            show: |ui, state, view, actions| dataset::show(ui, state, &mut view.dataset, &mut view.pictures, actions),
        },
        // Training starts below its form.
        Page::Train => plain(icons::TRAIN, |ui, state, view, actions| {
            train::show(ui, state, (&mut view.train, &mut view.pictures), actions);
        }),
        Page::Evaluate => {
            with(icons::TARGET, [wish::Evaluate::Evaluate, wish::Evaluate::ChooseReport], |ui, state, view, actions| {
                evaluate::show(ui, state, &mut view.evaluate, &mut view.pictures, actions);
            })
        }
        Page::Compare => {
            with(icons::SCALE, [wish::Compare::Compare, wish::Compare::ChooseReport], |ui, state, view, actions| {
                compare::show(ui, state, &mut view.compare, &mut view.pictures, actions);
            })
        }
        Page::Lab => plain(icons::FLASK, |ui, state, view, actions| lab::show(ui, state, &mut view.pictures, actions)),
        Page::Classify => {
            use wish::Classify::{ChooseFolder, ChooseImages, ChooseWatched, Clear};
            let actions = [ChooseImages, ChooseFolder, ChooseWatched, Clear];
            with(icons::MICROSCOPE, actions, |ui, state, view, actions| {
                let UiState { takes_drops, pictures, large, .. } = view;
                classify::show(ui, state, *takes_drops, (pictures, large), actions);
            })
        }
        Page::Explain => {
            let actions = [wish::Explain::Choose, wish::Explain::OpenSynthetic, wish::Explain::ChooseFolder];
            with(icons::EYE, actions, |ui, state, view, actions| explain::show(ui, state, &mut view.explain, actions))
        }
        Page::Map => {
            let actions = [wish::Map::Draw, wish::Map::ChooseOther, wish::Map::WithoutOther];
            with(icons::MAP, actions, |ui, state, view, actions| {
                map::show(ui, state, (&mut view.map, &mut view.pictures), actions);
            })
        }
        // A quiz starts below its form.
        Page::Quiz => plain(icons::QUIZ, |ui, state, view, actions| {
            quiz::show(ui, state, (&mut view.quiz, &mut view.pictures), actions)
        }),
        Page::Review => Row {
            icon: icons::REVIEW,
            actions: [wish::Review::Sign, wish::Review::ChooseReport, wish::Review::ChooseSession]
                .map(Action::from)
                .into(),
            show: |ui, state, view, actions| {
                let UiState { review, pictures, .. } = view;
                review::show(ui, state, review, pictures, actions);
            },
        },
        Page::Settings => plain(icons::SETTINGS, |ui, state, _, actions| settings::show(ui, state, actions)),
        Page::About => plain(icons::INFO, |ui, _, view, _| about::show(ui, &view.frames)),
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
