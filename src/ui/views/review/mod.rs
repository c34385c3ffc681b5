//! The Review page: galleries of all classes, the chosen cell large, the differential as it stands, and the way to a signature.

mod chosen;
mod differential;
mod empty;
pub mod form;
mod galleries;
mod head;
mod ranges;

use egui::{Align, Layout, Rect, Ui, UiBuilder, pos2, vec2};

use crate::{
    app::{Actions, AppState, keymap, pages::review::Open},
    report::words::thousands,
    ui::{
        keys, theme,
        widgets::{cells::ColumnsView, gallery::Pictures},
    },
};

/// Widths of the differential, from and to, in points.
const COUNTS: (f32, f32) = (264.0, 312.0);
/// Heights of the chosen cell, from and to, in points.
const CHOSEN: (f32, f32) = (208.0, 264.0);

/// What only the eye needs to keep of the Review page.
#[derive(Default)]
pub struct ReviewView {
    columns: ColumnsView,
    note: chosen::Note,
    ranges: ranges::Ranges,
}

pub fn show(ui: &mut Ui, state: &AppState, view: &mut ReviewView, pictures: &mut Pictures, actions: &mut Actions) {
    let Some(open) = &state.review.open else {
        empty::show(ui, state, actions);
        return;
    };
    listen(ui, state, view, actions);
    head::show(ui, state, open, actions);
    let room = ui.available_rect_before_wrap();
    let gap = theme::GRID * 2.0;
    let counts = (0.27 * room.width()).clamp(COUNTS.0, COUNTS.1);
    let chosen = (0.46 * room.height()).clamp(CHOSEN.0, CHOSEN.1);
    let right = Rect::from_min_max(pos2(room.right() - counts, room.top()), room.max);
    let left = Rect::from_min_max(room.min, pos2(right.left() - gap, room.bottom()));
    let below = Rect::from_min_max(pos2(left.left(), left.bottom() - chosen), left.max);
    let above = Rect::from_min_size(left.min, vec2(left.width(), left.height() - chosen - theme::GRID));
    let part = |rect| UiBuilder::new().max_rect(rect).layout(Layout::top_down(Align::Min));
    ui.scope_builder(part(above), |ui| galleries::show(ui, state, open, (&mut view.columns, pictures), actions));
    ui.scope_builder(part(below), |ui| chosen::show(ui, state, open, (&mut view.note, pictures), actions));
    ui.scope_builder(part(right), |ui| differential::show(ui, state, open, &mut view.ranges, actions));
}

/// Keys of the page, while no other widget has the keyboard.
fn listen(ui: &Ui, state: &AppState, view: &ReviewView, actions: &mut Actions) {
    if keys::untyped(ui.ctx()) && view.columns.has_keyboard(ui) {
        keymap::plain(ui.ctx(), state, actions);
    }
}

/// So many cells, such as `1 cell` and `7 cells`.
fn cells(count: usize) -> String {
    n!(count, "1 cell", "{count} cells", count = thousands(count as u64))
}

/// The picture's file of a cell, by the text that an entry keeps.
fn file(open: &Open, cell: crate::domain::review::cell::CellId) -> Option<std::path::PathBuf> {
    let source = &open.view().cell(cell)?.suggested.source;
    Some(crate::fault::path_text::path(source.path()))
}
