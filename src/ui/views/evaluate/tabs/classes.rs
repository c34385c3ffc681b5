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
    ui::widgets::{chart, marker},
};

use super::super::{EvaluateView, picks::Shown};

const COLUMNS: [&str; 6] = ["Class", "Precision", "Recall", "F1", "Specificity", "Support"];

/// Room of the longest name of a known class in points.
const NAME: f32 = 172.0;

/// A figure of a class: its column, its text, and what the hover text says.
type Figure = (&'static str, String, String);

pub(super) fn show(ui: &mut Ui, metrics: &Metrics, view: &mut EvaluateView) {
    ui.vertical(|ui| {
        ui.horizontal(|ui| {
            ui.heading("Per class");
            let name = "Copy the table of all classes to the clipboard";
            let copy = ui.small_button("Copy").on_hover_text(name);
            copy.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
            if copy.clicked() {
                ui.ctx().copy_text(chart::clipboard(&table(metrics)));
            }
        });
        let width = ((ui.available_width() - NAME) / (COLUMNS.len() - 1) as f32 - 16.0).max(56.0);
        Grid::new("per class").striped(true).min_col_width(width).spacing([16.0, 4.0]).show(ui, |ui| {
            for column in COLUMNS {
                ui.label(RichText::new(column).small().weak());
            }
            ui.end_row();
            for (label, class) in metrics.classes.iter().enumerate() {
                row(ui, label, class, view);
                ui.end_row();
            }
        });
    });
}

fn row(ui: &mut Ui, label: usize, class: &ClassMetrics, view: &mut EvaluateView) {
    ui.horizontal(|ui| {
        let (rect, _) = ui.allocate_exact_size(vec2(14.0, 14.0), Sense::hover());
        marker::paint(ui.painter(), rect.center(), 4.5, &class.name);
        ui.label(classes::title(&class.name));
    });
    for (column, text, hover) in figures(class) {
        let said = format!("{column} of {}: {text}", class.name);
        let Some((shown, opens)) = opens(column, label) else {
            let plain = ui.label(&text);
            plain.widget_info(|| WidgetInfo::labeled(Role::Label, true, &said));
            plain.on_hover_text(hover);
            continue;
        };
        let on = !view.away && view.shown == shown;
        let button = ui.selectable_label(on, &text);
        button.widget_info(|| WidgetInfo::selected(Role::Button, true, on, &said));
        if button.on_hover_text(format!("{hover}\n{opens}")).clicked() {
            view.toggle(shown, false);
        }
    }
}

/// The images behind a figure, and what a click says that it shows.
fn opens(column: &str, label: usize) -> Option<(Shown, &'static str)> {
    match column {
        "Precision" => {
            Some((Shown::FalselyGiven(label), "Click for the images of other classes that were given this one"))
        }
        "Recall" => Some((Shown::Missed(label), "Click for its images that were given another class")),
        "Support" => Some((Shown::Truth(label), "Click for all of its images")),
        _ => None,
    }
}

fn figures(class: &ClassMetrics) -> [Figure; 5] {
    let hover = |interval: Option<Interval>, undefined: &str| {
        interval.map_or_else(|| undefined.to_owned(), |ci| format!("95 % interval: {:.3} to {:.3}", ci.low, ci.high))
    };
    let (none_given, none_here) = ("Not defined: no image was given this class", "Not defined: no image of this class");
    [
        ("Precision", figure(class.precision), hover(class.ci.precision, none_given)),
        ("Recall", figure(class.recall), hover(class.ci.recall, none_here)),
        ("F1", figure(class.f1), hover(class.ci.f1, none_here)),
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
