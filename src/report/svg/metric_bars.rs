//! Precision, recall and F1 of each class as grouped bars with 95 % whiskers and the figure at the end.

use super::{
    canvas::Canvas,
    empty,
    grouped::{self, FIRST},
};
use crate::{domain::classes::title, report::chart::MetricBars};

const BAR: f64 = 13.0;
const PITCH: f64 = 3.0 * BAR + 18.0;

/// Draws groups and legend below the titles and tells where they end.
pub(super) fn draw(canvas: &mut Canvas<'_>, bars: &MetricBars) -> f64 {
    if bars.classes.is_empty() {
        return empty(canvas, "No classes");
    }
    let bottom = FIRST + bars.classes.len() as f64 * PITCH;
    grouped::marks(canvas, bottom);
    for (index, class) in bars.classes.iter().enumerate() {
        let top = FIRST + index as f64 * PITCH;
        grouped::name(canvas, title(&class.name), class.support, top + 1.5 * BAR + 2.0);
        for (place, (_, value, interval)) in MetricBars::figures(class).into_iter().enumerate() {
            grouped::bar(canvas, place, (top + place as f64 * BAR, BAR), value, interval);
        }
    }
    let names = ["Precision", "Recall", "F1"];
    grouped::legend(canvas, names, 110.0, "Figure, 0 to 1 (n/a where undefined)", bottom)
}
