//! A confusion matrix to read, to walk with the keyboard and to click: each cell opens its images.

use egui::{Align2, Color32, FontId, Id, Pos2, Rect, Role, Sense, Stroke, Ui, Vec2, WidgetInfo, pos2, vec2};

use crate::{
    domain::{classes, confusion::Confusion},
    report::csv::Table,
};

/// What the cells say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Mode {
    #[default]
    Counts,
    /// Of the images of a true class: recall on the diagonal.
    Row,
    /// Of the images given a class: precision on the diagonal.
    Column,
}

impl Mode {
    pub const ALL: [Self; 3] = [Self::Counts, Self::Row, Self::Column];

    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Counts => "Counts",
            Self::Row => "Row %",
            Self::Column => "Column %",
        }
    }

    #[must_use]
    pub const fn help(self) -> &'static str {
        match self {
            Self::Counts => "Images",
            Self::Row => "Share of the images of each true class; the diagonal is the recall",
            Self::Column => "Share of the images given each class; the diagonal is the precision",
        }
    }

    /// The share that colours a cell, 0 to 1; `None` where its row or column is empty.
    fn share(self, confusion: &Confusion, truth: usize, predicted: usize) -> Option<f64> {
        let whole = match self {
            Self::Counts | Self::Row => confusion.support(truth),
            Self::Column => confusion.predicted(predicted),
        };
        (whole > 0).then(|| confusion.count(truth, predicted) as f64 / whole as f64)
    }

    fn text(self, confusion: &Confusion, truth: usize, predicted: usize) -> String {
        match (self, self.share(confusion, truth, predicted)) {
            (Self::Counts, _) => confusion.count(truth, predicted).to_string(),
            (_, None) => "n/a".to_owned(),
            (_, Some(share)) if share > 0.0 && share < 0.001 => "<0.1".to_owned(),
            (_, Some(share)) => format!("{:.1}", 100.0 * share),
        }
    }
}

/// A cell: the true class and the predicted one.
pub type Cell = (usize, usize);

/// What the matrix shows.
pub struct Matrix<'a> {
    pub confusion: &'a Confusion,
    pub mode: Mode,
    pub selected: Option<Cell>,
    /// Whether cells can be clicked; while a run trains the matrix is only read.
    pub opens: bool,
}

/// Room beside the cells: row labels, column heads, sums.
const LEFT: f32 = 62.0;
const TOP: f32 = 38.0;
const SUM: f32 = 46.0;
const FOOT: f32 = 22.0;

impl Matrix<'_> {
    /// The rows behind the matrix.
    #[must_use]
    pub fn table(&self) -> Table {
        let labels = &self.confusion.labels;
        let columns = std::iter::once("True \\ predicted".to_owned()).chain(labels.iter().map(str::to_owned));
        let row = |(truth, name): (usize, &str)| {
            let cells = (0..labels.len()).map(|predicted| self.mode.text(self.confusion, truth, predicted));
            std::iter::once(name.to_owned()).chain(cells).collect()
        };
        Table { header: columns.collect(), rows: labels.iter().enumerate().map(row).collect() }
    }

    /// In words, for a screen reader.
    #[must_use]
    pub fn summary(&self) -> String {
        let (right, all) = (self.confusion.correct(), self.confusion.total());
        format!("Confusion matrix of {} classes: {right} of {all} images on the diagonal", self.confusion.labels.len())
    }

    /// Draws the matrix as large as the room allows; gives back a cell that was chosen.
    pub fn show(&self, ui: &mut Ui, id: Id, room: Vec2) -> Option<Cell> {
        let classes = self.confusion.labels.len();
        if classes == 0 {
            return None;
        }
        let n = classes as f32;
        let width = ((room.x - LEFT - SUM) / n).clamp(22.0, 76.0);
        let height = ((room.y - TOP - FOOT) / n).clamp(20.0, 52.0).min(width);
        let size = vec2(LEFT + width * n + SUM, TOP + height * n + FOOT);
        let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
        let grid = Rect::from_min_size(rect.min + vec2(LEFT, TOP), vec2(width * n, height * n));
        let mut chosen = None;
        for truth in 0..classes {
            for predicted in 0..classes {
                let corner = grid.min + vec2(width * predicted as f32, height * truth as f32);
                let cell = Rect::from_min_size(corner, vec2(width, height)).shrink(1.0);
                if self.cell(ui, id, cell, (truth, predicted)) {
                    chosen = Some((truth, predicted));
                }
            }
        }
        self.heads(ui, rect, grid, vec2(width, height));
        self.sums(ui, grid, vec2(width, height));
        chosen
    }

    fn cell(&self, ui: &Ui, id: Id, rect: Rect, (truth, predicted): Cell) -> bool {
        let sense = if self.opens { Sense::click() } else { Sense::hover() };
        let response = ui.interact(rect, id.with((truth, predicted)), sense);
        let name = self.name((truth, predicted));
        let role = if self.opens { Role::Button } else { Role::Cell };
        let selected = self.selected == Some((truth, predicted));
        response.widget_info(|| WidgetInfo::selected(role, true, selected, &name));
        let share = self.mode.share(self.confusion, truth, predicted).unwrap_or(0.0);
        let fill = shade(ui, share);
        let painter = ui.painter();
        painter.rect_filled(rect, 3.0, fill);
        let text = self.mode.text(self.confusion, truth, predicted);
        let ink = if share > 0.0 { ink_on(fill) } else { ui.visuals().weak_text_color().gamma_multiply(0.7) };
        let size = if rect.width() < 34.0 { 11.0 } else { 13.0 };
        painter.text(rect.center(), Align2::CENTER_CENTER, text, FontId::proportional(size), ink);
        if selected || response.has_focus() || (self.opens && response.hovered()) {
            let colour = if selected || response.has_focus() {
                ui.visuals().text_color()
            } else {
                ui.visuals().weak_text_color()
            };
            painter.rect_stroke(rect, 3.0, Stroke::new(2.0, colour), egui::StrokeKind::Outside);
        }
        let clicked = response.clicked();
        response.on_hover_ui_at_pointer(|ui| self.readout(ui, (truth, predicted)));
        clicked
    }

    /// What a screen reader says of a cell, such as `true ig, predicted neutrophil: 12`.
    #[must_use]
    pub fn name(&self, (truth, predicted): Cell) -> String {
        let labels = &self.confusion.labels;
        let count = self.confusion.count(truth, predicted);
        format!("true {}, predicted {}: {count}", labels.name(truth), labels.name(predicted))
    }

    fn readout(&self, ui: &mut Ui, (truth, predicted): Cell) {
        let labels = &self.confusion.labels;
        let count = self.confusion.count(truth, predicted);
        ui.strong(format!("{count} {}", if count == 1 { "image" } else { "images" }));
        ui.label(format!("True: {}", classes::title(labels.name(truth))));
        ui.label(format!("Predicted: {}", classes::title(labels.name(predicted))));
        let part = |mode: Mode| {
            mode.share(self.confusion, truth, predicted)
                .map_or("n/a".to_owned(), |share| format!("{:.1} %", 100.0 * share))
        };
        ui.weak(format!("{} of the row, {} of the column", part(Mode::Row), part(Mode::Column)));
    }

    fn heads(&self, ui: &Ui, rect: Rect, grid: Rect, cell: Vec2) {
        let (painter, visuals) = (ui.painter(), ui.visuals());
        let caption = FontId::proportional(11.0);
        painter.text(
            pos2(grid.center().x, rect.top() + 6.0),
            Align2::CENTER_CENTER,
            "Predicted",
            caption.clone(),
            visuals.weak_text_color(),
        );
        painter.text(
            pos2(rect.left() + 2.0, rect.top() + TOP - 10.0),
            Align2::LEFT_CENTER,
            "True",
            caption,
            visuals.weak_text_color(),
        );
        for (label, name) in self.confusion.labels.iter().enumerate() {
            let across = grid.left() + cell.x * (label as f32 + 0.5);
            let down = grid.top() + cell.y * (label as f32 + 0.5);
            head(ui, pos2(across, grid.top() - 10.0), Align2::CENTER_CENTER, name);
            head(ui, pos2(grid.left() - 8.0, down), Align2::RIGHT_CENTER, name);
            mark(ui, pos2(rect.left() + 8.0, down), name);
        }
    }

    /// Images of each true class at the right, images given each class below.
    fn sums(&self, ui: &Ui, grid: Rect, cell: Vec2) {
        let weak = ui.visuals().weak_text_color();
        let font = FontId::proportional(11.0);
        ui.painter().text(
            pos2(grid.right() + SUM - 4.0, grid.top() - 10.0),
            Align2::RIGHT_CENTER,
            "n",
            font.clone(),
            weak,
        );
        for label in 0..self.confusion.labels.len() {
            let down = pos2(grid.right() + SUM - 4.0, grid.top() + cell.y * (label as f32 + 0.5));
            ui.painter().text(
                down,
                Align2::RIGHT_CENTER,
                self.confusion.support(label).to_string(),
                font.clone(),
                weak,
            );
            let across = pos2(grid.left() + cell.x * (label as f32 + 0.5), grid.bottom() + 11.0);
            ui.painter().text(
                across,
                Align2::CENTER_CENTER,
                self.confusion.predicted(label).to_string(),
                font.clone(),
                weak,
            );
        }
        let corner = pos2(grid.right() + SUM - 4.0, grid.bottom() + 11.0);
        ui.painter().text(corner, Align2::RIGHT_CENTER, self.confusion.total().to_string(), font, weak);
    }
}

/// The three-letter code, or the start of an unknown name; the full name on hover.
fn head(ui: &Ui, at: Pos2, align: Align2, name: &str) {
    let code = code(name);
    let rect = ui.painter().text(at, align, &code, FontId::proportional(12.0), ui.visuals().text_color());
    let response =
        ui.interact(rect.expand(4.0), ui.scope_id().with(("matrix head", align.x() as i8, name)), Sense::hover());
    response.on_hover_text(classes::title(name));
}

/// The letters that stand for a class where a name has no room.
#[must_use]
pub fn code(name: &str) -> String {
    classes::find(name).map_or_else(|| name.chars().take(4).collect(), |class| class.style.code.to_owned())
}

fn mark(ui: &Ui, centre: Pos2, name: &str) {
    super::marker::paint(ui.painter(), centre, 4.0, name);
}

/// From the page's own ground to the accent along a square root, so that a few errors stay visible beside hundreds of hits.
fn shade(ui: &Ui, share: f64) -> Color32 {
    let ground = ui.visuals().extreme_bg_color;
    ground.lerp_to_gamma(ui.visuals().hyperlink_color, share.clamp(0.0, 1.0).sqrt() as f32)
}

/// Black or white, whichever stands out more (WCAG relative luminance).
fn ink_on(fill: Color32) -> Color32 {
    let linear = |channel: u8| {
        let c = f64::from(channel) / 255.0;
        if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    };
    let luminance = 0.2126 * linear(fill.r()) + 0.7152 * linear(fill.g()) + 0.0722 * linear(fill.b());
    if luminance > 0.179 { Color32::BLACK } else { Color32::WHITE }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::classes::ClassList;

    fn confusion() -> Confusion {
        let labels = ClassList::new(["ig", "neutrophil", "platelet"].map(str::to_owned));
        Confusion { labels, counts: vec![vec![8, 2, 0], vec![1, 2999, 0], vec![0, 0, 0]] }
    }

    #[test]
    fn cells_speak_counts_shares_and_undefined_rows() {
        let confusion = confusion();
        assert_eq!(Mode::Counts.text(&confusion, 0, 1), "2");
        assert_eq!(Mode::Row.text(&confusion, 0, 0), "80.0");
        assert_eq!(Mode::Row.text(&confusion, 1, 0), "<0.1");
        assert_eq!(Mode::Row.text(&confusion, 2, 2), "n/a");
        assert_eq!(Mode::Column.text(&confusion, 0, 2), "n/a");
        let matrix = Matrix { confusion: &confusion, mode: Mode::Counts, selected: None, opens: true };
        assert_eq!(matrix.name((0, 1)), "true ig, predicted neutrophil: 2");
        assert_eq!(matrix.table().rows[0], ["ig", "8", "2", "0"]);
    }

    #[test]
    fn numbers_stand_out_on_every_shade() {
        assert_eq!(ink_on(Color32::WHITE), Color32::BLACK);
        assert_eq!(ink_on(Color32::BLACK), Color32::WHITE);
    }
}
