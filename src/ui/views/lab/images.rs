//! The first step: the lab's images beside those that the model learned from, and what differs.

use std::path::PathBuf;

use egui::{Label, RichText, Role, Sense, Ui, WidgetInfo, vec2};

use super::work;
use crate::{
    app::{Actions, AppState, models::Model, notices::sentence, pages::lab::Lab, wish},
    domain::look::Look,
    job::tasks::lab::Looked,
    language,
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
            ui.label(RichText::new(t!("A folder of single cells; a hundred or more tell most")).weak());
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
    let model = state.models.get(&lab.model.id).map_or_else(|| lab.model.id.clone(), Model::name);
    let words = n!(
        count,
        "{lab}: 1 image, as {model} sees them",
        "{lab}: {images} images, as {model} sees them",
        lab = lab.name,
        images = thousands(count as u64),
        model
    );
    ui.add(Label::new(words).truncate().show_tooltip_when_elided(false))
        .on_hover_text(lab.folder.display().to_string());
    match &looked.shift.verdict {
        Some(verdict) => {
            let words = format!("{}  {}", icons::ALERT, sentence(verdict));
            let line = RichText::new(words).font(theme::strong(14.0)).color(ui.visuals().warn_fg_color);
            ui.add(Label::new(line).wrap());
            ui.add(Label::new(sentence(&language::each(&looked.shift.reasons).join("; "))).wrap());
        }
        None => {
            let words = t!("These images look like the ones this model learned from: a fit may change little");
            ui.add(Label::new(RichText::new(words).font(theme::strong(14.0))).wrap());
        }
    }
}

/// Both labs side by side.
fn beside(ui: &mut Ui, state: &AppState, lab: &Lab, looked: &Looked, pictures: &mut Pictures) {
    let dataset = state.models.get(&lab.model.id).map_or(t!("its own lab"), |model| model.dataset.as_str());
    ui.columns(2, |columns| {
        let [left, right] = columns else { return };
        half(left, &t!("This lab: {name}", name = lab.name), &looked.shown, looked.ours.as_ref(), pictures);
        let title = t!("What the model learned from: {dataset}", dataset);
        half(right, &title, &looked.shown_theirs, Some(&looked.theirs), pictures);
        if looked.shown_theirs.is_empty() {
            let words = t!("Open {dataset} as a dataset to see cells of it here", dataset);
            right.add(Label::new(RichText::new(words).small().weak()).wrap());
        }
    });
    let shift = &looked.shift;
    let facts = [
        shift.nucleus_ratio.map(|ratio| t!("Nuclei {ratio:.2} times as large in their frames", ratio)),
        shift.background.map(|distance| t!("background {distance:.2} apart in optical density", distance)),
        shift.stain.map(|distance| t!("stain {distance:.2} apart in the logarithm of its strength", distance)),
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
        let words =
            t!("Background; nucleus {nucleus} of the frame; stain {strength:.2}", nucleus, strength = look.strength);
        ui.add(Label::new(RichText::new(words).small().weak()).truncate());
    });
}

/// The colour of a lab's background.
fn swatch(ui: &mut Ui, white: [f64; 3]) {
    let (rect, response) = ui.allocate_exact_size(vec2(28.0, 16.0), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, t!("Colour of the background")));
    let [r, g, b] = white.map(|share| (255.0 * share.clamp(0.0, 1.0)).round() as u8);
    ui.painter().rect_filled(rect, 4.0, theme::measured(r, g, b));
    let edge = ui.visuals().widgets.noninteractive.bg_stroke;
    ui.painter().rect_stroke(rect, 4.0, edge, egui::StrokeKind::Inside);
}
