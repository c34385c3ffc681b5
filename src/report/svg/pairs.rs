//! Two bars a class, one for each model, with 95 % whiskers and the figure at the end.

use super::{
    canvas::Canvas,
    empty,
    grouped::{self, FIRST},
};
use crate::{domain::classes::title, report::chart::Pairs};

const BAR: f64 = 15.0;
const PITCH: f64 = 2.0 * BAR + 18.0;

/// Draws groups and legend below the titles and tells where they end.
pub(super) fn draw(canvas: &mut Canvas<'_>, pairs: &Pairs) -> f64 {
    if pairs.rows.is_empty() {
        return empty(canvas, "No classes");
    }
    let bottom = FIRST + pairs.rows.len() as f64 * PITCH;
    grouped::marks(canvas, bottom);
    for (index, row) in pairs.rows.iter().enumerate() {
        let top = FIRST + index as f64 * PITCH;
        grouped::name(canvas, title(&row.class), row.support, top + BAR);
        for (place, (value, interval)) in row.f1.into_iter().enumerate() {
            grouped::bar(canvas, place, (top + place as f64 * BAR, BAR), value, interval);
        }
    }
    let names = pairs.names.iter().map(String::as_str);
    grouped::legend(canvas, names, 300.0, "F1, 0 to 1 (n/a where undefined)", bottom)
}
