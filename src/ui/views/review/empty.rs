//! The page without a session: how one is got, the sessions of before, and what is on its way.

use egui::{Button, ProgressBar, RichText, ScrollArea, Ui};

use crate::{
    app::{Actions, AppState, Page, Task, notices, wish},
    domain::review::case::Case,
    job::tasks::review::Listed,
    report::words::thousands,
    ui::{
        theme,
        widgets::{icons, parts},
    },
};

pub(super) fn show(ui: &mut Ui, state: &AppState, actions: &mut Actions) {
    let opening = &state.review.opening;
    if let Some(job) = opening.running() {
        let task = state.activity.task(job);
        let (title, doing) = task.map_or((t!("Opening"), ""), |task| (task.title.as_str(), t!(task.doing)));
        parts::empty(ui, icons::REVIEW, title, doing, |ui| {
            ui.add(ProgressBar::new(task.and_then(Task::share).unwrap_or(0.0)).show_percentage());
            parts::button(ui, state, actions, wish::Window::Stop(job), false);
        });
        return;
    }
    if let Some(failure) = opening.failure() {
        let title = notices::sentence(&failure.what);
        parts::empty(ui, icons::ALERT, &title, &notices::reasons(failure), |ui| {
            parts::button(ui, state, actions, wish::Review::ChooseSession, true);
        });
        recents(ui, state, actions);
        return;
    }
    let classified = state.classify.items.len();
    let (text, next) = if classified > 0 {
        let text = n!(
            classified,
            "1 cell is classified: go through them, correct what is wrong, and sign the differential",
            "{cells} cells are classified: go through them, correct what is wrong, and sign the differential",
            cells = thousands(classified as u64)
        );
        (text, true)
    } else {
        (t!("Classify cells first: their review begins with what the model suggests").to_owned(), false)
    };
    parts::empty(ui, icons::REVIEW, t!("No session is open"), &text, |ui| {
        if next {
            parts::button(ui, state, actions, wish::Review::Propose, true);
        } else {
            parts::button(ui, state, actions, wish::Window::Go(Page::Classify), true);
        }
        parts::button(ui, state, actions, wish::Review::ChooseSession, false);
    });
    recents(ui, state, actions);
}

/// The sessions of before, the newest first.
fn recents(ui: &mut Ui, state: &AppState, actions: &mut Actions) {
    if state.review.recents.is_empty() {
        return;
    }
    ui.add_space(theme::GRID * 2.0);
    ui.heading(t!("Recent sessions"));
    ScrollArea::vertical().id_salt("recent sessions").auto_shrink(false).show(ui, |ui| {
        for one in &state.review.recents {
            let words = format!("{}  {}", if one.is_signed { icons::CHECK } else { icons::REVIEW }, one.case.title());
            let button = Button::new(words).frame_when_inactive(false).truncate();
            let button = button.right_text(RichText::new(facts(one)).small().weak());
            if ui.add(button).on_hover_text(one.folder.display().to_string()).clicked() {
                actions.push(wish::Review::Open(one.folder.clone()));
            }
        }
    });
}

/// Who began it, when, and how far it is.
fn facts(one: &Listed) -> String {
    let Case { who, created, model, .. } = &one.case;
    let at = t!(
        "{date} {hour}:{minute} UTC",
        date = created.date(),
        hour = format!("{:02}", created.hour()),
        minute = format!("{:02}", created.minute())
    );
    let standing = if one.is_signed { t!("signed") } else { t!("not signed") };
    format!("{who}, {at}, {}, {standing}", model.name)
}
