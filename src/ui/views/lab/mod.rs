//! The page My lab: three steps down the page, each with its result.

mod images;
mod labels;
mod result;

use egui::{Align, Id, Label, ProgressBar, Response, RichText, ScrollArea, Ui};

use crate::{
    app::{Actions, AppState, Task, notices, wish},
    fault::Failure,
    job::JobId,
    ui::{
        theme,
        widgets::{gallery::Pictures, icons, parts},
    },
};

pub fn show(ui: &mut Ui, state: &AppState, pictures: &mut Pictures, actions: &mut Actions) {
    let words =
        t!("Slides of another lab look different, and a model that does not know them is often wrong and sure. Here \
                 it is fitted to yours; the model in use stays as it is.");
    ui.add(Label::new(RichText::new(words).weak()).wrap());
    ScrollArea::vertical().id_salt("my lab").auto_shrink(false).show(ui, |ui| {
        step(ui, "1", t!("The lab's images"), |ui| images::show(ui, state, pictures, actions));
        if state.lab.looked.result().is_some() {
            step(ui, "2", t!("Labels, where there is time for them"), |ui| labels::show(ui, state, pictures, actions));
            step(ui, "3", t!("The fit, and what it changes"), |ui| result::show(ui, state, actions));
        }
        ui.add_space(theme::GRID);
    });
}

/// One step in a card of its own.
fn step(ui: &mut Ui, number: &str, title: &str, add: impl FnOnce(&mut Ui)) {
    theme::card(ui.style()).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal(|ui| {
            ui.label(RichText::new(number).font(theme::strong(16.0)).color(theme::accent(ui.visuals())));
            ui.heading(title);
        });
        add(ui);
    });
}

/// How far a job is, with its stop; what went wrong where it failed.
fn work(ui: &mut Ui, state: &AppState, job: Option<JobId>, failure: Option<&Failure>, actions: &mut Actions) {
    if let Some(job) = job {
        let task = state.activity.task(job);
        ui.horizontal(|ui| {
            parts::busy(ui, state);
            let doing = task.map_or(t!("Waiting"), |task| if task.stopping { t!("Stopping") } else { t!(task.doing) });
            let left = task.and_then(|task| task.secs_left(state.notices.now)).filter(|secs| *secs >= 1.0);
            let left = left.map_or_else(String::new, |secs| t!(", about {left}", left = time(secs)));
            ui.label(format!("{doing}{left}"));
            let share = task.and_then(Task::share).unwrap_or(0.0);
            ui.add(ProgressBar::new(share).desired_width(240.0).show_percentage());
            parts::button(ui, state, actions, wish::Window::Stop(job), false);
        });
    } else if let Some(failure) = failure {
        let words = format!("{}  {}", icons::ALERT, notices::sentence(&failure.what));
        let line = Label::new(RichText::new(words).color(ui.visuals().error_fg_color)).wrap();
        ui.add(line).on_hover_text(notices::reasons(failure));
        ui.add(Label::new(RichText::new(notices::reasons(failure)).weak()).wrap());
    }
}

/// Brings what has just come into sight, once.
fn bring(ui: &Ui, response: &Response, what: &'static str, come: usize) {
    let id = Id::unique(what);
    if ui.data(|data| data.get_temp(id)) != Some(come) {
        ui.data_mut(|data| data.insert_temp(id, come));
        response.scroll_to_me(Some(Align::Center));
    }
}

fn time(secs: f64) -> String {
    if secs < 90.0 { t!("{secs:.0} s left", secs) } else { t!("{secs:.0} min left", secs = secs / 60.0) }
}
