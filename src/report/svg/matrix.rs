//! A confusion matrix: shade by the share of the row, the figure in each cell, the cells of the true class framed.

use crate::{
    domain::{
        classes::{find, title},
        cross_table::CrossTable,
    },
    report::chart::{Cells, Matrix},
};

use super::{
    MARGIN, TOP, WIDTH,
    canvas::{Anchor, Canvas, Colour, INK, PAGE, QUIET, Words, hex},
    empty,
};

/// The full shade; white text on it and ink on the lighter half both read at over 7:1.
const DEEP: Colour = [0x08, 0x30, 0x6B];
/// Room for row names.
const LEFT: f64 = MARGIN + 190.0;
/// Room for column names.
const FIRST: f64 = TOP + 66.0;
/// Above this many classes a cell is too small for its figure.
const READABLE: usize = 24;

/// Draws the matrix below the titles and tells where it ends.
pub(super) fn draw(canvas: &mut Canvas<'_>, matrix: &Matrix) -> f64 {
    let CrossTable { rows, labels, finer, .. } = &matrix.counts;
    if labels.is_empty() {
        return empty(canvas, "No classes");
    }
    let side = ((WIDTH - MARGIN - LEFT) / labels.len() as f64).min(76.0);
    // Finer types are more than classes: the matrix stays about as tall.
    let height = side.min(if *finer { 34.0 } else { 54.0 });
    let middle = LEFT + labels.len() as f64 * side / 2.0;
    canvas.text(middle, TOP + 12.0, "Predicted class", Words::sized(13.0).anchor(Anchor::Middle));
    for (label, name) in labels.iter().enumerate() {
        column_name(canvas, name, LEFT + (label as f64 + 0.5) * side, side);
    }
    for row in 0..rows.len() {
        let y = FIRST + (row as f64 + 0.5) * height;
        let size = (height * 0.6).min(13.0);
        let name = matrix.counts.row_name(row);
        canvas.text(LEFT - 10.0, y + size / 3.0, title(&name), Words::sized(size).anchor(Anchor::End).fitting(150.0));
        for predicted in 0..labels.len() {
            let corner = [LEFT + predicted as f64 * side, FIRST + row as f64 * height];
            cell(canvas, matrix, (row, predicted), corner, [side, height]);
        }
    }
    let bottom = FIRST + rows.len() as f64 * height;
    let words = Words::sized(13.0).anchor(Anchor::Middle).turned(-90.0);
    canvas.text(MARGIN + 10.0, (FIRST + bottom) / 2.0, if *finer { "True sub-type" } else { "True class" }, words);
    let unit = match matrix.cells {
        Cells::Counts => "Cells: images. Shade: share of the row, white 0 % to dark 100 %. Framed: the true class.",
        Cells::RowPercent => "Cells and shade: % of the row, white 0 % to dark 100 %. Framed: the true class.",
    };
    canvas.text(LEFT, bottom + 22.0, unit, Words::sized(11.0).colour(QUIET));
    bottom + 26.0
}

fn column_name(canvas: &mut Canvas<'_>, name: &str, x: f64, side: f64) {
    if let Some(class) = find(name) {
        canvas.text(x, FIRST - 10.0, class.style.code, Words::sized((side * 0.5).min(13.0)).anchor(Anchor::Middle));
    } else {
        let words = Words::sized((side * 0.6).min(11.0)).fitting(70.0).turned(-35.0);
        canvas.text(x - 4.0, FIRST - 8.0, name, words);
    }
}

fn cell(
    canvas: &mut Canvas<'_>,
    matrix: &Matrix,
    (truth, predicted): (usize, usize),
    corner: [f64; 2],
    size: [f64; 2],
) {
    let ([x, y], [width, height]) = (corner, size);
    let share = matrix.share(truth, predicted).unwrap_or(0.0);
    canvas.rect([x + 0.75, y + 0.75, width - 1.5, height - 1.5], &hex(shade(share)));
    let line = if matrix.counts.is_hit(truth, predicted) { 1.5 } else { 0.4 };
    canvas.raw(&format!(
        r#"<rect x="{:.2}" y="{:.2}" width="{:.2}" height="{:.2}" fill="none" stroke="{}" stroke-width="{line}"/>"#,
        x + 0.75,
        y + 0.75,
        width - 1.5,
        height - 1.5,
        hex(QUIET)
    ));
    if matrix.counts.labels.len() <= READABLE {
        let colour = if share > 0.45 { PAGE } else { INK };
        let words = Words::sized((width * 0.32).min(14.0)).anchor(Anchor::Middle).colour(colour);
        canvas.text(x + width / 2.0, y + height / 2.0 + 5.0, &matrix.text(truth, predicted), words);
    }
}

/// From white to the full shade; the square root keeps the rare confusions visible.
fn shade(share: f64) -> Colour {
    let strength = share.clamp(0.0, 1.0).sqrt();
    let mix = |from: u8, to: u8| (f64::from(from) + (f64::from(to) - f64::from(from)) * strength).round() as u8;
    let ([r, g, b], [page_r, page_g, page_b]) = (DEEP, PAGE);
    [mix(page_r, r), mix(page_g, g), mix(page_b, b)]
}
