//! Where a run's first weights come from: the bundled model of its network where nobody chose another start.

use egui::{ComboBox, Ui};

use crate::{
    app::{Actions, AppState, wish},
    domain::{
        config::{Init, TrainConfig},
        run::RunRecord,
    },
};

/// What the start means for the run.
pub(super) fn help(config: &TrainConfig) -> &'static str {
    let usual = TrainConfig::default();
    let shape = |config: &TrainConfig| (config.heads, config.attention_width, config.width.to_bits());
    match &config.init {
        Init::Random => t!("Learns from nothing: takes the most images and the most epochs"),
        Init::ImageNet(_) => t!("Knows photographs, but no cell"),
        Init::Bundled if shape(config) != shape(&usual) => {
            t!("The bundled model has other widths or heads: what does not fit starts fresh")
        }
        Init::Bundled | Init::Model(_) => t!("Knows cells already; its head is kept where the classes are the same"),
    }
}

pub(super) fn show(ui: &mut Ui, config: &mut TrainConfig, state: &AppState, actions: &mut Actions) {
    let words = words(config, state);
    let fits = |run: &&RunRecord| run.weights_hash.is_some() && run.architecture == config.architecture;
    let runs: Vec<_> = state.train.runs.iter().filter(fits).collect();
    ComboBox::from_id_salt("start from").width(180.0).truncate().selected_text(words).show_ui(ui, |ui| {
        ui.selectable_value(&mut config.init, Init::Bundled, t!("Bundled model"));
        ui.selectable_value(&mut config.init, Init::Random, t!("Random"));
        if ui.selectable_label(matches!(config.init, Init::ImageNet(_)), t!("ImageNet file…")).clicked() {
            actions.push(wish::Train::ChooseWeights);
        }
        for run in runs {
            let init = Init::Model(run.path.display().to_string());
            ui.selectable_value(&mut config.init, init, t!("Run {name}", name = run.name));
        }
    });
}

fn words(config: &TrainConfig, state: &AppState) -> String {
    match &config.init {
        Init::Bundled => t!("Bundled model").to_owned(),
        Init::Random => t!("Random").to_owned(),
        Init::ImageNet(file) => {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            t!("ImageNet file {name}", name)
        }
        Init::Model(model) => {
            let run = state.train.runs.iter().find(|run| run.path.display().to_string() == *model);
            run.map_or_else(|| model.clone(), |run| run.name.clone())
        }
    }
}
