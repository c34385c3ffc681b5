//! All runs as a table, the newest first; each can be used, evaluated, resumed or shown in its folder.

use egui::{Align, Label, Layout, RichText, Ui};
use egui_extras::{Column, TableBuilder};

use crate::{
    app::{Action, Actions, AppState, Page},
    domain::run::{RunEnd, RunRecord},
    report::words::percent,
};

/// What ended a run, in words.
#[must_use]
pub const fn ending(end: RunEnd) -> &'static str {
    match end {
        RunEnd::Completed => "completed",
        RunEnd::EarlyStopped => "stopped early",
        RunEnd::Stopped => "stopped, best kept",
        RunEnd::Unfinished => "unfinished",
    }
}

/// Each column's head, its width in points on a page of 1280, and whether its words may be shortened.
const COLUMNS: [(&str, f32, bool); 9] = [
    ("Run", 96.0, true),
    ("Network", 140.0, true),
    ("Dataset", 64.0, true),
    ("Started", 116.0, true),
    ("Epochs", 62.0, false),
    ("Accuracy", 58.0, false),
    ("Balanced", 58.0, false),
    ("Device", 90.0, true),
    ("State", 96.0, true),
];
/// Width of a row's buttons in points.
const BUTTONS: f32 = 272.0;

/// Draws the table.
pub fn show(ui: &mut Ui, state: &AppState, actions: &mut Actions) {
    ui.heading("Runs");
    if state.train.runs.is_empty() {
        ui.label(RichText::new("Runs stand here once they are trained").weak());
        return;
    }
    let gaps = ui.spacing().item_spacing.x * COLUMNS.len() as f32;
    let sum = |of: bool| -> f32 { COLUMNS.iter().filter(|column| column.2 == of).map(|column| column.1).sum() };
    // A narrow page shortens words, which are whole on hover, rather than cut figures and buttons off.
    let share = ((ui.available_width() - BUTTONS - gaps - sum(false)) / sum(true)).clamp(0.5, 1.4);
    let mut table = TableBuilder::new(ui)
        .id_salt("runs")
        .striped(true)
        .auto_shrink([false, false])
        .min_scrolled_height(0.0)
        .cell_layout(Layout::left_to_right(Align::Center));
    for (_, width, words) in COLUMNS {
        table = table.column(Column::exact(if words { width * share } else { width }).clip(true));
    }
    let table = table.column(Column::remainder());
    table
        .header(22.0, |mut row| {
            for (head, ..) in COLUMNS.iter().chain(&[("", BUTTONS, false)]) {
                row.col(|ui| {
                    ui.label(RichText::new(*head).small().weak());
                });
            }
        })
        .body(|body| {
            body.rows(28.0, state.train.runs.len(), |mut row| {
                let Some(run) = state.train.runs.get(row.index()) else { return };
                let [name, rest @ ..] = cells(run);
                row.col(|ui| {
                    let shown = state.train.shown.as_ref() == Some(&run.path);
                    if ui.selectable_label(shown, name).on_hover_text("Show its curves and settings").clicked() {
                        actions.push(Action::ShowRun(run.path.clone()));
                    }
                });
                for cell in rest {
                    row.col(|ui| {
                        ui.add(Label::new(cell).truncate());
                    });
                }
                row.col(|ui| {
                    ui.horizontal(|ui| buttons(ui, state, run, actions));
                });
            });
        });
}

fn cells(run: &RunRecord) -> [String; 9] {
    let test = |of: fn(&crate::domain::metrics::Metrics) -> Option<f64>| percent(run.test.as_ref().and_then(of));
    [
        run.name.clone(),
        run.architecture.title().to_owned(),
        run.dataset.clone(),
        run.started.chars().take(16).collect::<String>().replace('T', " "),
        format!("{} of {}", run.history.len(), run.config.epochs),
        test(|metrics| metrics.accuracy),
        test(|metrics| metrics.balanced_accuracy),
        run.device.clone(),
        ending(run.end).to_owned(),
    ]
}

fn buttons(ui: &mut Ui, state: &AppState, run: &RunRecord, actions: &mut Actions) {
    let id = run.path.display().to_string();
    let mut button = |ui: &mut Ui, (word, says): (&str, &str), wishes: Vec<Action>| {
        let name = format!("{says} {}", run.name);
        let response = ui.small_button(word).on_hover_text(&name);
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &name));
        if response.clicked() {
            wishes.into_iter().for_each(|wish| actions.push(wish));
        }
    };
    if run.end == RunEnd::Unfinished {
        if state.train.running.is_none() {
            button(ui, ("Resume", "Resume"), vec![Action::ResumeRun(run.path.clone())]);
        }
    } else if run.weights_hash.is_some() {
        button(ui, ("Use", "Use"), vec![Action::UseModel(id.clone()), Action::Go(Page::Classify)]);
        button(ui, ("Evaluate", "Evaluate"), vec![Action::UseModel(id), Action::Evaluate]);
    }
    button(ui, ("Again", "Train again with the settings of"), vec![Action::TrainAgain(run.path.clone())]);
    button(ui, ("Show", "Show the folder of"), vec![Action::Reveal(run.path.clone())]);
}
