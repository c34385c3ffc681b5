//! The Train page: the form at the left, the run that trains at the right, all runs below.

mod figures;
mod forecast;
mod form;
mod live;
mod moving;
mod queue;
mod runs;
mod theatre;

pub use self::{
    live::duration,
    runs::{TrainView, ending},
};

use egui::{Frame, Margin, Panel, Ui};

use crate::{
    app::{Actions, AppState},
    ui::widgets::gallery::Pictures,
};

/// Width of the form in points.
const FORM: f32 = 336.0;
/// Height of the run list in points when the page opens.
const RUNS: f32 = 180.0;

/// Draws the page.
pub fn show(ui: &mut Ui, state: &AppState, (view, pictures): (&mut TrainView, &mut Pictures), actions: &mut Actions) {
    let below = Frame::new().inner_margin(Margin { top: 12, ..Margin::ZERO });
    Panel::bottom("runs").default_size(RUNS).size_range(96.0..=420.0).resizable(true).frame(below).show(ui, |ui| {
        runs::show(ui, state, view, actions);
    });
    let form = Panel::left("train form")
        .exact_size(FORM)
        .resizable(false)
        .frame(Frame::new().inner_margin(Margin { right: 16, ..Margin::ZERO }));
    form.show(ui, |ui| form::show(ui, state, actions));
    let live = Frame::new().inner_margin(Margin { left: 16, bottom: 8, ..Margin::ZERO });
    egui::CentralPanel::default().frame(live).show(ui, |ui| {
        queue::left_over(ui, &state.train, actions);
        live::show(ui, state, (view, pictures), actions);
    });
}
