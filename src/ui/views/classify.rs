//! The Classify page: images and what the model says of them.

use egui::Ui;

use crate::{
    app::{Action, Actions, AppState},
    domain::prediction::Outcome,
    job::Picked,
    ui::{
        UiState,
        widgets::{icons, parts},
    },
};

pub fn show(ui: &mut Ui, state: &AppState, _: &mut UiState, actions: &mut Actions) {
    if state.classify.items.is_empty() {
        let text = "Drop images or folders anywhere in the window";
        parts::empty(ui, icons::MICROSCOPE, "No image yet", text, |ui| {
            parts::button(ui, state, actions, Action::Choose(Picked::Images), true);
        });
        return;
    }
    for item in &state.classify.items {
        let said = match &item.outcome {
            Outcome::Seen { prediction, .. } => prediction.top().map_or_else(String::new, |(label, p)| {
                format!("{} {:.1} %", crate::domain::classes::title(state.classify.classes.name(label)), 100.0 * p)
            }),
            Outcome::Refused(why) => why.clone(),
        };
        ui.label(format!("{} {said}", item.path.display()));
    }
}
