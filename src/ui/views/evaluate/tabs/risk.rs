//! What refusing unsure images buys: the risk-coverage curve and a threshold to try.

use egui::{Id, Response, RichText, Slider, Ui};
use egui_plot::{Line, MarkerShape, Plot, Points};

use crate::{
    app::Actions,
    domain::risk::{Kept, RiskCoverage},
    eval::evaluate::Evaluation,
    report::{
        chart::Body,
        words::{figure, percent, thousands},
    },
    ui::{
        theme,
        widgets::chart::{Chart, View},
    },
};

use super::super::{EvaluateView, picks::Shown};

const HEIGHT: f32 = 260.0;

pub(super) fn show(ui: &mut Ui, evaluation: &Evaluation, view: &mut EvaluateView, actions: &mut Actions) {
    let mut threshold = view.threshold;
    let drawn = view.drawn(evaluation);
    let (curve, drawing) = (&drawn.risk, &drawn.risk_coverage);
    let before = threshold;
    slider(ui, &mut threshold);
    let kept = curve.at(threshold).copied().unwrap_or(Kept { threshold, kept: 0, errors: 0 });
    let refused = curve.n - kept.kept;
    let mut wish = None;
    ui.horizontal_wrapped(|ui| {
        let coverage = percent((curve.n > 0).then(|| curve.coverage(&kept)));
        let risk = percent((kept.kept > 0).then(|| kept.risk()));
        ui.label(RichText::new(format!("Kept {coverage}, error among them {risk}")).font(theme::strong(14.0)));
        if ui.button(format!("Show the {} refused", thousands(refused))).clicked() {
            wish = Some(Shown::Refused(threshold));
        }
        if ui.button(format!("Show the {} mistakes kept", thousands(kept.errors))).clicked() {
            wish = Some(Shown::KeptMistakes(threshold));
        }
    });
    let summary = format!("{}: area {}", drawing.title, figure(evaluation.detail.aurc));
    let frame = Chart::new("risk coverage", "Risk over coverage", summary, drawing.table()).zooms();
    let ask = frame.exports(|| vec![drawing.clone()]).show(ui, |ui, chart| {
        let Body::Lines(lines) = &drawing.body else { return };
        let points = lines.series.first().map(|series| series.points.clone()).unwrap_or_default();
        let here = (kept.kept > 0).then(|| [curve.coverage(&kept), kept.risk()]);
        let (response, coverage) = plot(ui, points, lines.top, here, chart);
        let Some(point) = coverage.and_then(|coverage| at_coverage(curve, coverage)) else { return };
        if response.clicked() {
            threshold = point.threshold;
            wish = Some(Shown::KeptMistakes(threshold));
        }
        response.on_hover_ui_at_pointer(|ui| {
            ui.strong(format!("Refuse below {:.1} %", 100.0 * point.threshold));
            ui.label(format!("Kept {}", percent(Some(curve.coverage(point)))));
            ui.label(format!("Error among them {}", percent(Some(point.risk()))));
        });
    });
    if let Some(ask) = ask {
        ask.act(actions);
    }
    view.threshold = threshold;
    // Moving the threshold moves the images with it.
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

fn slider(ui: &mut Ui, threshold: &mut f64) {
    ui.horizontal(|ui| {
        let label = ui.label("Refuse below a confidence of");
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
fn plot(ui: &mut Ui, points: Vec<[f64; 2]>, top: f64, here: Option<[f64; 2]>, view: View) -> (Response, Option<f64>) {
    let frame = Plot::new(Id::unique("risk coverage plot"))
        .height(HEIGHT)
        .show_x(false)
        .show_y(false)
        .allow_scroll(false)
        .show_background(false)
        .set_margin_fraction(egui::vec2(0.02, 0.04))
        .include_x(0.0)
        .include_x(1.0)
        .include_y(0.0)
        .include_y(top)
        .x_axis_label("Coverage (share of images kept)")
        .y_axis_label("Risk (share of errors)")
        .label_formatter(|_| None);
    let frame = if view.reset { frame.reset() } else { frame };
    let (line, ring) = (theme::accent(ui.visuals()), ui.visuals().strong_text_color());
    let shown = frame.show(ui, |plot| {
        plot.line(Line::new("", points).color(line).width(2.0).allow_hover(false));
        if let Some(here) = here {
            let mark = Points::new("", vec![here]).shape(MarkerShape::Circle).filled(false).radius(6.0).color(ring);
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
