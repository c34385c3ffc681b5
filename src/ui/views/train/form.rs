//! The settings of the next run in three groups, each with a line of help and its problem beside it.

use egui::{ComboBox, DragValue, RichText, ScrollArea, Ui};

use crate::{
    app::{Action, Actions, AppState, state::LineUp},
    domain::{
        architecture::Architecture,
        config::{Background, DeviceChoice, Init, TrainConfig},
    },
    job::Picked,
};

/// Draws the form; a changed setting becomes an action at once.
pub fn show(ui: &mut Ui, state: &AppState, actions: &mut Actions) {
    let train = &state.train;
    let mut form =
        Form { config: train.form.clone(), line_up: train.line_up.clone(), problems: state.training_problems() };
    super::forecast::show(ui, state);
    ScrollArea::vertical().id_salt("form").auto_shrink(false).show(ui, |ui| {
        form.what(ui, state, actions);
        form.how(ui);
        form.place(ui);
        form.advanced(ui);
    });
    if form.config != train.form {
        actions.push(Action::EditTraining(Box::new(form.config)));
    }
    if form.line_up != train.line_up {
        actions.push(Action::EditLineUp(form.line_up));
    }
}

struct Form {
    config: TrainConfig,
    line_up: LineUp,
    problems: Vec<(&'static str, String)>,
}

impl Form {
    /// One setting: its name, its control, a line of help, and what is wrong with it.
    fn field(&self, ui: &mut Ui, key: &str, title: &str, help: &str, control: impl FnOnce(&mut Ui)) {
        ui.horizontal(|ui| {
            let label = ui.label(title);
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                ui.label_inputs_by(label.id, control)
            });
        });
        match self.problems.iter().find(|(field, _)| *field == key) {
            Some((_, why)) => ui.label(RichText::new(why).small().color(ui.visuals().error_fg_color)),
            None => ui.label(RichText::new(help).small().weak()),
        };
        ui.add_space(6.0);
    }

    fn what(&mut self, ui: &mut Ui, state: &AppState, actions: &mut Actions) {
        group(ui, "What");
        let (mut config, mut line_up) = (self.config.clone(), self.line_up.clone());
        self.field(ui, "arch", "Network", "Backbone that feeds the attention heads", |ui| {
            network(ui, &mut config, &mut line_up);
        });
        self.field(ui, "init", "Start from", "ImageNet weights or a run learn faster than random ones", |ui| {
            start_from(ui, &mut config.init, state, actions);
        });
        (self.config, self.line_up) = (config, line_up);
        let dataset = state.dataset.opened.as_ref();
        let name = dataset.map_or_else(|| "none".to_owned(), |opened| opened.dataset.name());
        self.field(ui, "dataset", "Dataset", "80 % train, 10 % validation, 10 % test, by content and seed", |ui| {
            if ui.button(name).on_hover_text("Open another dataset").clicked() {
                actions.push(Action::Choose(Picked::Dataset));
            }
        });
    }

    fn how(&mut self, ui: &mut Ui) {
        group(ui, "How");
        let mut config = self.config.clone();
        self.field(ui, "epochs", "Epochs", "Passes over the training images", |ui| number(ui, &mut config.epochs, 0.2));
        self.field(ui, "batch", "Batch", "Images a step; halved when memory runs out", |ui| {
            number(ui, &mut config.batch, 0.5);
        });
        self.field(ui, "size", "Image size", "Side of the network's input in pixels", |ui| {
            ui.label("px");
            number(ui, &mut config.size, 2.0);
        });
        self.field(ui, "rate", "Learning rate", "Adam's highest, reached after the warm-up", |ui| {
            ui.add(DragValue::new(&mut config.learning_rate).speed(1e-5).max_decimals(6));
        });
        self.field(ui, "noise", "Noise", "Gaussian, on the features, in training only", |ui| {
            real(ui, &mut config.noise)
        });
        self.field(ui, "dropout", "Dropout", "Share of features dropped before the head", |ui| {
            real(ui, &mut config.dropout);
        });
        let help = "Epochs without a better validation loss before it ends; 0 never ends early and keeps the last";
        self.field(ui, "patience", "Patience", help, |ui| number(ui, &mut config.patience, 0.1));
        self.config = config;
    }

    fn place(&mut self, ui: &mut Ui) {
        group(ui, "Where");
        let mut config = self.config.clone();
        self.field(ui, "device", "Device", "Auto takes the best real GPU, else the CPU", |ui| {
            ComboBox::from_id_salt("device").width(120.0).selected_text(config.device.to_string()).show_ui(ui, |ui| {
                for one in [DeviceChoice::Auto, DeviceChoice::Cpu, DeviceChoice::Gpu] {
                    let text = one.to_string();
                    ui.selectable_value(&mut config.device, one, text);
                }
            });
        });
        self.field(ui, "seed", "Seed", "The same seed gives the same split and the same run", |ui| {
            ui.add(DragValue::new(&mut config.seed).speed(0.1));
        });
        let mut line_up = self.line_up.clone();
        self.field(ui, "seeds", "Seeds", "Runs of consecutive seeds, which tell how far chance reaches", |ui| {
            number(ui, &mut line_up.seeds, 0.1);
        });
        (self.config, self.line_up) = (config, line_up);
    }

    fn advanced(&mut self, ui: &mut Ui) {
        let names = [
            "per-class",
            "label-smoothing",
            "warmup-epochs",
            "clip-norm",
            "heads",
            "attention-width",
            "width",
            "crop",
            "average",
            "augment",
            "microscope",
            "surroundings",
        ];
        let wrong = self.problems.iter().any(|(field, _)| names.contains(field));
        egui::CollapsingHeader::new("Advanced").open(wrong.then_some(true)).show_unindented(ui, |ui| {
            let mut config = self.config.clone();
            self.limits(ui, &mut config);
            self.network(ui, &mut config);
            self.config = config;
        });
    }

    fn limits(&self, ui: &mut Ui, config: &mut TrainConfig) {
        let mut limited = config.per_class.is_some();
        self.field(ui, "per-class", "Images per class", "Training images only; validation and test stay whole", |ui| {
            if let Some(most) = &mut config.per_class {
                number(ui, most, 2.0);
            }
            ui.checkbox(&mut limited, "limit");
        });
        config.per_class = limited.then(|| config.per_class.unwrap_or(300));
        self.field(ui, "class-weights", "Class weights", "Weigh each class by the inverse of its share", |ui| {
            ui.checkbox(&mut config.class_weights, "");
        });
        self.field(ui, "label-smoothing", "Label smoothing", "Share of each label spread over all classes", |ui| {
            real(ui, &mut config.label_smoothing);
        });
        self.field(ui, "warmup-epochs", "Warm-up epochs", "The rate rises to its highest over these", |ui| {
            real(ui, &mut config.warmup_epochs);
        });
        self.field(ui, "clip-norm", "Gradient norm", "Larger gradients are scaled down to this", |ui| {
            real(ui, &mut config.clip_norm);
        });
        let help = "Share of the run's steps over which the weights that are kept are averaged";
        self.field(ui, "average", "Weight average", help, |ui| real(ui, &mut config.average));
        self.field(ui, "augment", "Augmentation", "0 for none, 1 for the default strength", |ui| {
            real(ui, &mut config.augment)
        });
        let help = "Share of images seen as through another lab's microscope";
        self.field(ui, "microscope", "Other microscopes", help, |ui| real(ui, &mut config.microscope));
        let help = "Share of images that get the surroundings of another one";
        self.field(ui, "surroundings", "Other surroundings", help, |ui| real(ui, &mut config.surroundings));
        let help = "Each image's background to one white and its stain to one strength";
        self.field(ui, "background", "Level backgrounds", help, |ui| {
            let mut level = config.background == Background::Levelled;
            if ui.checkbox(&mut level, "").changed() {
                config.background = if level { Background::Levelled } else { Background::AsIs };
            }
        });
    }

    fn network(&self, ui: &mut Ui, config: &mut TrainConfig) {
        self.field(ui, "heads", "Attention heads", "Each looks at the cell in its own way", |ui| {
            number(ui, &mut config.heads, 0.1);
        });
        self.field(ui, "attention-width", "Attention width", "A multiple of the heads", |ui| {
            number(ui, &mut config.attention_width, 2.0);
        });
        self.field(ui, "width", "Backbone width", "Multiplier of the backbone's channels", |ui| {
            real(ui, &mut config.width)
        });
        self.field(ui, "crop", "Crop", "Side of the centred square, as a share of the shorter side", |ui| {
            real(ui, &mut config.crop);
        });
    }
}

fn group(ui: &mut Ui, title: &str) {
    ui.add_space(4.0);
    ui.heading(title);
    ui.add_space(2.0);
}

fn number(ui: &mut Ui, value: &mut usize, speed: f64) {
    ui.add(DragValue::new(value).speed(speed));
}

fn real(ui: &mut Ui, value: &mut f64) {
    ui.add(DragValue::new(value).speed(0.01).max_decimals(3));
}

/// One network, or each of them one after the other.
fn network(ui: &mut Ui, config: &mut TrainConfig, line_up: &mut LineUp) {
    const BOTH: &str = "Both, one after the other";
    let words = if line_up.all_networks { BOTH } else { config.architecture.title() };
    ComboBox::from_id_salt("network").width(180.0).selected_text(words).show_ui(ui, |ui| {
        for one in Architecture::ALL {
            let chosen = !line_up.all_networks && config.architecture == one;
            if ui.selectable_label(chosen, one.title()).clicked() {
                (config.architecture, line_up.all_networks) = (one, false);
            }
        }
        ui.selectable_value(&mut line_up.all_networks, true, BOTH);
    });
}

fn start_from(ui: &mut Ui, init: &mut Init, state: &AppState, actions: &mut Actions) {
    let words = match &*init {
        Init::Bundled => "Bundled model".to_owned(),
        Init::Random => "Random".to_owned(),
        Init::ImageNet(_) => "ImageNet file".to_owned(),
        Init::Model(model) => {
            let run = state.train.runs.iter().find(|run| run.path.display().to_string() == *model);
            run.map_or_else(|| model.clone(), |run| run.name.clone())
        }
    };
    ComboBox::from_id_salt("start from").width(180.0).truncate().selected_text(words).show_ui(ui, |ui| {
        ui.selectable_value(init, Init::Bundled, "Bundled model");
        ui.selectable_value(init, Init::Random, "Random");
        if ui.selectable_label(matches!(init, Init::ImageNet(_)), "ImageNet file…").clicked() {
            actions.push(Action::Choose(Picked::InitialWeights));
        }
        for run in state.train.runs.iter().filter(|run| run.weights_hash.is_some()) {
            ui.selectable_value(init, Init::Model(run.path.display().to_string()), format!("Run {}", run.name));
        }
    });
}
