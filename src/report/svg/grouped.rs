//! What charts of grouped bars share: the axis from 0 to 1, the legend, a group's name, and a bar with its 95 % whisker.

use crate::{domain::interval::Interval, report::words};

use super::{
    MARGIN, TOP, WIDTH, axis,
    canvas::{Anchor, Canvas, FAINT, INK, QUIET, Words},
    paint,
};

pub(super) const LEFT: f64 = 214.0;
const RIGHT: f64 = WIDTH - MARGIN - 56.0;
/// Where the first group begins.
pub(super) const FIRST: f64 = TOP + 34.0;

fn at(value: f64) -> f64 {
    LEFT + value * (RIGHT - LEFT)
}

/// Marks and their labels, below which the groups are drawn.
pub(super) fn marks(canvas: &mut Canvas<'_>, bottom: f64) {
    let marks = axis::ticks(0.0, 1.0, 5);
    for mark in &marks {
        let x = at(*mark);
        canvas.line([x, FIRST - 4.0], [x, bottom], FAINT, 1.0, "");
        let words = Words::sized(11.0).anchor(Anchor::Middle).colour(QUIET);
        canvas.text(x, bottom + 18.0, &axis::label(*mark, &marks), words);
    }
}

/// The base line over the groups, the legend with its names `pitch` apart, and the axis title; tells where they end.
pub(super) fn legend<'a>(
    canvas: &mut Canvas<'_>,
    names: impl IntoIterator<Item = &'a str>,
    pitch: f64,
    axis_title: &str,
    bottom: f64,
) -> f64 {
    canvas.line([LEFT, FIRST - 4.0], [LEFT, bottom], INK, 1.0, "");
    for (place, name) in names.into_iter().enumerate() {
        let x = LEFT + place as f64 * pitch;
        let fill = paint::series(canvas, place);
        canvas.rect([x, TOP, 22.0, 14.0], &fill);
        canvas.text(x + 30.0, TOP + 11.5, name, Words::sized(12.0).fitting(pitch - 40.0));
    }
    let words = Words::sized(13.0).anchor(Anchor::Middle);
    canvas.text((LEFT + RIGHT) / 2.0, bottom + 40.0, axis_title, words);
    bottom + 46.0
}

/// A group's name and its number of cells, with the name's base line at `y`.
pub(super) fn name(canvas: &mut Canvas<'_>, name: &str, support: u64, y: f64) {
    let words = Words::sized(13.0).anchor(Anchor::End).fitting(LEFT - MARGIN - 10.0);
    canvas.text(LEFT - 10.0, y, name, words);
    let support = format!("n = {}", words::thousands(support));
    canvas.text(LEFT - 10.0, y + 15.0, &support, Words::sized(11.0).anchor(Anchor::End).colour(QUIET));
}

/// The bar of one figure, `height` tall from `y`, with its interval and the figure at the end.
pub(super) fn bar(
    canvas: &mut Canvas<'_>,
    place: usize,
    (y, height): (f64, f64),
    value: Option<f64>,
    interval: Option<Interval>,
) {
    let fill = paint::series(canvas, place);
    let mut end = at(value.unwrap_or(0.0));
    canvas.rect([LEFT, y, end - LEFT, height - 1.5], &fill);
    if let Some(interval) = interval {
        let line = y + (height - 1.5) / 2.0;
        canvas.line([at(interval.low), line], [at(interval.high), line], INK, 1.0, "");
        for edge in [interval.low, interval.high] {
            canvas.line([at(edge), line - 3.0], [at(edge), line + 3.0], INK, 1.0, "");
        }
        end = end.max(at(interval.high));
    }
    canvas.text(end + 6.0, y + height / 2.0 + 3.5, &words::figure(value), Words::sized(11.0));
}
