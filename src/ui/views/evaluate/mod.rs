//! The Evaluate page: what the model in use says of the opened dataset, and the images behind every figure.

mod cells;
mod classes;
mod headline;
mod picks;
mod tabs;

use std::sync::Arc;

use egui::{ProgressBar, RichText, ScrollArea, Ui};

pub use self::picks::EvaluateView;
use crate::{
    app::{Action, Actions, AppState, Page, notices, state::Task},
    eval::evaluate::{Evaluation, Scope},
    job::{JobId, Picked},
    ui::{
        UiState, theme,
        widgets::{icons, parts},
    },
};

pub fn show(ui: &mut Ui, state: &AppState, view: &mut UiState, actions: &mut Actions) {
    subject(ui, state, actions);
    let evaluate = &state.evaluate;
    match (&evaluate.result, evaluate.running, &evaluate.failure) {
        (Some(result), _, _) => full(ui, state, result, view, actions),
        (None, Some(job), _) => {
            let doing = state.activity.task(job).map_or("Waiting", |task| task.doing);
            parts::empty(ui, icons::TARGET, "Evaluating", doing, |ui| {
                ui.add(bar(state, job));
                parts::button(ui, state, actions, Action::Stop(job), false);
            });
        }
        (None, None, Some(failure)) => {
            let title = notices::sentence(&failure.what);
            parts::empty(ui, icons::ALERT, &title, &notices::reasons(failure), |ui| {
                parts::button(ui, state, actions, Action::Evaluate, true);
            });
        }
        (None, None, None) => nothing(ui, state, actions),
    }
}

/// The model, the dataset and the choice of images that the next evaluation is made of.
fn subject(ui: &mut Ui, state: &AppState, actions: &mut Actions) {
    ui.horizontal(|ui| {
        ui.label(RichText::new("Model").weak());
        let model = model_name(state).unwrap_or_else(|| "none yet".to_owned());
        ui.add(egui::Label::new(&model).truncate()).on_hover_text(model);
        ui.separator();
        ui.label(RichText::new("Dataset").weak());
        match &state.dataset.opened {
            Some(opened) => ui.label(opened.dataset.name()).on_hover_text(opened.dataset.root.display().to_string()),
            None => ui.label("none open"),
        };
        ui.separator();
        for scope in Scope::ALL {
            let action = Action::EvaluateOn(scope);
            let chosen = state.evaluate.scope == scope;
            if ui.selectable_label(chosen, action.text()).on_hover_text(action.tooltip()).clicked() {
                actions.push(action);
            }
        }
    });
}

fn model_name(state: &AppState) -> Option<String> {
    let known = state.models.current().map(|model| format!("{} · {}", model.title, model.origin));
    known.or_else(|| state.models.current.clone())
}

fn nothing(ui: &mut Ui, state: &AppState, actions: &mut Actions) {
    let obstacle = Action::Evaluate.obstacle(state);
    if state.dataset.opened.is_none() {
        let text = obstacle.unwrap_or_default();
        parts::empty(ui, icons::TARGET, "Nothing was evaluated yet", text, |ui| {
            parts::button(ui, state, actions, Action::Choose(Picked::Dataset), true);
            parts::button(ui, state, actions, Action::OpenSynthetic, false);
        });
        return;
    }
    let next = if obstacle.is_none() { Action::Evaluate } else { Action::Go(Page::Train) };
    let text = obstacle.unwrap_or("Figures, confusion matrix and the images behind each of its cells");
    parts::empty(ui, icons::TARGET, "Nothing was evaluated yet", text, |ui| {
        parts::button(ui, state, actions, next, true);
    });
}

fn bar(state: &AppState, job: JobId) -> ProgressBar {
    ProgressBar::new(state.activity.task(job).and_then(Task::share).unwrap_or(0.0)).show_percentage()
}

fn full(ui: &mut Ui, state: &AppState, result: &Arc<Evaluation>, view: &mut UiState, actions: &mut Actions) {
    view.evaluate.refresh(result, state.evaluate.away());
    if let Some(job) = state.evaluate.running {
        ui.horizontal(|ui| {
            ui.label(state.activity.task(job).map_or("Waiting", |task| task.doing));
            ui.add(bar(state, job).desired_width(240.0));
            parts::button(ui, state, actions, Action::Stop(job), false);
        });
    } else if let Some(failure) = &state.evaluate.failure {
        let words = format!("{}  {}", icons::ALERT, notices::sentence(&failure.what));
        ui.colored_label(ui.visuals().error_fg_color, words).on_hover_text(notices::reasons(failure));
    }
    let height = (ui.available_height() - 172.0).clamp(416.0, 640.0);
    ScrollArea::vertical().id_salt("evaluation").auto_shrink(false).show(ui, |ui| {
        ui.label(RichText::new(origin(state, result)).weak());
        headline::notes(ui, state, result);
        headline::show(ui, result);
        cells::show(ui, state, result, view, actions, height);
        tabs::show(ui, state, result, view, actions);
        ui.add_space(theme::GRID);
    });
}

/// What the figures are of.
fn origin(state: &AppState, result: &Evaluation) -> String {
    let scope = state.evaluate.answered.as_ref().map_or_else(Scope::default, |answered| answered.scope);
    let images = match scope {
        Scope::Test => "the test split",
        Scope::All => "all images",
    };
    format!("{} on {images} of {}, {}", result.model, result.dataset, result.device)
}
