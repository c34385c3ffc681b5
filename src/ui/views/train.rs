//! The Train page: the form, the live run and the runs on disk.

use egui::Ui;

use crate::{
    app::{Actions, AppState},
    job::Picked,
    ui::{
        UiState,
        widgets::{icons, parts},
    },
};

pub fn show(ui: &mut Ui, state: &AppState, _: &mut UiState, actions: &mut Actions) {
    if state.dataset.opened.is_none() {
        let text = "A run learns from a labelled folder";
        parts::empty(ui, icons::TRAIN, "No dataset is open", text, |ui| {
            parts::button(ui, state, actions, crate::app::Action::Choose(Picked::Dataset), true);
        });
        return;
    }
    let form = &state.train.form;
    ui.label(form.architecture.title());
    ui.label(format!("{} px, {} epochs, batch {}, seed {}", form.size, form.epochs, form.batch, form.seed));
    if let Some(step) = state.train.running.as_ref().and_then(|run| run.step.as_ref()) {
        ui.label(format!("Epoch {}, step {} of {}, loss {:.3}", step.epoch, step.step, step.steps, step.loss));
    }
}
