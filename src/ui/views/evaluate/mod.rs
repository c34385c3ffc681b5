//! The Evaluate page: what the model in use says of the opened dataset, and the images behind every figure.

mod drawn;
mod headline;
mod images;
mod mix;
mod picks;
mod tabs;

use std::sync::Arc;

use egui::{RichText, ScrollArea, Ui};

pub use self::picks::{EvaluateView, Shown};
use crate::ui::widgets::gallery::Pictures;
use crate::{
    app::{Actions, AppState, wish},
    eval::evaluate::Evaluation,
    language,
    ui::{
        theme,
        widgets::{answer::Wanted, icons},
    },
};

/// What a card takes around its content, with its stroke.
const MARGINS: f32 = 34.0;
/// Height of a tab below which the page scrolls.
const LEAST: f32 = 300.0;

pub fn show(ui: &mut Ui, state: &AppState, view: &mut EvaluateView, pictures: &mut Pictures, actions: &mut Actions) {
    subject(ui, state, actions);
    super::among::show(ui, state, actions);
    match state.evaluate.home.result() {
        Some(result) => full(ui, state, result, (view, pictures), actions),
        None => wanted(state).in_place(ui, state, actions),
    }
}

/// The model, the dataset and the choice of images that the next evaluation is made of.
fn subject(ui: &mut Ui, state: &AppState, actions: &mut Actions) {
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(t!("Model")).weak());
        let model = model_name(state).unwrap_or_else(|| t!("none yet").to_owned());
        ui.scope(|ui| {
            // A long name leaves the choices beside it their room.
            ui.set_max_width(ui.available_width() * 0.4);
            ui.add(egui::Label::new(&model).truncate());
        });
        ui.separator();
        super::which_cells(ui, state, state.evaluate.scope, wish::Evaluate::On, actions);
    });
}

fn model_name(state: &AppState) -> Option<String> {
    let known = state.models.current().map(crate::app::models::Model::name);
    known.or_else(|| state.models.current.clone())
}

fn wanted(state: &AppState) -> Wanted<'_> {
    Wanted {
        icon: icons::TARGET,
        doing: t!("Evaluating"),
        nothing: t!("Nothing was evaluated yet"),
        promise: t!("Figures, confusion matrix and the images behind each of its cells"),
        action: wish::Evaluate::Evaluate.into(),
        running: state.evaluate.home.running(),
        failure: state.evaluate.home.failure(),
    }
}

/// What only the eye keeps, and the pictures of the gallery.
type Seen<'a> = (&'a mut EvaluateView, &'a mut Pictures);

fn full(ui: &mut Ui, state: &AppState, result: &Arc<Evaluation>, (view, pictures): Seen<'_>, actions: &mut Actions) {
    view.refresh(result, state.evaluate.away());
    wanted(state).above(ui, state, actions);
    ScrollArea::vertical().id_salt("evaluation").auto_shrink(false).show(ui, |ui| {
        ui.scope(|ui| {
            // No higher than its words: what follows has to stay on the first screen.
            ui.spacing_mut().interact_size.y = 0.0;
            ui.horizontal(|ui| {
                ui.label(RichText::new(origin(result)).weak());
                headline::verdict(ui, result);
            });
        });
        headline::notes(ui, state, result);
        headline::show(ui, result);
        tabs::row(ui, view);
        beside(ui, state, result, (view, pictures), actions);
    });
}

/// The open tab, and at its right the images behind whatever was picked last in any of them.
fn beside(ui: &mut Ui, state: &AppState, result: &Arc<Evaluation>, (view, pictures): Seen<'_>, actions: &mut Actions) {
    let (width, height) = (ui.available_width(), (ui.available_height() - MARGINS).max(LEAST));
    ui.horizontal_top(|ui| {
        theme::card(ui.style()).show(ui, |ui| {
            ui.set_width(width * 0.58 - MARGINS);
            ui.set_height(height);
            ui.vertical(|ui| tabs::show(ui, state, result, view, actions));
        });
        // What was just picked is in the gallery in the same frame.
        view.refresh(result, state.evaluate.away());
        theme::card(ui.style()).show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.set_height(height);
            ui.vertical(|ui| images::show(ui, state, result, (view, pictures), actions));
        });
    });
}

/// What the figures are of.
fn origin(result: &Evaluation) -> String {
    let among = match result.occurring.len() {
        0 => String::new(),
        count => t!(", {count} classes that can occur", count),
    };
    t!(
        "{model} on {dataset}, {device}: {cells}{among}",
        model = result.model,
        dataset = result.dataset,
        device = result.device,
        cells = language::heard(&result.cells),
        among
    )
}
