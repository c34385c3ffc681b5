//! The verdict in one sentence, and the figures of both models with their differences and their cost.

use egui::{Grid, RichText, Role, Ui, WidgetInfo};

use crate::{
    app::AppState,
    domain::comparison::Comparison,
    language,
    report::{csv::Table, tables, words::thousands},
    ui::{
        theme,
        widgets::{chart, icons},
    },
};

/// What qualifies the figures.
pub(super) fn notes(ui: &mut Ui, state: &AppState, comparison: &Comparison) {
    let warn = ui.visuals().warn_fg_color;
    for (letter, of) in [("A", &comparison.a), ("B", &comparison.b)] {
        if of.trained_on > 0 {
            let words = t!(
                "{letter} learned from {count} of these cells: its figures flatter it",
                letter,
                count = of.trained_on
            );
            ui.colored_label(warn, words).on_hover_text(t!("Compare on the cells that are fair to both"));
        }
    }
    if state.chosen_pairing().is_some_and(|chosen| state.compare.pairing.answered() != Some(&chosen)) {
        ui.colored_label(
            warn,
            t!("Other models, cells or another dataset are chosen by now: compare again to judge them"),
        );
    }
    let refused = comparison.a.refused.len().max(comparison.b.refused.len());
    if refused > 0 {
        ui.colored_label(warn, t!("{refused} files could not be read; they are left out of both", refused));
    }
}

/// What can be said of the difference on these cells.
pub(super) fn verdict(ui: &mut Ui, comparison: &Comparison) {
    theme::card(ui.style()).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal_wrapped(|ui| {
            ui.label(RichText::new(icons::SCALE).size(18.0).weak());
            let verdict = comparison.verdict();
            let sentences: Vec<_> = verdict.split(". ").map(language::heard).collect();
            ui.label(RichText::new(sentences.join(". ")).font(theme::strong(14.0)));
        });
        let names = [&comparison.a.model, &comparison.b.model];
        let test = comparison.mcnemar;
        let shared = t!(
            "A is {a}, B is {b}; both are right on {both_correct} cells and both wrong on {both_wrong}",
            a = names[0],
            b = names[1],
            both_correct = thousands(test.both_correct),
            both_wrong = thousands(test.both_wrong)
        );
        ui.label(RichText::new(shared).small().weak());
    });
}

/// Differences and cost beside each other.
pub(super) fn show(ui: &mut Ui, comparison: &Comparison) {
    let width = ui.available_width();
    ui.horizontal_top(|ui| {
        card(ui, width * 0.56 - 40.0, t!("Figures and differences"), &tables::differences(comparison), |ui| {
            ui.label(RichText::new(t!("Intervals are 95 % bootstrap percentiles over the cells")).small().weak());
        });
        let rest = ui.available_width() - 34.0;
        card(ui, rest, t!("Cost"), &tables::costs(comparison), |ui| {
            let device = &comparison.a.device;
            ui.label(RichText::new(t!("Answers, second looks included, measured on {device}", device)).small().weak());
        });
    });
}

fn card(ui: &mut Ui, width: f32, title: &str, table: &Table, below: impl FnOnce(&mut Ui)) {
    theme::card(ui.style()).show(ui, |ui| {
        ui.set_width(width);
        ui.vertical(|ui| {
            ui.horizontal(|ui| {
                ui.heading(title);
                let name = t!("Copy the table of {title} to the clipboard", title = title.to_lowercase());
                let copy = ui.small_button(t!("Copy")).on_hover_text(&name);
                copy.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
                if copy.clicked() {
                    ui.ctx().copy_text(chart::clipboard(table));
                }
            });
            Grid::new(title).striped(true).spacing([20.0, 4.0]).show(ui, |ui| {
                for head in &table.header {
                    ui.label(RichText::new(capital(head)).small().weak());
                }
                ui.end_row();
                for row in table.words() {
                    let name = row.first().map_or("", |name| t!(name));
                    for (at, (cell, head)) in row.iter().zip(&table.header).enumerate() {
                        let label = ui.label(if at == 0 { name } else { cell });
                        if at > 0 {
                            let said = format!("{name}, {}: {cell}", t!(head));
                            label.widget_info(|| WidgetInfo::labeled(Role::Label, true, &said));
                        }
                    }
                    ui.end_row();
                }
            });
            below(ui);
        });
    });
}

fn capital(text: &str) -> String {
    crate::app::notices::sentence(text)
}
