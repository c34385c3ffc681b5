//! Horizontal bars of images a class: count and per cent stand at each bar's end.

use crate::report::{
    chart::{ClassCount, ClassCounts},
    words,
};

use super::{
    MARGIN, TOP, WIDTH, axis,
    canvas::{Anchor, Canvas, FAINT, INK, QUIET, Words, text_width},
    empty, paint,
};

/// From one bar to the next.
const PITCH: f64 = 34.0;
/// Room for the words at the end of the longest bar.
const END: f64 = 130.0;

/// Draws the bars below the titles and tells where they end.
pub(super) fn draw(canvas: &mut Canvas<'_>, counts: &ClassCounts) -> f64 {
    if counts.rows.is_empty() {
        return empty(canvas, "No classes");
    }
    let longest = counts.rows.iter().map(|row| text_width(&row.title, 13.0)).fold(0.0, f64::max);
    let left = MARGIN + longest.min(260.0) + 14.0;
    let most = counts.rows.iter().map(|row| row.count).max().unwrap_or(0).max(1) as f64;
    let marks: Vec<f64> = axis::ticks(0.0, most, 6).into_iter().filter(|mark| mark.fract() == 0.0).collect();
    let scale = (WIDTH - MARGIN - END - left) / most;
    let bottom = TOP + counts.rows.len() as f64 * PITCH + 6.0;
    for mark in marks.iter().filter(|mark| **mark <= most) {
        let x = left + mark * scale;
        canvas.line([x, TOP], [x, bottom], FAINT, 1.0, "");
        let text = words::thousands(*mark as u64);
        canvas.text(x, bottom + 18.0, &text, Words::sized(11.0).anchor(Anchor::Middle).colour(QUIET));
    }
    for (place, row) in counts.rows.iter().enumerate() {
        bar(canvas, row, place, left, scale);
    }
    canvas.line([left, TOP], [left, bottom], INK, 1.0, "");
    let middle = (left + WIDTH - MARGIN - END) / 2.0;
    canvas.text(middle, bottom + 40.0, "Images", Words::sized(13.0).anchor(Anchor::Middle));
    bottom + 46.0
}

fn bar(canvas: &mut Canvas<'_>, row: &ClassCount, place: usize, left: f64, scale: f64) {
    let y = TOP + 8.0 + place as f64 * PITCH;
    let (length, base) = (row.count as f64 * scale, y + 16.0);
    canvas.text(left - 10.0, base, &row.title, Words::sized(13.0).anchor(Anchor::End).fitting(260.0));
    let fill = paint::class(canvas, &row.name, place);
    canvas.rect([left, y, length, 22.0], &fill);
    let end = format!("{} ({})", words::thousands(row.count), words::percent(row.share));
    canvas.text(left + length + 8.0, base, &end, Words::sized(12.0));
}
