//! The reliability diagram: accuracy over confidence with the number of images in each bin; a click shows the bin's images.

use egui::{Align2, FontId, Grid, Rect, RichText, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

use crate::{
    app::{Actions, notices},
    domain::{calibration::Bin, interval::Interval},
    eval::evaluate::Evaluation,
    report::{
        chart::{self, Provenance},
        table::Cell,
        tables,
        words::{percent, thousands},
    },
    ui::{
        theme,
        widgets::chart::{self as widget, Chart, Stops, readout},
    },
};

use super::super::{EvaluateView, picks::Shown};

const LEAST: f32 = 160.0;
const MOST: f32 = 420.0;
/// Room of the counts above the bars, and of the marks.
const COUNTS: f32 = 18.0;
const LEFT: f32 = 44.0;
const RIGHT: f32 = 20.0;
const FOOT: f32 = 34.0;

pub(super) fn show(ui: &mut Ui, evaluation: &Evaluation, view: &mut EvaluateView, actions: &mut Actions) {
    ui.horizontal(|ui| {
        ui.label(t!("Bins"));
        for (equal_mass, name, help) in [
            (
                false,
                t!("Equal width"),
                t!("Fifteen bins of one width: a good model's images lie nearly all in the last"),
            ),
            (
                true,
                t!("Equal mass"),
                t!("Bins of about as many images each, which show what the last bin of equal width hides"),
            ),
        ] {
            if ui.selectable_label(view.equal_mass == equal_mass, name).on_hover_text(help).clicked() {
                view.equal_mass = equal_mass;
            }
        }
    });
    if view.equal_mass {
        masses(ui, evaluation);
    } else {
        diagram(ui, evaluation, view, actions);
    }
}

/// A calibration error with its interval, and what chance alone would show.
fn error(name: &str, value: Option<f64>, ci: Option<Interval>, honest: Option<f64>) -> String {
    let level = honest.map_or_else(String::new, |level| {
        t!("; a model whose confidences are right shows up to {level} on these images", level = percent(Some(level)))
    });
    format!("{name} {}{level}", Cell::percent(value).within(ci))
}

/// The bins of equal mass as a table: they are too narrow to be drawn on one scale.
fn masses(ui: &mut Ui, evaluation: &Evaluation) {
    let (detail, ci) = (&evaluation.detail, &evaluation.detail.intervals);
    let table = tables::equal_mass(evaluation);
    let words = error(
        t!("Calibration error over bins of equal mass"),
        detail.adaptive_ece,
        ci.adaptive_ece,
        ci.adaptive_ece_of_honest,
    );
    ui.label(RichText::new(words).small().weak());
    ui.horizontal(|ui| {
        ui.heading(t!("Confidence and share correct, bin by bin"));
        let name = t!("Copy the table of bins of equal mass to the clipboard");
        let copy = ui.small_button(t!("Copy")).on_hover_text(name);
        copy.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
        if copy.clicked() {
            ui.ctx().copy_text(widget::clipboard(&table));
        }
    });
    Grid::new("equal mass").striped(true).spacing([20.0, 4.0]).show(ui, |ui| {
        for head in &table.header {
            ui.label(RichText::new(notices::sentence(head)).small().weak());
        }
        ui.end_row();
        for row in table.words() {
            for (cell, head) in row.iter().zip(&table.header) {
                let label = ui.label(cell);
                label.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{}: {cell}", t!(head))));
            }
            ui.end_row();
        }
    });
}

fn diagram(ui: &mut Ui, evaluation: &Evaluation, view: &mut EvaluateView, actions: &mut Actions) {
    let drawn = chart::Chart::reliability(evaluation, Provenance::of_evaluation(evaluation));
    let bins = &evaluation.detail.reliability;
    let summary = t!(
        "Reliability diagram of {n} images in {bins} bins: calibration error {ece}",
        n = evaluation.metrics.n,
        bins = bins.len(),
        ece = percent(evaluation.ece)
    );
    let frame = Chart::new("reliability", t!("Reliability of the confidences"), summary, || drawn.table());
    let stops = Stops {
        lines: vec![bins.len()],
        read: Box::new(|place| bins.get(place).map(words).unwrap_or_default()),
        hint: t!("Click a bar for its images, or walk the bins: Tab to here, arrows, Enter"),
    };
    let mut clicked = None;
    let (ask, picked) = frame.exports(|| vec![drawn.clone()]).walked(ui, stops, |ui, chart| {
        let ci = &evaluation.detail.intervals;
        let error = error(t!("Calibration error"), evaluation.ece, ci.ece, ci.ece_of_honest);
        let brier = Cell::figure(evaluation.brier).within(ci.brier);
        let honest = t!(
            "{error}. Brier score {brier}. A bar that ends on the line is honest; the number on it counts its images",
            error,
            brier
        );
        ui.label(RichText::new(honest).small().weak());
        let size = vec2(ui.available_width().min(760.0), ui.available_height().clamp(LEAST, MOST));
        let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
        let plot = Rect::from_min_max(rect.min + vec2(LEFT, COUNTS), rect.max - vec2(RIGHT, FOOT));
        axes(ui, rect, plot);
        for (place, bin) in bins.iter().enumerate() {
            let selected = !view.away && view.shown == Shown::Bin(place);
            if column(ui, plot, (place, bin), selected, chart.cursor == Some(place)) {
                clicked = Some(place);
            }
        }
        let line = Stroke::new(1.0, ui.visuals().text_color());
        ui.painter().extend(egui::Shape::dashed_line(&[plot.left_bottom(), plot.right_top()], line, 4.0, 4.0));
    });
    if let Some(ask) = ask {
        ask.act(actions);
    }
    if let Some(place) = clicked.or(picked) {
        view.toggle(Shown::Bin(place), false);
    }
}

/// What a bin says, its heading first.
fn words(bin: &Bin) -> Vec<String> {
    vec![
        t!("Confidence above {low:.1} up to {high:.1} %", low = 100.0 * bin.low, high = 100.0 * bin.high),
        t!("{count} images", count = thousands(bin.count)),
        t!("{accuracy} correct", accuracy = percent(bin.accuracy)),
        t!("mean confidence {confidence}", confidence = percent(bin.confidence)),
    ]
}

fn axes(ui: &Ui, rect: Rect, plot: Rect) {
    let (painter, weak) = (ui.painter(), ui.visuals().weak_text_color());
    let font = FontId::proportional(11.0);
    let grid = Stroke::new(1.0, ui.visuals().widgets.noninteractive.bg_stroke.color);
    for mark in 0..=5_u8 {
        let share = f32::from(mark) / 5.0;
        let (x, y) = (plot.left() + plot.width() * share, plot.bottom() - plot.height() * share);
        painter.line_segment([pos2(plot.left(), y), pos2(plot.right(), y)], grid);
        let text = format!("{} %", u32::from(mark) * 20);
        painter.text(pos2(plot.left() - 6.0, y), Align2::RIGHT_CENTER, &text, font.clone(), weak);
        painter.text(pos2(x, plot.bottom() + 4.0), Align2::CENTER_TOP, &text, font.clone(), weak);
    }
    let at = pos2(plot.center().x, rect.bottom());
    painter.text(at, Align2::CENTER_BOTTOM, t!("Confidence in the given class; height: share correct"), font, weak);
}

fn column(ui: &Ui, plot: Rect, (place, bin): (usize, &Bin), selected: bool, cursor: bool) -> bool {
    let x = |share: f64| plot.left() + plot.width() * share as f32;
    let whole = Rect::from_min_max(pos2(x(bin.low) + 1.0, plot.top()), pos2(x(bin.high) - 1.0, plot.bottom()));
    // The keyboard walks the bins as one, so that none of them is a stop of the Tab key.
    let response = ui.interact(whole, ui.scope_id().with(("bin", place)), Sense::CLICK);
    let name = t!(
        "confidence {low:.1} to {high:.1} %: {count} images, {correct} correct",
        low = 100.0 * bin.low,
        high = 100.0 * bin.high,
        count = bin.count,
        correct = bin.correct
    );
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, selected, &name));
    let (painter, ink) = (ui.painter(), ui.visuals().text_color());
    if selected || cursor || response.hovered() {
        painter.rect_filled(whole, 3.0, ui.visuals().widgets.hovered.weak_bg_fill);
    }
    let y = |share: f64| plot.bottom() - plot.height() * share as f32;
    if let (Some(accuracy), Some(confidence)) = (bin.accuracy, bin.confidence) {
        let bar = Rect::from_min_max(pos2(whole.left(), y(accuracy)), whole.right_bottom());
        painter.rect_filled(bar, 2.0, theme::accent(ui.visuals()).gamma_multiply(if selected { 1.0 } else { 0.75 }));
        let at = x(confidence);
        painter.line_segment([pos2(at, y(confidence)), pos2(at, y(accuracy))], Stroke::new(2.0, ink));
        let top = pos2(whole.center().x, plot.top() - 2.0);
        painter.text(top, Align2::CENTER_BOTTOM, thousands(bin.count), FontId::proportional(11.0), ink);
    }
    if cursor {
        let frame = Stroke::new(2.0, ui.visuals().strong_text_color());
        painter.rect_stroke(whole, 3.0, frame, egui::StrokeKind::Inside);
    }
    let clicked = response.clicked();
    response.on_hover_ui_at_pointer(|ui| readout(ui, &words(bin)));
    clicked
}
