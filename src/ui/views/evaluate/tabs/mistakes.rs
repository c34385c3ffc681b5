//! The most confident mistakes as rows; a click on one shows the images of its matrix cell.

use egui::{RichText, Role, ScrollArea, Ui, WidgetInfo};

use crate::{domain::classes::title, eval::evaluate::Evaluation, report::words::thousands, ui::widgets::chart};

use super::super::{EvaluateView, picks::Shown};

const ROW: f32 = 22.0;

pub(super) fn show(ui: &mut Ui, evaluation: &Evaluation, view: &mut EvaluateView) {
    let labels = &evaluation.metrics.confusion.labels;
    let drawn = view.drawn(evaluation);
    let table = &drawn.mistakes;
    ui.horizontal(|ui| {
        ui.heading(t!("Worst mistakes"));
        ui.label(
            RichText::new(t!("{count}, the most confident first", count = thousands(table.rows.len() as u64))).weak(),
        );
        let copy = ui.small_button(t!("Copy"));
        copy.widget_info(|| WidgetInfo::labeled(Role::Button, true, t!("Copy the table of mistakes to the clipboard")));
        if copy.clicked() {
            ui.ctx().copy_text(chart::clipboard(table));
        }
    });
    if table.rows.is_empty() {
        ui.label(RichText::new(t!("Every image was given its true class")).weak());
        return;
    }
    let area = ScrollArea::vertical().id_salt("mistakes").auto_shrink(false);
    area.show_rows(ui, ROW, table.rows.len(), |ui, range| {
        for row in range.filter_map(|index| table.rows.get(index)) {
            let row: Vec<String> = row.iter().map(ToString::to_string).collect();
            let [path, truth, given, confidence] = row.as_slice() else { continue };
            let words = t!(
                "{confidence}  true {truth}, called {given}  {path}",
                confidence,
                truth = title(truth),
                given = title(given),
                path
            );
            let cell = labels.label(truth).zip(labels.label(given));
            let on = !view.away && view.shown.cell().is_some() && view.shown.cell() == cell;
            if ui.selectable_label(on, words).clicked()
                && let Some(cell) = cell
            {
                view.toggle(Shown::Cell(cell), false);
            }
        }
    });
}
