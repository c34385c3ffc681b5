//! How much a run may take, as three choices with the time that each needs here.

use egui::{Button, Role, Ui, WidgetInfo};

use super::super::forecast;
use crate::{app::AppState, domain::config::TrainConfig};

/// One choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Preset {
    Quick,
    Standard,
    Thorough,
}

impl Preset {
    const ALL: [Self; 3] = [Self::Quick, Self::Standard, Self::Thorough];

    const fn title(self) -> &'static str {
        match self {
            Self::Quick => "Quick",
            Self::Standard => "Standard",
            Self::Thorough => "Thorough",
        }
    }

    const fn help(self) -> &'static str {
        match self {
            Self::Quick => "5 epochs over at most 300 images of each class: to see whether it works",
            Self::Standard => "20 epochs over every training image, ended early where nothing gets better",
            Self::Thorough => "60 epochs, ended only after 15 that brought nothing",
        }
    }

    /// The settings with this choice; those that it does not touch stay as they are.
    fn on(self, config: &TrainConfig) -> TrainConfig {
        let usual = TrainConfig::default();
        let (epochs, patience, per_class) = match self {
            Self::Quick => (5, usual.patience, Some(300)),
            Self::Standard => (usual.epochs, usual.patience, usual.per_class),
            Self::Thorough => (60, 15, None),
        };
        TrainConfig { epochs, patience, per_class, ..config.clone() }
    }
}

pub(super) fn show(ui: &mut Ui, state: &AppState, config: &mut TrainConfig) {
    let width = (ui.available_width() - 16.0) / 3.0 - 6.0;
    ui.horizontal(|ui| {
        for preset in Preset::ALL {
            let with = preset.on(config);
            let time = forecast::briefly(state, &with).unwrap_or_default();
            let chosen = with == *config;
            let words = if time.is_empty() { preset.title().to_owned() } else { format!("{}\n{time}", preset.title()) };
            let button = Button::selectable(chosen, words).frame_when_inactive(true).min_size(egui::vec2(width, 40.0));
            let button = ui.add(button).on_hover_text(preset.help());
            let name = format!("{} training {time}", preset.title());
            button.widget_info(|| WidgetInfo::selected(Role::Button, true, chosen, name.trim_end()));
            if button.clicked() {
                *config = with;
            }
        }
    });
    ui.add_space(6.0);
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
        assert!(usual.epochs == 20 && Preset::Standard.help().starts_with("20 epochs"));
    }
}
