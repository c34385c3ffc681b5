//! The gallery beside every tab: the images behind the last pick, or behind the mistakes.

use std::path::Path;

use egui::{Id, RichText, Ui};

use crate::{
    app::{Actions, AppState},
    domain::{classes::ClassList, prediction::Judged},
    eval::evaluate::Evaluation,
    ui::{
        views::{gallery_looks, gallery_wishes},
        widgets::{
            confidence,
            gallery::{Cell, Gallery, Pictures},
        },
    },
};

use super::{EvaluateView, picks::Shown};

pub(super) fn show(
    ui: &mut Ui,
    state: &AppState,
    evaluation: &Evaluation,
    (view, pictures): (&mut EvaluateView, &mut Pictures),
    actions: &mut Actions,
) {
    let Some((evaluation, root)) = source(state, evaluation, view.away) else { return };
    let labels = &evaluation.metrics.confusion.labels;
    head(ui, evaluation, view);
    if view.picked().is_empty() {
        let all = view.shown == Shown::Mistakes;
        let words = if all { t!("Every image was given its true class") } else { t!("No image here") };
        ui.label(RichText::new(words).weak());
        return;
    }
    let (version, picked) = (view.version(), view.picked.as_slice());
    let cell = |place: usize| {
        picked.get(place).and_then(|index| evaluation.judged.get(*index)).map(|one| describe(root, labels, one))
    };
    let (id, (side, against_opening)) = (Id::unique("evaluated images"), gallery_looks(state));
    let count = picked.len();
    let gallery = Gallery { id, version, count, cell: &cell, confidences: true, side, against_opening };
    gallery_wishes(gallery.show(ui, (&mut view.gallery, &state.selection), pictures), actions);
}

/// The evaluation whose images are shown, and the folder that they lie in.
fn source<'a>(state: &'a AppState, home: &'a Evaluation, away: bool) -> Option<(&'a Evaluation, &'a Path)> {
    if away {
        let (lab, away) = state.evaluate.other()?;
        return Some((away, &lab.root));
    }
    Some((home, state.evaluate.home.answered()?.data.root.as_path()))
}

fn head(ui: &mut Ui, evaluation: &Evaluation, view: &mut EvaluateView) {
    let mut title = view.shown.title(evaluation);
    if view.away {
        title = format!("{}: {title}", evaluation.dataset);
    }
    ui.add(egui::Label::new(RichText::new(&title).heading()).truncate());
    ui.horizontal_wrapped(|ui| {
        if view.shown != Shown::Mistakes || view.away {
            if ui.link(t!("Show all mistakes")).clicked() {
                (view.shown, view.away) = (Shown::Mistakes, false);
                ui.ctx().request_repaint();
            }
        } else {
            ui.label(RichText::new(t!("Click a cell, bar, bin or point for its images")).weak());
        }
    });
}

/// What stands under a picture and what a screen reader says of it.
fn describe(root: &Path, labels: &ClassList, one: &Judged) -> Cell {
    let truth = labels.name(one.truth);
    let (given, share) = one.prediction.top().map_or(("n/a", 0.0), |(label, share)| (labels.name(label), share));
    let name = t!(
        "{path}: true {truth}, predicted {given}, {share}",
        path = one.path,
        truth,
        given,
        share = confidence::percent(share)
    );
    let (truth, given) = (Some(truth.to_owned()), Some((given.to_owned(), share)));
    Cell { path: root.join(&one.path), name, truth, given }
}
