//! Curves over shares, one a class in its colour and dashes, with a legend that names their areas.

use crate::report::chart::Lines;

use super::{
    TOP, WIDTH,
    canvas::{Canvas, INK, Words},
    empty, paint,
    plane::{BOTTOM, LEFT, Plane, SIDE},
};

const LEGEND: f64 = LEFT + SIDE + 26.0;
const PITCH: f64 = 24.0;

/// Draws axes, curves and legend below the titles and tells where they end.
pub(super) fn draw(canvas: &mut Canvas<'_>, lines: &Lines) -> f64 {
    if lines.series.iter().all(|series| series.points.is_empty()) {
        return empty(canvas, "Not defined for these images");
    }
    let plane = Plane { top: lines.top };
    plane.draw(canvas, lines.x, lines.y);
    if lines.diagonal {
        plane.diagonal(canvas);
    }
    for (place, series) in lines.series.iter().enumerate() {
        let (colour, dash) = if series.class.is_empty() { (INK, "") } else { paint::line(&series.class, place) };
        let points: Vec<[f64; 2]> = series.points.iter().map(|point| plane.at(*point)).collect();
        canvas.polyline(&points, colour, dash);
        let y = TOP + 12.0 + place as f64 * PITCH;
        canvas.polyline(&[[LEGEND, y - 4.0], [LEGEND + 30.0, y - 4.0]], colour, dash);
        canvas.text(LEGEND + 38.0, y, &series.legend, Words::sized(12.0).fitting(WIDTH - LEGEND - 60.0));
    }
    (BOTTOM + 46.0).max(TOP + 12.0 + lines.series.len() as f64 * PITCH)
}
