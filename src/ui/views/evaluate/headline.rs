//! The figures of the whole set, and what has to be said beside them.

use egui::{Label, Margin, RichText, Ui};

use crate::{
    app::{AppState, notices},
    domain::interval::Interval,
    eval::evaluate::Evaluation,
    language,
    report::words::{figure, percent, thousands},
    ui::{theme, widgets::icons},
};

/// Rows of a hover text before it is cut.
const LISTED: usize = 12;

/// A figure with its name, one line below it, and what it means.
struct Tile {
    name: &'static str,
    value: String,
    below: String,
    help: &'static str,
}

pub(super) fn show(ui: &mut Ui, evaluation: &Evaluation) {
    let tiles = tiles(evaluation);
    theme::card(ui.style()).inner_margin(Margin::symmetric(16, 8)).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.columns(tiles.len(), |columns| {
            for (ui, tile) in columns.iter_mut().zip(&tiles) {
                ui.spacing_mut().item_spacing.y = 2.0;
                ui.add(Label::new(RichText::new(tile.name).small().weak()).truncate());
                ui.add(Label::new(RichText::new(&tile.value).font(theme::strong(22.0))).truncate())
                    .on_hover_text(tile.help);
                ui.add(Label::new(RichText::new(&tile.below).small().weak()).truncate());
            }
        });
    });
}

fn tiles(evaluation: &Evaluation) -> [Tile; 6] {
    let (metrics, ci) = (&evaluation.metrics, &evaluation.detail.intervals);
    let percents = |ci: Option<Interval>| {
        ci.map_or_else(
            || "n/a".to_owned(),
            |ci| t!("95 %: {low:.1} to {high:.1} %", low = 100.0 * ci.low, high = 100.0 * ci.high),
        )
    };
    let figures = |ci: Option<Interval>| {
        ci.map_or_else(|| "n/a".to_owned(), |ci| t!("95 %: {low:.3} to {high:.3}", low = ci.low, high = ci.high))
    };
    let present = metrics.confusion.labels.len() - metrics.absent.len();
    let classes = n!(present, "of 1 class", "of {count} classes", count = present);
    let tile = |name, value, below, help| Tile { name, value, below, help };
    [
        tile(
            t!("Accuracy"),
            percent(metrics.accuracy),
            percents(metrics.accuracy_ci),
            t!("Images given their true class; 95 % Wilson interval"),
        ),
        tile(
            t!("Balanced accuracy"),
            percent(metrics.balanced_accuracy),
            percents(ci.balanced_accuracy),
            t!("Mean recall: every class counts the same; 95 % bootstrap interval"),
        ),
        tile(
            t!("Macro F1"),
            figure(metrics.macro_f1),
            figures(ci.macro_f1),
            t!("Mean of the classes' F1; 1 is best; 95 % bootstrap interval"),
        ),
        tile(
            t!("Cohen's kappa"),
            figure(metrics.kappa),
            figures(ci.kappa),
            t!("Agreement beyond chance; 1 is best; 95 % bootstrap interval"),
        ),
        tile(
            t!("Calibration error"),
            percent(evaluation.ece),
            percents(ci.ece),
            t!(
                "How far the confidences are from the hit rate on average, over 15 bins; 0 is best; 95 % bootstrap interval"
            ),
        ),
        tile(t!("Images"), thousands(metrics.n), classes, t!("Images that were put to the model")),
    ]
}

/// In one line, that the images do not look like those that the model learned from; its reasons on hover.
pub(super) fn verdict(ui: &mut Ui, evaluation: &Evaluation) {
    let Some(verdict) = &evaluation.shift.verdict else { return };
    let why = language::each(&evaluation.shift.reasons).join("; ");
    let words = [notices::sentence(verdict), notices::sentence(&why)].join(". ");
    let words = format!("{}  {}", icons::ALERT, words.trim_end_matches(". "));
    let line = Label::new(RichText::new(&words).font(theme::strong(13.0)).color(ui.visuals().warn_fg_color));
    let hint = evaluation.shift.warning().map_or_else(String::new, |warning| notices::reasons(&warning));
    ui.add(line.truncate()).on_hover_text(hint);
}

/// Everything that qualifies the figures, the gravest first.
pub(super) fn notes(ui: &mut Ui, state: &AppState, evaluation: &Evaluation) {
    if evaluation.trained_on > 0 {
        flattered(ui, evaluation.trained_on);
    }
    if state.chosen_question().is_some_and(|chosen| state.evaluate.home.answered() != Some(&chosen)) {
        let words = t!("Another model, dataset or choice of images is in use by now: evaluate again to judge it");
        ui.colored_label(ui.visuals().warn_fg_color, words);
    }
    if !evaluation.refused.is_empty() {
        let words = t!("{count} files could not be read; they are left out", count = evaluation.refused.len());
        let mut why: Vec<String> = evaluation
            .refused
            .iter()
            .take(LISTED)
            .map(|(path, why)| format!("{}: {path}", language::heard(why)))
            .collect();
        if evaluation.refused.len() > LISTED {
            why.push(t!("and {more} more", more = evaluation.refused.len() - LISTED));
        }
        ui.colored_label(ui.visuals().warn_fg_color, words).on_hover_text(why.join("\n"));
    }
    if !evaluation.unknown_classes.is_empty() {
        let names = evaluation.unknown_classes.join(", ");
        ui.colored_label(
            ui.visuals().warn_fg_color,
            t!(
                "{count} images of classes that the model does not know, left out: {names}",
                count = thousands(evaluation.unknown_images as u64),
                names
            ),
        );
    }
    if let Some(scarce) = evaluation.metrics.scarce() {
        ui.label(RichText::new(scarce).weak());
    }
    if !evaluation.metrics.absent.is_empty() {
        let names = evaluation.metrics.absent.join(", ");
        ui.label(RichText::new(t!("No image here, left out of the averages: {names}", names)).weak());
    }
}

fn flattered(ui: &mut Ui, images: usize) {
    let words = n!(
        images,
        "1 of these images was part of the training: the figures flatter the model",
        "{count} of these images were part of the training: the figures flatter the model",
        count = thousands(images as u64)
    );
    let colour = ui.visuals().warn_fg_color;
    theme::card(ui.style()).stroke(egui::Stroke::new(2.0, colour)).inner_margin(10).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal_wrapped(|ui| {
            ui.label(RichText::new(icons::ALERT).size(16.0).color(colour));
            ui.label(RichText::new(words).font(theme::strong(14.0)).color(colour))
                .on_hover_text(t!("Evaluate on the test split, or on a dataset that the model never saw"));
        });
    });
}
