//! All runs as a table that is sorted by its heads, and those of several seeds as figures with their spread.

mod order;
mod rename;
mod row;
mod seeds;

use egui::{Align, Button, Layout, RichText, Role, Ui, WidgetInfo, containers::menu::MenuButton};
use egui_extras::{Column as Width, TableBuilder, TableRow};

use self::{
    order::{Column, Sort},
    rename::Renaming,
};
use super::{figures::Beside, moving::MapOfRun};
use crate::{
    app::{Actions, AppState, Wish, wish},
    domain::{
        run::{RunEnd, RunRecord},
        spread,
    },
    report::tables,
    ui::widgets::{chart, parts},
};

/// What ended a run, in words.
#[must_use]
pub fn ending(end: RunEnd) -> &'static str {
    match end {
        RunEnd::Completed => t!("completed"),
        RunEnd::EarlyStopped => t!("stopped early"),
        RunEnd::Stopped => t!("stopped, best kept"),
        RunEnd::Unfinished => t!("unfinished"),
    }
}

/// Width of the tick before a row, and of the buttons behind it, in points.
const TICK: f32 = 24.0;
const BUTTONS: f32 = 264.0;

/// What only the eye needs to keep of the Train page.
#[derive(Default)]
pub struct TrainView {
    /// What stands beside the curves.
    pub(super) beside: Beside,
    pub(super) map: MapOfRun,
    sort: Sort,
    /// The run whose name is being typed.
    renaming: Option<Renaming>,
    /// The groups of seeds stand in place of the runs.
    over_seeds: bool,
}

impl TrainView {
    /// Opens the field that takes a run's new name.
    pub fn rename(&mut self, run: &RunRecord) {
        self.renaming = Some(Renaming::of(run));
        self.over_seeds = false;
    }
}

/// Draws the list, or the groups of seeds.
pub fn show(ui: &mut Ui, state: &AppState, view: &mut TrainView, actions: &mut Actions) {
    let runs = &state.train.runs;
    let groups = spread::by_seed(runs);
    view.renaming.take_if(|renaming| state.train.run(&renaming.folder).is_none());
    view.over_seeds &= !groups.is_empty();
    head(ui, state, &groups, view, actions);
    if runs.is_empty() {
        ui.label(RichText::new(t!("Runs stand here once they are trained")).weak());
    } else if view.over_seeds {
        seeds::show(ui, &groups, actions);
    } else {
        table(ui, state, view, actions);
    }
}

fn head(ui: &mut Ui, state: &AppState, groups: &[spread::SeedGroup<'_>], view: &mut TrainView, actions: &mut Actions) {
    let runs = &state.train.runs;
    ui.horizontal(|ui| {
        ui.heading(t!("Runs"));
        if !groups.is_empty() {
            let tabs = [
                (false, t!("Each run ({count})", count = runs.len())),
                (true, t!("Over seeds ({count})", count = groups.len())),
            ];
            for (over_seeds, words) in tabs {
                ui.selectable_value(&mut view.over_seeds, over_seeds, words);
            }
        }
        if let Some(renaming) = &view.renaming {
            rename::hint(ui, state, renaming);
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if !runs.is_empty() {
                copy(ui, groups, runs, view, actions);
            }
            deleted(ui, state, actions);
        });
    });
}

/// Puts the table that is shown into the clipboard.
fn copy(ui: &mut Ui, groups: &[spread::SeedGroup<'_>], runs: &[RunRecord], view: &TrainView, actions: &mut Actions) {
    let title = if view.over_seeds { t!("the runs over seeds") } else { t!("the runs") };
    let name = t!("Copy the table of {title} to the clipboard", title);
    let button = ui.small_button(t!("Copy")).on_hover_text(&name);
    button.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
    if button.clicked() {
        let sorted = view.sort.order(runs);
        let rows = || sorted.iter().filter_map(|index| runs.get(*index));
        let table = if view.over_seeds { tables::seeds(groups) } else { tables::runs(rows()) };
        ui.ctx().copy_text(chart::clipboard(&table));
        actions.push(wish::Window::Announce(t!("Copied the table of {title}", title)));
    }
}

/// The runs in the trash, each with the way back.
fn deleted(ui: &mut Ui, state: &AppState, actions: &mut Actions) {
    let trashed = &state.train.trashed;
    if trashed.is_empty() {
        return;
    }
    let words = t!("Deleted ({count})", count = trashed.len());
    let (response, _) = MenuButton::from_button(Button::new(words).small()).ui(ui, |ui| {
        parts::rows(ui, |ui| {
            for run in trashed {
                let action = wish::Runs::Restore(run.path.clone());
                let free = action.obstacle(state).is_none();
                if ui.add_enabled(free, Button::new(format!("{} {}", action.text(), run.name))).clicked() {
                    actions.push(action);
                    ui.close();
                }
            }
        });
        ui.label(RichText::new(t!("Deleted for good after 30 days")).small().weak());
    });
    response.on_hover_text(t!("Runs in the trash"));
}

fn table(ui: &mut Ui, state: &AppState, view: &mut TrainView, actions: &mut Actions) {
    let runs = &state.train.runs;
    let sorted = view.sort.order(runs);
    let columns = Column::fitting(ui.available_width());
    let gaps = ui.spacing().item_spacing.x * (columns.len() + 1) as f32;
    let sum = |of: bool| -> f32 {
        columns.iter().map(|column| column.width()).filter(|(_, words)| *words == of).map(|(width, _)| width).sum()
    };
    // A narrow page shortens words, which are whole on hover, rather than cut figures and buttons off.
    let share = ((ui.available_width() - TICK - BUTTONS - gaps - sum(false)) / sum(true)).clamp(0.45, 1.4);
    let mut table = TableBuilder::new(ui)
        .id_salt("runs")
        .striped(true)
        .auto_shrink([false, false])
        .min_scrolled_height(0.0)
        .cell_layout(Layout::left_to_right(Align::Center))
        .column(Width::exact(TICK));
    for (width, words) in columns.iter().map(|column| column.width()) {
        table = table.column(Width::exact(if words { width * share } else { width }).clip(true));
    }
    table = table.column(Width::remainder());
    if let Some(renaming) = view.renaming.as_ref().filter(|renaming| renaming.fresh) {
        let at = sorted.iter().position(|index| runs.get(*index).is_some_and(|run| run.path == renaming.folder));
        table = table.scroll_to_row(at.unwrap_or_default(), None);
    }
    table.header(22.0, |mut row| heads(&mut row, &columns, view)).body(|body| {
        body.rows(28.0, sorted.len(), |mut row| {
            let Some(run) = sorted.get(row.index()).and_then(|index| runs.get(*index)) else { return };
            row::show(&mut row, &columns, state, run, view, actions);
        });
    });
}

/// The heads, each a button that sorts.
fn heads(row: &mut TableRow<'_, '_>, columns: &[Column], view: &mut TrainView) {
    row.col(|_| {});
    for column in columns.iter().copied() {
        row.col(|ui| {
            let chosen = view.sort.column == column;
            let arrow = match (chosen, view.sort.falling) {
                (true, true) => " ↓",
                (true, false) => " ↑",
                (false, _) => "",
            };
            let words = RichText::new(format!("{}{arrow}", column.title())).small();
            let words = if chosen { words.strong() } else { words.weak() };
            let said = view.sort.said(column);
            let head = ui.add(Button::new(words).small().frame(false)).on_hover_text(&said);
            head.widget_info(|| WidgetInfo::selected(Role::Button, true, chosen, &said));
            if head.clicked() {
                view.sort = view.sort.pressed(column);
            }
        });
    }
    row.col(|_| {});
}
