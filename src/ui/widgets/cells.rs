//! Cells in columns side by side, each column a grid that scrolls by itself: only what is in sight is drawn. It answers what a
//! person pressed and changes nothing.

mod walk;

use std::path::PathBuf;

use egui::{
    EventFilter, Id, Key, Rect, Response, Role, ScrollArea, Sense, Stroke, StrokeKind, Ui, UiBuilder, Vec2, WidgetInfo,
    pos2, vec2,
};

pub use self::walk::Spot;
use self::walk::{Step, walk};
use super::gallery::{Pictures, filled};
use crate::{
    domain::field::Place,
    ui::{theme, widgets::icons},
};

/// Between two pictures, and between two columns, in points.
const GAP: f32 = 4.0;
const GUTTER: f32 = 8.0;
/// Sides that a picture may have in points.
const SIDES: (f32, f32) = (44.0, 72.0);
/// Pictures side by side for each column, all columns together: the fullest get the surplus.
const SPREAD: f32 = 1.3;

/// How one cell looks.
pub struct Face {
    /// Its own wherever it lies, so that it keeps the keyboard when cells move up.
    pub id: Id,
    pub path: PathBuf,
    /// The piece of a field that it is.
    pub at: Option<Place>,
    /// What a screen reader says.
    pub name: String,
    pub is_chosen: bool,
    /// A person has decided on it.
    pub is_decided: bool,
    /// It carries a note.
    pub has_note: bool,
}

/// How a click goes on from what is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    Only,
    Toggle,
    Range,
}

/// The columns of a page.
pub struct Columns<'a> {
    pub id: Id,
    /// How many cells each column holds.
    pub counts: &'a [usize],
    /// How much room each column wants beside the others.
    pub weights: &'a [usize],
    /// The cell that has the keyboard.
    pub current: Option<Spot>,
    /// Its own id: another cell may lie in its place by now.
    pub current_id: Option<Id>,
    /// Height of a heading in points.
    pub heading: f32,
    /// Whether arrows may walk.
    pub listens: bool,
}

/// What the columns keep between frames.
#[derive(Default)]
pub struct ColumnsView {
    /// Pictures side by side in each column.
    slots: Vec<usize>,
    /// Where each column stands, and the height of its sight.
    sights: Vec<(f32, f32)>,
    /// The cell that was shown last.
    shown: Option<(Spot, Id)>,
    /// The widget that has the keyboard.
    focused: Option<Id>,
}

impl ColumnsView {
    /// Whether the keyboard is with the cells, or with nobody.
    #[must_use]
    pub fn has_keyboard(&self, ui: &Ui) -> bool {
        let focused = ui.memory(egui::Memory::focused);
        focused.is_none() || focused == self.focused
    }
}

/// What a person asked for.
pub type Answer = Option<(Spot, How)>;

impl Columns<'_> {
    /// Draws into the room that is left.
    pub fn show(
        &self,
        ui: &mut Ui,
        view: &mut ColumnsView,
        pictures: &mut Pictures,
        head: &mut dyn FnMut(&mut Ui, usize),
        face: &dyn Fn(Spot) -> Option<Face>,
    ) -> Answer {
        let room = ui.available_rect_before_wrap();
        let layout = Layout::of(room.width(), self.weights, ui.spacing().scroll.allocated_width());
        view.slots.clone_from(&layout.slots);
        view.sights.resize(self.counts.len(), (0.0, 0.0));
        let follows = self.listens && view.has_keyboard(ui);
        let mut answer = self.keys(ui, view, layout.side);
        view.focused = None;
        let shown = self.current.zip(self.current_id);
        let moved = view.shown != shown;
        view.shown = shown;
        let mut area = ScrollArea::horizontal().id_salt(self.id).auto_shrink(false);
        if !layout.is_wide {
            area = area.scroll_source(egui::scroll_area::ScrollSource::NONE);
        }
        area.show(ui, |ui| {
            let (top, bottom) = (ui.max_rect().top(), ui.max_rect().bottom());
            let mut left = ui.max_rect().left();
            for column in 0..self.counts.len() {
                let width = layout.width(column);
                let rect = Rect::from_min_max(pos2(left, top), pos2(left + width, bottom));
                left += width + GUTTER;
                ui.scope_builder(UiBuilder::new().max_rect(rect), |ui| {
                    ui.spacing_mut().item_spacing = Vec2::splat(GAP);
                    let heading = Rect::from_min_size(rect.min, vec2(width, self.heading));
                    ui.scope_builder(UiBuilder::new().max_rect(heading), |ui| head(ui, column));
                    let below = Rect::from_min_max(pos2(rect.left(), heading.bottom() + GAP), rect.max);
                    let grid = Grid { columns: self, column, side: layout.side, moved, follows };
                    ui.scope_builder(UiBuilder::new().max_rect(below), |ui| {
                        answer = grid.show(ui, view, pictures, face).or(answer);
                    });
                });
            }
            ui.allocate_rect(Rect::from_min_max(ui.max_rect().min, pos2(left - GUTTER, bottom)), Sense::hover());
        });
        answer
    }

    /// Arrows, page keys, Home and End, while the keyboard is with the cells.
    fn keys(&self, ui: &Ui, view: &ColumnsView, side: f32) -> Answer {
        let current = self.current.filter(|_| self.listens && view.has_keyboard(ui))?;
        let (_, height) = view.sights.get(current.column).copied()?;
        let page = (height / (side + GAP)).floor().max(1.0) as usize;
        let step = [
            (Key::ArrowRight, Step::Right),
            (Key::ArrowLeft, Step::Left),
            (Key::ArrowDown, Step::Down(1)),
            (Key::ArrowUp, Step::Up(1)),
            (Key::PageDown, Step::Down(page)),
            (Key::PageUp, Step::Up(page)),
            (Key::Home, Step::First),
            (Key::End, Step::Last),
        ];
        let (_, step) = step.into_iter().find(|(key, _)| ui.input(|input| input.key_pressed(*key)))?;
        let how = if ui.input(|input| input.modifiers.shift) { How::Range } else { How::Only };
        Some((walk(self.counts, &view.slots, current, step), how))
    }
}

/// One column of the page.
struct Grid<'a> {
    columns: &'a Columns<'a>,
    column: usize,
    side: f32,
    /// Another cell is shown than before.
    moved: bool,
    /// The cell that is shown gets the keyboard.
    follows: bool,
}

impl Grid<'_> {
    fn show(
        &self,
        ui: &mut Ui,
        view: &mut ColumnsView,
        pictures: &mut Pictures,
        face: &dyn Fn(Spot) -> Option<Face>,
    ) -> Answer {
        let slots = view.slots.get(self.column).copied().unwrap_or(1).max(1);
        let count = self.columns.counts.get(self.column).copied().unwrap_or(0);
        let id = self.columns.id.with(self.column);
        let mut area = ScrollArea::vertical().id_salt(id).auto_shrink(false);
        let current = self.columns.current.filter(|spot| spot.column == self.column);
        if let Some(offset) = current.filter(|_| self.moved).and_then(|spot| self.bring(spot.index / slots, view)) {
            area = area.vertical_scroll_offset(offset);
        }
        let mut answer = None;
        let shown = area.show_rows(ui, self.side, count.div_ceil(slots), |ui, rows| {
            for row in rows {
                ui.horizontal(|ui| {
                    for index in row * slots..((row + 1) * slots).min(count) {
                        let spot = Spot { column: self.column, index };
                        let (_, rect) = ui.allocate_space(Vec2::splat(self.side));
                        if let Some(face) = face(spot) {
                            answer = self.one(ui, rect, spot, &face, (view, pictures)).or(answer);
                        }
                    }
                });
            }
        });
        if let Some(sight) = view.sights.get_mut(self.column) {
            *sight = (shown.state.clamped_offset().y, shown.inner_rect.height());
        }
        answer
    }

    /// Where to scroll to so that a row is in sight.
    fn bring(&self, row: usize, view: &ColumnsView) -> Option<f32> {
        let (offset, height) = view.sights.get(self.column).copied()?;
        let (top, pitch) = (row as f32 * (self.side + GAP), self.side + GAP);
        // In its very first frame nobody knows how high it is.
        if top < offset || height < pitch {
            Some(top)
        } else if top + pitch > offset + height {
            Some((top + pitch - height).max(0.0))
        } else {
            None
        }
    }

    fn one(
        &self,
        ui: &Ui,
        rect: Rect,
        spot: Spot,
        face: &Face,
        (view, pictures): (&mut ColumnsView, &mut Pictures),
    ) -> Answer {
        let response = ui.interact(rect, face.id, Sense::click());
        let is_current = self.columns.current == Some(spot);
        let nobody = || ui.memory(|memory| memory.focused().is_none());
        if is_current && self.follows && (self.moved || nobody()) {
            response.request_focus();
        }
        if response.has_focus() {
            view.focused = Some(response.id);
            let filter = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
            ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        }
        response.widget_info(|| WidgetInfo::selected(Role::Button, true, face.is_chosen, &face.name));
        paint(ui, pictures, face, rect, is_current, &response);
        let clicked = response.clicked();
        response.on_hover_text(&face.name);
        clicked.then(|| {
            let modifiers = ui.input(|input| input.modifiers);
            let how = match (modifiers.shift, modifiers.command) {
                (true, _) => How::Range,
                (false, true) => How::Toggle,
                (false, false) => How::Only,
            };
            (spot, how)
        })
    }
}

fn paint(ui: &Ui, pictures: &mut Pictures, face: &Face, rect: Rect, is_current: bool, response: &Response) {
    let (painter, visuals) = (ui.painter(), ui.visuals());
    filled(ui, pictures, (&face.path, face.at), rect);
    let accent = theme::accent(visuals);
    let line = match (is_current, face.is_chosen, response.hovered() || response.has_focus()) {
        (true, ..) => Some(3.0),
        (false, true, _) => Some(2.0),
        (false, false, true) => Some(1.0),
        (false, false, false) => None,
    };
    if face.is_chosen && !is_current {
        painter.rect_filled(rect, 6.0, accent.gamma_multiply(0.25));
    }
    if let Some(width) = line {
        painter.rect_stroke(rect, 6.0, Stroke::new(width, accent), StrokeKind::Inside);
    }
    let mark = |corner: Vec2, sign: &str| {
        let centre = rect.left_top() + corner;
        painter.circle_filled(centre, 8.0, visuals.panel_fill);
        let font = egui::FontId::proportional(11.0);
        painter.text(centre, egui::Align2::CENTER_CENTER, sign, font, visuals.strong_text_color());
    };
    if face.is_decided {
        mark(vec2(rect.width() - 10.0, rect.height() - 10.0), icons::CHECK);
    }
    if face.has_note {
        mark(vec2(rect.width() - 10.0, 10.0), icons::NOTE);
    }
}

/// How the columns share the width.
struct Layout {
    side: f32,
    slots: Vec<usize>,
    bar: f32,
    /// The columns need more than there is and are scrolled sideways.
    is_wide: bool,
}

impl Layout {
    /// Gives each column one picture's width, and what is left to those that want most for what they have.
    fn of(width: f32, weights: &[usize], bar: f32) -> Self {
        let count = weights.len().max(1) as f32;
        let spare = width - count * (bar + GUTTER) + GUTTER;
        let one = spare / count - GAP;
        let side = (spare / (SPREAD * count) - GAP).clamp(SIDES.0, SIDES.1);
        let mut slots = vec![1; weights.len()];
        let mut left = spare - count * (side + GAP) + GAP;
        while left >= side + GAP {
            let need = |at: usize| weights.get(at).copied().unwrap_or(0) / slots.get(at).copied().unwrap_or(1);
            let Some(most) = (0..slots.len()).max_by_key(|at| (need(*at), std::cmp::Reverse(*at))) else { break };
            if let Some(slots) = slots.get_mut(most) {
                *slots += 1;
            }
            left -= side + GAP;
        }
        Self { side, slots, bar, is_wide: one < SIDES.0 }
    }

    fn width(&self, column: usize) -> f32 {
        let slots = self.slots.get(column).copied().unwrap_or(1) as f32;
        slots * self.side + (slots - 1.0) * GAP + self.bar
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_fill_the_width_and_the_fullest_get_most_of_it() {
        for width in [400.0, 620.0, 848.0, 1500.0] {
            let weights = [12, 0, 3, 0, 1, 30, 4, 50, 2, 0];
            let layout = Layout::of(width, &weights, 6.0);
            let all: f32 = (0..10).map(|at| layout.width(at)).sum::<f32>() + 9.0 * GUTTER;
            assert!(layout.is_wide == (all > width + 1.0), "{all} in {width}");
            assert!(layout.is_wide || width - all < 2.0 * layout.side, "{all} in {width}");
            let most = layout.slots.iter().max().copied();
            assert!(layout.slots[7] == most.unwrap() && layout.side >= SIDES.0 && layout.side <= SIDES.1);
        }
    }
}
