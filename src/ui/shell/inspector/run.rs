//! One run in the inspector: what came out, what it was trained with, and what can be done with it.

use egui::{Button, Label, RichText, Ui};

use super::facts;
use crate::{
    app::{Actions, AppState, wish},
    domain::{config::Background, run::RunRecord},
    report::words::{figure, percent},
    ui::{theme, views::train, widgets::parts},
};

pub(super) fn show(ui: &mut Ui, state: &AppState, run: &RunRecord, view: &mut train::TrainView, actions: &mut Actions) {
    ui.add(Label::new(RichText::new(&run.name).font(theme::strong(14.0))).wrap());
    ui.label(RichText::new(run.architecture.title()).weak());
    let test = run.test.as_ref();
    let best = run.best().map_or_else(|| "n/a".to_owned(), |best| best.epoch.to_string());
    facts(
        ui,
        "results",
        &[
            ("Test accuracy", percent(test.and_then(|test| test.accuracy))),
            ("Balanced accuracy", percent(test.and_then(|test| test.balanced_accuracy))),
            ("Macro F1", figure(test.and_then(|test| test.macro_f1))),
            ("Test images", test.map_or_else(|| "n/a".to_owned(), |test| test.n.to_string())),
            ("Kept epoch", best),
            ("State", train::ending(run.end).to_owned()),
            ("Took", train::duration(run.epoch_secs.iter().sum())),
            ("Speed", run.images_per_sec.map_or_else(|| "n/a".to_owned(), |speed| format!("{speed:.0} images/s"))),
            ("Device", run.device.clone()),
        ],
    );
    ui.separator();
    ui.label(RichText::new("Settings").small().weak());
    facts(ui, "settings", &settings(run));
    ui.separator();
    ui.horizontal_wrapped(|ui| {
        parts::button(ui, state, actions, wish::Train::Again(run.path.clone()), false);
        if run.weights_hash.is_some() {
            parts::button(ui, state, actions, wish::Models::Use(run.path.display().to_string()), false);
        }
        parts::button(ui, state, actions, wish::Files::Reveal(run.path.clone()), false);
        let held = state.train.held(&run.path);
        let mut rename = ui.add_enabled(held.is_none(), Button::new("Rename"));
        if let Some(why) = held {
            rename = rename.on_disabled_hover_text(why);
        }
        if rename.clicked() {
            view.rename(run);
        }
        parts::button(ui, state, actions, wish::Runs::Delete(run.path.clone()), false);
    });
}

fn settings(run: &RunRecord) -> Vec<(&'static str, String)> {
    let config = &run.config;
    let level = if config.background == Background::Levelled { "levelled" } else { "as they are" };
    let most = config.per_class.map_or_else(|| "all".to_owned(), |most| format!("at most {most} a class"));
    let patience = match config.patience {
        0 => "none, last kept".to_owned(),
        epochs => format!("{epochs} epochs"),
    };
    vec![
        ("Dataset", format!("{} ({})", run.dataset, run.dataset_hash.short())),
        ("Split", run.split_hash.short()),
        ("Seed", config.seed.to_string()),
        ("Start from", config.init.to_string()),
        ("Image size", format!("{} px, crop {}", config.size, config.crop)),
        ("Epochs", format!("{} of {}", run.history.len(), config.epochs)),
        ("Batch", config.batch.to_string()),
        ("Learning rate", config.learning_rate.to_string()),
        ("Training images", most),
        ("Noise", config.noise.to_string()),
        ("Dropout", config.dropout.to_string()),
        ("Patience", patience),
        ("Weight average", config.average.to_string()),
        ("Teachers", config.teachers()),
        ("Attention", format!("{} heads, width {}", config.heads, config.attention_width)),
        ("Backbone width", config.width.to_string()),
        ("Augmentation", config.augment.to_string()),
        ("Other microscopes", config.microscope.to_string()),
        ("Other surroundings", config.surroundings.to_string()),
        ("Backgrounds", level.to_owned()),
    ]
}
