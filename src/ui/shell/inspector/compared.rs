//! What is selected on the Compare page in the inspector: a cell that one model alone got right, or a class.

use std::path::Path;

use egui::{RichText, Ui};

use super::{chip, facts, image};
use crate::{
    app::{Actions, AppState},
    domain::{
        classes,
        comparison::{Comparison, Discordant},
        evaluation::Evaluation,
        interval::Interval,
        metrics::ClassMetrics,
        prediction::Judged,
    },
    report::words::{figure, thousands},
    ui::widgets::{confidence, gallery::Pictures},
};

/// The picture, its true class, and what each model says of it.
pub(super) fn cell(
    ui: &mut Ui,
    state: &AppState,
    (comparison, root, one): (&Comparison, &Path, &Discordant),
    pictures: &mut Pictures,
    actions: &mut Actions,
) {
    let file = root.join(&one.path);
    image::picture(ui, &file, pictures);
    chip(ui, t!("True: "), &one.truth);
    let winner = if one.a_is_right() { "A" } else { "B" };
    ui.label(RichText::new(t!("Only {winner} is right", winner)).weak());
    for (letter, of) in [("A", &comparison.a), ("B", &comparison.b)] {
        ui.label(
            RichText::new(t!("{letter}: {model}, calibrated confidence", letter, model = of.model)).small().weak(),
        );
        if let Some(judged) = judged(of, &one.path) {
            confidence::bars(ui, &of.metrics.confusion.labels, &judged.prediction);
        }
    }
    image::buttons(ui, state, file, &one.path, actions);
}

/// Both sides of a comparison are sorted by path.
fn judged<'a>(of: &'a Evaluation, path: &str) -> Option<&'a Judged> {
    let found = of.judged.binary_search_by(|one| one.path.as_str().cmp(path)).ok()?;
    of.judged.get(found)
}

/// The figures of a class under both models; `label` is that of A.
pub(super) fn class(ui: &mut Ui, comparison: &Comparison, label: usize) {
    let Some(of_a) = comparison.a.metrics.classes.get(label) else { return };
    let of_b = comparison.b.metrics.classes.iter().find(|class| class.name == of_a.name);
    chip(ui, "", &of_a.name);
    facts(ui, "cells", &[(t!("Cells"), thousands(of_a.support))]);
    for (letter, model, of) in [("A", &comparison.a.model, Some(of_a)), ("B", &comparison.b.model, of_b)] {
        ui.label(RichText::new(format!("{letter}: {model}")).small().weak());
        facts(ui, letter, &of.map(figures).unwrap_or_default());
    }
    let apart = comparison.discordant.iter().filter(|cell| cell.truth == of_a.name);
    let (for_a, for_b): (Vec<_>, Vec<_>) = apart.partition(|cell| cell.a_is_right());
    let title = classes::title(&of_a.name).to_lowercase();
    ui.label(RichText::new(t!("Cells of this class ({title}) that one model alone got right", title)).small().weak());
    facts(
        ui,
        "discordant",
        &[(t!("Only A"), thousands(for_a.len() as u64)), (t!("Only B"), thousands(for_b.len() as u64))],
    );
}

fn figures(class: &ClassMetrics) -> Vec<(&'static str, String)> {
    let with = |value: Option<f64>, ci: Option<Interval>| {
        let ci = ci.map_or_else(String::new, |ci| t!(" ({low:.3} to {high:.3})", low = ci.low, high = ci.high));
        format!("{}{ci}", figure(value))
    };
    vec![
        ("F1", with(class.f1, class.ci.f1)),
        (t!("Precision"), with(class.precision, class.ci.precision)),
        (t!("Recall"), with(class.recall, class.ci.recall)),
        (t!("Specificity"), with(class.specificity, class.ci.specificity)),
    ]
}
