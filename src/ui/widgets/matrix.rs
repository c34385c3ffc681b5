//! A confusion matrix to read, to walk with the keyboard and to click: each cell opens its images.

use egui::{
    Align2, Color32, EventFilter, FontId, Id, Key, Pos2, Rect, Role, Sense, Stroke, Ui, Vec2, WidgetInfo, pos2, vec2,
};

use super::marker;
use crate::{
    domain::{class_look::contrast, classes, cross_table::CrossTable},
    report::csv::Table,
    ui::keys,
};

/// What the cells say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Mode {
    #[default]
    Counts,
    /// Of the images of a row: recall on the diagonal.
    Row,
    /// Of the images given a class: precision on the diagonal.
    Column,
}

impl Mode {
    pub const ALL: [Self; 3] = [Self::Counts, Self::Row, Self::Column];

    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Counts => t!("Counts"),
            Self::Row => t!("Row %"),
            Self::Column => t!("Column %"),
        }
    }

    #[must_use]
    pub fn help(self) -> &'static str {
        match self {
            Self::Counts => t!("Images"),
            Self::Row => t!("Share of the images of each row; at the true class it is the recall"),
            Self::Column => t!("Share of the images given each class; at the true class it is the precision"),
        }
    }

    /// The share that colours a cell, 0 to 1; `None` where its row or column is empty.
    fn share(self, counts: &CrossTable, (row, given): Cell) -> Option<f64> {
        let whole = match self {
            Self::Counts | Self::Row => counts.support(row),
            Self::Column => counts.given(given),
        };
        (whole > 0).then(|| counts.count(row, given) as f64 / whole as f64)
    }

    fn text(self, counts: &CrossTable, (row, given): Cell) -> String {
        match (self, self.share(counts, (row, given))) {
            (Self::Counts, _) => counts.count(row, given).to_string(),
            (_, None) => "n/a".to_owned(),
            (_, Some(share)) if share > 0.0 && share < 0.001 => "<0.1".to_owned(),
            (_, Some(share)) => format!("{:.1}", 100.0 * share),
        }
    }
}

/// A cell: the row, which is a true class or a finer type of one, and the predicted class.
pub type Cell = (usize, usize);

/// What the matrix shows.
pub struct Matrix<'a> {
    pub counts: &'a CrossTable,
    pub mode: Mode,
    pub selected: Option<Cell>,
    /// Whether cells can be clicked; while a run trains the matrix is only read.
    pub opens: bool,
}

/// Room beside the cells: row labels, column heads, sums.
const LEFT: f32 = 62.0;
/// The same where finer types stand in place of three-letter codes.
const FINER_LEFT: f32 = 108.0;
const TOP: f32 = 38.0;
const SUM: f32 = 46.0;
const FOOT: f32 = 22.0;

impl Matrix<'_> {
    /// The rows behind the matrix.
    #[must_use]
    pub fn table(&self) -> Table {
        let labels = &self.counts.labels;
        let corner = if self.counts.finer { t!("True sub-type \\ predicted") } else { t!("True \\ predicted") };
        let columns = std::iter::once(corner.to_owned()).chain(labels.iter().map(str::to_owned));
        let mut table = Table::new(columns);
        for row in 0..self.counts.rows.len() {
            let cells = (0..labels.len()).map(|given| self.mode.text(self.counts, (row, given)));
            table.push(std::iter::once(self.counts.row_name(row)).chain(cells));
        }
        table
    }

    /// In words, for a screen reader.
    #[must_use]
    pub fn summary(&self) -> String {
        let (right, all, rows) = (self.counts.correct(), self.counts.total(), self.counts.rows.len());
        if self.counts.finer {
            return t!(
                "Matrix of {rows} true sub-types against classes: {right} of {all} images given their class",
                rows,
                right,
                all
            );
        }
        t!("Confusion matrix of {rows} classes: {right} of {all} images on the diagonal", rows, right, all)
    }

    const fn left(&self) -> f32 {
        if self.counts.finer { FINER_LEFT } else { LEFT }
    }

    /// Draws the matrix as large as the room allows; gives back a cell that was chosen.
    pub fn show(&self, ui: &mut Ui, id: Id, room: Vec2) -> Option<Cell> {
        let (rows, columns) = (self.counts.rows.len(), self.counts.labels.len());
        if rows == 0 || columns == 0 {
            return None;
        }
        let (down, across) = (rows as f32, columns as f32);
        let width = ((room.x - self.left() - SUM) / across).clamp(22.0, 76.0);
        let height = ((room.y - TOP - FOOT) / down).clamp(20.0, 52.0).min(width);
        let size = vec2(self.left() + width * across + SUM, TOP + height * down + FOOT);
        let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
        let grid = Rect::from_min_size(rect.min + vec2(self.left(), TOP), vec2(width * across, height * down));
        let (cursor, mut chosen) = self.walked(ui, id.with("walk"), grid);
        for row in 0..rows {
            for given in 0..columns {
                let corner = grid.min + vec2(width * given as f32, height * row as f32);
                let cell = Rect::from_min_size(corner, vec2(width, height)).shrink(1.0);
                if self.cell(ui, id, cell, (row, given)) {
                    chosen = Some((row, given));
                }
                if cursor == Some((row, given)) {
                    let stroke = Stroke::new(2.5, ui.visuals().strong_text_color());
                    ui.painter().rect_stroke(cell, 3.0, stroke, egui::StrokeKind::Outside);
                }
            }
        }
        self.heads(ui, rect, grid, vec2(width, height));
        self.sums(ui, grid, vec2(width, height));
        chosen
    }

    /// The whole matrix as one stop of the Tab key: arrows, Home and End walk its cells, Enter or Space opens one. Gives
    /// back the cell that has the keyboard and the one that was opened.
    fn walked(&self, ui: &Ui, id: Id, grid: Rect) -> (Option<Cell>, Option<Cell>) {
        if !self.opens {
            return (None, None);
        }
        let response = ui.interact(grid, id, Sense::focusable_noninteractive());
        let (rows, columns) = (self.counts.rows.len(), self.counts.labels.len());
        let (row, given): Cell = ui.data(|data| data.get_temp(id)).unwrap_or_default();
        let mut at = (row.min(rows.saturating_sub(1)), given.min(columns.saturating_sub(1)));
        let mut opened = false;
        let focused = response.has_focus() && keys::free(ui.ctx());
        if focused {
            let filter = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
            ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
            at = ui.input(|input| stepped(at, (rows, columns), |key| input.key_pressed(key)));
            opened = ui.input(|input| input.key_pressed(Key::Enter) || input.key_pressed(Key::Space));
        }
        ui.data_mut(|data| data.insert_temp(id, at));
        let said = self.name(at);
        response.ctx.accesskit_node_builder(id, |node| {
            node.set_role(Role::Grid);
            node.set_label(t!("Walk the matrix with the arrows, open a cell with Enter"));
            node.set_value(said.as_str());
        });
        (focused.then_some(at), opened.then_some(at))
    }

    fn cell(&self, ui: &Ui, id: Id, rect: Rect, at: Cell) -> bool {
        // The keyboard walks the cells as one, so that none of them is a stop of the Tab key.
        let sense = if self.opens { Sense::CLICK } else { Sense::hover() };
        let response = ui.interact(rect, id.with(at), sense);
        let name = self.name(at);
        let role = if self.opens { Role::Button } else { Role::Cell };
        let selected = self.selected == Some(at);
        response.widget_info(|| WidgetInfo::selected(role, true, selected, &name));
        let share = self.mode.share(self.counts, at).unwrap_or(0.0);
        let fill = shade(ui, share);
        let painter = ui.painter();
        painter.rect_filled(rect, 3.0, fill);
        let text = self.mode.text(self.counts, at);
        let ink = if share > 0.0 { ink_on(fill) } else { ui.visuals().weak_text_color().gamma_multiply(0.7) };
        let size = if rect.width() < 34.0 { 11.0 } else { 13.0 };
        painter.text(rect.center(), Align2::CENTER_CENTER, text, FontId::proportional(size), ink);
        if self.counts.finer && self.counts.is_hit(at.0, at.1) {
            // Finer types have no diagonal: the cells of the true class are framed instead.
            let frame = Stroke::new(1.0, ui.visuals().weak_text_color());
            painter.rect_stroke(rect, 3.0, frame, egui::StrokeKind::Inside);
        }
        if selected || response.has_focus() || (self.opens && response.hovered()) {
            let colour = if selected || response.has_focus() {
                ui.visuals().text_color()
            } else {
                ui.visuals().weak_text_color()
            };
            painter.rect_stroke(rect, 3.0, Stroke::new(2.0, colour), egui::StrokeKind::Outside);
        }
        let clicked = response.clicked();
        response.on_hover_ui_at_pointer(|ui| self.readout(ui, at));
        clicked
    }

    /// What a screen reader says of a cell, such as `true ig, predicted neutrophil: 12`.
    #[must_use]
    pub fn name(&self, (row, given): Cell) -> String {
        let count = self.counts.count(row, given);
        t!(
            "true {row}, predicted {given}: {count}",
            row = self.counts.row_name(row),
            given = self.counts.labels.name(given),
            count
        )
    }

    fn readout(&self, ui: &mut Ui, (row, given): Cell) {
        let labels = &self.counts.labels;
        let count = self.counts.count(row, given);
        ui.strong(n!(count, "1 image", "{count} images", count));
        ui.label(t!("True: {row}", row = self.row_title(row)));
        ui.label(t!("Predicted: {given}", given = classes::title(labels.name(given))));
        let part = |mode: Mode| {
            mode.share(self.counts, (row, given)).map_or("n/a".to_owned(), |share| format!("{:.1} %", 100.0 * share))
        };
        ui.weak(t!("{row} of the row, {column} of the column", row = part(Mode::Row), column = part(Mode::Column)));
    }

    fn row_title(&self, row: usize) -> String {
        let Some(head) = self.counts.rows.get(row) else { return String::new() };
        let class = classes::title(self.counts.labels.name(head.class));
        if self.counts.finer { format!("{} ({class})", head.name) } else { class.to_owned() }
    }

    fn heads(&self, ui: &Ui, rect: Rect, grid: Rect, cell: Vec2) {
        let (painter, weak) = (ui.painter(), ui.visuals().weak_text_color());
        let caption = FontId::proportional(11.0);
        let over = pos2(grid.center().x, rect.top() + 6.0);
        painter.text(over, Align2::CENTER_CENTER, t!("Predicted"), caption.clone(), weak);
        let beside = pos2(rect.left() + 2.0, rect.top() + TOP - 10.0);
        painter.text(beside, Align2::LEFT_CENTER, t!("True"), caption, weak);
        // Three letters have to fit over a narrow cell.
        let size = if cell.x < 32.0 { 11.0 } else { 12.0 };
        for (label, name) in self.counts.labels.iter().enumerate() {
            let across = grid.left() + cell.x * (label as f32 + 0.5);
            head(
                ui,
                pos2(across, grid.top() - 10.0),
                Align2::CENTER_CENTER,
                size,
                &marker::code(ui.ctx(), name),
                classes::title(name),
            );
        }
        for (row, of) in self.counts.rows.iter().enumerate() {
            let down = grid.top() + cell.y * (row as f32 + 0.5);
            let class = self.counts.labels.name(of.class);
            let words = if self.counts.finer { shortened(&of.name) } else { marker::code(ui.ctx(), class) };
            head(ui, pos2(grid.left() - 8.0, down), Align2::RIGHT_CENTER, 12.0, &words, &self.row_title(row));
            mark(ui, pos2(rect.left() + 8.0, down), class);
        }
    }

    /// Images of each row at the right, images given each class below.
    fn sums(&self, ui: &Ui, grid: Rect, cell: Vec2) {
        let weak = ui.visuals().weak_text_color();
        let font = FontId::proportional(11.0);
        let right = grid.right() + SUM - 4.0;
        let text = |at: Pos2, align: Align2, words: String| {
            ui.painter().text(at, align, words, font.clone(), weak);
        };
        text(pos2(right, grid.top() - 10.0), Align2::RIGHT_CENTER, "n".to_owned());
        for row in 0..self.counts.rows.len() {
            let at = pos2(right, grid.top() + cell.y * (row as f32 + 0.5));
            text(at, Align2::RIGHT_CENTER, self.counts.support(row).to_string());
        }
        for given in 0..self.counts.labels.len() {
            let at = pos2(grid.left() + cell.x * (given as f32 + 0.5), grid.bottom() + 11.0);
            text(at, Align2::CENTER_CENTER, self.counts.given(given).to_string());
        }
        text(pos2(right, grid.bottom() + 11.0), Align2::RIGHT_CENTER, self.counts.total().to_string());
    }
}

/// The cell that the pressed keys lead to; never off the matrix.
fn stepped((row, given): Cell, (rows, columns): (usize, usize), pressed: impl Fn(Key) -> bool) -> Cell {
    let (below, right) = (rows.saturating_sub(1), columns.saturating_sub(1));
    if pressed(Key::ArrowDown) {
        ((row + 1).min(below), given)
    } else if pressed(Key::ArrowUp) {
        (row.saturating_sub(1), given)
    } else if pressed(Key::ArrowRight) {
        (row, (given + 1).min(right))
    } else if pressed(Key::ArrowLeft) {
        (row, given.saturating_sub(1))
    } else if pressed(Key::Home) {
        (row, 0)
    } else if pressed(Key::End) {
        (row, right)
    } else {
        (row, given)
    }
}

/// A code or a short name; the full name on hover.
fn head(ui: &Ui, at: Pos2, align: Align2, size: f32, words: &str, title: &str) {
    let rect = ui.painter().text(at, align, words, FontId::proportional(size), ui.visuals().text_color());
    let id = ui.scope_id().with(("matrix head", align.x() as i8, title));
    ui.interact(rect.expand(4.0), id, Sense::hover()).on_hover_text(title);
}

/// As much of a finer type's name as stands beside its row.
fn shortened(name: &str) -> String {
    const MOST: usize = 10;
    if name.chars().count() <= MOST { name.to_owned() } else { name.chars().take(MOST - 1).chain(['…']).collect() }
}

fn mark(ui: &Ui, centre: Pos2, name: &str) {
    marker::paint(ui.painter(), centre, 4.0, name);
}

/// From the page's own ground to the accent along a square root, so that a few errors stay visible beside hundreds of hits.
fn shade(ui: &Ui, share: f64) -> Color32 {
    let ground = ui.visuals().extreme_bg_color;
    ground.lerp_to_gamma(ui.visuals().hyperlink_color, share.clamp(0.0, 1.0).sqrt() as f32)
}

/// Black or white, whichever stands out more.
fn ink_on(fill: Color32) -> Color32 {
    let shade = [fill.r(), fill.g(), fill.b()];
    if contrast(shade, [0; 3]) > contrast(shade, [0xFF; 3]) { Color32::BLACK } else { Color32::WHITE }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{classes::ClassList, confusion::Confusion, cross_table::RowHead};

    fn counts() -> CrossTable {
        let labels = ClassList::new(["ig", "neutrophil", "platelet"].map(str::to_owned));
        CrossTable::of_classes(&Confusion { labels, counts: vec![vec![8, 2, 0], vec![1, 2999, 0], vec![0, 0, 0]] })
    }

    #[test]
    fn cells_speak_counts_shares_and_undefined_rows() {
        let counts = counts();
        assert_eq!(Mode::Counts.text(&counts, (0, 1)), "2");
        assert_eq!(Mode::Row.text(&counts, (0, 0)), "80.0");
        assert_eq!(Mode::Row.text(&counts, (1, 0)), "<0.1");
        assert_eq!(Mode::Row.text(&counts, (2, 2)), "n/a");
        assert_eq!(Mode::Column.text(&counts, (0, 2)), "n/a");
        let matrix = Matrix { counts: &counts, mode: Mode::Counts, selected: None, opens: true };
        assert_eq!(matrix.name((0, 1)), "true ig, predicted neutrophil: 2");
        assert_eq!(matrix.table().words().next().unwrap(), ["ig", "8", "2", "0"]);
    }

    #[test]
    fn arrows_never_leave_the_matrix() {
        let to = |at, key| stepped(at, (3, 2), |pressed| pressed == key);
        assert_eq!((to((0, 0), Key::ArrowUp), to((2, 1), Key::ArrowDown)), ((0, 0), (2, 1)));
        assert_eq!((to((1, 0), Key::End), to((1, 1), Key::ArrowLeft)), ((1, 1), (1, 0)));
    }

    #[test]
    fn finer_rows_name_their_class() {
        let mut counts = counts();
        (counts.finer, counts.rows) = (true, vec![RowHead { name: "MMY".to_owned(), class: 0 }]);
        let matrix = Matrix { counts: &counts, mode: Mode::Counts, selected: None, opens: true };
        assert_eq!(matrix.name((0, 1)), "true MMY (ig), predicted neutrophil: 2");
        assert_eq!(matrix.table().words().collect::<Vec<_>>(), [["MMY (ig)", "8", "2", "0"]]);
        assert_eq!((shortened("NEUTROPHIL"), shortened("NEUTROPHILIC")), ("NEUTROPHIL".into(), "NEUTROPHI…".into()));
    }

    #[test]
    fn numbers_stand_out_on_every_shade() {
        assert_eq!(ink_on(Color32::WHITE), Color32::BLACK);
        assert_eq!(ink_on(Color32::BLACK), Color32::WHITE);
    }
}
