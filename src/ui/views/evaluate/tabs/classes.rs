//! The figures of each class against all others.

use egui::{DragValue, Grid, RichText, Role, Sense, Ui, WidgetInfo, vec2};

use crate::{
    domain::{
        classes,
        interval::Interval,
        metrics::{ClassMetrics, Metrics},
        mix::{AtMix, ClassAtMix},
    },
    report::{
        table::Table,
        words::{figure, percent, thousands},
    },
    ui::widgets::{chart, marker},
};

use super::{
    super::mix,
    super::{EvaluateView, picks::Shown},
};

const COLUMNS: [&str; 8] = [
    key!("Class"),
    key!("Sensitivity"),
    key!("Specificity"),
    key!("Share"),
    key!("PPV"),
    key!("NPV"),
    "F1",
    key!("Support"),
];
/// For the window, where the negative predictive value stands in the hover text of the positive one.
const SHOWN: [&str; 7] =
    [key!("Class"), key!("Sensitivity"), key!("Specificity"), key!("PPV"), "F1", key!("Support"), key!("Share")];

/// Room of the longest name of a known class in points.
const NAME: f32 = 172.0;

/// A figure of a class: its column, its text, and what the hover text says.
type Figure = (&'static str, String, String);

pub(super) fn show(ui: &mut Ui, metrics: &Metrics, view: &mut EvaluateView) {
    ui.vertical(|ui| {
        let at_mix = AtMix::of(&metrics.confusion, &view.mix.chosen(metrics));
        ui.horizontal(|ui| {
            ui.heading(t!("Per class"));
            let name = t!("Copy the table of all classes to the clipboard");
            let copy = ui.small_button(t!("Copy")).on_hover_text(name);
            copy.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
            if copy.clicked() {
                ui.ctx().copy_text(chart::clipboard(&table(metrics, &at_mix)));
            }
        });
        mix::choose(ui, metrics, &mut view.mix);
        let width = ((ui.available_width() - NAME) / (SHOWN.len() - 1) as f32 - 12.0).max(56.0);
        Grid::new("per class").striped(true).min_col_width(width).spacing([12.0, 4.0]).show(ui, |ui| {
            for column in SHOWN {
                ui.label(RichText::new(t!(column)).small().weak());
            }
            ui.end_row();
            for (label, (class, at)) in metrics.classes.iter().zip(&at_mix.classes).enumerate() {
                row(ui, label, (class, at), view);
                share(ui, at, view);
                ui.end_row();
            }
        });
        let words = t!(
            "Sensitivity and specificity hold at any mix of classes. PPV, the positive predictive value, is the chance \
                     that a cell which is given a class is of it, at the mix chosen above"
        );
        ui.label(RichText::new(words).small().weak());
        if !at_mix.unknown.is_empty() {
            let names = at_mix.unknown.join(", ");
            ui.label(RichText::new(t!("In the mix without an image here, left out of it: {names}", names)).weak());
        }
    });
}

/// The class's share of the mix; a field where a person names it.
fn share(ui: &mut Ui, at: &ClassAtMix, view: &mut EvaluateView) {
    let Some(own) = view.mix.own_share(&at.name) else {
        let said = t!("Share of {name} in the mix: {share}", name = at.name, share = percent(Some(at.share)));
        let plain = ui.label(percent(Some(at.share)));
        plain.widget_info(|| WidgetInfo::labeled(Role::Label, true, &said));
        return;
    };
    let field = ui.add(DragValue::new(own).range(0.0..=100.0).speed(0.1).max_decimals(2).suffix(" %"));
    field.widget_info(|| WidgetInfo::labeled(Role::SpinButton, true, t!("Share of {name} in the mix", name = at.name)));
}

fn row(ui: &mut Ui, label: usize, (class, at): (&ClassMetrics, &ClassAtMix), view: &mut EvaluateView) {
    ui.horizontal(|ui| {
        let (rect, _) = ui.allocate_exact_size(vec2(14.0, 14.0), Sense::hover());
        marker::paint(ui.painter(), rect.center(), 4.5, &class.name);
        ui.label(classes::title(&class.name));
    });
    for (column, text, hover) in figures(class, at) {
        let said = t!("{column} of {name}: {text}", column = t!(column), name = class.name, text);
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
        "PPV" => {
            Some((Shown::FalselyGiven(label), t!("Click for the images of other classes that were given this one")))
        }
        "Sensitivity" => Some((Shown::Missed(label), t!("Click for its images that were given another class"))),
        "Support" => Some((Shown::Truth(label), t!("Click for all of its images"))),
        _ => None,
    }
}

fn figures(class: &ClassMetrics, at: &ClassAtMix) -> [Figure; 5] {
    let hover = |interval: Option<Interval>, undefined: &str| {
        interval.map_or_else(
            || undefined.to_owned(),
            |ci| t!("95 % interval: {low:.3} to {high:.3}", low = ci.low, high = ci.high),
        )
    };
    let none_here = t!("Not defined: no image of this class");
    let ppv = if at.share > 0.0 {
        t!(
            "Chance that a cell which is given this class is of it, where {share} of the cells are; NPV {npv}. In this folder's own \
             mix: {precision}",
            share = percent(Some(at.share)),
            npv = figure(at.npv),
            precision = figure(class.precision)
        )
    } else {
        t!("Not defined: the mix holds none of it").to_owned()
    };
    [
        (key!("Sensitivity"), figure(class.recall), hover(class.ci.recall, none_here)),
        (
            key!("Specificity"),
            figure(class.specificity),
            hover(class.ci.specificity, t!("Not defined: no image of another class")),
        ),
        (key!("PPV"), figure(at.ppv), ppv),
        ("F1", figure(class.f1), hover(class.ci.f1, none_here)),
        (key!("Support"), thousands(class.support), t!("Images whose true class this is").to_owned()),
    ]
}

fn table(metrics: &Metrics, at_mix: &AtMix) -> Table {
    let mut table = Table::new(COLUMNS);
    for (class, at) in metrics.classes.iter().zip(&at_mix.classes) {
        table.push([
            class.name.clone(),
            figure(class.recall),
            figure(class.specificity),
            percent(Some(at.share)),
            figure(at.ppv),
            figure(at.npv),
            figure(class.f1),
            thousands(class.support),
        ]);
    }
    table
}
