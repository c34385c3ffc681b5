//! A page that waits for one answer: nothing asked yet, at work, failed, and at work or failed anew beside an old answer.

use egui::{ProgressBar, Ui};

use super::{icons, parts};
use crate::{
    app::{Action, Actions, AppState, Page, Task, notices, wish},
    fault::Failure,
    job::JobId,
};

/// What a page asks for, and how far it is.
pub struct Wanted<'a> {
    pub icon: &'static str,
    /// Title while the first answer is worked out.
    pub doing: &'static str,
    /// Title before anything was asked.
    pub nothing: &'static str,
    /// What the answer will show.
    pub promise: &'static str,
    /// Asks for it.
    pub action: Action,
    pub running: Option<JobId>,
    pub failure: Option<&'a Failure>,
}

impl Wanted<'_> {
    /// Fills the page while there is no answer.
    pub fn in_place(&self, ui: &mut Ui, state: &AppState, actions: &mut Actions) {
        match (self.running, self.failure) {
            (Some(job), _) => parts::empty(ui, self.icon, self.doing, stage(state, job), |ui| {
                ui.add(bar(state, job));
                parts::button(ui, state, actions, wish::Window::Stop(job), false);
            }),
            (None, Some(failure)) => {
                let title = notices::sentence(&failure.what);
                parts::empty(ui, icons::ALERT, &title, &notices::reasons(failure), |ui| {
                    parts::button(ui, state, actions, self.action.clone(), true);
                });
            }
            (None, None) => self.before(ui, state, actions),
        }
    }

    /// One line above an older answer.
    pub fn above(&self, ui: &mut Ui, state: &AppState, actions: &mut Actions) {
        if let Some(job) = self.running {
            ui.horizontal(|ui| {
                ui.label(stage(state, job));
                ui.add(bar(state, job).desired_width(240.0));
                parts::button(ui, state, actions, wish::Window::Stop(job), false);
            });
        } else if let Some(failure) = self.failure {
            let words = format!("{}  {}", icons::ALERT, notices::sentence(&failure.what));
            ui.colored_label(ui.visuals().error_fg_color, words).on_hover_text(notices::reasons(failure));
        }
    }

    /// What stands in the way, and the button that gets on.
    fn before(&self, ui: &mut Ui, state: &AppState, actions: &mut Actions) {
        let obstacle = self.action.obstacle(state);
        if state.dataset.opened.is_none() {
            parts::empty(ui, self.icon, self.nothing, obstacle.unwrap_or_default(), |ui| {
                parts::button(ui, state, actions, wish::Dataset::Choose, true);
                parts::button(ui, state, actions, wish::Dataset::OpenSynthetic, false);
            });
            return;
        }
        let next = if obstacle.is_none() { self.action.clone() } else { wish::Window::Go(Page::Train).into() };
        parts::empty(ui, self.icon, self.nothing, obstacle.unwrap_or(self.promise), |ui| {
            parts::button(ui, state, actions, next, true);
        });
    }
}

fn stage(state: &AppState, job: JobId) -> &'static str {
    state.activity.task(job).map_or(t!("Waiting"), |task| t!(task.doing))
}

fn bar(state: &AppState, job: JobId) -> ProgressBar {
    ProgressBar::new(state.activity.task(job).and_then(Task::share).unwrap_or(0.0)).show_percentage()
}
