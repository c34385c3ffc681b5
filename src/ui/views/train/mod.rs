//! The Train page: the form at the left, the run that trains at the right, all runs below.

mod form;
mod live;
mod runs;

use egui::{Panel, Ui};

use crate::{
    app::{Actions, AppState},
    ui::UiState,
};

/// Width of the form in points.
const FORM: f32 = 336.0;
/// Height of the run list in points when the page opens.
const RUNS: f32 = 168.0;

/// Draws the page.
pub fn show(ui: &mut Ui, state: &AppState, _: &mut UiState, actions: &mut Actions) {
    Panel::left("train form").exact_size(FORM).resizable(false).show(ui, |ui| form::show(ui, state, actions));
    Panel::bottom("runs").default_size(RUNS).size_range(96.0..=420.0).resizable(true).show(ui, |ui| {
        runs::show(ui, state, actions);
    });
    egui::CentralPanel::default().show(ui, |ui| live::show(ui, state, actions));
}
