//! A table on paper: columns as wide as they need and may be, rows that wrap, the header again on every page.

use std::collections::BTreeSet;

use super::{
    font::Face,
    page::{Flow, Item, LEFT, RIGHT, Style, wrapped},
};
use crate::report::{document::ROWS, table::Table};

const CELL: Style = Style::new(8.0, Face::Regular);
const HEAD: Style = Style::new(8.0, Face::Strong).quiet();
/// Between two columns, and around the words of a row.
const GAP: f32 = 8.0;
const PAD: f32 = 2.5;

/// Sets a table below what is there, and tells what codes in it stand for.
pub(super) fn lay(flow: &mut Flow<'_>, table: &Table) -> Option<String> {
    let (legible, mut codes) = (flow.fonts.legible, BTreeSet::new());
    let mut written = |cells: &[String]| -> Vec<String> {
        cells.iter().for_each(|cell| legible.note_codes(cell, &mut codes));
        cells.iter().map(|cell| legible.text(cell).into_owned()).collect()
    };
    let header = written(&table.header);
    let rows: Vec<Vec<String>> = table.words().take(ROWS).map(|row| written(&row)).collect();
    let widths = widths(flow, &header, &rows);
    let head = cells(flow, &header, HEAD, &widths);
    row(flow, &head, HEAD, &widths);
    for of in &rows {
        let cells = cells(flow, of, CELL, &widths);
        if flow.need(height(&cells, CELL)) {
            row(flow, &head, HEAD, &widths);
        }
        row(flow, &cells, CELL, &widths);
    }
    flow.y += 4.0;
    legible.note(&codes)
}

/// Every cell as its lines.
fn cells(flow: &Flow<'_>, of: &[String], style: Style, widths: &[f32]) -> Vec<Vec<String>> {
    of.iter().zip(widths).map(|(cell, width)| wrapped(flow.fonts, cell, style, *width)).collect()
}

fn height(cells: &[Vec<String>], style: Style) -> f32 {
    let lines = cells.iter().map(Vec::len).max().unwrap_or(1).max(1);
    (lines as f32).mul_add(style.pitch(), 2.0 * PAD)
}

fn row(flow: &mut Flow<'_>, cells: &[Vec<String>], style: Style, widths: &[f32]) {
    let (top, mut x) = (flow.y, LEFT);
    for (lines, width) in cells.iter().zip(widths) {
        for (place, line) in lines.iter().enumerate() {
            flow.y = (place as f32).mul_add(style.pitch(), top + PAD);
            flow.line(x, style, line);
        }
        x += width + GAP;
    }
    flow.y = top + height(cells, style);
    flow.put(Item::Rule { from: LEFT, to: RIGHT, y: flow.y });
}

/// What each column gets: all that it needs, or a share of what the widest ones have to give up.
fn widths(flow: &Flow<'_>, header: &[String], rows: &[Vec<String>]) -> Vec<f32> {
    let needs = header.iter().enumerate().map(|(column, head)| {
        // A head wraps between its words, so that a column of figures stays narrow.
        let words = head.split_whitespace().map(|word| flow.fonts.width(HEAD.face, word, HEAD.size));
        let cells = rows.iter().filter_map(|row| row.get(column));
        let cells = cells.map(|cell| flow.fonts.width(CELL.face, cell, CELL.size));
        words.chain(cells).fold(12.0, f32::max)
    });
    let needs: Vec<f32> = needs.collect();
    let room = RIGHT - LEFT - GAP * needs.len().saturating_sub(1) as f32;
    let most = limit(&needs, room);
    needs.iter().map(|need| need.min(most) + 0.5).collect()
}

/// The width that no column may exceed for all of them to fit into the room.
fn limit(needs: &[f32], room: f32) -> f32 {
    let mut sorted = needs.to_vec();
    sorted.sort_by(f32::total_cmp);
    let (mut left, mut columns) = (room - 0.5 * needs.len() as f32, sorted.len());
    for need in sorted {
        let share = left / columns.max(1) as f32;
        if need > share {
            return share.max(8.0);
        }
        left -= need;
        columns -= 1;
    }
    f32::INFINITY
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_columns_give_up_what_narrow_ones_do_not_need() {
        assert!(limit(&[10.0, 20.0], 100.0).is_infinite());
        let most = limit(&[10.0, 200.0, 300.0], 111.5);
        assert!((most - 50.0).abs() < 1e-3, "{most}");
        assert!(limit(&[300.0; 40], 100.0) >= 8.0, "never nothing");
    }
}
