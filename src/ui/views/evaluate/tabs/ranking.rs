//! ROC and precision-recall of each class; a click on a curve, or Enter on a stop of it, shows what is wrong there.

use egui::{Id, Response, RichText, Role, Ui, WidgetInfo, vec2};
use egui_plot::{Line, LineStyle, MarkerShape, Plot, Points};

use super::super::{
    EvaluateView,
    drawn::{Drawn, Place, Track, on_precision_recall, on_roc},
    picks::Shown,
};
use crate::{
    app::Actions,
    domain::{classes::title, ranking::Ranking},
    eval::evaluate::Evaluation,
    language,
    report::{
        chart::{Body, Lines},
        words::{figure, percent},
    },
    ui::widgets::{
        chart::{Chart, Stops, View, readout},
        marker,
    },
};

const LEAST: f32 = 180.0;
const MOST: f32 = 420.0;
/// Below this width in points the plots stand one below the other.
const SIDE_BY_SIDE: f32 = 440.0;
pub(super) fn show(ui: &mut Ui, evaluation: &Evaluation, view: &mut EvaluateView, actions: &mut Actions) {
    picker(ui, evaluation, view);
    let drawn = view.drawn(evaluation);
    let [roc, precision_recall] = [0, 1].map(|which| Curves { evaluation, drawn: &drawn, which, class: view.class });
    let shown = view.shown;
    let mut chosen = None;
    if ui.available_width() < SIDE_BY_SIDE {
        for curves in [roc, precision_recall] {
            chosen = curves.show(ui, shown, actions).or(chosen);
        }
    } else {
        ui.columns(2, |columns| {
            for (ui, curves) in columns.iter_mut().zip([roc, precision_recall]) {
                chosen = curves.show(ui, shown, actions).or(chosen);
            }
        });
    }
    if let Some((label, threshold)) = chosen {
        view.toggle(Shown::WrongAt { label, threshold }, false);
    }
}

/// One of the two pictures.
struct Curves<'a> {
    evaluation: &'a Evaluation,
    drawn: &'a Drawn,
    /// 0 for ROC, 1 for precision and recall.
    which: usize,
    /// The only class that stands out.
    class: Option<usize>,
}

impl Curves<'_> {
    fn place(&self) -> Place {
        if self.which == 0 { on_roc } else { on_precision_recall }
    }

    /// The curves that can be walked now.
    fn tracks(&self) -> Vec<&Track> {
        let all = self.drawn.tracks.get(self.which).into_iter().flatten();
        all.filter(|track| self.class.is_none_or(|class| class == track.label)).collect()
    }

    /// The class and the point of a stop.
    fn stop(&self, stop: usize) -> Option<(usize, usize)> {
        let all = self.tracks().into_iter().flat_map(|track| track.points.iter().map(|point| (track.label, *point)));
        all.into_iter().nth(stop)
    }

    fn threshold(&self, (label, point): (usize, usize)) -> Option<(usize, f64)> {
        Some((label, self.drawn.rankings.get(label)?.points.get(point)?.threshold))
    }

    /// What the threshold of a point on the confidence of a class does, the heading first.
    fn words(&self, (label, threshold): (usize, f64)) -> Vec<String> {
        let Some(ranking) = self.drawn.rankings.get(label) else { return Vec::new() };
        let name = title(self.evaluation.metrics.confusion.labels.name(label));
        let Some(point) = ranking.points.iter().find(|point| point.threshold <= threshold) else { return Vec::new() };
        let share = |part: u64, whole: u64| percent((whole > 0).then(|| part as f64 / whole as f64));
        vec![
            t!("{name} from a confidence of {threshold:.1} %", name, threshold = 100.0 * threshold),
            t!("recall {share}", share = share(point.hits, ranking.positives)),
            t!("precision {share}", share = share(point.hits, point.hits + point.false_alarms)),
            t!("false positive rate {share}", share = share(point.false_alarms, ranking.negatives)),
        ]
    }

    /// Draws them; gives back the class and the threshold that was picked.
    fn show(self, ui: &mut Ui, shown: Shown, actions: &mut Actions) -> Option<(usize, f64)> {
        let drawing = if self.which == 0 { &self.drawn.roc } else { &self.drawn.precision_recall };
        let Body::Lines(lines) = &drawing.body else { return None };
        let (name, hint) = if self.which == 0 {
            ("ROC", t!("Click on a curve for what is wrong there, or walk it: Tab to here, arrows, Enter"))
        } else {
            (t!("Precision-recall"), t!("The same images behind the same thresholds; up and down change the class"))
        };
        let summary = format!("{}; {}", language::heard(&drawing.title), language::heard(&drawing.subtitle));
        let frame =
            Chart::new(drawing.name, name, summary, || drawing.table()).exports(|| vec![drawing.clone()]).zooms();
        let said = |stop| self.stop(stop).and_then(|at| self.threshold(at)).map(|at| self.words(at));
        let stops = Stops {
            lines: self.tracks().iter().map(|track| track.points.len()).collect(),
            read: Box::new(|stop| said(stop).unwrap_or_default()),
            hint,
        };
        let mut clicked = None;
        let (ask, picked) = frame.walked(ui, stops, |ui, chart| clicked = self.body(ui, lines, shown, chart));
        if let Some(ask) = ask {
            ask.act(actions);
        }
        clicked.or_else(|| self.threshold(self.stop(picked?)?))
    }

    fn body(&self, ui: &mut Ui, lines: &Lines, shown: Shown, chart: View) -> Option<(usize, f64)> {
        let (place, rankings) = (self.place(), &self.drawn.rankings);
        let cursor = chart.cursor.and_then(|stop| self.stop(stop));
        let cursor = cursor.and_then(|(label, point)| place(rankings.get(label)?, point));
        let class = self.class.map(|label| self.evaluation.metrics.confusion.labels.name(label));
        let id = Id::unique(("evaluation curve", self.which));
        let (response, pointed) = plot(ui, id, lines, class, [marked(shown, rankings, place), cursor], chart);
        let found = nearest(pointed?, self.evaluation, rankings, self.class, place)?;
        let clicked = response.clicked();
        response.on_hover_ui_at_pointer(|ui| readout(ui, &self.words(found)));
        clicked.then_some(found)
    }
}

/// One row of codes with the area below the ROC curve of each; one of them makes its class stand out.
fn picker(ui: &mut Ui, evaluation: &Evaluation, view: &mut EvaluateView) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().button_padding = vec2(6.0, 4.0);
        ui.spacing_mut().item_spacing.x = 2.0;
        if ui.selectable_label(view.class.is_none(), RichText::new(t!("All classes")).small()).clicked() {
            view.class = None;
        }
        for (label, areas) in evaluation.detail.areas.iter().enumerate() {
            if areas.roc_auc.is_none() {
                continue;
            }
            let words = format!("{} {}", marker::code(ui.ctx(), &areas.name), figure(areas.roc_auc));
            let (roc, average) = (figure(areas.roc_auc), figure(areas.average_precision));
            let said =
                t!("{name}: ROC area {roc}, average precision {average}", name = title(&areas.name), roc, average);
            let on = view.class == Some(label);
            let button = ui.selectable_label(on, RichText::new(words).small()).on_hover_text(&said);
            button.widget_info(|| WidgetInfo::selected(Role::Button, true, on, &said));
            if button.clicked() {
                view.class = if on { None } else { Some(label) };
            }
        }
    });
}

/// An axis title without its unit, which the export and the table spell out.
fn short(axis: &str) -> &str {
    axis.split(" (").next().unwrap_or(axis)
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

/// Draws the curves; gives back where the pointer is.
fn plot(
    ui: &mut Ui,
    id: Id,
    lines: &Lines,
    class: Option<&str>,
    [marked, cursor]: [Option<[f64; 2]>; 2],
    view: View,
) -> (Response, Option<[f64; 2]>) {
    let frame = Plot::new(id)
        .height(ui.available_height().clamp(LEAST, MOST))
        .show_x(false)
        .show_y(false)
        .allow_scroll(false)
        .show_background(false)
        .set_margin_fraction(vec2(0.02, 0.02))
        .include_x(0.0)
        .include_x(1.0)
        .include_y(0.0)
        .include_y(1.0)
        .x_axis_label(short(lines.x))
        .y_axis_label(short(lines.y))
        .label_formatter(|_| None);
    let frame = if view.reset { frame.reset() } else { frame };
    let weak = ui.visuals().weak_text_color();
    let ink = ui.visuals().strong_text_color();
    let ctx = ui.ctx().clone();
    let shown = frame.show(ui, |plot| {
        if lines.diagonal {
            let chance = vec![[0.0, 0.0], [1.0, 1.0]];
            plot.line(Line::new("", chance).color(weak).style(LineStyle::dashed_dense()).allow_hover(false));
        }
        for series in &lines.series {
            let colour = marker::line(&ctx, &series.class);
            let (colour, width) = match class {
                Some(class) if class != series.class => (colour.gamma_multiply(0.25), 1.0),
                _ => (colour, 2.0),
            };
            plot.line(Line::new("", series.points.clone()).color(colour).width(width).allow_hover(false));
        }
        for (at, shape) in [(marked, MarkerShape::Circle), (cursor, MarkerShape::Diamond)] {
            let Some(at) = at else { continue };
            let ring = Points::new("", vec![at]).shape(shape).filled(false).radius(6.0).color(ink);
            plot.points(ring.allow_hover(false));
        }
    });
    let at = shown.response.hover_pos().map(|at| shown.transform.value_from_position(at));
    (shown.response, at.map(|at| [at.x, at.y]))
}
