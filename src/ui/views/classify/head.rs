//! The lines above the images: progress, what went wrong, and how many of each class.

use egui::{Label, ProgressBar, RichText, Role, Ui, WidgetInfo};

use crate::{
    app::{Actions, AppState, Wish as _, models::Model, notices, pages::classify::ClassifyState, wish},
    domain::classes,
    ui::widgets::{icons, marker, parts},
};

pub(super) fn show(ui: &mut Ui, state: &AppState, actions: &mut Actions) {
    watched(ui, state, actions);
    progress(ui, state, actions);
    let classify = &state.classify;
    if let Some(failure) = &classify.failure {
        let words = format!("{}  {}", icons::ALERT, notices::sentence(&failure.what));
        let line = Label::new(RichText::new(words).color(ui.visuals().error_fg_color)).truncate();
        ui.add(line).on_hover_text(notices::reasons(failure));
    }
    let other_model = classify.model != state.models.current().map(Model::key);
    let other_classes = classify.occurring != state.models.occurring;
    if classify.running.is_empty() && (other_model || other_classes) {
        let words = if other_model {
            t!("These are the results of another model than the one in use")
        } else {
            t!("These are the results among other classes than those chosen")
        };
        ui.horizontal_wrapped(|ui| {
            ui.label(words);
            parts::button(ui, state, actions, wish::Classify::Again, false);
        });
    }
    counts(ui, state, actions);
}

/// The folder that is watched, how many came, and its stop.
pub(super) fn watched(ui: &mut Ui, state: &AppState, actions: &mut Actions) {
    let Some(watched) = &state.classify.watching else { return };
    let ready = state.classify.card.is_some();
    ui.horizontal(|ui| {
        parts::busy(ui, state);
        let folder = super::file_name(&watched.folder);
        let words = match (ready, watched.came) {
            (false, _) => t!("Watching {folder}: the model is being loaded", folder),
            (true, 0) => t!("Watching {folder}: nothing came yet", folder),
            (true, came) => {
                n!(came, "Watching {folder}: 1 image came", "Watching {folder}: {came} images came", folder, came)
            }
        };
        ui.label(RichText::new(words).strong()).on_hover_text(watched.folder.display().to_string());
        parts::button(ui, state, actions, wish::Classify::StopWatching, false);
    });
}

/// How far the running job is, with time left and stop.
fn progress(ui: &mut Ui, state: &AppState, actions: &mut Actions) {
    let running = &state.classify.running;
    let Some(task) = running.iter().find_map(|job| state.activity.task(*job)) else { return };
    let doing = if task.stopping { t!("Stopping") } else { t!(task.doing) };
    let mut words = doing.to_owned();
    if task.total > 0 {
        words = t!("{doing}: {done} of {total}", doing, done = task.done, total = task.total);
    }
    if let Some(secs) = task.secs_left(state.notices.now).filter(|secs| *secs >= 1.0) {
        words = if secs < 90.0 {
            t!("{words}, about {secs:.0} s left", words, secs)
        } else {
            t!("{words}, about {secs:.0} min left", words, secs = secs / 60.0)
        };
    }
    if running.len() > 1 {
        words = t!("{words}, {more} more waiting", words, more = running.len() - 1);
    }
    ui.horizontal(|ui| {
        let width = (ui.available_width() - 480.0).max(80.0);
        let bar = ProgressBar::new(task.share().unwrap_or(0.0)).desired_width(width).desired_height(8.0);
        ui.add(bar).widget_info(|| WidgetInfo::labeled(Role::ProgressIndicator, true, &words));
        ui.add_enabled_ui(!task.stopping, |ui| parts::button(ui, state, actions, wish::Classify::Stop, false));
        ui.add(Label::new(words.as_str()).truncate());
    });
}

/// One line: all cells, then each class that occurs, in the order of the classes.
fn counts(ui: &mut Ui, state: &AppState, actions: &mut Actions) {
    let classify = &state.classify;
    ui.horizontal_wrapped(|ui| {
        let all = classify.counted();
        ui.label(RichText::new(total(classify)).strong());
        for (label, name) in classify.classes.iter().enumerate() {
            let count = classify.count(label);
            if count == 0 {
                continue;
            }
            let (rect, dot) = ui.allocate_exact_size(egui::vec2(10.0, 16.0), egui::Sense::hover());
            marker::paint(ui.painter(), rect.center(), 4.5, name);
            let words = ui.label(format!("{} {count}", marker::code(ui.ctx(), name)));
            dot.union(words).on_hover_text(t!("{name}: {count} of {all}", name = classes::title(name), count, all));
        }
        if classify.refused > 0 {
            let words =
                RichText::new(t!("{icon}  {count} refused", icon = icons::BAN, count = classify.refused)).weak();
            ui.label(words).on_hover_text(t!("No class was given; open one to see why"));
        }
        edges(ui, state, actions);
        parts::button(ui, state, actions, wish::Review::Propose, false);
        copy(ui, state, actions);
        next_flagged(ui, state, actions);
    });
}

/// How many cells of how many images count.
fn total(classify: &ClassifyState) -> String {
    let (images, cells) = (classify.images(), classify.counted());
    let images = n!(images, "1 image", "{count} images", count = images);
    if !classify.has_fields() {
        return images;
    }
    n!(cells, "1 cell in {images}", "{cells} cells in {images}", cells, images)
}

/// Cells at a field's border, with the choice whether they count.
fn edges(ui: &mut Ui, state: &AppState, actions: &mut Actions) {
    let classify = &state.classify;
    let at_edge = classify.items.iter().filter(|item| item.portion.is_at_edge()).count();
    if at_edge == 0 {
        return;
    }
    let action = wish::Classify::CountEdges(!classify.edges);
    let mut counts = classify.edges;
    let words = t!("Count {at_edge} at the border", at_edge);
    if ui.checkbox(&mut counts, words).on_hover_text(action.tooltip()).changed() {
        actions.push(action);
    }
}

/// The way from one image that a person should look at to the next.
fn next_flagged(ui: &mut Ui, state: &AppState, actions: &mut Actions) {
    let Some((index, _)) = state.classify.shown() else { return };
    let Some(next) = super::flagged(&state.classify.items, index, true) else { return };
    if ui
        .button(t!("Next flagged"))
        .on_hover_text(t!("The next image with a flag (N, Shift+N for the one before)"))
        .clicked()
    {
        actions.push(wish::Classify::Show(next));
    }
}

fn copy(ui: &mut Ui, state: &AppState, actions: &mut Actions) {
    let button = ui.button(t!("Copy as CSV")).on_hover_text(t!("All results: file, class, confidences, flags"));
    if !button.clicked() {
        return;
    }
    let table = state.classify.table();
    if let Some(text) = table.to_csv().ok().and_then(|bytes| String::from_utf8(bytes).ok()) {
        ui.ctx().copy_text(text);
        let rows = table.rows.len();
        let words =
            n!(rows, "Copied 1 result to the clipboard as CSV", "Copied {rows} results to the clipboard as CSV", rows);
        actions.push(wish::Window::Announce(words));
    }
}
