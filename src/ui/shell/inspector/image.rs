//! One image in the inspector: large, with what is known of the file and what a model said.

use std::path::{Path, PathBuf};

use egui::{Label, RichText, Sense, Ui, Vec2};

use super::{chip, facts};
use crate::{
    app::{Actions, AppState, wish},
    domain::{dataset::Item, part::Part, prediction::Judged},
    eval::evaluate::Evaluation,
    job::Opened,
    ui::{
        theme,
        widgets::{
            confidence,
            gallery::{Picture, Pictures, fitted},
            parts,
        },
    },
};

pub(super) fn item(
    ui: &mut Ui,
    state: &AppState,
    (opened, index, item): (&Opened, usize, &Item),
    pictures: &mut Pictures,
    actions: &mut Actions,
) {
    let file = opened.dataset.file(item);
    picture(ui, &file, pictures);
    chip(ui, "", opened.dataset.classes.name(item.label));
    let part = match opened.split.parts.get(index).copied().flatten() {
        Some(Part::Train) => t!("train"),
        Some(Part::Validation) => t!("validation"),
        Some(Part::Test) => t!("test"),
        None => t!("left out"),
    };
    let mut rows = vec![
        (t!("Size"), format!("{} × {} px", item.width, item.height)),
        (t!("File"), format!("{:.1} kB", item.bytes as f64 / 1e3)),
        (t!("Split"), part.to_owned()),
        (t!("Content"), item.hash.short()),
    ];
    if let Some(kind) = &item.sub_type {
        rows.insert(0, (t!("Sub-type"), kind.clone()));
    }
    facts(ui, "item", &rows);
    let twins = opened.dataset.duplicates.iter().filter(|group| group.items.contains(&index));
    for group in twins {
        let words = if group.conflict { t!("The same pixels under another class:") } else { t!("The same pixels:") };
        ui.label(RichText::new(words).small().color(ui.visuals().warn_fg_color));
        for twin in group.items.iter().filter(|twin| **twin != index) {
            if let Some(twin) = opened.dataset.items.get(*twin) {
                ui.add(Label::new(RichText::new(&twin.path).small()).truncate());
            }
        }
    }
    buttons(ui, state, file, &item.path, actions);
}

/// A file that is no image of the dataset.
pub(super) fn file(ui: &mut Ui, state: &AppState, file: PathBuf, name: &str, actions: &mut Actions) {
    ui.add(Label::new(t!("This file is not part of the dataset")).wrap());
    buttons(ui, state, file, name, actions);
}

pub(super) fn judged(
    ui: &mut Ui,
    state: &AppState,
    (evaluation, root, one): (&Evaluation, &Path, &Judged),
    pictures: &mut Pictures,
    actions: &mut Actions,
) {
    let file = root.join(&one.path);
    picture(ui, &file, pictures);
    let labels = &evaluation.metrics.confusion.labels;
    chip(ui, t!("True: "), labels.name(one.truth));
    if let Some(kind) = &one.sub_type {
        facts(ui, "judged", &[(t!("Sub-type"), kind.clone())]);
    }
    ui.label(RichText::new(t!("Calibrated confidence of every class")).small().weak());
    confidence::bars(ui, labels, &one.prediction);
    buttons(ui, state, file, &one.path, actions);
}

pub(super) fn picture(ui: &mut Ui, file: &Path, pictures: &mut Pictures) {
    let side = ui.available_width();
    let (rect, _) = ui.allocate_exact_size(Vec2::splat(side), Sense::hover());
    ui.painter().rect_filled(rect, 6.0, theme::ground(ui.visuals()));
    match pictures.get(file, side * ui.ctx().pixels_per_point()) {
        Some(Picture::Ready(texture)) => fitted(ui.painter(), texture, rect),
        Some(Picture::Failed(why)) => {
            let mut inner = ui.new_child(egui::UiBuilder::new().max_rect(rect.shrink(12.0)));
            inner.add(Label::new(RichText::new(why).weak()).wrap());
        }
        None => {}
    }
}

pub(super) fn buttons(ui: &mut Ui, state: &AppState, file: PathBuf, name: &str, actions: &mut Actions) {
    ui.add(Label::new(RichText::new(name).small().weak()).wrap());
    ui.horizontal_wrapped(|ui| {
        parts::button(ui, state, actions, wish::Classify::Classify(vec![file.clone()]), false);
        parts::button(ui, state, actions, wish::Explain::Open(file.clone()), false);
        parts::button(ui, state, actions, wish::Files::Reveal(file), false);
    });
}
