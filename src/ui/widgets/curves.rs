//! The curves of a run: loss above, accuracy below, training and validation in each, the kept epoch marked.

use egui::{Color32, Id, Stroke, Ui};
use egui_plot::{AxisHints, GridInput, GridMark, Line, LineStyle, MarkerShape, Plot, PlotPoints, Points, VLine};

use super::chart::View;
use crate::{app::pages::train::LivePoint, domain::run::EpochRecord, report::csv::Table};

/// What the curves show.
pub struct Curves<'a> {
    pub history: &'a [EpochRecord],
    /// Training within the epochs; empty once the run has ended.
    pub live: &'a [LivePoint],
    /// Epochs that were planned, which gives the axis its length from the start.
    pub planned: usize,
}

/// One of the two plots.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Figure {
    Loss,
    Accuracy,
}

impl Figure {
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Loss => t!("Loss (nats)"),
            Self::Accuracy => t!("Accuracy (%)"),
        }
    }

    fn train(self, epoch: &EpochRecord) -> f64 {
        match self {
            Self::Loss => epoch.train_loss,
            Self::Accuracy => 100.0 * epoch.train_accuracy,
        }
    }

    pub(super) fn validation(self, epoch: &EpochRecord) -> f64 {
        match self {
            Self::Loss => epoch.validation_loss,
            Self::Accuracy => 100.0 * epoch.validation_accuracy,
        }
    }

    fn live(self, point: &LivePoint) -> f64 {
        match self {
            Self::Loss => point.loss,
            Self::Accuracy => 100.0 * point.accuracy,
        }
    }
}

impl Curves<'_> {
    /// The rows behind the curves, one an epoch.
    #[must_use]
    pub fn table(&self) -> Table {
        let columns = [
            key!("Epoch"),
            key!("Training loss"),
            key!("Validation loss"),
            key!("Training acc."),
            key!("Validation acc."),
            key!("Rate"),
            "",
        ];
        let mut table = Table::new(columns);
        for epoch in self.history {
            table.push([
                epoch.epoch.to_string(),
                format!("{:.4}", epoch.train_loss),
                format!("{:.4}", epoch.validation_loss),
                format!("{:.1} %", 100.0 * epoch.train_accuracy),
                format!("{:.1} %", 100.0 * epoch.validation_accuracy),
                format!("{:.2e}", epoch.learning_rate),
                if self.best() == Some(epoch.epoch) { key!("kept").to_owned() } else { String::new() },
            ]);
        }
        table
    }

    /// In words, for a screen reader.
    #[must_use]
    pub fn summary(&self) -> String {
        match self.history.last() {
            None => t!("Loss and accuracy curves, no epoch yet").to_owned(),
            Some(last) => t!(
                "Loss and accuracy curves over {count} epochs; last: training loss {train_loss:.3}, validation loss {validation_loss:.3}, validation \
                 accuracy {share:.1} %; kept epoch {epoch}",
                count = self.history.len(),
                train_loss = last.train_loss,
                validation_loss = last.validation_loss,
                share = 100.0 * last.validation_accuracy,
                epoch = self.best().map_or_else(|| t!("none").to_owned(), |epoch| epoch.to_string())
            ),
        }
    }

    fn best(&self) -> Option<usize> {
        self.history.iter().rev().find(|epoch| epoch.best).map(|epoch| epoch.epoch)
    }

    /// Draws both plots into the available width and `height` points.
    pub fn show(&self, ui: &mut Ui, id: Id, height: f32, view: View) {
        legend(ui);
        let each = ((height - ui.spacing().item_spacing.y - 20.0) / 2.0).max(72.0);
        both(ui, id, |ui, figure, marked| self.plot(ui, id, figure, each, view, marked));
    }

    /// One plot; gives back the epoch under the pointer.
    fn plot(
        &self,
        ui: &mut Ui,
        id: Id,
        figure: Figure,
        height: f32,
        view: View,
        marked: Option<usize>,
    ) -> Option<usize> {
        let (train, validation) = colours(ui);
        let points = |of: &dyn Fn(&EpochRecord) -> f64| -> Vec<[f64; 2]> {
            self.history.iter().map(|epoch| [epoch.epoch as f64, of(epoch)]).collect()
        };
        let trained = points(&|epoch| figure.train(epoch));
        let validated = points(&|epoch| figure.validation(epoch));
        let live: Vec<[f64; 2]> = self.live.iter().map(|point| [point.epochs, figure.live(point)]).collect();
        let best = self.best();
        let last = self.planned.max(self.history.len()).max(1) as f64;
        let first = if self.history.is_empty() || !self.live.is_empty() { 0.0 } else { 1.0_f64.min(last) };
        let shown = frame(id, figure, height, [first, last], view).show(ui, |plot| {
            if let Some(epoch) = best {
                plot.vline(
                    VLine::new("", epoch as f64)
                        .color(validation.gamma_multiply(0.55))
                        .style(LineStyle::dotted_dense()),
                );
            }
            if let Some(epoch) = marked {
                plot.vline(VLine::new("", epoch as f64).color(train.gamma_multiply(0.6)).width(1.0));
            }
            plot.line(Line::new("", live).color(train.gamma_multiply(0.6)).width(1.0).allow_hover(false));
            series(plot, trained, train, LineStyle::dashed_dense(), MarkerShape::Square);
            let ring: Vec<_> =
                validated.iter().copied().filter(|[x, _]| best.is_some_and(|best| *x == best as f64)).collect();
            series(plot, validated, validation, LineStyle::Solid, MarkerShape::Circle);
            plot.points(
                Points::new("", ring)
                    .shape(MarkerShape::Circle)
                    .filled(false)
                    .radius(6.5)
                    .color(validation)
                    .allow_hover(false),
            );
        });
        let pointed = shown.response.hover_pos().map(|pos| shown.transform.value_from_position(pos).x);
        let epoch = pointed.and_then(|x| self.nearest(x));
        if let Some(epoch) = epoch {
            shown.response.on_hover_ui_at_pointer(|ui| self.readout(ui, epoch));
        }
        epoch.map(|epoch| epoch.epoch)
    }

    fn nearest(&self, x: f64) -> Option<&EpochRecord> {
        let distance = |epoch: &EpochRecord| (epoch.epoch as f64 - x).abs();
        self.history.iter().min_by(|a, b| distance(a).total_cmp(&distance(b))).filter(|epoch| distance(epoch) <= 0.75)
    }

    /// All figures of one epoch.
    fn readout(&self, ui: &mut Ui, epoch: &EpochRecord) {
        let best = if self.best() == Some(epoch.epoch) { t!(", kept") } else { "" };
        ui.strong(t!("Epoch {epoch}{best}", epoch = epoch.epoch, best));
        egui::Grid::new("epoch").num_columns(3).spacing([12.0, 2.0]).show(ui, |ui| {
            for head in ["", t!("Training"), t!("Validation")] {
                ui.weak(head);
            }
            ui.end_row();
            ui.label(t!("Loss"));
            ui.label(format!("{:.4}", epoch.train_loss));
            ui.label(format!("{:.4}", epoch.validation_loss));
            ui.end_row();
            ui.label(t!("Accuracy"));
            ui.label(format!("{:.1} %", 100.0 * epoch.train_accuracy));
            ui.label(format!("{:.1} %", 100.0 * epoch.validation_accuracy));
            ui.end_row();
        });
        if let Some(share) = epoch.elsewhere_accuracy {
            ui.weak(t!("Other labs, held out: {share:.1} %, balanced", share = 100.0 * share));
        }
        ui.weak(t!("Learning rate {learning_rate}", learning_rate = format!("{:.2e}", epoch.learning_rate)));
    }
}

/// Loss above accuracy, with the epoch under the pointer of either marked in both; `plot` gives that epoch back.
pub(super) fn both(ui: &mut Ui, id: Id, mut plot: impl FnMut(&mut Ui, Figure, Option<usize>) -> Option<usize>) {
    let mut hovered = None;
    for figure in [Figure::Loss, Figure::Accuracy] {
        let marked: Option<usize> = ui.data(|data| data.get_temp(id));
        hovered = plot(ui, figure, marked).or(hovered);
    }
    ui.data_mut(|data| match hovered {
        Some(epoch) => {
            data.insert_temp(id, epoch);
        }
        None => data.remove::<usize>(id),
    });
}

/// A plot of epochs, which shows those from the first to the last of `epochs` at least.
pub(super) fn frame(id: Id, figure: Figure, height: f32, [first, last]: [f64; 2], view: View) -> Plot<'static> {
    let plot = Plot::new(id.with(figure.title()))
        .height(height)
        .link_axis(id.with("x"), [true, false])
        .show_x(false)
        .show_y(false)
        .allow_scroll(false)
        .allow_axis_zoom_drag(false)
        .show_background(false)
        .set_margin_fraction(egui::vec2(0.02, 0.08))
        .show_grid([false, true])
        .custom_y_axes(vec![
            AxisHints::new_y().label(figure.title()).min_thickness(60.0).label_spacing(egui::Rangef::new(12.0, 24.0)),
        ])
        .include_x(first)
        .include_x(last)
        .x_grid_spacer(|input| whole_epochs(&input))
        .x_axis_formatter(|mark, _| if mark.value < 0.5 { String::new() } else { format!("{:.0}", mark.value) })
        .label_formatter(|_| None);
    let plot = match figure {
        Figure::Loss => plot.include_y(0.0).show_axes([false, true]),
        Figure::Accuracy => plot.include_y(100.0).x_axis_label(t!("Epoch")),
    };
    if view.reset { plot.reset() } else { plot }
}

/// Training in neutral grey, validation in the accent: no class colour is borrowed for a line.
fn colours(ui: &Ui) -> (Color32, Color32) {
    (ui.visuals().weak_text_color(), ui.visuals().hyperlink_color)
}

fn series<'a>(
    plot: &mut egui_plot::PlotUi<'a>,
    points: Vec<[f64; 2]>,
    colour: Color32,
    style: LineStyle,
    marker: MarkerShape,
) {
    plot.line(Line::new("", PlotPoints::from(points.clone())).color(colour).style(style).width(1.8).allow_hover(false));
    plot.points(Points::new("", points).shape(marker).filled(true).radius(2.8).color(colour).allow_hover(false));
}

/// Marks at whole epochs only, thinned out as the axis grows.
fn whole_epochs(input: &GridInput) -> Vec<GridMark> {
    let step =
        [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0].into_iter().find(|step| *step >= input.base_step_size * 2.0);
    let step = step.unwrap_or(500.0);
    let (first, last) = ((input.bounds.0 / step).ceil() as i64, (input.bounds.1 / step).floor() as i64);
    (first..=last.min(first + 400)).map(|mark| GridMark { value: mark as f64 * step, step_size: step }).collect()
}

/// The two lines as they are drawn, with their names.
fn legend(ui: &mut Ui) {
    let (train, validation) = colours(ui);
    ui.horizontal(|ui| {
        sample(ui, train, true);
        ui.small(t!("Training"));
        ui.add_space(8.0);
        sample(ui, validation, false);
        ui.small(t!("Validation"));
        ui.add_space(8.0);
        let (rect, _) = ui.allocate_exact_size(egui::vec2(14.0, 14.0), egui::Sense::hover());
        ui.painter().circle_stroke(rect.center(), 5.0, Stroke::new(1.5, validation));
        ui.painter().circle_filled(rect.center(), 2.4, validation);
        ui.small(t!("Epoch whose weights are kept"));
    });
}

fn sample(ui: &mut Ui, colour: Color32, dashed: bool) {
    let (rect, _) = ui.allocate_exact_size(egui::vec2(24.0, 14.0), egui::Sense::hover());
    let ends = [rect.left_center(), rect.right_center()];
    let stroke = Stroke::new(1.8, colour);
    if dashed {
        ui.painter().extend(egui::Shape::dashed_line(&ends, stroke, 5.0, 4.0));
        ui.painter().rect_filled(egui::Rect::from_center_size(rect.center(), egui::vec2(5.0, 5.0)), 0.0, colour);
    } else {
        ui.painter().line_segment(ends, stroke);
        ui.painter().circle_filled(rect.center(), 2.8, colour);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn epoch(epoch: usize, best: bool) -> EpochRecord {
        EpochRecord {
            epoch,
            train_loss: 1.0,
            train_accuracy: 0.5,
            validation_loss: 0.9,
            validation_accuracy: 0.625,
            elsewhere_loss: None,
            elsewhere_accuracy: None,
            learning_rate: 1e-3,
            best,
        }
    }

    #[test]
    fn the_table_marks_only_the_epoch_that_is_kept() {
        let history = [epoch(1, true), epoch(2, true), epoch(3, false)];
        let curves = Curves { history: &history, live: &[], planned: 3 };
        let best: Vec<_> = curves.table().words().map(|row| row[6].clone()).collect();
        assert_eq!(best, ["", "kept", ""]);
        assert!(curves.summary().ends_with("kept epoch 2"), "{}", curves.summary());
    }

    #[test]
    fn epochs_are_marked_at_whole_numbers_and_thinned_out() {
        let marks = |last: f64| whole_epochs(&GridInput { bounds: (1.0, last), base_step_size: last / 30.0 });
        assert_eq!(marks(6.0).len(), 6);
        assert!(marks(200.0).len() < 30 && marks(200.0).iter().all(|mark| mark.value.fract() == 0.0));
    }
}
