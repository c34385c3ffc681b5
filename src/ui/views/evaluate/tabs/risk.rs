//! What refusing unsure images buys: the risk-coverage curve and a threshold to try.

use egui::{Id, Response, RichText, Slider, Ui};
use egui_plot::{Line, MarkerShape, Plot, Points};

use crate::{
    app::Actions,
    domain::{
        operating::OperatingPoint,
        risk::{Kept, RiskCoverage},
    },
    eval::evaluate::Evaluation,
    language,
    report::{
        chart::Body,
        words::{figure, percent, thousands},
    },
    ui::{
        theme,
        widgets::chart::{Chart, Stops, View, readout},
    },
};

use super::{
    super::drawn::Drawn,
    super::{EvaluateView, picks::Shown},
};

const LEAST: f32 = 160.0;
const MOST: f32 = 420.0;
/// Stops of the keyboard along the curve.
const STOPS: usize = 200;

pub(super) fn show(ui: &mut Ui, evaluation: &Evaluation, view: &mut EvaluateView, actions: &mut Actions) {
    let drawn = view.drawn(evaluation);
    let (curve, before) = (&drawn.risk, view.threshold);
    slider(ui, &mut view.threshold);
    if let Some(point) = evaluation.detail.operating {
        operating(ui, &point, &mut view.threshold);
    }
    let kept = curve.at(view.threshold).copied().unwrap_or(Kept { threshold: view.threshold, kept: 0, errors: 0 });
    let mut wish = buttons(ui, curve, &kept, view.threshold);
    let picked = picture(ui, evaluation, &drawn, &kept, actions);
    if let Some(threshold) = picked {
        view.threshold = threshold;
        wish = Some(Shown::KeptMistakes(threshold));
    }
    // Moving the threshold moves the images with it.
    let threshold = view.threshold;
    if (threshold - before).abs() > 0.0 && wish.is_none() {
        wish = match view.shown {
            Shown::Refused(_) => Some(Shown::Refused(threshold)),
            Shown::KeptMistakes(_) => Some(Shown::KeptMistakes(threshold)),
            _ => None,
        };
    }
    if let Some(wish) = wish {
        (view.shown, view.away) = (wish, false);
        ui.ctx().request_repaint();
    }
}

/// The model's own threshold, at a click.
fn operating(ui: &mut Ui, point: &OperatingPoint, threshold: &mut f64) {
    ui.horizontal_wrapped(|ui| {
        let name = t!("Use the model's operating point, {threshold:.1} %", threshold = 100.0 * point.threshold);
        if ui.button(name).clicked() {
            *threshold = f64::from(point.threshold);
        }
        let words = t!("Chosen on {images} validation images so that at most {risk:.1} % of the cells kept are wrong, with 95 % confidence", images = thousands(point.images), risk = 100.0 * point.risk);
        ui.label(RichText::new(words).small().weak());
    });
}

/// What the threshold does in words, and the buttons for its images.
fn buttons(ui: &mut Ui, curve: &RiskCoverage, kept: &Kept, threshold: f64) -> Option<Shown> {
    let mut wish = None;
    ui.horizontal_wrapped(|ui| {
        let coverage = percent((curve.n > 0).then(|| curve.coverage(kept)));
        let risk = percent((kept.kept > 0).then(|| kept.risk()));
        ui.label(
            RichText::new(t!("Kept {coverage}, error among them {risk}", coverage, risk)).font(theme::strong(14.0)),
        );
        if ui.button(t!("Show the {count} refused", count = thousands(curve.n - kept.kept))).clicked() {
            wish = Some(Shown::Refused(threshold));
        }
        if ui.button(t!("Show the {count} mistakes kept", count = thousands(kept.errors))).clicked() {
            wish = Some(Shown::KeptMistakes(threshold));
        }
    });
    wish
}

/// The curve; gives back a threshold that was picked on it.
fn picture(ui: &mut Ui, evaluation: &Evaluation, drawn: &Drawn, kept: &Kept, actions: &mut Actions) -> Option<f64> {
    let (curve, drawing) = (&drawn.risk, &drawn.risk_coverage);
    let walked = curve.thinned(STOPS).points;
    let stops = Stops {
        lines: vec![walked.len()],
        read: Box::new(|stop| walked.get(stop).map(|point| words(curve, point)).unwrap_or_default()),
        hint: t!("Click on the curve for the mistakes kept there, or walk it: Tab to here, arrows, Enter"),
    };
    let mut clicked = None;
    let summary =
        t!("{title}: area {area}", title = language::heard(&drawing.title), area = figure(evaluation.detail.aurc));
    let frame = Chart::new("risk coverage", t!("Risk over coverage"), summary, || drawing.table()).zooms();
    let (ask, picked) = frame.exports(|| vec![drawing.clone()]).walked(ui, stops, |ui, chart| {
        let Body::Lines(lines) = &drawing.body else { return };
        let points = lines.series.first().map(|series| series.points.clone()).unwrap_or_default();
        let at = |point: &Kept| [curve.coverage(point), point.risk()];
        let marks = [(kept.kept > 0).then(|| at(kept)), chart.cursor.and_then(|stop| walked.get(stop)).map(at)];
        let (response, coverage) = plot(ui, points, lines.top, marks, chart);
        let Some(point) = coverage.and_then(|coverage| at_coverage(curve, coverage)) else { return };
        if response.clicked() {
            clicked = Some(point.threshold);
        }
        response.on_hover_ui_at_pointer(|ui| readout(ui, &words(curve, point)));
    });
    if let Some(ask) = ask {
        ask.act(actions);
    }
    clicked.or_else(|| picked.and_then(|stop| walked.get(stop)).map(|point| point.threshold))
}

/// What a threshold says, its heading first.
fn words(curve: &RiskCoverage, point: &Kept) -> Vec<String> {
    vec![
        t!("Refuse below {threshold:.1} %", threshold = 100.0 * point.threshold),
        t!("kept {share}", share = percent(Some(curve.coverage(point)))),
        t!("error among them {share}", share = percent(Some(point.risk()))),
    ]
}

fn slider(ui: &mut Ui, threshold: &mut f64) {
    ui.horizontal(|ui| {
        let label = ui.label(t!("Refuse below a confidence of"));
        ui.spacing_mut().slider_width = 240.0;
        let slider = Slider::new(threshold, 0.0..=1.0).fixed_decimals(3);
        ui.add(slider).labelled_by(label.id);
    });
}

/// The point that keeps about this share of the images.
fn at_coverage(curve: &RiskCoverage, coverage: f64) -> Option<&Kept> {
    let distance = |point: &&Kept| (curve.coverage(point) - coverage).abs();
    curve.points.iter().min_by(|a, b| distance(a).total_cmp(&distance(b)))
}

/// Draws the curve; gives back the coverage under the pointer.
fn plot(
    ui: &mut Ui,
    points: Vec<[f64; 2]>,
    top: f64,
    [threshold, cursor]: [Option<[f64; 2]>; 2],
    view: View,
) -> (Response, Option<f64>) {
    let frame = Plot::new(Id::unique("risk coverage plot"))
        .height(ui.available_height().clamp(LEAST, MOST))
        .show_x(false)
        .show_y(false)
        .allow_scroll(false)
        .show_background(false)
        .set_margin_fraction(egui::vec2(0.02, 0.04))
        .include_x(0.0)
        .include_x(1.0)
        .include_y(0.0)
        .include_y(top)
        .x_axis_label(t!("Coverage (share of images kept)"))
        .y_axis_label(t!("Risk (share of errors)"))
        .label_formatter(|_| None);
    let frame = if view.reset { frame.reset() } else { frame };
    let (line, ring) = (theme::accent(ui.visuals()), ui.visuals().strong_text_color());
    let shown = frame.show(ui, |plot| {
        plot.line(Line::new("", points).color(line).width(2.0).allow_hover(false));
        for (at, shape) in [(threshold, MarkerShape::Circle), (cursor, MarkerShape::Diamond)] {
            let Some(at) = at else { continue };
            let mark = Points::new("", vec![at]).shape(shape).filled(false).radius(6.0).color(ring);
            plot.points(mark.allow_hover(false));
        }
    });
    let at = shown.response.hover_pos().map(|at| shown.transform.value_from_position(at).x);
    (shown.response, at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_click_finds_the_threshold_of_its_coverage() {
        let curve = RiskCoverage::of([(0.9, true), (0.8, true), (0.7, false), (0.6, true)]);
        let found = |coverage| at_coverage(&curve, coverage).map(|point| point.threshold);
        assert_eq!((found(0.55), found(1.0)), (Some(0.8), Some(0.6)));
        assert_eq!(at_coverage(&RiskCoverage::default(), 0.5), None);
    }
}
