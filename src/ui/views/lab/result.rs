//! The third step: the fit, figures before and after on cells that were held back, and whether to keep it.

use egui::{Grid, Label, RichText, TextEdit, Ui};

use super::{bring, work};
use crate::{
    app::{Actions, AppState, pages::lab::Settled, wish},
    domain::{
        classes::title,
        interval::Interval,
        labelling,
        metrics::Metrics,
        profile::{Adapted, LabProfile},
        run::RunRecord,
    },
    language,
    report::words::percent,
    ui::{theme, widgets::parts},
};

pub(super) fn show(ui: &mut Ui, state: &AppState, actions: &mut Actions) {
    let lab = &state.lab;
    if lab.waiting().is_none() {
        let words = match lab.lacking() {
            None => t!("Learns from your {count} labels, a fifth of them held back", count = lab.labels.len()),
            Some(_) => t!(
                "Without labels: framing and colours are fitted, and the model learns from what it is sure of. Only \
                        labels can say whether it is right then"
            )
            .to_owned(),
        };
        ui.add(Label::new(RichText::new(words).weak()).wrap());
        if lab.fit.running().is_none() {
            parts::button(ui, state, actions, wish::Lab::Fit, true);
        }
    }
    work(ui, state, lab.fit.running(), lab.fit.failure(), actions);
    let Some(run) = lab.fit.result() else { return };
    if let Some(adapted) = &run.adapted {
        match (&adapted.before, &adapted.after) {
            (Some(before), Some(after)) => figures(ui, adapted, before, after),
            _ => without_labels(ui, &adapted.profile),
        }
    }
    settle(ui, state, run, actions);
    let end = ui.allocate_response(egui::Vec2::ZERO, egui::Sense::hover());
    bring(ui, &end, "fit that has ended", std::sync::Arc::as_ptr(run) as usize);
}

/// Figures on the held-back cells, and on the old lab.
fn figures(ui: &mut Ui, adapted: &Adapted, before: &Metrics, after: &Metrics) {
    ui.add(Label::new(RichText::new(sentence(before, after)).font(theme::strong(14.0))).wrap());
    Grid::new("before and after").num_columns(3).spacing([24.0, 4.0]).show(ui, |ui| {
        for words in ["", t!("Accuracy"), t!("Balanced accuracy")] {
            ui.label(RichText::new(words).small().weak());
        }
        ui.end_row();
        let rows = [
            (t!("Held-back cells, model as it was"), Some(before)),
            (t!("Held-back cells, framing alone"), adapted.with_profile.as_ref()),
            (t!("Held-back cells, fitted"), Some(after)),
            (t!("Old lab, model as it was"), adapted.old_lab_before.as_ref()),
            (t!("Old lab, fitted"), adapted.old_lab_after.as_ref()),
        ];
        for (name, metrics) in rows {
            let Some(metrics) = metrics else { continue };
            ui.label(name);
            ui.label(format!("{}{}", percent(metrics.accuracy), between(metrics.accuracy_ci)));
            ui.label(percent(metrics.balanced_accuracy));
            ui.end_row();
        }
        if let Some(retained) = &adapted.retained {
            ui.label(t!("Old lab's cells that keep their class")).on_hover_text(t!(
                "Of the cells that the model remembers of its own lab; these were not shown again during the fit"
            ));
            ui.label(format!("{}{}", percent(retained.share()), between(retained.ci())));
            ui.label(RichText::new(t!("of {cells}", cells = retained.cells)).weak());
            ui.end_row();
        }
    });
    if adapted.retained.is_none() && adapted.old_lab_after.is_none() {
        let words = t!("What the fit cost the old lab is not known: keep the model before for its slides");
        ui.add(Label::new(RichText::new(words).weak()).wrap());
    }
    if let Some(more) = labelling::would_help(after) {
        ui.add(Label::new(RichText::new(language::heard(&more)).weak()).wrap());
    }
}

fn between(ci: Option<Interval>) -> String {
    ci.map_or_else(String::new, |ci| t!("  ({low:.0} to {high:.0} %)", low = 100.0 * ci.low, high = 100.0 * ci.high))
}

/// Whether it helped, as far as the held-back cells can tell.
fn sentence(before: &Metrics, after: &Metrics) -> String {
    let (Some(was), Some(is)) = (before.accuracy, after.accuracy) else { return String::new() };
    let apart = before.accuracy_ci.zip(after.accuracy_ci).is_some_and(|(was, is)| is.low > was.high);
    let figures = t!(
        "{now} of {n} held-back cells are right, {before} before",
        now = percent(Some(is)),
        n = after.n,
        before = percent(Some(was))
    );
    if is > was && apart {
        t!("The fit helps: {figures}", figures)
    } else if is > was {
        t!("The fit seems to help: {figures}, which chance could do too", figures)
    } else {
        t!("The fit does not help: {figures}", figures)
    }
}

/// What a fit without labels changed.
fn without_labels(ui: &mut Ui, profile: &LabProfile) {
    let framing = if (profile.crop - profile.crop_before).abs() < 1e-9 {
        t!("The framing stays as it was").to_owned()
    } else {
        t!("Cells are framed {times:.2} times as widely", times = profile.crop / profile.crop_before)
    };
    let own = profile.self_trained.as_ref().map_or_else(
        || t!("it learned nothing from its own answers").to_owned(),
        |own| {
            let cells: Vec<String> = own.cells.iter().map(|(name, count)| format!("{count} {}", title(name))).collect();
            t!(
                "it learned from its own answers to {learned} of {asked} cells: {cells}",
                learned = own.count(),
                asked = own.asked,
                cells = cells.join(", ")
            )
        },
    );
    ui.add(Label::new(RichText::new(format!("{framing}; {own}")).font(theme::strong(14.0))).wrap());
    let norms = t!("{blend} of what the norms know is this lab's own", blend = percent(Some(profile.blend)));
    ui.add(
        Label::new(RichText::new(t!("From {images} images; {norms}", images = profile.images, norms)).weak()).wrap(),
    );
}

/// A name, and what becomes of the fitted model.
fn settle(ui: &mut Ui, state: &AppState, run: &RunRecord, actions: &mut Actions) {
    match state.lab.settled {
        Some(Settled::Kept) => {
            ui.label(t!("Kept as {name}", name = state.lab.profile_name()));
        }
        Some(Settled::Discarded) => {
            ui.label(t!("Discarded: it can be brought back for 30 days on the Train page"));
        }
        None => {
            ui.horizontal_wrapped(|ui| {
                ui.label(RichText::new(t!("Name")).weak());
                let mut name = state.lab.profile_name();
                let edit = ui.add(TextEdit::singleline(&mut name).desired_width(200.0));
                parts::named(&edit, t!("Name of the fitted model"));
                if edit.changed() {
                    actions.push(wish::Lab::Name(name.clone()));
                }
                parts::button(ui, state, actions, wish::Lab::Keep, true);
                parts::button(ui, state, actions, wish::Lab::Discard, false);
                if let Some(why) = state.train.name_problem(&run.path, &name) {
                    ui.label(RichText::new(why).small().color(ui.visuals().error_fg_color));
                }
            });
        }
    }
}
