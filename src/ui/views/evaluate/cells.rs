//! The confusion matrix, and beside it the images behind a cell or behind the mistakes.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use egui::{Id, RichText, Ui};

use crate::{
    app::{Action, Actions, AppState},
    domain::{
        classes::{self, ClassList},
        prediction::Judged,
    },
    eval::evaluate::Evaluation,
    report::words::thousands,
    ui::{
        UiState, theme,
        widgets::{
            chart::Chart,
            confidence,
            gallery::{self, Cell},
            matrix::{Matrix, Mode, code},
            parts,
        },
    },
};

use super::EvaluateView;

/// Least side of a picture in points, so that its caption has room.
const SIDE: f32 = 104.0;

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
            ui.vertical(|ui| matrix(ui, evaluation, &mut view.evaluate));
        });
        view.evaluate.refresh(evaluation);
        theme::card(ui.style()).show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.set_height(height);
            ui.vertical(|ui| images(ui, state, evaluation, view, actions));
        });
    });
}

fn matrix(ui: &mut Ui, evaluation: &Evaluation, view: &mut EvaluateView) {
    ui.horizontal(|ui| {
        for mode in Mode::ALL {
            if ui.selectable_label(view.mode == mode, mode.title()).on_hover_text(mode.help()).clicked() {
                view.mode = mode;
            }
        }
    });
    let confusion = &evaluation.metrics.confusion;
    let matrix = Matrix { confusion, mode: view.mode, selected: view.cell, opens: true };
    let chart = Chart::new("evaluation matrix", "Confusion matrix", matrix.summary(), matrix.table()).exports(false);
    let mut chosen = None;
    chart.show(ui, |ui, _| chosen = matrix.show(ui, Id::unique("evaluation cells"), ui.available_size()));
    if chosen.is_some() {
        view.cell = if view.cell == chosen { None } else { chosen };
    }
}

fn images(ui: &mut Ui, state: &AppState, evaluation: &Evaluation, view: &mut UiState, actions: &mut Actions) {
    let labels = &evaluation.metrics.confusion.labels;
    let UiState { evaluate: view, pictures, .. } = view;
    let count = view.picked().len();
    head(ui, labels, view, count);
    let Some(root) = state.evaluate.answered.as_ref().map(|answered| answered.root.as_path()) else { return };
    if count == 0 {
        let words = if view.cell.is_some() { "No image here" } else { "Every image was given its true class" };
        ui.label(RichText::new(words).weak());
        return;
    }
    let at = |place: usize| view.picked().get(place).and_then(|index| evaluation.judged.get(*index));
    if let Some(one) = view.selected.and_then(at) {
        ui.horizontal(|ui| {
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                parts::button(ui, state, actions, Action::Reveal(root.join(&one.path)), false);
                ui.add(egui::Label::new(RichText::new(&one.path).small()).truncate()).on_hover_text(&one.path);
            });
        });
    }
    let side = state.settings.preferences.thumb_side.max(SIDE);
    let cell = |place: usize| at(place).map_or_else(blank, |one| describe(root, labels, one));
    // Each cell of the matrix has a scroll position of its own.
    let clicked =
        ui.push_id(("images of", view.cell), |ui| gallery::captioned(ui, pictures, count, side, view.selected, cell));
    if let Some(place) = clicked.inner {
        view.selected = if view.selected == Some(place) { None } else { Some(place) };
    }
}

fn head(ui: &mut Ui, labels: &ClassList, view: &mut EvaluateView, count: usize) {
    let title = match view.cell {
        Some((truth, given)) => {
            let name = |label| classes::title(labels.name(label));
            format!("True {}, predicted {}", name(truth), name(given))
        }
        None => "Most confident mistakes".to_owned(),
    };
    ui.add(egui::Label::new(RichText::new(&title).heading()).truncate()).on_hover_text(&title);
    ui.horizontal(|ui| {
        let images = if count == 1 { "image" } else { "images" };
        ui.label(RichText::new(format!("{} {images}, the most confident first", thousands(count as u64))).weak());
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
fn describe(root: &Path, labels: &ClassList, one: &Judged) -> (Cell, [String; 2]) {
    let truth = labels.name(one.truth);
    let (given, share) = one.prediction.top().map_or(("n/a", 0.0), |(label, share)| (labels.name(label), share));
    let share = confidence::percent(share);
    let lines = [format!("True {}", code(truth)), format!("{} {share}", code(given))];
    let name = format!("{}: true {truth}, predicted {given}, {share}", one.path);
    (Cell { path: root.join(&one.path), name, class: truth.to_owned() }, lines)
}

fn blank() -> (Cell, [String; 2]) {
    (Cell { path: PathBuf::new(), name: String::new(), class: String::new() }, Default::default())
}
