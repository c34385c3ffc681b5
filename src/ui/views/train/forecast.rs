//! How long what the form asks for will take, by the newest runs of its kinds here or by a measured step.

use egui::{RichText, Ui};

use crate::{
    app::{
        AppState,
        pages::train::{TrainState, same_pace},
    },
    domain::{config::TrainConfig, part::Part},
    job::Opened,
    report::words::thousands,
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
        let count = thousands(images(opened, first) as u64);
        ui.label(RichText::new(t!("{count} training images; {words}", count, words)).small().weak())
    };
    let (mut secs, mut device, mut lines) = ([0.0; 2], "", Vec::new());
    for config in &configs {
        match known(train, config) {
            Known::Speed(speed, on, source) => {
                let images = images(opened, config);
                let of = range(images, config, speed);
                secs = [secs[0] + of[0], secs[1] + of[1]];
                device = on;
                lines.push(t!("{architecture}: at most {images:.0} training images and {epochs} epochs at {speed:.0} images/s, {source}", architecture = config.architecture.title(), images, epochs = config.epochs, speed, source));
            }
            Known::Unknown(why) => {
                quiet(ui, t!("the time is known after the first steps")).on_hover_text(why);
                return;
            }
            Known::Waits => {
                let measuring = train.measuring.is_some();
                quiet(ui, if measuring { t!("measuring the speed…") } else { t!("the speed is measured next") });
                return;
            }
        }
    }
    lines.dedup();
    lines.push(t!("The shorter time is that of runs which end early").to_owned());
    let runs =
        if configs.len() > 1 { t!("{count} runs, about", count = configs.len()) } else { t!("About").to_owned() };
    let words = t!("{runs} {time} on {device}", runs, time = rounded(secs), device);
    ui.label(RichText::new(words).strong()).on_hover_text(lines.join("\n"));
}

/// The most that one run of these settings takes, such as `up to 3 min`; `None` while the speed is not known.
pub(super) fn briefly(state: &AppState, config: &TrainConfig) -> Option<String> {
    let opened = state.dataset.opened.as_ref()?;
    let mut config = config.clone();
    if config.device == crate::domain::config::DeviceChoice::Auto {
        config.device = state.settings.preferences.device.clone();
    }
    let Known::Speed(speed, ..) = known(&state.train, &config) else { return None };
    let (number, unit) = one_digit(range(images(opened, &config), &config, speed)[1]);
    Some(t!("up to {number} {unit}", number, unit))
}

fn known<'a>(train: &'a TrainState, config: &TrainConfig) -> Known<'a> {
    let same = |run: &&crate::domain::run::RunRecord| same_pace(&run.config, config) && run.images_per_sec.is_some();
    let (speed, device, source) = match (train.runs.iter().find(same), train.pace(config)) {
        (Some(run), _) => (run.images_per_sec, run.device.as_str(), t!("as fast as {name} was", name = run.name)),
        (None, Some(Ok(pace))) => {
            let source = t!("by one measured step; reading and augmenting the images may slow it down");
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

/// Seconds of a run that ends as early as its patience lets it, and of one that does not.
fn range(images: f64, config: &TrainConfig, speed: f64) -> [f64; 2] {
    let shortest = if config.patience == 0 { config.epochs } else { config.epochs.min(config.patience + 1) };
    [shortest, config.epochs].map(|epochs| images * epochs as f64 / speed)
}

/// Two times with one digit each, such as `20 to 50 s` or `50 s to 3 min`: more would be a promise.
fn rounded(secs: [f64; 2]) -> String {
    let [(low, low_unit), (high, high_unit)] = secs.map(one_digit);
    if (low, low_unit) == (high, high_unit) {
        format!("{high} {high_unit}")
    } else if low_unit == high_unit {
        t!("{low} to {high} {high_unit}", low, high, high_unit)
    } else {
        t!("{low} {low_unit} to {high} {high_unit}", low, low_unit, high, high_unit)
    }
}

/// A number of one digit and its unit.
fn one_digit(secs: f64) -> (u64, &'static str) {
    let digit = |value: f64| {
        let step = 10_f64.powf(value.max(1.0).log10().floor());
        ((value / step).round() * step).max(1.0) as u64
    };
    if !secs.is_finite() {
        (999, "h")
    } else if secs < 55.0 {
        (digit(secs), "s")
    } else if secs < 55.0 * 60.0 {
        (digit(secs / 60.0), "min")
    } else {
        (digit(secs / 3600.0), "h")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forecast_promises_one_digit() {
        assert_eq!(rounded([52.0, 63.0]), "50 s to 1 min");
        assert_eq!((rounded([52.0, 54.0]), rounded([0.2, 0.4])), ("50 s".to_owned(), "1 s".to_owned()));
        assert_eq!(rounded([140.0, 840.0]), "2 to 10 min");
        assert_eq!(rounded([3400.0, 36_000.0]), "1 to 10 h");
    }

    #[test]
    fn a_run_may_end_once_its_patience_is_over() {
        let config = TrainConfig { epochs: 20, patience: 5, ..TrainConfig::default() };
        assert_eq!(range(100.0, &config, 10.0), [60.0, 200.0]);
        let patient = TrainConfig { patience: 0, ..config };
        assert_eq!(range(100.0, &patient, 10.0), [200.0, 200.0]);
    }
}
