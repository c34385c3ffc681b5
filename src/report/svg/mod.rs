//! Charts as SVG in a print theme: white, with titles, axis titles, legends and a line on where the numbers come from.

mod axis;
mod bars;
mod canvas;
mod confusions;
mod curves;
mod grouped;
mod lines;
mod matrix;
mod metric_bars;
mod overlay;
mod paint;
mod pairs;
mod pie;
mod plane;
mod reliability;

use canvas::{Anchor, Canvas, INK, QUIET, Words, text_width};
pub(super) use canvas::{FAMILIES, runs};

use super::{
    chart::{Body, Chart},
    fonts::Library,
    legible::Legible,
};

/// Width of every chart in units; a PNG has two pixels a unit.
const WIDTH: f64 = 900.0;
/// Empty space around everything.
const MARGIN: f64 = 32.0;
/// Size of the words below a chart.
const FOOT: f64 = 10.5;
/// Where a chart's body starts.
const TOP: f64 = 92.0;

/// A chart as a complete SVG document, whose words stay words for the fonts of whoever opens it.
#[must_use]
pub fn draw(chart: &Chart) -> String {
    onto(Canvas::default(), chart)
}

/// The same to be painted here: every word in a face of the library, and a code with a note where none has its letters.
pub(super) fn painted(chart: &Chart, library: &Library) -> String {
    let legible = Legible::new(library, chart.provenance.classes());
    onto(Canvas::painted(&legible), chart)
}

fn onto(mut canvas: Canvas<'_>, chart: &Chart) -> String {
    canvas.text(MARGIN, 46.0, &chart.title, Words::sized(22.0));
    canvas.text(MARGIN, 68.0, &chart.subtitle, Words::sized(13.0).colour(QUIET));
    let bottom = match &chart.body {
        Body::Bars(counts) => bars::draw(&mut canvas, counts),
        Body::Pie(counts) => pie::draw(&mut canvas, counts),
        Body::Curves(curves) => curves::draw(&mut canvas, curves),
        Body::Overlay(overlay) => overlay::draw(&mut canvas, overlay),
        Body::MetricBars(bars) => metric_bars::draw(&mut canvas, bars),
        Body::Matrix(matrix) if matrix.is_readable() => matrix::draw(&mut canvas, matrix),
        Body::Matrix(matrix) => confusions::draw(&mut canvas, matrix),
        Body::Lines(lines) => lines::draw(&mut canvas, lines),
        Body::Reliability(reliability) => reliability::draw(&mut canvas, reliability),
        Body::Pairs(pairs) => pairs::draw(&mut canvas, pairs),
    };
    let mut y = bottom + 34.0;
    let note = canvas.note();
    for line in note.iter().chain(&chart.provenance.footer()).flat_map(|line| wrapped(line)) {
        canvas.text(MARGIN, y, &line, Words::sized(FOOT).colour(QUIET).fitting(WIDTH - 2.0 * MARGIN));
        y += 15.0;
    }
    canvas.finish(WIDTH, y + 9.0, &chart.title, &chart.subtitle)
}

/// A line of facts as lines that fit the page.
fn wrapped(line: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for fact in line.split(" · ") {
        match lines.last_mut() {
            Some(last) if text_width(last, FOOT) + text_width(fact, FOOT) < WIDTH - 2.0 * MARGIN - 12.0 => {
                last.push_str(" · ");
                last.push_str(fact);
            }
            _ => lines.push(fact.to_owned()),
        }
    }
    lines
}

/// Says that there is nothing to draw, in place of a body.
fn empty(canvas: &mut Canvas<'_>, why: &str) -> f64 {
    canvas.text(WIDTH / 2.0, TOP + 60.0, why, Words::sized(14.0).anchor(Anchor::Middle).colour(INK));
    TOP + 110.0
}

#[cfg(test)]
mod tests;
