//! The confusion matrix of the classes, or of the finer types that file names carry; a cell shows its images.

use egui::{Id, Ui};

use crate::{
    app::Actions,
    domain::cross_table::CrossTable,
    eval::evaluate::Evaluation,
    report::chart::{Chart as Drawing, Provenance},
    ui::widgets::{
        chart::Chart,
        matrix::{Matrix, Mode},
    },
};

use super::super::{EvaluateView, picks::Shown};

pub(super) fn show(ui: &mut Ui, evaluation: &Evaluation, view: &mut EvaluateView, actions: &mut Actions) {
    let finer = evaluation.sub_type_table();
    switches(ui, finer.is_some(), view);
    let counts = finer.filter(|_| view.finer).unwrap_or_else(|| CrossTable::of_classes(&evaluation.metrics.confusion));
    let title = if counts.finer {
        t!("True sub-type against predicted class")
    } else {
        t!("True class against predicted class")
    };
    let matrix = Matrix { counts: &counts, mode: view.mode, selected: selected(view, counts.finer), opens: true };
    let chart = Chart::new("evaluation matrix", title, matrix.summary(), || matrix.table());
    let chart = chart.exports(|| {
        let origin = Provenance::of_evaluation(evaluation);
        if counts.finer {
            Drawing::sub_types(evaluation, &origin)
        } else {
            Drawing::of_metrics(&evaluation.metrics, &origin)
        }
    });
    let mut chosen = None;
    let ask = chart.show(ui, |ui, _| {
        chosen = matrix.show(ui, Id::unique(("evaluation cells", counts.finer)), ui.available_size());
    });
    if let Some(ask) = ask {
        ask.act(actions);
    }
    if let Some(cell) = chosen {
        view.toggle(if counts.finer { Shown::Finer(cell) } else { Shown::Cell(cell) }, false);
    }
}

/// What the cells say, and what the rows are.
fn switches(ui: &mut Ui, finer: bool, view: &mut EvaluateView) {
    ui.horizontal_wrapped(|ui| {
        for mode in Mode::ALL {
            if ui.selectable_label(view.mode == mode, mode.title()).on_hover_text(mode.help()).clicked() {
                view.mode = mode;
            }
        }
        if !finer {
            return;
        }
        ui.separator();
        let rows = [
            (false, t!("Classes"), t!("One row for each true class")),
            (
                true,
                t!("Sub-types"),
                t!("One row for each finer type that the file names carry, such as MMY; no input to the model"),
            ),
        ];
        for (on, words, help) in rows {
            if ui.selectable_label(view.finer == on, words).on_hover_text(help).clicked() {
                view.finer = on;
            }
        }
    });
}

fn selected(view: &EvaluateView, finer: bool) -> Option<(usize, usize)> {
    match view.shown {
        _ if view.away => None,
        Shown::Cell(cell) if !finer => Some(cell),
        Shown::Finer(cell) if finer => Some(cell),
        _ => None,
    }
}
