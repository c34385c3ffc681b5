//! The figures of each class against all others.

use egui::{Grid, RichText, Role, Sense, Ui, WidgetInfo, vec2};

use crate::{
    domain::{
        classes,
        interval::Interval,
        metrics::{ClassMetrics, Metrics},
    },
    report::{
        csv::Table,
        words::{figure, thousands},
    },
    ui::{
        theme,
        widgets::{chart, marker},
    },
};

const COLUMNS: [&str; 6] = ["Class", "Precision", "Recall", "F1", "Specificity", "Support"];

/// A figure of a class: its column, its text, and what the hover text says.
type Figure = (&'static str, String, String);

pub(super) fn show(ui: &mut Ui, metrics: &Metrics) {
    theme::card(ui.style()).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal(|ui| {
            ui.heading("Per class");
            let name = "Copy the table of all classes to the clipboard";
            let copy = ui.small_button("Copy").on_hover_text(name);
            copy.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
            if copy.clicked() {
                ui.ctx().copy_text(chart::clipboard(&table(metrics)));
            }
        });
        let width = (ui.available_width() / COLUMNS.len() as f32 - 16.0).max(64.0);
        Grid::new("per class").striped(true).min_col_width(width).spacing([16.0, 4.0]).show(ui, |ui| {
            for column in COLUMNS {
                ui.label(RichText::new(column).small().weak());
            }
            ui.end_row();
            for class in &metrics.classes {
                row(ui, class);
                ui.end_row();
            }
        });
    });
}

fn row(ui: &mut Ui, class: &ClassMetrics) {
    ui.horizontal(|ui| {
        let (rect, _) = ui.allocate_exact_size(vec2(14.0, 14.0), Sense::hover());
        marker::paint(ui.painter(), rect.center(), 4.5, &class.name);
        ui.label(classes::title(&class.name));
    });
    for (column, text, hover) in figures(class) {
        let label = ui.label(&text);
        label.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{column} of {}: {text}", class.name)));
        label.on_hover_text(hover);
    }
}

fn figures(class: &ClassMetrics) -> [Figure; 5] {
    let hover = |interval: Option<Interval>, undefined: &str| {
        interval.map_or_else(|| undefined.to_owned(), |ci| format!("95 % interval: {:.3} to {:.3}", ci.low, ci.high))
    };
    let (none_given, none_here) = ("Not defined: no image was given this class", "Not defined: no image of this class");
    let f1 = if class.f1.is_some() { "Harmonic mean of precision and recall" } else { none_here };
    [
        ("Precision", figure(class.precision), hover(class.ci.precision, none_given)),
        ("Recall", figure(class.recall), hover(class.ci.recall, none_here)),
        ("F1", figure(class.f1), f1.to_owned()),
        (
            "Specificity",
            figure(class.specificity),
            hover(class.ci.specificity, "Not defined: no image of another class"),
        ),
        ("Support", thousands(class.support), "Images whose true class this is".to_owned()),
    ]
}

fn table(metrics: &Metrics) -> Table {
    let mut table = Table::new(COLUMNS);
    for class in &metrics.classes {
        let rest = figures(class).into_iter().map(|(_, text, _)| text);
        table.push(std::iter::once(class.name.clone()).chain(rest));
    }
    table
}
