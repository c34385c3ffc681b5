//! How long what the form asks for will take at most, by the newest runs of its kinds here or by a measured step.

use egui::{RichText, Ui};

use crate::{
    app::{
        AppState,
        state::{TrainState, train::same_pace},
    },
    domain::{config::TrainConfig, split::Part},
    job::Opened,
};

/// What is known of the speed of one run.
enum Known<'a> {
    /// Images a second, on which device, and who says so.
    Speed(f64, &'a str, String),
    /// It could not be measured, with the reason.
    Unknown(&'a str),
    Waits,
}

/// Draws one line.
pub(super) fn show(ui: &mut Ui, state: &AppState) {
    let Some(opened) = &state.dataset.opened else { return };
    let (train, configs) = (&state.train, state.chosen_trainings());
    let Some(first) = configs.first() else { return };
    let quiet = |ui: &mut Ui, words: &str| {
        ui.label(RichText::new(format!("{:.0} training images; {words}", images(opened, first))).small().weak())
    };
    let (mut secs, mut device, mut lines) = (0.0, "", Vec::new());
    for config in &configs {
        match known(train, config) {
            Known::Speed(speed, on, source) => {
                let images = images(opened, config);
                secs += images * config.epochs as f64 / speed;
                device = on;
                lines.push(format!(
                    "{}: at most {images:.0} training images and {} epochs at {speed:.0} images/s, {source}",
                    config.architecture.title(),
                    config.epochs
                ));
            }
            Known::Unknown(why) => {
                quiet(ui, "the time is known after the first steps").on_hover_text(why);
                return;
            }
            Known::Waits => {
                let measuring = train.measuring.is_some();
                quiet(ui, if measuring { "measuring the speed…" } else { "the speed is measured next" });
                return;
            }
        }
    }
    lines.dedup();
    let runs = if configs.len() > 1 { format!("{} runs, about", configs.len()) } else { "About".to_owned() };
    let words = format!("{runs} {} on {device}", super::live::duration(secs));
    ui.label(RichText::new(words).strong()).on_hover_text(lines.join("\n"));
}

fn known<'a>(train: &'a TrainState, config: &TrainConfig) -> Known<'a> {
    let same = |run: &&crate::domain::run::RunRecord| same_pace(&run.config, config) && run.images_per_sec.is_some();
    let (speed, device, source) = match (train.runs.iter().find(same), train.pace(config)) {
        (Some(run), _) => (run.images_per_sec, run.device.as_str(), format!("as fast as {} was", run.name)),
        (None, Some(Ok(pace))) => {
            let source = "by one measured step; reading and augmenting the images may slow it down";
            (Some(pace.images_per_sec), pace.device.as_str(), source.to_owned())
        }
        (None, Some(Err(why))) => return Known::Unknown(why),
        (None, None) => return Known::Waits,
    };
    speed.filter(|speed| *speed > 0.0).map_or(Known::Waits, |speed| Known::Speed(speed, device, source))
}

/// Training images of an epoch.
fn images(opened: &Opened, config: &TrainConfig) -> f64 {
    let train = opened.split.count(Part::Train);
    config.per_class.map_or(train, |most| train.min(most * opened.dataset.classes.len())) as f64
}
