//! The panel at the right: everything that is known of what is selected on the page.

mod compared;
mod image;
mod run;

use std::path::Path;

use egui::{Frame, Grid, Label, Margin, Panel, RichText, ScrollArea, Sense, Ui, vec2};

use crate::{
    app::{Actions, AppState, Page, keymap, notices, wish},
    domain::{
        classes,
        comparison::{Comparison, Discordant},
        cross_table::CrossTable,
        dataset::Item,
        part::Part,
        prediction::Judged,
        run::RunRecord,
    },
    eval::evaluate::Evaluation,
    job::Opened,
    report::words::thousands,
    ui::{
        UiState, theme,
        views::{
            compare::CompareView,
            dataset,
            evaluate::{EvaluateView, Shown},
        },
        widgets::{marker, matrix},
    },
};

/// Widths that the panel can be drawn to, in points.
const WIDTHS: std::ops::RangeInclusive<f32> = 200.0..=480.0;

/// Width of what is right of the rail from which on the panel keeps its room on every page, in points.
const ROOMY: f32 = 1100.0;

/// What is selected on the page.
enum Subject<'a> {
    /// An image of the dataset with its place there.
    Item(&'a Opened, usize, &'a Item),
    /// A file of the check list that is no image of the dataset.
    File(&'a Opened, &'a str),
    Class(&'a Opened, usize),
    /// A judged image with the folder that its path is relative to.
    Judged(&'a Evaluation, &'a Path, &'a Judged),
    Cell(CrossTable, matrix::Cell),
    Run(&'a RunRecord),
    /// A cell that one of two models alone got right, with the folder that its path is relative to.
    Discordant(&'a Comparison, &'a Path, &'a Discordant),
    /// A class under two models.
    Compared(&'a Comparison, usize),
}

impl<'a> Subject<'a> {
    fn of(state: &'a AppState, view: &UiState) -> Option<Self> {
        match state.page {
            Page::Dataset => Self::of_dataset(state.dataset.opened.as_deref()?, &view.dataset),
            Page::Evaluate => Self::of_evaluation(state, &view.evaluate),
            Page::Compare => Self::of_comparison(state, &view.compare),
            Page::Train => {
                let shown = state.train.shown.as_ref()?;
                state.train.runs.iter().find(|run| run.path == *shown).map(Self::Run)
            }
            _ => None,
        }
    }

    fn of_evaluation(state: &'a AppState, view: &EvaluateView) -> Option<Self> {
        let (home, other) = (state.evaluate.home.result()?, state.evaluate.other());
        let (evaluation, root) = match other.filter(|_| view.away) {
            Some((lab, away)) => (&**away, lab.root.as_path()),
            None => (&**home, state.evaluate.home.answered()?.data.root.as_path()),
        };
        let image = view.gallery.current().and_then(|place| view.picked().get(place));
        if let Some(one) = image.and_then(|index| evaluation.judged.get(*index)) {
            return Some(Self::Judged(evaluation, root, one));
        }
        match view.shown {
            Shown::Cell(cell) => Some(Self::Cell(CrossTable::of_classes(&evaluation.metrics.confusion), cell)),
            Shown::Finer(cell) => Some(Self::Cell(evaluation.sub_type_table()?, cell)),
            _ => None,
        }
    }

    fn of_comparison(state: &'a AppState, view: &CompareView) -> Option<Self> {
        let comparison = state.compare.pairing.result()?;
        let root = state.compare.pairing.answered()?.data.root.as_path();
        let image = view.gallery.current().and_then(|place| view.picked().get(place));
        let image = image.and_then(|index| comparison.discordant.get(*index));
        image
            .map(|one| Self::Discordant(comparison, root, one))
            .or_else(|| view.class.map(|label| Self::Compared(comparison, label)))
    }

    fn of_dataset(opened: &'a Opened, view: &dataset::DatasetView) -> Option<Self> {
        let shown = view.shown(opened);
        let Some(path) = view.gallery.current().and_then(|index| dataset::path(opened, shown, index)) else {
            return if let dataset::Shown::Class(label) = shown { Some(Self::Class(opened, label)) } else { None };
        };
        // Items are sorted by path.
        let found = opened.dataset.items.binary_search_by(|item| item.path.as_str().cmp(path)).ok();
        let item = found.and_then(|index| Some((index, opened.dataset.items.get(index)?)));
        Some(item.map_or(Self::File(opened, path), |(index, item)| Self::Item(opened, index, item)))
    }
}

/// Whether a page has something that can be selected. Its room is kept while nothing is, since pictures that move under
/// the first of two clicks send the second one to another picture.
pub(super) fn offered(state: &AppState) -> bool {
    match state.page {
        Page::Dataset => state.dataset.opened.is_some(),
        Page::Evaluate => state.evaluate.home.result().is_some(),
        Page::Compare => state.compare.pairing.result().is_some(),
        Page::Train => state.train.shown.is_some(),
        Page::Welcome | Page::Lab | Page::Classify | Page::Review => false,
        Page::Explain | Page::Map | Page::Quiz | Page::Settings | Page::About => false,
    }
}

/// Draws the panel where something can be selected and the panel is not folded away.
pub(super) fn show(ui: &mut Ui, state: &AppState, view: &mut UiState, actions: &mut Actions) {
    let preferences = &state.settings.preferences;
    if !preferences.inspector_open || !offered(state) {
        return;
    }
    let subject = Subject::of(state, view);
    // A small window gives figures its whole width until something is selected.
    let roomy = state.page == Page::Dataset || ui.available_width() > ROOMY;
    if subject.is_none() && !roomy {
        return;
    }
    let frame = Frame::new().fill(ui.visuals().faint_bg_color).inner_margin(Margin::same(16));
    let panel = Panel::right("inspector").default_size(preferences.inspector_width).size_range(WIDTHS).resizable(true);
    let shown = panel.frame(frame).show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.heading(t!("Selected"));
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                let keys =
                    keymap::of(&wish::Settings::ToggleInspector.into()).map(|keys| ui.ctx().format_shortcut(&keys));
                let hint = t!("Fold the inspector away ({keys})", keys = keys.unwrap_or_default());
                let hide = ui.small_button(t!("Hide")).on_hover_text(hint);
                if hide.clicked() {
                    actions.push(wish::Settings::ToggleInspector);
                }
            });
        });
        let Some(subject) = subject else {
            ui.label(RichText::new(t!("Select a cell, a class or a bar to see what is known of it")).weak());
            ui.allocate_space(ui.available_size());
            return;
        };
        ScrollArea::vertical().id_salt("inspector").auto_shrink(false).show(ui, |ui| match subject {
            Subject::Item(opened, index, item) => {
                image::item(ui, state, (opened, index, item), &mut view.pictures, actions);
            }
            Subject::File(opened, path) => image::file(ui, state, opened.dataset.root.join(path), path, actions),
            Subject::Class(opened, label) => class(ui, opened, label),
            Subject::Judged(evaluation, root, one) => {
                image::judged(ui, state, (evaluation, root, one), &mut view.pictures, actions);
            }
            Subject::Cell(counts, cell) => matrix_cell(ui, &counts, cell),
            Subject::Discordant(comparison, root, one) => {
                compared::cell(ui, state, (comparison, root, one), &mut view.pictures, actions);
            }
            Subject::Compared(comparison, label) => compared::class(ui, comparison, label),
            Subject::Run(record) => run::show(ui, state, record, &mut view.train, actions),
        });
    });
    let width = shown.response.rect.width();
    let drawn = (width - preferences.inspector_width).abs() > 1.0;
    if drawn && ui.input(|input| input.pointer.any_released()) {
        actions.push(wish::Settings::InspectorWidth(width));
    }
}

/// Names with values, one below the other.
fn facts(ui: &mut Ui, id: &str, rows: &[(&str, String)]) {
    Grid::new(("inspector facts", id)).num_columns(2).spacing([12.0, 4.0]).show(ui, |ui| {
        for (name, value) in rows {
            ui.label(RichText::new(*name).small().weak());
            ui.add(Label::new(value).truncate());
            ui.end_row();
        }
    });
}

/// The marker of a class and its name.
fn chip(ui: &mut Ui, before: &str, name: &str) {
    ui.horizontal(|ui| {
        let (rect, _) = ui.allocate_exact_size(vec2(14.0, 14.0), Sense::hover());
        marker::paint(ui.painter(), rect.center(), 4.5, name);
        ui.label(RichText::new(format!("{before}{}", classes::title(name))).font(theme::strong(14.0)));
    });
}

fn class(ui: &mut Ui, opened: &Opened, label: usize) {
    chip(ui, "", opened.dataset.classes.name(label));
    let of = opened.by_class.get(label).map(Vec::as_slice).unwrap_or_default();
    let parts = |part: Part| of.iter().filter(|index| opened.split.parts.get(**index) == Some(&Some(part))).count();
    let all = opened.dataset.items.len().max(1) as f64;
    let counts = Part::ALL.map(parts);
    let left_out = of.len() - counts.iter().sum::<usize>();
    let mut rows = vec![
        (t!("Images"), thousands(of.len() as u64)),
        (t!("Share"), format!("{:.1} %", 100.0 * of.len() as f64 / all)),
    ];
    let parts = ["train", "validation", "test"].map(notices::sentence);
    rows.extend(parts.iter().map(String::as_str).zip(counts.map(|count| thousands(count as u64))));
    rows.push((t!("Left out"), thousands(left_out as u64)));
    facts(ui, "class", &rows);
    let mut kinds = std::collections::BTreeMap::<&str, u64>::new();
    for item in of.iter().filter_map(|index| opened.dataset.items.get(*index)) {
        if let Some(kind) = &item.sub_type {
            *kinds.entry(kind).or_default() += 1;
        }
    }
    if !kinds.is_empty() {
        ui.label(RichText::new(t!("Sub-types in the file names")).small().weak());
        let rows: Vec<_> = kinds.into_iter().map(|(kind, count)| (kind, thousands(count))).collect();
        facts(ui, "kinds", &rows);
    }
}

fn matrix_cell(ui: &mut Ui, counts: &CrossTable, (row, given): matrix::Cell) {
    let Some(head) = counts.rows.get(row) else { return };
    chip(ui, t!("True: "), counts.labels.name(head.class));
    if counts.finer {
        facts(ui, "sub-type", &[(t!("Sub-type"), head.name.clone())]);
    }
    chip(ui, t!("Predicted: "), counts.labels.name(given));
    let count = counts.count(row, given);
    let share = |whole: u64| {
        if whole == 0 { "n/a".to_owned() } else { format!("{:.1} %", 100.0 * count as f64 / whole as f64) }
    };
    facts(
        ui,
        "cell",
        &[
            (t!("Images"), thousands(count)),
            (if counts.finer { t!("Of the sub-type") } else { t!("Of the true class") }, share(counts.support(row))),
            (t!("Of the predicted"), share(counts.given(given))),
        ],
    );
}
