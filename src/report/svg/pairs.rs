//! Two bars a class, one for each model, with 95 % whiskers and the figure at the end.

use crate::{
    domain::classes::title,
    report::{
        chart::{PairRow, Pairs},
        words,
    },
};

use super::{
    MARGIN, TOP, WIDTH, axis,
    canvas::{Anchor, Canvas, FAINT, INK, QUIET, Words},
    empty, paint,
};

const LEFT: f64 = 214.0;
const RIGHT: f64 = WIDTH - MARGIN - 56.0;
const BAR: f64 = 15.0;
const PITCH: f64 = 2.0 * BAR + 18.0;
const FIRST: f64 = TOP + 34.0;

/// Draws groups and legend below the titles and tells where they end.
pub(super) fn draw(canvas: &mut Canvas, pairs: &Pairs) -> f64 {
    if pairs.rows.is_empty() {
        return empty(canvas, "No classes");
    }
    let bottom = FIRST + pairs.rows.len() as f64 * PITCH;
    let marks = axis::ticks(0.0, 1.0, 5);
    for mark in &marks {
        let x = at(*mark);
        canvas.line([x, FIRST - 4.0], [x, bottom], FAINT, 1.0, "");
        let words = Words::sized(11.0).anchor(Anchor::Middle).colour(QUIET);
        canvas.text(x, bottom + 18.0, &axis::label(*mark, &marks), words);
    }
    for (place, row) in pairs.rows.iter().enumerate() {
        group(canvas, row, FIRST + place as f64 * PITCH);
    }
    canvas.line([LEFT, FIRST - 4.0], [LEFT, bottom], INK, 1.0, "");
    for (place, name) in pairs.names.iter().enumerate() {
        let x = LEFT + place as f64 * 300.0;
        let fill = paint::series(canvas, place);
        canvas.rect([x, TOP, 22.0, 14.0], &fill);
        canvas.text(x + 30.0, TOP + 11.5, name, Words::sized(12.0).fitting(260.0));
    }
    let words = Words::sized(13.0).anchor(Anchor::Middle);
    canvas.text((LEFT + RIGHT) / 2.0, bottom + 40.0, "F1, 0 to 1 (n/a where undefined)", words);
    bottom + 46.0
}

fn at(value: f64) -> f64 {
    LEFT + value * (RIGHT - LEFT)
}

fn group(canvas: &mut Canvas, row: &PairRow, top: f64) {
    let name = Words::sized(13.0).anchor(Anchor::End).fitting(LEFT - MARGIN - 10.0);
    canvas.text(LEFT - 10.0, top + BAR, title(&row.class), name);
    let support = format!("n = {}", words::thousands(row.support));
    canvas.text(LEFT - 10.0, top + BAR + 14.0, &support, Words::sized(11.0).anchor(Anchor::End).colour(QUIET));
    for (place, (value, interval)) in row.f1.into_iter().enumerate() {
        let y = top + place as f64 * BAR;
        let fill = paint::series(canvas, place);
        let mut end = at(value.unwrap_or(0.0));
        canvas.rect([LEFT, y, end - LEFT, BAR - 1.5], &fill);
        if let Some(interval) = interval {
            let line = y + (BAR - 1.5) / 2.0;
            canvas.line([at(interval.low), line], [at(interval.high), line], INK, 1.0, "");
            for edge in [interval.low, interval.high] {
                canvas.line([at(edge), line - 3.0], [at(edge), line + 3.0], INK, 1.0, "");
            }
            end = end.max(at(interval.high));
        }
        canvas.text(end + 6.0, y + BAR - 4.0, &words::figure(value), Words::sized(11.0));
    }
}
