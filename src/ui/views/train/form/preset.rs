//! How much a run may take, as three choices with the time that each needs here.

use egui::{Button, Role, Ui, WidgetInfo};

use super::super::forecast;
use crate::{
    app::AppState,
    domain::config::{Init, TrainConfig},
};

/// One choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Preset {
    Quick,
    Standard,
    Thorough,
    /// For teaching: too little is learned.
    Under,
    /// For teaching: too few cells are learned by heart.
    Over,
}

impl Preset {
    const USUAL: [Self; 3] = [Self::Quick, Self::Standard, Self::Thorough];
    const TEACHING: [Self; 2] = [Self::Under, Self::Over];

    fn title(self) -> &'static str {
        match self {
            Self::Quick => t!("Quick"),
            Self::Standard => t!("Standard"),
            Self::Thorough => t!("Thorough"),
            Self::Under => t!("Underfitting"),
            Self::Over => t!("Overfitting"),
        }
    }

    fn help(self) -> &'static str {
        match self {
            Self::Quick => t!("5 epochs over at most 300 images of each class: to see whether it works"),
            Self::Standard => t!("20 epochs over every training image, ended early where nothing gets better"),
            Self::Thorough => t!("60 epochs, ended only after 15 that brought nothing"),
            Self::Under => t!("A narrow network from chance that learns too slowly: both curves stay poor"),
            Self::Over => t!("A network from chance that learns a few cells by heart: the curves part"),
        }
    }

    /// The settings of a lesson; `None` where this is none.
    fn lesson(self, config: &TrainConfig) -> Option<TrainConfig> {
        match self {
            Self::Under => Some(small(config, 12, None, 1e-5)),
            Self::Over => Some(small(config, 40, Some(4), 1e-3)),
            Self::Quick | Self::Standard | Self::Thorough => None,
        }
    }

    /// The settings with this choice; those that it does not touch stay as they are.
    fn on(self, config: &TrainConfig) -> TrainConfig {
        if let Some(lesson) = self.lesson(config) {
            return lesson;
        }
        // A lesson is no start for a real run: the usual choices come back from it whole.
        let in_lesson = Self::TEACHING.iter().any(|lesson| lesson.lesson(config).as_ref() == Some(config));
        let config = &if in_lesson { out_of_lesson(config) } else { config.clone() };
        let usual = TrainConfig::default();
        let (epochs, patience, per_class) = match self {
            Self::Quick => (5, usual.patience, Some(300)),
            Self::Standard => (usual.epochs, usual.patience, usual.per_class),
            Self::Thorough | Self::Under | Self::Over => (60, 15, None),
        };
        TrainConfig { epochs, patience, per_class, ..config.clone() }
    }
}

/// The usual settings with what a lesson leaves alone.
fn out_of_lesson(config: &TrainConfig) -> TrainConfig {
    TrainConfig {
        architecture: config.architecture,
        seed: config.seed,
        device: config.device.clone(),
        group: config.group.clone(),
        ..TrainConfig::default()
    }
}

/// A small network from chance without anything that helps it to generalise, so that a lesson takes a minute or two on a CPU.
fn small(config: &TrainConfig, epochs: usize, per_class: Option<usize>, learning_rate: f64) -> TrainConfig {
    TrainConfig {
        init: Init::Random,
        size: 64,
        width: 0.25,
        batch: 8,
        epochs,
        per_class,
        learning_rate,
        patience: 0,
        noise: 0.0,
        dropout: 0.0,
        label_smoothing: 0.0,
        average: 0.0,
        augment: 0.0,
        microscope: 0.0,
        surroundings: 0.0,
        also: Vec::new(),
        teacher: Vec::new(),
        heads: 2,
        attention_width: 64,
        ..config.clone()
    }
}

pub(super) fn show(ui: &mut Ui, state: &AppState, config: &mut TrainConfig) {
    row(ui, state, &Preset::USUAL, config);
    row(ui, state, &Preset::TEACHING, config);
    ui.add_space(6.0);
}

fn row(ui: &mut Ui, state: &AppState, presets: &[Preset], config: &mut TrainConfig) {
    let width = (ui.available_width() - 16.0) / presets.len() as f32 - 6.0;
    ui.horizontal(|ui| {
        for preset in presets {
            let with = preset.on(config);
            let time = forecast::briefly(state, &with).unwrap_or_default();
            let chosen = with == *config;
            let words = if time.is_empty() { preset.title().to_owned() } else { format!("{}\n{time}", preset.title()) };
            let button = Button::selectable(chosen, words).frame_when_inactive(true).min_size(egui::vec2(width, 40.0));
            let button = ui.add(button).on_hover_text(preset.help());
            let name = t!("{preset} training {time}", preset = preset.title(), time);
            button.widget_info(|| WidgetInfo::selected(Role::Button, true, chosen, name.trim_end()));
            if button.clicked() {
                *config = with;
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_the_standard_and_a_preset_leaves_the_rest_alone() {
        let usual = TrainConfig { seed: 7, ..TrainConfig::default() };
        assert_eq!(Preset::Standard.on(&usual), usual);
        let quick = Preset::Quick.on(&usual);
        assert_eq!((quick.epochs, quick.per_class, quick.seed), (5, Some(300), 7));
        assert_eq!(Preset::Standard.on(&Preset::Thorough.on(&quick)), usual);
        for lesson in Preset::TEACHING {
            let with = lesson.on(&Preset::Quick.on(&usual));
            assert!(with.init == Init::Random && with.problems().is_empty() && with.seed == 7, "{with:?}");
            assert_eq!((lesson.on(&with), Preset::Standard.on(&with)), (with.clone(), usual.clone()));
        }
        assert!(usual.epochs == 20 && Preset::Standard.help().starts_with("20 epochs"));
    }
}
