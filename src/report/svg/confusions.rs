//! The worst confusions as bars, in place of a matrix of more classes than can be read.

use crate::{
    domain::classes::title,
    report::{
        chart::{Cells, Confused, Matrix},
        words::{percent, thousands},
    },
};

use super::{
    MARGIN, TOP, WIDTH,
    canvas::{Anchor, Canvas, INK, QUIET, Words},
    empty, paint,
};

/// How many are shown.
const SHOWN: usize = 30;
const PITCH: f64 = 26.0;
/// Where the bars start, and the room of the words at their ends.
const LEFT: f64 = MARGIN + 380.0;
const END: f64 = 150.0;

/// Draws the worst confusions below the titles and tells where they end.
pub(super) fn draw(canvas: &mut Canvas<'_>, matrix: &Matrix) -> f64 {
    let all = matrix.confusions();
    let length = |of: &Confused| match matrix.cells {
        Cells::Counts => of.count as f64,
        Cells::RowPercent => of.share,
    };
    let Some(most) = all.first().map(length) else { return empty(canvas, "No image was given another class") };
    for (place, of) in all.iter().take(SHOWN).enumerate() {
        let y = TOP + place as f64 * PITCH;
        let names = (matrix.counts.row_name(of.row), matrix.counts.labels.name(of.given));
        let name = format!("{} called {}", title(&names.0), title(names.1));
        let words = Words::sized(12.0).anchor(Anchor::End).fitting(LEFT - MARGIN - 10.0);
        canvas.text(LEFT - 10.0, y + 14.0, &name, words);
        let end = LEFT + length(of) / most * (WIDTH - MARGIN - END - LEFT);
        let fill = paint::series(canvas, 0);
        canvas.rect([LEFT, y, end - LEFT, 18.0], &fill);
        let support = thousands(matrix.counts.support(of.row));
        let figures = format!("{} of {support} ({})", thousands(of.count), percent(Some(of.share)));
        canvas.text(end + 8.0, y + 14.0, &figures, Words::sized(12.0));
    }
    let shown = all.len().min(SHOWN);
    let bottom = TOP + shown as f64 * PITCH;
    canvas.line([LEFT, TOP - 4.0], [LEFT, bottom], INK, 1.0, "");
    let by = match matrix.cells {
        Cells::Counts => "most images",
        Cells::RowPercent => "the largest share of the true class",
    };
    let words = format!(
        "{} classes are too many for a matrix: the {shown} confusions of {by} among {}. The CSV has all.",
        thousands(matrix.counts.labels.len() as u64),
        thousands(all.len() as u64)
    );
    canvas.text(MARGIN, bottom + 22.0, &words, Words::sized(11.0).colour(QUIET));
    bottom + 26.0
}
