//! The Dataset page: facts, class bars and pie, check list, split, thumbnails.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

use egui::{Id, ProgressBar, RichText, ScrollArea, Ui};

use super::charts;
use crate::{
    app::{Actions, AppState, notices, pages::dataset::Phase, wish},
    domain::{classes, dataset::Severity},
    job::Opened,
    language,
    report::{self, chart::ClassCounts, words::thousands},
    ui::{
        theme,
        views::{gallery_looks, gallery_wishes},
        widgets::{
            chart::Chart,
            gallery::{Cell, Gallery, GalleryView, Pictures},
            icons, parts,
        },
    },
};

/// Height of the two cards in points.
const CARDS: f32 = 264.0;

pub fn show(ui: &mut Ui, state: &AppState, view: &mut DatasetView, pictures: &mut Pictures, actions: &mut Actions) {
    match (&state.dataset.phase, &state.dataset.opened) {
        (Phase::Loading { job, root }, _) => {
            let task = state.activity.task(*job);
            let doing = task.map_or(t!("Waiting"), |task| t!(task.doing));
            parts::empty(ui, icons::FOLDER_OPEN, &t!("Opening {root}", root = root.display()), doing, |ui| {
                ui.add(ProgressBar::new(task.and_then(crate::app::Task::share).unwrap_or(0.0)).show_percentage());
                parts::button(ui, state, actions, wish::Window::Stop(*job), false);
            });
        }
        (Phase::Failed { failure, root }, _) => {
            let title = notices::sentence(&failure.what);
            parts::empty(ui, icons::ALERT, &title, &notices::reasons(failure), |ui| {
                parts::button(ui, state, actions, wish::Dataset::Open(root.clone()), false);
                parts::button(ui, state, actions, wish::Dataset::Choose, true);
            });
        }
        (_, None) => {
            parts::empty(
                ui,
                icons::IMAGES,
                t!("No dataset is open"),
                t!("A folder with one sub-folder for each class"),
                |ui| {
                    parts::button(ui, state, actions, wish::Dataset::Choose, true);
                    parts::button(ui, state, actions, wish::Dataset::OpenSynthetic, false);
                },
            );
        }
        (_, Some(opened)) => {
            facts(ui, opened, view, actions);
            thumbnails(ui, state, opened, (view, pictures), actions);
        }
    }
}

fn facts(ui: &mut Ui, opened: &Opened, view: &mut DatasetView, actions: &mut Actions) {
    let dataset = &opened.dataset;
    let facts = t!(
        "{images} images   {classes} classes   {megabytes:.1} MB   content {hash}",
        images = thousands(dataset.items.len() as u64),
        classes = dataset.classes.len(),
        megabytes = dataset.bytes() as f64 / 1e6,
        hash = dataset.hash.short()
    );
    ui.label(RichText::new(facts).weak()).on_hover_text(dataset.root.display().to_string());
    let width = ui.available_width();
    ui.horizontal_top(|ui| {
        theme::card(ui.style()).show(ui, |ui| {
            ui.vertical(|ui| {
                ui.set_width(width * 0.62 - 40.0);
                ui.set_height(CARDS);
                distribution(ui, opened, view, actions);
            });
        });
        theme::card(ui.style()).show(ui, |ui| {
            ui.vertical(|ui| {
                ui.set_width(ui.available_width());
                ui.set_height(CARDS);
                checks(ui, opened, view);
            });
        });
    });
}

fn distribution(ui: &mut Ui, opened: &Opened, view: &mut DatasetView, actions: &mut Actions) {
    let hovered = view.hovered_class;
    let mut over = None;
    let summary = t!(
        "{images} images in {classes} classes",
        images = thousands(opened.dataset.items.len() as u64),
        classes = opened.dataset.classes.len()
    );
    let counts = ClassCounts::new(&opened.dataset.classes, &opened.counts);
    let chart = Chart::new("classes", t!("Images per class"), summary, || charts::table(&counts))
        .exports(|| report::chart::Chart::of_dataset(&opened.dataset));
    let ask = chart.show(ui, |ui, _| {
        let whole = ui.available_width();
        // Beside a wide inspector the bars keep their names, and the pie, which says the same, gives way.
        let with_pie = whole > 480.0;
        ui.horizontal_top(|ui| {
            ui.vertical(|ui| {
                ui.set_width(if with_pie { whole - 184.0 } else { whole });
                ui.spacing_mut().item_spacing.y = 4.0;
                let (bar, clicked) = charts::bars(ui, opened, hovered);
                over = bar;
                if let Some(label) = clicked {
                    let name = opened.dataset.classes.name(label).to_owned();
                    view.class = (view.class.as_ref() != Some(&name)).then_some(name);
                    view.finding = None;
                }
            });
            if with_pie {
                ui.vertical(|ui| over = charts::pie(ui, opened, hovered).or(over));
            }
        });
    });
    if let Some(ask) = ask {
        ask.act(actions);
    }
    view.hovered_class = over;
    charts::split(ui, opened);
}

fn checks(ui: &mut Ui, opened: &Opened, view: &mut DatasetView) {
    ui.label(RichText::new(t!("Checks")).strong());
    ScrollArea::vertical().id_salt("checks").auto_shrink(false).show(ui, |ui| {
        if opened.findings.is_empty() {
            ui.label(t!("No problems found"));
        }
        for (severity, title) in [
            (Severity::MustFix, t!("Must fix")),
            (Severity::LeftOut, t!("Left out of runs")),
            (Severity::GoodToKnow, t!("Good to know")),
        ] {
            let rows: Vec<_> = opened.findings.iter().filter(|finding| finding.severity == severity).collect();
            if rows.is_empty() {
                continue;
            }
            ui.label(RichText::new(title).small().weak());
            for finding in rows {
                let icon = match severity {
                    Severity::MustFix => icons::ALERT,
                    Severity::LeftOut => icons::BAN,
                    Severity::GoodToKnow => icons::INFO,
                };
                let count =
                    if finding.paths.is_empty() { String::new() } else { thousands(finding.paths.len() as u64) };
                let chosen = view.finding.as_ref() == Some(&finding.title);
                let button = egui::Button::selectable(chosen, format!("{icon}  {}", language::heard(&finding.title)));
                let row = ui.add(button.right_text(count).min_size(egui::vec2(ui.available_width(), 0.0)));
                if row.on_hover_text(language::heard(&finding.meaning)).clicked() {
                    view.finding = (!chosen).then(|| finding.title.clone());
                    view.class = None;
                }
            }
        }
    });
}

fn thumbnails(
    ui: &mut Ui,
    state: &AppState,
    opened: &Arc<Opened>,
    (view, pictures): (&mut DatasetView, &mut Pictures),
    actions: &mut Actions,
) {
    let shown = view.shown(opened);
    let title = match shown {
        Shown::Finding(index) => opened.findings.get(index).map_or("", |finding| t!(&finding.title)),
        Shown::Class(label) => classes::title(opened.dataset.classes.name(label)),
        Shown::All => t!("All images"),
    };
    ui.heading(title);
    let version = view.version(opened);
    let cell = |index: usize| {
        let path = path(opened, shown, index)?;
        let folder = path.rsplit('/').nth(1).unwrap_or_default();
        let truth = Some(classes::canonical(folder));
        Some(Cell { path: opened.dataset.root.join(path), name: path.to_owned(), truth, given: None })
    };
    let count = count(opened, shown);
    let (id, (side, against_opening)) = (Id::unique("dataset images"), gallery_looks(state));
    let gallery = Gallery { id, version, count, cell: &cell, confidences: false, side, against_opening };
    gallery_wishes(gallery.show(ui, (&mut view.gallery, &state.selection), pictures), actions);
}

/// What only the eye needs to keep of the Dataset page; by name, since places mean another thing after the next scan.
#[derive(Default)]
pub struct DatasetView {
    pub hovered_class: Option<usize>,
    /// The title of the finding whose images the gallery shows.
    pub finding: Option<String>,
    /// The name of the class whose images the gallery shows.
    pub class: Option<String>,
    pub gallery: GalleryView,
}

/// Which images the gallery shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shown {
    All,
    Class(usize),
    Finding(usize),
}

impl DatasetView {
    /// What was chosen, as far as this dataset has it; all images where it has it no longer.
    #[must_use]
    pub fn shown(&self, opened: &Opened) -> Shown {
        let finding = self.finding.as_ref();
        let finding = finding.and_then(|title| opened.findings.iter().position(|finding| finding.title == *title));
        let class = || self.class.as_ref().and_then(|name| opened.dataset.classes.label(name));
        finding.map(Shown::Finding).or_else(|| class().map(Shown::Class)).unwrap_or(Shown::All)
    }

    /// Another number for other images.
    fn version(&self, opened: &Opened) -> u64 {
        let mut hasher = DefaultHasher::new();
        (&opened.dataset.root, opened.dataset.hash, opened.dataset.items.len(), self.shown(opened)).hash(&mut hasher);
        hasher.finish()
    }
}

fn count(opened: &Opened, shown: Shown) -> usize {
    match shown {
        Shown::All => opened.dataset.items.len(),
        Shown::Class(label) => opened.by_class.get(label).map_or(0, Vec::len),
        Shown::Finding(index) => opened.findings.get(index).map_or(0, |finding| finding.paths.len()),
    }
}

/// The path of one of the images that the gallery shows, relative to the dataset.
#[must_use]
pub fn path(opened: &Opened, shown: Shown, index: usize) -> Option<&str> {
    let item = |index: usize| opened.dataset.items.get(index).map(|item| item.path.as_str());
    match shown {
        Shown::All => item(index),
        Shown::Class(label) => item(*opened.by_class.get(label)?.get(index)?),
        Shown::Finding(finding) => opened.findings.get(finding)?.paths.get(index).map(String::as_str),
    }
}
