//! The Dataset page: facts, class bars and pie, check list, split, thumbnails.

use egui::{ProgressBar, RichText, ScrollArea, Ui};

use super::charts;
use crate::{
    app::{Action, Actions, AppState, notices, state::Phase},
    domain::dataset::Severity,
    job::{Opened, Picked},
    ui::{
        UiState, theme,
        widgets::{
            gallery::{self, Cell},
            icons, parts,
        },
    },
};

pub fn show(ui: &mut Ui, state: &AppState, view: &mut UiState, actions: &mut Actions) {
    match (&state.dataset.phase, &state.dataset.opened) {
        (Phase::Loading { job, root }, _) => {
            let task = state.activity.task(*job);
            let doing = task.map_or("Waiting", |task| task.doing);
            parts::empty(ui, icons::FOLDER_OPEN, &format!("Opening {}", root.display()), doing, |ui| {
                ui.add(
                    ProgressBar::new(task.and_then(crate::app::state::Task::share).unwrap_or(0.0)).show_percentage(),
                );
                parts::button(ui, state, actions, Action::Stop(*job), false);
            });
        }
        (Phase::Failed { failure, root }, _) => {
            let title = notices::sentence(&failure.what);
            parts::empty(ui, icons::ALERT, &title, &notices::reasons(failure), |ui| {
                parts::button(ui, state, actions, Action::OpenDataset(root.clone()), false);
                parts::button(ui, state, actions, Action::Choose(Picked::Dataset), true);
            });
        }
        (_, None) => {
            parts::empty(
                ui,
                icons::IMAGES,
                "No dataset is open",
                "A folder with one sub-folder for each class",
                |ui| {
                    parts::button(ui, state, actions, Action::Choose(Picked::Dataset), true);
                    parts::button(ui, state, actions, Action::OpenSynthetic, false);
                },
            );
        }
        (_, Some(opened)) => open(ui, state, opened, view),
    }
}

fn open(ui: &mut Ui, state: &AppState, opened: &Opened, view: &mut UiState) {
    let dataset = &opened.dataset;
    let facts = format!(
        "{} images   {} classes   {:.1} MB   {}",
        dataset.items.len(),
        dataset.classes.len(),
        dataset.bytes() as f64 / 1e6,
        dataset.hash.short()
    );
    ui.label(RichText::new(facts).weak()).on_hover_text(dataset.root.display().to_string());
    let width = ui.available_width();
    ui.horizontal_top(|ui| {
        theme::card(ui.style()).show(ui, |ui| {
            ui.vertical(|ui| {
                ui.set_width(width * 0.62 - 40.0);
                distribution(ui, opened, view);
            });
        });
        theme::card(ui.style()).show(ui, |ui| {
            ui.vertical(|ui| {
                ui.set_width(ui.available_width());
                ui.set_height(262.0);
                checks(ui, opened, view);
            });
        });
    });
    thumbnails(ui, state, opened, view);
}

fn distribution(ui: &mut Ui, opened: &Opened, view: &mut UiState) {
    let hovered = view.hovered_class;
    let mut over = None;
    let whole = ui.available_width();
    ui.horizontal_top(|ui| {
        ui.vertical(|ui| {
            ui.set_width(whole - 184.0);
            ui.heading("Classes");
            ui.spacing_mut().item_spacing.y = 4.0;
            let (bar, clicked) = charts::bars(ui, opened, hovered);
            over = bar;
            if clicked.is_some() {
                view.class = if view.class == clicked { None } else { clicked };
                view.finding = None;
                view.selected = None;
            }
        });
        ui.vertical(|ui| {
            ui.add_space(24.0);
            over = charts::pie(ui, opened, hovered).or(over);
        });
    });
    view.hovered_class = over;
    charts::split(ui, opened);
}

fn checks(ui: &mut Ui, opened: &Opened, view: &mut UiState) {
    ui.heading("Checks");
    ScrollArea::vertical().id_salt("checks").auto_shrink(false).show(ui, |ui| {
        if opened.findings.is_empty() {
            ui.label("Nothing was found");
        }
        for (severity, title) in [
            (Severity::MustFix, "Must fix"),
            (Severity::LeftOut, "Left out of runs"),
            (Severity::GoodToKnow, "Good to know"),
        ] {
            let rows = opened.findings.iter().enumerate().filter(|(_, finding)| finding.severity == severity);
            let rows: Vec<_> = rows.collect();
            if rows.is_empty() {
                continue;
            }
            ui.label(RichText::new(title).small().weak());
            for (index, finding) in rows {
                let icon = match severity {
                    Severity::MustFix => icons::ALERT,
                    Severity::LeftOut => icons::BAN,
                    Severity::GoodToKnow => icons::INFO,
                };
                let count = if finding.paths.is_empty() { String::new() } else { finding.paths.len().to_string() };
                let button =
                    egui::Button::selectable(view.finding == Some(index), format!("{icon}  {}", finding.title));
                let row = ui.add(button.right_text(count).min_size(egui::vec2(ui.available_width(), 0.0)));
                if row.on_hover_text(&finding.meaning).clicked() {
                    view.finding = if view.finding == Some(index) { None } else { Some(index) };
                    view.class = None;
                    view.selected = None;
                }
            }
        }
    });
}

fn thumbnails(ui: &mut Ui, state: &AppState, opened: &Opened, view: &mut UiState) {
    let dataset = &opened.dataset;
    let finding = view.finding.and_then(|index| opened.findings.get(index));
    let class = view.class.map(|label| dataset.classes.name(label).to_owned());
    let title = match (&class, finding) {
        (_, Some(finding)) => finding.title.clone(),
        (Some(class), _) => crate::domain::classes::title(class).to_owned(),
        _ => "All images".to_owned(),
    };
    ui.horizontal(|ui| {
        ui.heading(title);
        let edit = egui::TextEdit::singleline(&mut view.filter).hint_text("Filter by name").desired_width(160.0);
        let edit = ui.add(edit);
        ui.ctx()
            .register_widget_info(edit.id, || egui::WidgetInfo::labeled(egui::Role::TextInput, true, "Filter by name"));
    });
    let matching = |path: &str| view.filter.is_empty() || path.to_lowercase().contains(&view.filter.to_lowercase());
    let side = state.settings.preferences.thumb_side;
    let paths: Vec<&str> = match (finding, view.class) {
        (Some(finding), _) => finding.paths.iter().map(String::as_str).filter(|path| matching(path)).collect(),
        (None, Some(label)) => {
            let of = opened.by_class.get(label).into_iter().flatten();
            of.filter_map(|index| dataset.items.get(*index))
                .map(|item| item.path.as_str())
                .filter(|path| matching(path))
                .collect()
        }
        (None, None) => dataset.items.iter().map(|item| item.path.as_str()).filter(|path| matching(path)).collect(),
    };
    if paths.is_empty() {
        ui.label(RichText::new("No image here").weak());
        return;
    }
    let cell = |index: usize| {
        let path = paths.get(index).copied().unwrap_or_default();
        let folder = path.rsplit('/').nth(1).unwrap_or_default();
        Cell { path: dataset.root.join(path), name: path.to_owned(), class: crate::domain::classes::canonical(folder) }
    };
    if let Some(clicked) = gallery::show(ui, &mut view.pictures, paths.len(), side, view.selected, cell) {
        view.selected = Some(clicked);
    }
}
