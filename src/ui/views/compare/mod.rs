//! The Compare page: two models on the same cells, whether they differ, and the cells that it is about.

mod bars;
mod cells;
mod figures;

use std::sync::Arc;

use egui::{ProgressBar, RichText, ScrollArea, Ui};

pub use self::cells::CompareView;
use crate::{
    app::{
        Action, Actions, AppState, Page, notices,
        state::{Side, Task},
    },
    domain::comparison::Comparison,
    eval::evaluate::Scope,
    job::{JobId, Picked},
    report::words::thousands,
    ui::{
        UiState, theme,
        widgets::{icons, parts},
    },
};

pub fn show(ui: &mut Ui, state: &AppState, view: &mut UiState, actions: &mut Actions) {
    subject(ui, state, actions);
    let compare = &state.compare;
    match (&compare.result, compare.running, &compare.failure) {
        (Some(result), ..) => full(ui, state, result, view, actions),
        (None, Some(job), _) => {
            let doing = state.activity.task(job).map_or("Waiting", |task| task.doing);
            parts::empty(ui, icons::SCALE, "Comparing", doing, |ui| {
                ui.add(bar(state, job));
                parts::button(ui, state, actions, Action::Stop(job), false);
            });
        }
        (None, None, Some(failure)) => {
            let title = notices::sentence(&failure.what);
            parts::empty(ui, icons::ALERT, &title, &notices::reasons(failure), |ui| {
                parts::button(ui, state, actions, Action::Compare, true);
            });
        }
        (None, None, None) => nothing(ui, state, actions),
    }
}

/// Both models, the dataset and the choice of cells that the next comparison is made of.
fn subject(ui: &mut Ui, state: &AppState, actions: &mut Actions) {
    ui.horizontal_wrapped(|ui| {
        for side in Side::BOTH {
            picker(ui, state, side, actions);
        }
        ui.separator();
        ui.label(RichText::new("Dataset").weak());
        match &state.dataset.opened {
            Some(opened) => ui.label(opened.dataset.name()).on_hover_text(opened.dataset.root.display().to_string()),
            None => ui.label("none open"),
        };
        ui.separator();
        for scope in Scope::ALL {
            let action = Action::CompareOn(scope);
            let chosen = state.compare.scope == scope;
            if ui.selectable_label(chosen, action.text()).on_hover_text(action.tooltip()).clicked() {
                actions.push(action);
            }
        }
    });
}

fn picker(ui: &mut Ui, state: &AppState, side: Side, actions: &mut Actions) {
    let chosen = state.compared(side);
    let name = chosen.map_or_else(|| "none yet".to_owned(), |model| format!("{} · {}", model.title, model.origin));
    ui.menu_button(format!("{}: {name}", side.letter()), |ui| {
        if state.models.known.is_empty() {
            ui.label(RichText::new("Train a model first").weak());
        }
        for model in &state.models.known {
            let score = model.accuracy.map(|share| format!("  {:.1} %", 100.0 * share)).unwrap_or_default();
            let words = format!("{} · {}{score}", model.title, model.origin);
            if ui.selectable_label(chosen.is_some_and(|chosen| chosen.id == model.id), words).clicked() {
                actions.push(Action::PickCompared(side, model.id.clone()));
                ui.close();
            }
        }
    });
}

fn nothing(ui: &mut Ui, state: &AppState, actions: &mut Actions) {
    let obstacle = Action::Compare.obstacle(state);
    let title = "Nothing was compared yet";
    if state.dataset.opened.is_none() {
        parts::empty(ui, icons::SCALE, title, obstacle.unwrap_or_default(), |ui| {
            parts::button(ui, state, actions, Action::Choose(Picked::Dataset), true);
            parts::button(ui, state, actions, Action::OpenSynthetic, false);
        });
        return;
    }
    let next = if obstacle.is_none() { Action::Compare } else { Action::Go(Page::Train) };
    let text =
        obstacle.unwrap_or("Both models see the same cells: figures, differences, cost, and where they disagree");
    parts::empty(ui, icons::SCALE, title, text, |ui| {
        parts::button(ui, state, actions, next, true);
    });
}

fn bar(state: &AppState, job: JobId) -> ProgressBar {
    ProgressBar::new(state.activity.task(job).and_then(Task::share).unwrap_or(0.0)).show_percentage()
}

fn full(ui: &mut Ui, state: &AppState, result: &Arc<Comparison>, view: &mut UiState, actions: &mut Actions) {
    view.compare.refresh(result);
    if let Some(job) = state.compare.running {
        ui.horizontal(|ui| {
            ui.label(state.activity.task(job).map_or("Waiting", |task| task.doing));
            ui.add(bar(state, job).desired_width(240.0));
            parts::button(ui, state, actions, Action::Stop(job), false);
        });
    } else if let Some(failure) = &state.compare.failure {
        let words = format!("{}  {}", icons::ALERT, notices::sentence(&failure.what));
        ui.colored_label(ui.visuals().error_fg_color, words).on_hover_text(notices::reasons(failure));
    }
    let height = (ui.available_height() - 96.0).clamp(360.0, 560.0);
    ScrollArea::vertical().id_salt("comparison").auto_shrink(false).show(ui, |ui| {
        let count = thousands(result.n);
        ui.label(RichText::new(format!("{count} cells of {}: {}", result.a.dataset, result.cells)).weak());
        figures::notes(ui, state, result);
        figures::verdict(ui, result);
        let width = ui.available_width();
        ui.horizontal_top(|ui| {
            theme::card(ui.style()).show(ui, |ui| {
                ui.set_width(width * 0.48 - 40.0);
                ui.set_height(height);
                ui.vertical(|ui| bars::show(ui, result, &mut view.compare, actions));
            });
            view.compare.refresh(result);
            theme::card(ui.style()).show(ui, |ui| {
                ui.set_width(ui.available_width());
                ui.set_height(height);
                ui.vertical(|ui| cells::show(ui, state, result, view, actions));
            });
        });
        figures::show(ui, result);
        ui.add_space(theme::GRID);
    });
}
