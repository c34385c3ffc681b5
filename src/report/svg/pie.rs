//! A pie with codes on its slices and a legend of names, counts and shares.

use std::f64::consts::TAU;

use crate::{
    domain::classes::find,
    report::{chart::ClassCounts, words},
};

use super::{
    TOP, WIDTH,
    canvas::{Anchor, Canvas, PAGE, QUIET, Words, hex},
    empty, paint,
};

const RADIUS: f64 = 170.0;
const CENTRE_X: f64 = 250.0;
const LEGEND_X: f64 = 500.0;
const PITCH: f64 = 30.0;
/// Slices below this share carry no code; the legend has them.
const SMALLEST_CODED: f64 = 0.03;

/// Draws pie and legend below the titles and tells where they end.
pub(super) fn draw(canvas: &mut Canvas<'_>, counts: &ClassCounts) -> f64 {
    if counts.total() == 0 {
        return empty(canvas, "No images");
    }
    let height = (2.0 * RADIUS + 60.0).max(counts.rows.len() as f64 * PITCH + 20.0);
    let centre = [CENTRE_X, TOP + height / 2.0];
    let mut from = 0.0;
    for (place, row) in counts.rows.iter().enumerate() {
        let share = row.share.unwrap_or(0.0);
        if share > 0.0 {
            let fill = paint::class(canvas, &row.name, place);
            slice(canvas, centre, from, share, &fill);
            if share >= SMALLEST_CODED {
                let [x, y] = at(centre, RADIUS + 20.0, from + share / 2.0);
                let code = find(&row.name).map_or_else(|| (place + 1).to_string(), |class| class.style.code.to_owned());
                canvas.text(x, y + 4.0, &code, Words::sized(12.0).anchor(Anchor::Middle));
            }
        }
        from += share;
    }
    legend(canvas, counts, TOP + (height - counts.rows.len() as f64 * PITCH) / 2.0);
    TOP + height
}

fn legend(canvas: &mut Canvas<'_>, counts: &ClassCounts, top: f64) {
    for (place, row) in counts.rows.iter().enumerate() {
        let y = top + place as f64 * PITCH;
        let fill = paint::class(canvas, &row.name, place);
        canvas.rect([LEGEND_X, y, 22.0, 18.0], &fill);
        let code = find(&row.name).map_or_else(|| (place + 1).to_string(), |class| class.style.code.to_owned());
        canvas.text(LEGEND_X + 32.0, y + 14.0, &code, Words::sized(12.0).colour(QUIET));
        canvas.text(LEGEND_X + 72.0, y + 14.0, &row.title, Words::sized(13.0).fitting(150.0));
        let figures = format!("{} ({})", words::thousands(row.count), words::percent(row.share));
        canvas.text(WIDTH - 32.0, y + 14.0, &figures, Words::sized(13.0).anchor(Anchor::End));
    }
}

/// A slice clockwise from the top; `from` and `share` are parts of the whole turn.
fn slice(canvas: &mut Canvas<'_>, centre: [f64; 2], from: f64, share: f64, fill: &str) {
    let ([cx, cy], page) = (centre, hex(PAGE));
    if share >= 1.0 - 1e-9 {
        canvas.raw(&format!(r#"<circle cx="{cx:.2}" cy="{cy:.2}" r="{RADIUS}" fill="{fill}"/>"#));
        return;
    }
    let ([x1, y1], [x2, y2]) = (at(centre, RADIUS, from), at(centre, RADIUS, from + share));
    let large = u8::from(share > 0.5);
    canvas.raw(&format!(
        r#"<path d="M{cx:.2} {cy:.2}L{x1:.2} {y1:.2}A{RADIUS} {RADIUS} 0 {large} 1 {x2:.2} {y2:.2}Z" fill="{fill}" stroke="{page}" stroke-width="1.5"/>"#
    ));
}

fn at([cx, cy]: [f64; 2], radius: f64, turn: f64) -> [f64; 2] {
    let angle = (turn - 0.25) * TAU;
    [cx + radius * angle.cos(), cy + radius * angle.sin()]
}
