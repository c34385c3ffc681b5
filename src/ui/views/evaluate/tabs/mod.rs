//! The tabs beside the gallery: the matrix and every further figure, each of which shows its images.

mod calibration;
mod classes;
mod matrix;
mod mistakes;
mod other_lab;
mod ranking;
mod risk;

use std::sync::Arc;

use egui::{ScrollArea, Ui};

use super::{EvaluateView, picks::Tab};
use crate::{
    app::{Actions, AppState},
    eval::evaluate::Evaluation,
    job::aside::Standing,
    ui::widgets::parts,
};

/// The names of the tabs, the open one marked.
pub(super) fn row(ui: &mut Ui, view: &mut EvaluateView) {
    ui.horizontal_wrapped(|ui| {
        for tab in Tab::ALL {
            if ui.selectable_label(view.tab == tab, tab.title()).clicked() {
                view.tab = tab;
            }
        }
    });
}

/// What the open tab shows, scrolled where it does not fit.
pub(super) fn show(
    ui: &mut Ui,
    state: &AppState,
    evaluation: &Arc<Evaluation>,
    view: &mut EvaluateView,
    actions: &mut Actions,
) {
    let waits = match view.tab {
        Tab::Ranking | Tab::Risk | Tab::Mistakes => {
            matches!(view.curves(evaluation, ui.ctx()), Standing::UnderWay)
        }
        Tab::Matrix | Tab::Classes | Tab::Calibration | Tab::OtherLab => false,
    };
    if waits {
        ui.horizontal(|ui| {
            parts::busy(ui, state);
            ui.label(t!("Working out the curves"));
        });
        return;
    }
    let area = ScrollArea::both().id_salt(("tab", view.tab)).auto_shrink(false);
    area.show(ui, |ui| match view.tab {
        Tab::Matrix => matrix::show(ui, evaluation, view, actions),
        Tab::Classes => classes::show(ui, &evaluation.metrics, view),
        Tab::Calibration => calibration::show(ui, evaluation, view, actions),
        Tab::Ranking => ranking::show(ui, evaluation, view, actions),
        Tab::Risk => risk::show(ui, evaluation, view, actions),
        Tab::Mistakes => mistakes::show(ui, evaluation, view),
        Tab::OtherLab => other_lab::show(ui, state, evaluation, view, actions),
    });
}
