//! Where a run's first weights come from: the bundled model of its network where nobody chose another start.

use egui::{ComboBox, Ui};

use crate::{
    app::{Action, Actions, AppState, state::usual_start},
    domain::{
        architecture::Architecture,
        config::{Init, TrainConfig},
    },
    job::Picked,
};

/// Takes another network, and its own bundled model where the start was the usual one.
pub(super) fn follow(config: &mut TrainConfig, architecture: Architecture) {
    if is_usual(config) {
        config.init = usual_start(architecture);
    }
    config.architecture = architecture;
}

fn is_usual(config: &TrainConfig) -> bool {
    config.init == usual_start(config.architecture)
}

/// What the start means for the run.
pub(super) fn help(config: &TrainConfig) -> &'static str {
    let usual = TrainConfig::default();
    let shape = |config: &TrainConfig| (config.heads, config.attention_width, config.width.to_bits());
    match &config.init {
        Init::Random => "Learns from nothing: takes the most images and the most epochs",
        Init::ImageNet(_) => "Knows photographs, but no cell",
        _ if is_usual(config) && shape(config) != shape(&usual) => {
            "The bundled model has other widths or heads: what does not fit starts fresh"
        }
        _ => "Knows cells already; its head is kept where the classes are the same",
    }
}

pub(super) fn show(ui: &mut Ui, config: &mut TrainConfig, state: &AppState, actions: &mut Actions) {
    let usual = usual_start(config.architecture);
    let bundled = format!("Bundled {}", config.architecture.title());
    let words = words(config, state, &bundled);
    ComboBox::from_id_salt("start from").width(180.0).truncate().selected_text(words).show_ui(ui, |ui| {
        ui.selectable_value(&mut config.init, usual, bundled);
        ui.selectable_value(&mut config.init, Init::Random, "Random");
        if ui.selectable_label(matches!(config.init, Init::ImageNet(_)), "ImageNet file…").clicked() {
            actions.push(Action::Choose(Picked::InitialWeights));
        }
        let fits = |run: &&crate::domain::run::RunRecord| {
            run.weights_hash.is_some() && run.architecture == config.architecture
        };
        for run in state.train.runs.iter().filter(fits) {
            ui.selectable_value(
                &mut config.init,
                Init::Model(run.path.display().to_string()),
                format!("Run {}", run.name),
            );
        }
    });
}

fn words(config: &TrainConfig, state: &AppState, bundled: &str) -> String {
    match &config.init {
        _ if is_usual(config) => bundled.to_owned(),
        Init::Random => "Random".to_owned(),
        Init::ImageNet(file) => {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            format!("ImageNet file {name}")
        }
        other => {
            let model = other.to_string();
            let run = state.train.runs.iter().find(|run| run.path.display().to_string() == model);
            run.map_or(model, |run| run.name.clone())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_start_follows_the_network_and_a_chosen_one_stays() {
        let mut config = TrainConfig { init: usual_start(Architecture::MobileNet), ..TrainConfig::default() };
        follow(&mut config, Architecture::Xception);
        assert_eq!((config.architecture, is_usual(&config)), (Architecture::Xception, true));
        config.init = Init::Random;
        follow(&mut config, Architecture::MobileNet);
        assert_eq!(config.init, Init::Random);
    }
}
