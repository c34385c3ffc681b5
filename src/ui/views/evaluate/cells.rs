//! The confusion matrix, and beside it the images behind a cell or behind the mistakes.

use std::{path::Path, sync::Arc};

use egui::{Id, RichText, Ui};

use crate::{
    app::{Actions, AppState},
    domain::{
        classes::{self, ClassList},
        prediction::Judged,
    },
    eval::evaluate::Evaluation,
    report::{self, chart::Provenance},
    ui::{
        UiState, theme,
        widgets::{
            chart::Chart,
            confidence,
            gallery::{Cell, Gallery},
            matrix::{Matrix, Mode},
        },
    },
};

use super::EvaluateView;

/// Matrix and gallery side by side, both as tall as `height`.
pub(super) fn show(
    ui: &mut Ui,
    state: &AppState,
    evaluation: &Arc<Evaluation>,
    view: &mut UiState,
    actions: &mut Actions,
    height: f32,
) {
    let width = ui.available_width();
    ui.horizontal_top(|ui| {
        theme::card(ui.style()).show(ui, |ui| {
            ui.set_width(width * 0.56 - 40.0);
            ui.set_height(height);
            ui.vertical(|ui| matrix(ui, evaluation, &mut view.evaluate, actions));
        });
        view.evaluate.refresh(evaluation);
        theme::card(ui.style()).show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.set_height(height);
            ui.vertical(|ui| images(ui, state, evaluation, view, actions));
        });
    });
}

fn matrix(ui: &mut Ui, evaluation: &Evaluation, view: &mut EvaluateView, actions: &mut Actions) {
    ui.horizontal(|ui| {
        for mode in Mode::ALL {
            if ui.selectable_label(view.mode == mode, mode.title()).on_hover_text(mode.help()).clicked() {
                view.mode = mode;
            }
        }
    });
    let confusion = &evaluation.metrics.confusion;
    let matrix = Matrix { confusion, mode: view.mode, selected: view.cell, opens: true };
    let chart = Chart::new("evaluation matrix", "Confusion matrix", matrix.summary(), matrix.table())
        .exports(|| report::chart::Chart::of_metrics(&evaluation.metrics, &Provenance::of_evaluation(evaluation)));
    let mut chosen = None;
    let ask = chart.show(ui, |ui, _| chosen = matrix.show(ui, Id::unique("evaluation cells"), ui.available_size()));
    if let Some(ask) = ask {
        ask.act(actions);
    }
    if chosen.is_some() {
        view.cell = if view.cell == chosen { None } else { chosen };
    }
}

fn images(ui: &mut Ui, state: &AppState, evaluation: &Evaluation, view: &mut UiState, actions: &mut Actions) {
    let labels = &evaluation.metrics.confusion.labels;
    let UiState { evaluate: view, pictures, .. } = view;
    head(ui, labels, view);
    let Some(root) = state.evaluate.answered.as_ref().map(|answered| answered.root.as_path()) else { return };
    if view.picked().is_empty() {
        let words = if view.cell.is_some() { "No image here" } else { "Every image was given its true class" };
        ui.label(RichText::new(words).weak());
        return;
    }
    let (version, picked) = (view.version(), view.picked.as_slice());
    let cell = |place: usize| {
        picked.get(place).and_then(|index| evaluation.judged.get(*index)).map(|one| describe(root, labels, one))
    };
    let gallery =
        Gallery { id: Id::unique("evaluated images"), version, count: picked.len(), cell: &cell, confidences: true };
    gallery.show(ui, state, &mut view.gallery, pictures, actions);
}

fn head(ui: &mut Ui, labels: &ClassList, view: &mut EvaluateView) {
    let title = match view.cell {
        Some((truth, given)) => {
            let name = |label| classes::title(labels.name(label));
            format!("True {}, predicted {}", name(truth), name(given))
        }
        None => "Most confident mistakes".to_owned(),
    };
    ui.add(egui::Label::new(RichText::new(&title).heading()).truncate()).on_hover_text(&title);
    ui.horizontal(|ui| {
        if view.cell.is_some() {
            if ui.link("Show all mistakes").clicked() {
                view.cell = None;
                ui.ctx().request_repaint();
            }
        } else {
            ui.label(RichText::new("Click a cell for its images").weak());
        }
    });
}

/// What stands under a picture and what a screen reader says of it.
fn describe(root: &Path, labels: &ClassList, one: &Judged) -> Cell {
    let truth = labels.name(one.truth);
    let (given, share) = one.prediction.top().map_or(("n/a", 0.0), |(label, share)| (labels.name(label), share));
    let name = format!("{}: true {truth}, predicted {given}, {}", one.path, confidence::percent(share));
    let (truth, given) = (Some(truth.to_owned()), Some((given.to_owned(), share)));
    Cell { path: root.join(&one.path), name, truth, given }
}
