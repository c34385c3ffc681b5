//! The Evaluate page: what the model in use says of the test split.

use egui::Ui;

use crate::{
    app::{Action, Actions, AppState, Page},
    ui::{
        UiState,
        widgets::{icons, parts},
    },
};

pub fn show(ui: &mut Ui, state: &AppState, _: &mut UiState, actions: &mut Actions) {
    if let Some(evaluation) = &state.evaluate.evaluation {
        let percent =
            |share: Option<f64>| share.map_or_else(|| "n/a".to_owned(), |share| format!("{:.1} %", 100.0 * share));
        ui.label(format!("{} images of the test split", evaluation.metrics.n));
        ui.label(format!("Accuracy {}", percent(evaluation.metrics.accuracy)));
        ui.label(format!("Balanced accuracy {}", percent(evaluation.metrics.balanced_accuracy)));
        ui.label(format!("Macro F1 {}", percent(evaluation.metrics.macro_f1)));
        return;
    }
    let text = "Needs an open dataset and a trained model";
    parts::empty(ui, icons::TARGET, "Nothing was evaluated yet", text, |ui| {
        let next = if state.dataset.opened.is_none() { Page::Dataset } else { Page::Train };
        parts::button(ui, state, actions, Action::Go(next), true);
    });
}
