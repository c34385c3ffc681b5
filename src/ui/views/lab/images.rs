//! The first step: the lab's images beside those that the model learned from, and what differs.

use std::path::PathBuf;

use egui::{Label, RichText, Role, Sense, Ui, WidgetInfo, vec2};

use super::work;
use crate::{
    app::{Actions, AppState, models::Model, notices::sentence, pages::lab::Lab, wish},
    domain::look::Look,
    job::tasks::lab::Looked,
    report::words::thousands,
    ui::{
        theme,
        widgets::{gallery::Pictures, icons, parts, thumb},
    },
};

const SIDE: f32 = 64.0;

pub(super) fn show(ui: &mut Ui, state: &AppState, pictures: &mut Pictures, actions: &mut Actions) {
    let lab = &state.lab;
    let fresh = lab.looked.result().is_none();
    ui.horizontal_wrapped(|ui| {
        parts::button(ui, state, actions, wish::Lab::Choose, fresh);
        if !state.classify.items.is_empty() {
            parts::button(ui, state, actions, wish::Lab::LookAtBatch, false);
        }
        if state.review.open.is_some() {
            parts::button(ui, state, actions, wish::Lab::LookAtSession, false);
        }
        if fresh && lab.looked.running().is_none() {
            ui.label(RichText::new("A folder of single cells; a hundred or more tell most").weak());
        }
    });
    work(ui, state, lab.looked.running(), lab.looked.failure(), actions);
    if let (Some(of), Some(looked)) = (lab.lab(), lab.looked.result()) {
        verdict(ui, state, of, looked);
        beside(ui, state, of, looked, pictures);
    }
}

/// Whether these images are strange to the model, and why.
fn verdict(ui: &mut Ui, state: &AppState, lab: &Lab, looked: &Looked) {
    let count = looked.files.len();
    let noun = if count == 1 { "image" } else { "images" };
    let model = state.models.get(&lab.model.id).map_or_else(|| lab.model.id.clone(), Model::name);
    let words = format!("{}: {} {noun}, as {model} sees them", lab.name, thousands(count as u64));
    ui.add(Label::new(words).truncate().show_tooltip_when_elided(false))
        .on_hover_text(lab.folder.display().to_string());
    match &looked.shift.verdict {
        Some(verdict) => {
            let words = format!("{}  {}", icons::ALERT, sentence(verdict));
            let line = RichText::new(words).font(theme::strong(14.0)).color(ui.visuals().warn_fg_color);
            ui.add(Label::new(line).wrap());
            ui.add(Label::new(sentence(&looked.shift.reasons.join("; "))).wrap());
        }
        None => {
            let words = "These images look like the ones this model learned from: a fit may change little";
            ui.add(Label::new(RichText::new(words).font(theme::strong(14.0))).wrap());
        }
    }
}

/// Both labs side by side.
fn beside(ui: &mut Ui, state: &AppState, lab: &Lab, looked: &Looked, pictures: &mut Pictures) {
    let dataset = state.models.get(&lab.model.id).map_or("its own lab", |model| model.dataset.as_str());
    ui.columns(2, |columns| {
        let [left, right] = columns else { return };
        half(left, &format!("This lab: {}", lab.name), &looked.shown, looked.ours.as_ref(), pictures);
        let title = format!("What the model learned from: {dataset}");
        half(right, &title, &looked.shown_theirs, Some(&looked.theirs), pictures);
        if looked.shown_theirs.is_empty() {
            let words = format!("Open {dataset} as a dataset to see cells of it here");
            right.add(Label::new(RichText::new(words).small().weak()).wrap());
        }
    });
    let shift = &looked.shift;
    let facts = [
        shift.nucleus_ratio.map(|ratio| format!("Nuclei {ratio:.2} times as large in their frames")),
        shift.background.map(|distance| format!("background {distance:.2} apart in optical density")),
        shift.stain.map(|distance| format!("stain {distance:.2} apart in the logarithm of its strength")),
    ];
    let facts: Vec<String> = facts.into_iter().flatten().collect();
    ui.add(Label::new(RichText::new(facts.join("; ")).small().weak()).wrap());
}

fn half(ui: &mut Ui, title: &str, paths: &[PathBuf], look: Option<&Look>, pictures: &mut Pictures) {
    ui.add(Label::new(RichText::new(title).font(theme::strong(13.0))).truncate());
    if !paths.is_empty() {
        thumb::row(ui, pictures, paths, SIDE);
    }
    let Some(look) = look else { return };
    ui.horizontal(|ui| {
        swatch(ui, look.white);
        let nucleus = look.nucleus.map_or_else(|| "n/a".to_owned(), |share| format!("{:.0} %", 100.0 * share));
        let words = format!("Background; nucleus {nucleus} of the frame; stain {:.2}", look.strength);
        ui.add(Label::new(RichText::new(words).small().weak()).truncate());
    });
}

/// The colour of a lab's background.
fn swatch(ui: &mut Ui, white: [f64; 3]) {
    let (rect, response) = ui.allocate_exact_size(vec2(28.0, 16.0), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, "Colour of the background"));
    let [r, g, b] = white.map(|share| (255.0 * share.clamp(0.0, 1.0)).round() as u8);
    ui.painter().rect_filled(rect, 4.0, theme::measured(r, g, b));
    let edge = ui.visuals().widgets.noninteractive.bg_stroke;
    ui.painter().rect_stroke(rect, 4.0, edge, egui::StrokeKind::Inside);
}
