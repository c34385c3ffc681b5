//! ROC and precision-recall of each class; a click on a curve shows what is wrong at that threshold.

use egui::{Id, Response, RichText, Ui};
use egui_plot::{Line, LineStyle, MarkerShape, Plot, Points};

use crate::{
    app::Actions,
    domain::{classes::title, ranking::Ranking},
    eval::evaluate::Evaluation,
    report::{
        chart::{Body, Chart as Drawing, Lines},
        words::{figure, percent},
    },
    ui::widgets::{
        chart::{Chart, View},
        marker,
    },
};

use super::super::{EvaluateView, picks::Shown};

const HEIGHT: f32 = 300.0;

/// Where a threshold lies on a curve.
type Place = fn(&Ranking, usize) -> Option<[f64; 2]>;

pub(super) fn show(ui: &mut Ui, evaluation: &Evaluation, view: &mut EvaluateView, actions: &mut Actions) {
    picker(ui, evaluation, view);
    let (class, shown) = (view.class, view.shown);
    let name_of = class.map(|label| evaluation.metrics.confusion.labels.name(label));
    let drawn = view.drawn(evaluation);
    let mut chosen = None;
    ui.columns(2, |columns| {
        let curves: [(&Drawing, Place); 2] = [(&drawn.roc, on_roc), (&drawn.precision_recall, on_precision_recall)];
        for (ui, (drawing, place)) in columns.iter_mut().zip(curves) {
            let summary = format!("{}; {}", drawing.title, drawing.subtitle);
            let name = if drawing.name == "roc" { "ROC" } else { "Precision and recall" };
            let frame =
                Chart::new(drawing.name, name, summary, drawing.table()).exports(|| vec![drawing.clone()]).zooms();
            let Body::Lines(lines) = &drawing.body else { continue };
            let ask = frame.show(ui, |ui, chart| {
                let marked = marked(shown, &drawn.rankings, place);
                let (response, pointed) = plot(ui, drawing.name, lines, name_of, marked, chart);
                let found = pointed.and_then(|at| nearest(at, evaluation, &drawn.rankings, class, place));
                let Some((label, threshold)) = found else { return };
                if response.clicked() {
                    chosen = found;
                }
                if let Some(ranking) = drawn.rankings.get(label) {
                    let name = title(evaluation.metrics.confusion.labels.name(label));
                    response.on_hover_ui_at_pointer(|ui| readout(ui, name, ranking, threshold));
                }
            });
            if let Some(ask) = ask {
                ask.act(actions);
            }
        }
    });
    if let Some((label, threshold)) = chosen {
        view.toggle(Shown::WrongAt { label, threshold }, false);
    }
    ui.label(RichText::new("Click on a curve for the images that are wrong at that threshold").small().weak());
}

fn picker(ui: &mut Ui, evaluation: &Evaluation, view: &mut EvaluateView) {
    ui.horizontal_wrapped(|ui| {
        if ui.selectable_label(view.class.is_none(), "All classes").clicked() {
            view.class = None;
        }
        for (label, areas) in evaluation.detail.areas.iter().enumerate() {
            if areas.roc_auc.is_none() {
                continue;
            }
            let words = format!("{} {}", title(&areas.name), figure(areas.roc_auc));
            let hover =
                format!("ROC area {}, average precision {}", figure(areas.roc_auc), figure(areas.average_precision));
            let on = view.class == Some(label);
            if ui.selectable_label(on, words).on_hover_text(hover).clicked() {
                view.class = if on { None } else { Some(label) };
            }
        }
    });
}

fn on_roc(ranking: &Ranking, index: usize) -> Option<[f64; 2]> {
    let point = ranking.points.get(index)?;
    let share = |part: u64, whole: u64| part as f64 / whole.max(1) as f64;
    Some([share(point.false_alarms, ranking.negatives), share(point.hits, ranking.positives)])
}

fn on_precision_recall(ranking: &Ranking, index: usize) -> Option<[f64; 2]> {
    let point = ranking.points.get(index)?;
    let share = |part: u64, whole: u64| part as f64 / whole.max(1) as f64;
    Some([share(point.hits, ranking.positives), share(point.hits, point.hits + point.false_alarms)])
}

/// Where the chosen threshold lies.
fn marked(shown: Shown, rankings: &[Ranking], place: Place) -> Option<[f64; 2]> {
    let Shown::WrongAt { label, threshold } = shown else { return None };
    let ranking = rankings.get(label)?;
    let index = ranking.points.partition_point(|point| point.threshold >= threshold).checked_sub(1)?;
    place(ranking, index)
}

/// The class and the threshold whose point lies nearest to a click, among those that are drawn.
fn nearest(
    at: [f64; 2],
    evaluation: &Evaluation,
    rankings: &[Ranking],
    class: Option<usize>,
    place: Place,
) -> Option<(usize, f64)> {
    let mut best: Option<(f64, usize, f64)> = None;
    for (label, ranking) in rankings.iter().enumerate() {
        let drawn = evaluation.detail.areas.get(label).is_some_and(|areas| areas.roc_auc.is_some());
        if !drawn || class.is_some_and(|class| class != label) {
            continue;
        }
        for (index, point) in ranking.points.iter().enumerate() {
            let Some([x, y]) = place(ranking, index) else { continue };
            let far = (x - at[0]).powi(2) + (y - at[1]).powi(2);
            if best.is_none_or(|(least, ..)| far < least) {
                best = Some((far, label, point.threshold));
            }
        }
    }
    // A click into the empty middle means nothing.
    best.filter(|(far, ..)| *far < 0.05_f64.powi(2)).map(|(_, label, threshold)| (label, threshold))
}

/// What a threshold on the confidence of a class does.
fn readout(ui: &mut Ui, name: &str, ranking: &Ranking, threshold: f64) {
    let Some(point) = ranking.points.iter().find(|point| point.threshold <= threshold) else { return };
    let share = |part: u64, whole: u64| percent((whole > 0).then(|| part as f64 / whole as f64));
    ui.strong(format!("{name} from a confidence of {:.1} %", 100.0 * threshold));
    ui.label(format!("Recall {}", share(point.hits, ranking.positives)));
    ui.label(format!("Precision {}", share(point.hits, point.hits + point.false_alarms)));
    ui.label(format!("False positive rate {}", share(point.false_alarms, ranking.negatives)));
    ui.weak("Click for the images that are wrong there");
}

/// Draws the curves; gives back where the pointer is.
fn plot(
    ui: &mut Ui,
    name: &str,
    lines: &Lines,
    class: Option<&str>,
    marked: Option<[f64; 2]>,
    view: View,
) -> (Response, Option<[f64; 2]>) {
    let frame = Plot::new(Id::unique(("evaluation curve", name)))
        .height(HEIGHT)
        .show_x(false)
        .show_y(false)
        .allow_scroll(false)
        .show_background(false)
        .set_margin_fraction(egui::vec2(0.02, 0.02))
        .include_x(0.0)
        .include_x(1.0)
        .include_y(0.0)
        .include_y(1.0)
        .x_axis_label(lines.x)
        .y_axis_label(lines.y)
        .label_formatter(|_| None);
    let frame = if view.reset { frame.reset() } else { frame };
    let weak = ui.visuals().weak_text_color();
    let ink = ui.visuals().strong_text_color();
    let shown = frame.show(ui, |plot| {
        if lines.diagonal {
            let chance = vec![[0.0, 0.0], [1.0, 1.0]];
            plot.line(Line::new("", chance).color(weak).style(LineStyle::dashed_dense()).allow_hover(false));
        }
        for series in &lines.series {
            let colour = marker::colour(&series.class);
            let (colour, width) = match class {
                Some(class) if class != series.class => (colour.gamma_multiply(0.25), 1.0),
                _ => (colour, 2.0),
            };
            plot.line(Line::new("", series.points.clone()).color(colour).width(width).allow_hover(false));
        }
        if let Some(at) = marked {
            let ring = Points::new("", vec![at]).shape(MarkerShape::Circle).filled(false).radius(6.0).color(ink);
            plot.points(ring.allow_hover(false));
        }
    });
    let at = shown.response.hover_pos().map(|at| shown.transform.value_from_position(at));
    (shown.response, at.map(|at| [at.x, at.y]))
}
