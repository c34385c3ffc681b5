//! The frame around every chart: title, table twin, copy, export, an accessible name and the way through it by keyboard.

mod walk;

use egui::{Id, RichText, Role, Ui, WidgetInfo, containers::menu::MenuButton};
use egui_extras::{Column, TableBuilder, TableRow};

use self::walk::Walk;
pub use self::walk::{READOUT, Stops, readout};
use crate::{
    app::{Action, Actions, wish},
    report::{self, Format, csv::Table},
};

/// A table as a spreadsheet takes it from the clipboard: tab-separated, and a formula arrives as text.
#[must_use]
pub fn clipboard(table: &Table) -> String {
    table.to_tabs()
}

/// What the body of a chart has to obey in this frame.
#[derive(Clone, Copy, Debug)]
pub struct View {
    /// The reset button was pressed: show everything again.
    pub reset: bool,
    /// The stop that the keyboard stands on: mark it.
    pub cursor: Option<usize>,
}

/// A chart's surroundings; the picture itself is drawn by the body given to [`Chart::show`].
pub struct Chart<'a> {
    id: Id,
    title: &'a str,
    summary: String,
    table: Box<dyn Fn() -> Table + 'a>,
    zooms: bool,
    exports: Option<Box<dyn Fn() -> Vec<report::chart::Chart> + 'a>>,
}

/// What a person asked of the frame.
#[derive(Clone, Debug, PartialEq)]
pub enum Ask {
    /// Save this chart in this format.
    Export(Box<report::chart::Chart>, Format),
    /// The table of the chart with this title was copied to the clipboard.
    Copied(String),
}

impl Ask {
    /// Hands the wish on.
    pub fn act(self, actions: &mut Actions) {
        actions.push(match self {
            Self::Export(chart, format) => Action::from(wish::Files::Export(chart, format)),
            Self::Copied(title) => wish::Window::Announce(t!("Copied the table of {title}", title)).into(),
        });
    }
}

impl<'a> Chart<'a> {
    /// `summary` is what a screen reader says in place of the picture; the table is worked out once a person asks for it.
    #[must_use]
    pub fn new(id: impl egui::AsIdSalt, title: &'a str, summary: String, table: impl Fn() -> Table + 'a) -> Self {
        Self { id: Id::unique(id), title, summary, table: Box::new(table), zooms: false, exports: None }
    }

    /// The picture can be zoomed, so the frame offers the way back.
    #[must_use]
    pub fn zooms(mut self) -> Self {
        self.zooms = true;
        self
    }

    /// What can be saved of it; worked out only once a person asks.
    #[must_use]
    pub fn exports(mut self, charts: impl Fn() -> Vec<report::chart::Chart> + 'a) -> Self {
        self.exports = Some(Box::new(charts));
        self
    }

    /// Draws the header, then the picture or its table.
    pub fn show(self, ui: &mut Ui, body: impl FnOnce(&mut Ui, View)) -> Option<Ask> {
        self.framed(ui, None, body).0
    }

    /// The same for a picture whose stops the keyboard walks; gives back the one that was picked as well.
    pub fn walked(
        self,
        ui: &mut Ui,
        stops: Stops<'_>,
        body: impl FnOnce(&mut Ui, View),
    ) -> (Option<Ask>, Option<usize>) {
        let walk = Walk::new(self.id.with("walk"), self.title, stops);
        self.framed(ui, walk, body)
    }

    fn framed(
        self,
        ui: &mut Ui,
        walk: Option<Walk<'_>>,
        body: impl FnOnce(&mut Ui, View),
    ) -> (Option<Ask>, Option<usize>) {
        let as_table_id = self.id.with("as table");
        let mut as_table: bool = ui.data(|data| data.get_temp(as_table_id)).unwrap_or_default();
        let mut view = View { reset: false, cursor: None };
        let ask = self.header(ui, &mut as_table, &mut view);
        ui.data_mut(|data| data.insert_temp(as_table_id, as_table));
        if as_table {
            rows(ui, self.id, &(self.table)());
            return (ask, None);
        }
        view.cursor = walk.as_ref().and_then(|walk| walk.cursor(ui));
        let below = if walk.is_some() { READOUT + ui.spacing().item_spacing.y } else { 0.0 };
        let room = (ui.available_height() - below).max(0.0);
        let picture = ui.scope(|ui| {
            ui.set_max_height(room);
            body(ui, view);
        });
        let summary = &self.summary;
        picture.response.widget_info(|| WidgetInfo::labeled(Role::Figure, true, summary));
        let picked = walk.and_then(|walk| walk.show(ui, picture.response.rect));
        (ask, picked)
    }

    fn header(&self, ui: &mut Ui, as_table: &mut bool, view: &mut View) -> Option<Ask> {
        let mut ask = None;
        ui.horizontal(|ui| {
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                (ui.spacing_mut().item_spacing.x, ui.spacing_mut().button_padding) = (4.0, egui::vec2(6.0, 4.0));
                ask = self.export(ui);
                if tool(ui, t!("Copy"), &t!("Copy the table of {title} to the clipboard", title = self.title)) {
                    ui.ctx().copy_text(clipboard(&(self.table)()));
                    ask = Some(Ask::Copied(self.title.to_lowercase()));
                }
                let name = t!("Show {title} as a table", title = self.title);
                let switch = ui.selectable_label(*as_table, RichText::new(t!("Table")).small()).on_hover_text(&name);
                if switch.clicked() {
                    *as_table = !*as_table;
                }
                let shown = *as_table;
                switch.widget_info(|| WidgetInfo::selected(Role::Button, true, shown, &name));
                if self.zooms && !*as_table {
                    view.reset = tool(ui, t!("Reset"), &t!("Show all of {title} again", title = self.title));
                }
                // A title in a narrow card is cut short rather than drawn over the tools.
                ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                    ui.add(egui::Label::new(RichText::new(self.title).strong()).truncate());
                });
            });
        });
        ask
    }
}

impl Chart<'_> {
    /// The menu of what can be saved.
    fn export(&self, ui: &mut Ui) -> Option<Ask> {
        let charts = self.exports.as_ref()?;
        let name = t!("Save {title} as SVG, PNG or CSV", title = self.title);
        let mut ask = None;
        let button = egui::Button::new(RichText::new(t!("Export")).small()).frame_when_inactive(false);
        let (response, _) = MenuButton::from_button(button).ui(ui, |ui| {
            for chart in charts() {
                ui.label(RichText::new(&chart.title).small().weak());
                for format in Format::ALL {
                    let word = format!("{}…", format.title());
                    let row = ui.button(&word);
                    row.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("{}: {word}", chart.title)));
                    if row.clicked() {
                        ask = Some(Ask::Export(Box::new(chart.clone()), format));
                        ui.close();
                    }
                }
            }
        });
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
        response.on_hover_text(name);
        ask
    }
}

/// A quiet small button whose accessible name says more than its word.
fn tool(ui: &mut Ui, word: &str, name: &str) -> bool {
    let button = ui.add(egui::Button::new(RichText::new(word).small()).frame_when_inactive(false)).on_hover_text(name);
    button.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
    button.clicked()
}

/// Height of a row of a table twin, and the least and the most width of a column, in points.
const ROW: f32 = 22.0;
const WIDTHS: [f32; 2] = [56.0, 320.0];
/// Rows whose words decide how wide the columns are.
const MEASURED: usize = 200;

/// The table twin: every row, of which those in sight are drawn, within the space that the picture would take.
pub fn rows(ui: &mut Ui, id: Id, table: &Table) {
    egui::ScrollArea::horizontal().id_salt(id.with("rows")).auto_shrink(false).show(ui, |ui| {
        let mut builder = TableBuilder::new(ui).id_salt(id.with("grid")).striped(true).auto_shrink(false);
        for column in 0..table.header.len() {
            builder = builder.column(Column::exact(width(table, column)).clip(true));
        }
        let cells = |row: &mut TableRow<'_, '_>, cells: Vec<String>, head: bool| {
            for cell in cells {
                row.col(|ui| {
                    let words = RichText::new(cell);
                    let words = if head { words.small().weak() } else { words };
                    ui.add(egui::Label::new(words).truncate());
                });
            }
        };
        let builder = builder.header(ROW, |mut row| {
            cells(&mut row, table.header.iter().map(|head| t!(head).to_owned()).collect(), true)
        });
        builder.body(|body| {
            body.rows(ROW, table.rows.len(), |mut row| {
                if let Some(words) = table.rows.get(row.index()) {
                    cells(&mut row, words.iter().map(ToString::to_string).collect(), false);
                }
            });
        });
    });
}

/// About as wide as the longest word of a column.
fn width(table: &Table, column: usize) -> f32 {
    let head = table.header.get(column).map(|name| name.chars().count());
    let cells = table.rows.iter().take(MEASURED).filter_map(|row| row.get(column));
    let letters = cells.map(|cell| cell.to_string().chars().count()).chain(head).max().unwrap_or(0);
    (letters as f32 * 7.2 + 12.0).clamp(WIDTHS[0], WIDTHS[1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clipboard_never_carries_a_formula() {
        let mut table = Table::new(["class", "n"]);
        table.push(["=HYPERLINK(1)", "-3.5"]);
        table.push(["@a\tb", "2"]);
        assert_eq!(clipboard(&table), "class\tn\n'=HYPERLINK(1)\t-3.5\n'@a b\t2");
    }
}
