//! Training and validation over the epochs: solid with circles against dashed with squares, the kept epoch marked.

use crate::report::chart::{CurvePoint, Curves, Quantity};

use super::{
    MARGIN, TOP, WIDTH, axis,
    canvas::{Anchor, Canvas, Colour, FAINT, INK, QUIET, Words, hex},
    empty,
};

const TRAIN: Colour = [0x00, 0x72, 0xB2];
const VALIDATION: Colour = [0xD5, 0x5E, 0x00];
const HEIGHT: f64 = 380.0;
pub(super) const LEFT: f64 = MARGIN + 62.0;
const RIGHT: f64 = WIDTH - MARGIN - 16.0;
/// Below this many epochs each point gets its marker.
const MARKED: usize = 60;

/// From numbers to places on the page.
pub(super) struct Scale {
    epochs: [f64; 2],
    values: [f64; 2],
    pub bottom: f64,
}

impl Scale {
    pub(super) fn x(&self, epoch: f64) -> f64 {
        let [first, last] = self.epochs;
        if last > first { LEFT + (epoch - first) / (last - first) * (RIGHT - LEFT) } else { (LEFT + RIGHT) / 2.0 }
    }

    pub(super) fn y(&self, value: f64) -> f64 {
        let [low, high] = self.values;
        self.bottom - (value - low) / (high - low) * (self.bottom - TOP - 30.0)
    }
}

/// Draws axes, curves and legend below the titles and tells where they end.
pub(super) fn draw(canvas: &mut Canvas<'_>, curves: &Curves) -> f64 {
    let lines = [|point: &CurvePoint| point.train, |point: &CurvePoint| point.validation]
        .map(|of| line(&curves.points, curves.quantity, of));
    let (Some(first), Some(last)) = (curves.points.first(), curves.points.last()) else {
        return empty(canvas, "No epoch has ended yet");
    };
    let epochs = [first.epoch as f64, last.epoch as f64];
    let Some(scale) = axes(canvas, curves.quantity, epochs, &lines) else {
        return empty(canvas, "No finite value");
    };
    if let Some(best) = curves.best {
        let x = scale.x(best as f64);
        canvas.line([x, TOP + 24.0], [x, scale.bottom], QUIET, 1.0, "2 4");
        let anchor = if x > (LEFT + RIGHT) / 2.0 { Anchor::End } else { Anchor::Start };
        let aside = if x > (LEFT + RIGHT) / 2.0 { -6.0 } else { 6.0 };
        canvas.text(x + aside, TOP + 34.0, &format!("best: epoch {best}"), Words::sized(11.0).anchor(anchor));
    }
    for (place, line) in lines.iter().enumerate() {
        curve(canvas, &scale, line, place);
    }
    legend(canvas);
    scale.bottom + 46.0
}

/// The finite points of a line, accuracies in per cent.
pub(super) fn line(points: &[CurvePoint], quantity: Quantity, of: fn(&CurvePoint) -> f64) -> Vec<[f64; 2]> {
    let factor = if quantity == Quantity::Accuracy { 100.0 } else { 1.0 };
    let points = points.iter().map(|point| [point.epoch as f64, of(point) * factor]);
    points.filter(|[_, value]| value.is_finite()).collect()
}

/// Draws axes that hold all lines, a loss from zero and an accuracy up to 100 %; `None` where no line has a point.
pub(super) fn axes(
    canvas: &mut Canvas<'_>,
    quantity: Quantity,
    epochs: [f64; 2],
    lines: &[Vec<[f64; 2]>],
) -> Option<Scale> {
    let heights = || lines.iter().flatten().map(|[_, value]| *value);
    heights().next()?;
    let low = if quantity == Quantity::Loss { 0.0 } else { heights().fold(f64::INFINITY, f64::min) };
    let high = if quantity == Quantity::Loss { heights().fold(0.0, f64::max) } else { 100.0 };
    let marks = axis::ticks(low, high.max(low + 1e-6), 6);
    let ends = [marks.first().copied().unwrap_or(low), marks.last().copied().unwrap_or(high)];
    let values = if ends[1] > ends[0] { ends } else { [low, low + 1.0] };
    let scale = Scale { epochs, values, bottom: TOP + HEIGHT };
    grid(canvas, &scale, &marks, quantity);
    Some(scale)
}

fn grid(canvas: &mut Canvas<'_>, scale: &Scale, marks: &[f64], quantity: Quantity) {
    for mark in marks {
        let y = scale.y(*mark);
        canvas.line([LEFT, y], [RIGHT, y], FAINT, 1.0, "");
        let words = Words::sized(11.0).anchor(Anchor::End).colour(QUIET);
        canvas.text(LEFT - 8.0, y + 4.0, &axis::label(*mark, marks), words);
    }
    let [first, last] = scale.epochs;
    for epoch in axis::ticks(first, last, 12).into_iter().filter(|at| at.fract() == 0.0 && (first..=last).contains(at))
    {
        let x = scale.x(epoch);
        canvas.line([x, scale.bottom], [x, scale.bottom + 5.0], INK, 1.0, "");
        let words = Words::sized(11.0).anchor(Anchor::Middle).colour(QUIET);
        canvas.text(x, scale.bottom + 19.0, &format!("{epoch:.0}"), words);
    }
    canvas.line([LEFT, scale.bottom], [RIGHT, scale.bottom], INK, 1.0, "");
    let middle = Words::sized(13.0).anchor(Anchor::Middle);
    canvas.text((LEFT + RIGHT) / 2.0, scale.bottom + 42.0, "Epoch", middle);
    canvas.text(MARGIN + 8.0, (TOP + scale.bottom) / 2.0, quantity.axis(), middle.turned(-90.0));
}

fn curve(canvas: &mut Canvas<'_>, scale: &Scale, line: &[[f64; 2]], place: usize) {
    let (colour, dash) = if place == 0 { (TRAIN, "") } else { (VALIDATION, "7 4") };
    let points: Vec<[f64; 2]> = line.iter().map(|[epoch, value]| [scale.x(*epoch), scale.y(*value)]).collect();
    canvas.polyline(&points, colour, dash);
    if points.len() <= MARKED {
        for point in points {
            marker(canvas, point, place);
        }
    }
}

fn marker(canvas: &mut Canvas<'_>, [x, y]: [f64; 2], place: usize) {
    if place == 0 {
        canvas.raw(&format!(r#"<circle cx="{x:.2}" cy="{y:.2}" r="3.5" fill="{}"/>"#, hex(TRAIN)));
    } else {
        canvas.rect([x - 3.2, y - 3.2, 6.4, 6.4], &hex(VALIDATION));
    }
}

fn legend(canvas: &mut Canvas<'_>) {
    let y = TOP + 6.0;
    for (place, (name, colour, dash)) in
        [("Training", TRAIN, ""), ("Validation", VALIDATION, "7 4")].into_iter().enumerate()
    {
        let x = LEFT + place as f64 * 130.0;
        canvas.line([x, y], [x + 34.0, y], colour, 2.0, dash);
        marker(canvas, [x + 17.0, y], place);
        canvas.text(x + 42.0, y + 4.0, name, Words::sized(12.0));
    }
}
