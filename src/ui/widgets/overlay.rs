//! The validation curves of several runs over each other: loss above, accuracy below, each run told by colour and marker.

use egui::{Color32, Id, Sense, Stroke, Ui, vec2};
use egui_plot::{Line, LineStyle, MarkerShape, PlotPoints, Points, VLine};

use super::{
    chart::View,
    curves::{Figure, both, frame},
};
use crate::{domain::run::EpochRecord, report::csv::Table, ui::theme};

/// One run among others.
pub struct Overlaid<'a> {
    pub name: &'a str,
    pub history: &'a [EpochRecord],
}

impl Overlaid<'_> {
    fn best(&self) -> Option<&EpochRecord> {
        self.history.iter().rev().find(|epoch| epoch.best)
    }

    fn epoch(&self, number: usize) -> Option<&EpochRecord> {
        self.history.iter().find(|epoch| epoch.epoch == number)
    }
}

/// What is drawn, in the order of the legend.
pub struct Overlay<'a> {
    pub runs: Vec<Overlaid<'a>>,
}

impl Overlay<'_> {
    /// The rows behind the curves, one an epoch of a run.
    #[must_use]
    pub fn table(&self) -> Table {
        let columns = [
            key!("Run"),
            key!("Epoch"),
            key!("Validation loss"),
            key!("Validation acc."),
            key!("Training loss"),
            key!("Training acc."),
            "",
        ];
        let mut table = Table::new(columns);
        for run in &self.runs {
            let best = run.best().map(|epoch| epoch.epoch);
            for epoch in run.history {
                table.push([
                    run.name.to_owned(),
                    epoch.epoch.to_string(),
                    format!("{:.4}", epoch.validation_loss),
                    format!("{:.1} %", 100.0 * epoch.validation_accuracy),
                    format!("{:.4}", epoch.train_loss),
                    format!("{:.1} %", 100.0 * epoch.train_accuracy),
                    if best == Some(epoch.epoch) { key!("kept").to_owned() } else { String::new() },
                ]);
            }
        }
        table
    }

    /// In words, for a screen reader.
    #[must_use]
    pub fn summary(&self) -> String {
        let of = |run: &Overlaid<'_>| match run.best() {
            Some(best) => t!(
                "{name}: kept epoch {epoch} with loss {validation_loss:.3} and accuracy {share:.1} %",
                name = run.name,
                epoch = best.epoch,
                validation_loss = best.validation_loss,
                share = 100.0 * best.validation_accuracy
            ),
            None => t!("{name}: no epoch yet", name = run.name),
        };
        let runs: Vec<_> = self.runs.iter().map(of).collect();
        t!("Validation curves of {count} runs; {each}", count = runs.len(), each = runs.join("; "))
    }

    /// Draws legend and both plots into the available width and `height` points.
    pub fn show(&self, ui: &mut Ui, id: Id, height: f32, view: View) {
        let above = ui.cursor().top();
        self.legend(ui);
        let used = ui.cursor().top() - above;
        let each = ((height - used - ui.spacing().item_spacing.y) / 2.0).max(72.0);
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
        let last = self.runs.iter().map(|run| run.history.len()).max().unwrap_or(0).max(1);
        let looks: Vec<_> = (0..self.runs.len()).map(|place| look(ui, place)).collect();
        let ink = ui.visuals().weak_text_color();
        let shown = frame(id, figure, height, [1.0, last as f64], view).show(ui, |plot| {
            if let Some(epoch) = marked {
                plot.vline(VLine::new("", epoch as f64).color(ink.gamma_multiply(0.6)).width(1.0));
            }
            for (run, (colour, marker)) in self.runs.iter().zip(looks) {
                let point = |epoch: &EpochRecord| [epoch.epoch as f64, figure.validation(epoch)];
                let points: Vec<[f64; 2]> = run.history.iter().map(point).collect();
                let line = Line::new("", PlotPoints::from(points.clone())).style(LineStyle::Solid);
                plot.line(line.color(colour).width(1.8).allow_hover(false));
                plot.points(
                    Points::new("", points).shape(marker).filled(true).radius(3.2).color(colour).allow_hover(false),
                );
                let best: Vec<[f64; 2]> = run.best().map(point).into_iter().collect();
                let ring = Points::new("", best).shape(MarkerShape::Circle).filled(false).radius(6.5);
                plot.points(ring.color(colour).allow_hover(false));
            }
        });
        let pointed = shown.response.hover_pos().map(|pos| shown.transform.value_from_position(pos).x.round());
        let epoch = pointed.filter(|x| (1.0..=last as f64).contains(x)).map(|x| x as usize);
        if let Some(epoch) = epoch {
            shown.response.on_hover_ui_at_pointer(|ui| self.readout(ui, epoch));
        }
        epoch
    }

    /// The figures of one epoch of every run.
    fn readout(&self, ui: &mut Ui, epoch: usize) {
        ui.strong(t!("Epoch {epoch}, validation", epoch));
        egui::Grid::new("overlaid epoch").num_columns(4).spacing([12.0, 2.0]).show(ui, |ui| {
            for head in ["", "", t!("Loss"), t!("Accuracy")] {
                ui.weak(head);
            }
            ui.end_row();
            for (place, run) in self.runs.iter().enumerate() {
                let Some(of) = run.epoch(epoch) else { continue };
                sample(ui, place);
                ui.label(run.name);
                ui.label(format!("{:.4}", of.validation_loss));
                ui.label(format!("{:.1} %", 100.0 * of.validation_accuracy));
                ui.end_row();
            }
        });
    }

    fn legend(&self, ui: &mut Ui) {
        ui.horizontal_wrapped(|ui| {
            for (place, run) in self.runs.iter().enumerate() {
                sample(ui, place);
                ui.small(run.name);
                ui.add_space(8.0);
            }
            ui.label(egui::RichText::new(t!("A ring marks the epoch that is kept")).small().weak());
        });
    }
}

/// How the run at a place is drawn; colours and markers repeat at different distances, so that a pair comes twice only
/// after twenty runs.
fn look(ui: &Ui, place: usize) -> (Color32, MarkerShape) {
    const MARKERS: [MarkerShape; 5] =
        [MarkerShape::Circle, MarkerShape::Square, MarkerShape::Up, MarkerShape::Diamond, MarkerShape::Down];
    let marker = MARKERS.get(place % MARKERS.len()).copied().unwrap_or(MarkerShape::Circle);
    (theme::run_colour(ui.visuals(), place), marker)
}

/// A piece of a run's line with its marker.
fn sample(ui: &mut Ui, place: usize) {
    let (colour, marker) = look(ui, place);
    let (rect, _) = ui.allocate_exact_size(vec2(24.0, 14.0), Sense::hover());
    let (painter, at) = (ui.painter(), rect.center());
    painter.line_segment([rect.left_center(), rect.right_center()], Stroke::new(1.8, colour));
    let polygon = |turns: &[[f32; 2]]| {
        let points = turns.iter().map(|[x, y]| at + vec2(*x, *y) * 4.0).collect();
        egui::Shape::convex_polygon(points, colour, Stroke::NONE)
    };
    painter.add(match marker {
        MarkerShape::Square => polygon(&[[-0.8, -0.8], [0.8, -0.8], [0.8, 0.8], [-0.8, 0.8]]),
        MarkerShape::Up => polygon(&[[0.0, -1.0], [0.9, 0.7], [-0.9, 0.7]]),
        MarkerShape::Down => polygon(&[[0.0, 1.0], [-0.9, -0.7], [0.9, -0.7]]),
        MarkerShape::Diamond => polygon(&[[0.0, -1.1], [1.1, 0.0], [0.0, 1.1], [-1.1, 0.0]]),
        _ => egui::Shape::circle_filled(at, 3.2, colour),
    });
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
    fn table_and_words_hold_every_run() {
        let (one, two) = ([epoch(1, true), epoch(2, false)], [epoch(1, true)]);
        let overlay = Overlay {
            runs: vec![
                Overlaid { name: "one", history: &one },
                Overlaid { name: "two", history: &two },
                Overlaid { name: "new", history: &[] },
            ],
        };
        let rows: Vec<_> = overlay.table().words().map(|row| format!("{} {}", row[0], row[1])).collect();
        assert_eq!(rows, ["one 1", "one 2", "two 1"]);
        let said = overlay.summary();
        assert!(said.starts_with("Validation curves of 3 runs; one: kept epoch 1 with loss 0.900"), "{said}");
        assert!(said.ends_with("new: no epoch yet"), "{said}");
    }
}
