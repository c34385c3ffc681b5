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
            (t!("Test accuracy"), percent(test.and_then(|test| test.accuracy))),
            (t!("Balanced accuracy"), percent(test.and_then(|test| test.balanced_accuracy))),
            (t!("Macro F1"), figure(test.and_then(|test| test.macro_f1))),
            (t!("Test images"), test.map_or_else(|| "n/a".to_owned(), |test| test.n.to_string())),
            (t!("Kept epoch"), best),
            (t!("State"), train::ending(run.end).to_owned()),
            (t!("Took"), train::duration(run.epoch_secs.iter().sum())),
            (
                t!("Speed"),
                run.images_per_sec.map_or_else(|| "n/a".to_owned(), |speed| t!("{speed:.0} images/s", speed)),
            ),
            (t!("Device"), run.device.clone()),
        ],
    );
    ui.separator();
    ui.label(RichText::new(t!("Settings")).small().weak());
    facts(ui, "settings", &settings(run));
    ui.separator();
    ui.horizontal_wrapped(|ui| {
        parts::button(ui, state, actions, wish::Train::Again(run.path.clone()), false);
        if run.weights_hash.is_some() {
            parts::button(ui, state, actions, wish::Models::Use(run.path.display().to_string()), false);
        }
        parts::button(ui, state, actions, wish::Files::Reveal(run.path.clone()), false);
        let held = state.train.held(&run.path);
        let mut rename = ui.add_enabled(held.is_none(), Button::new(t!("Rename")));
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
    let level = if config.background == Background::Levelled { t!("levelled") } else { t!("as they are") };
    let most = config.per_class.map_or_else(|| t!("all").to_owned(), |most| t!("at most {most} a class", most));
    let patience = match config.patience {
        0 => t!("none, last kept").to_owned(),
        epochs => t!("{epochs} epochs", epochs),
    };
    vec![
        (t!("Dataset"), format!("{} ({})", run.dataset, run.dataset_hash.short())),
        (t!("Split"), run.split_hash.short()),
        (t!("Seed"), config.seed.to_string()),
        (t!("Start from"), config.init.to_string()),
        (t!("Image size"), t!("{size} px, crop {crop}", size = config.size, crop = config.crop)),
        (t!("Epochs"), t!("{done} of {epochs}", done = run.history.len(), epochs = config.epochs)),
        (t!("Batch"), config.batch.to_string()),
        (t!("Learning rate"), config.learning_rate.to_string()),
        (t!("Training images"), most),
        (t!("Noise"), config.noise.to_string()),
        (t!("Dropout"), config.dropout.to_string()),
        (t!("Patience"), patience),
        (t!("Weight average"), config.average.to_string()),
        (t!("Teachers"), config.teachers()),
        (
            t!("Attention"),
            t!(
                "{heads} heads, width {attention_width}",
                heads = config.heads,
                attention_width = config.attention_width
            ),
        ),
        (t!("Backbone width"), config.width.to_string()),
        (t!("Augmentation"), config.augment.to_string()),
        (t!("Other microscopes"), config.microscope.to_string()),
        (t!("Other surroundings"), config.surroundings.to_string()),
        (t!("Backgrounds"), level.to_owned()),
    ]
}
