//! The settings of a run as options of the terminal; their defaults are the settings' own.

use std::path::PathBuf;

use clap::{ValueEnum, builder::PossibleValue};

use crate::domain::{
    architecture::Architecture,
    config::{Background, DeviceChoice, Init, TrainConfig},
};

fn usual() -> TrainConfig {
    TrainConfig::default()
}

/// Every field of [`TrainConfig`], under the name of its option.
#[derive(clap::Args)]
pub(super) struct Settings {
    /// The network
    #[arg(long = "arch", value_enum, default_value_t = usual().architecture)]
    architecture: Architecture,
    /// Side of the square input in pixels, a multiple of 16
    #[arg(long, default_value_t = usual().size)]
    size: usize,
    /// Passes over the training images
    #[arg(long, default_value_t = usual().epochs)]
    epochs: usize,
    /// Images a step
    #[arg(long, default_value_t = usual().batch)]
    batch: usize,
    /// Adam's learning rate at its highest
    #[arg(long = "rate", default_value_t = usual().learning_rate)]
    learning_rate: f64,
    /// Standard deviation of the Gaussian noise on the features, training only
    #[arg(long, default_value_t = usual().noise)]
    noise: f64,
    /// Share of features dropped before the dense head, training only
    #[arg(long, default_value_t = usual().dropout)]
    dropout: f64,
    /// Epochs without a better validation loss before the run ends early and keeps the best; 0 never ends early and keeps the last
    #[arg(long, default_value_t = usual().patience)]
    patience: usize,
    /// Decides the split, the first weights, the order, the augmentation and the noise
    #[arg(long, default_value_t = usual().seed)]
    seed: u64,
    /// auto, cpu, gpu, or an id that `leuko devices` lists
    #[arg(long, default_value_t = usual().device)]
    device: DeviceChoice,
    /// Where the first weights come from: the bundled model of the network, imagenet:FILE (safetensors with Keras's or timm's
    /// names), a model or run folder, or random
    #[arg(long, default_value_t = usual().init)]
    init: Init,
    /// At most this many training images of each class; validation and test stay whole
    #[arg(long)]
    per_class: Option<usize>,
    /// Weigh each class by the inverse of its share
    #[arg(long, default_value_t = usual().class_weights)]
    class_weights: bool,
    /// Share of each label spread over all classes
    #[arg(long, default_value_t = usual().label_smoothing)]
    label_smoothing: f64,
    /// Epochs over which the learning rate rises to its highest
    #[arg(long, default_value_t = usual().warmup_epochs)]
    warmup_epochs: f64,
    /// Largest norm of all gradients together
    #[arg(long, default_value_t = usual().clip_norm)]
    clip_norm: f64,
    /// Share of the run's steps over which the weights that are kept are averaged, the newest weighing most; 0 for none
    #[arg(long, default_value_t = usual().average)]
    average: f64,
    /// Heads of the self-attention
    #[arg(long, default_value_t = usual().heads)]
    heads: usize,
    /// Width of the attention's tokens, a multiple of the heads
    #[arg(long, default_value_t = usual().attention_width)]
    attention_width: usize,
    /// Width multiplier of the backbone's channels
    #[arg(long, default_value_t = usual().width)]
    width: f64,
    /// Side of the centred square crop as a share of the image's shorter side
    #[arg(long, default_value_t = usual().crop)]
    crop: f64,
    /// Strength of the training augmentation: 0 for none, 1 for the default
    #[arg(long, default_value_t = usual().augment)]
    augment: f64,
    /// Share of training images seen as through another lab's microscope: its stain, lamp, optics, camera and framing
    #[arg(long, default_value_t = usual().microscope)]
    microscope: f64,
    /// Share of training images that get the surroundings of another one: what lies around a cell is each lab's own
    #[arg(long, default_value_t = usual().surroundings)]
    surroundings: f64,
    /// How background and stain strength are treated, in training and in use
    #[arg(long, value_enum, default_value_t = usual().background)]
    background: Background,
    /// Another lab's folder, mixed into the training batches; may be given several times
    #[arg(long)]
    also: Vec<PathBuf>,
    /// Share of each batch that comes from the other labs
    #[arg(long, default_value_t = usual().also_share)]
    also_share: f64,
    /// A model whose answers to the training images are learned beside their labels; may be given several times
    #[arg(long)]
    teacher: Vec<String>,
    /// Share of each target that is the teachers' mean answer, the rest being the label
    #[arg(long, default_value_t = usual().teaching)]
    teaching: f64,
    /// Regular expression that finds the patient or slide in file names by its first bracket, such as P(\d+)_; images of one
    /// stay in one part
    #[arg(long, value_name = "PATTERN")]
    group: Option<String>,
}

impl From<Settings> for TrainConfig {
    fn from(settings: Settings) -> Self {
        Self {
            architecture: settings.architecture,
            size: settings.size,
            epochs: settings.epochs,
            batch: settings.batch,
            learning_rate: settings.learning_rate,
            noise: settings.noise,
            dropout: settings.dropout,
            patience: settings.patience,
            seed: settings.seed,
            device: settings.device,
            init: settings.init,
            per_class: settings.per_class,
            class_weights: settings.class_weights,
            label_smoothing: settings.label_smoothing,
            warmup_epochs: settings.warmup_epochs,
            clip_norm: settings.clip_norm,
            average: settings.average,
            heads: settings.heads,
            attention_width: settings.attention_width,
            width: settings.width,
            crop: settings.crop,
            augment: settings.augment,
            microscope: settings.microscope,
            surroundings: settings.surroundings,
            background: settings.background,
            also: settings.also,
            also_share: settings.also_share,
            teacher: settings.teacher,
            teaching: settings.teaching,
            group: settings.group,
        }
    }
}

impl ValueEnum for Architecture {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.id()).help(match self {
            Self::MobileNet => "MobileNet v1 (Howard et al. 2017, arXiv 1704.04861)",
            Self::Xception => "Xception (Chollet 2017, arXiv 1610.02357)",
            Self::Hybrid => "MobileNet's first blocks and a transformer encoder (Xiao et al. 2021, arXiv 2106.14881)",
        }))
    }
}

impl ValueEnum for Background {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::AsIs, Self::Levelled]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(match self {
            Self::AsIs => PossibleValue::new("as-is").help("Colours go in as they are"),
            Self::Levelled => PossibleValue::new("levelled")
                .help("Each image's background is brought to one white and its stain to one strength"),
        })
    }
}

#[cfg(test)]
mod tests {
    use clap::{Args as _, FromArgMatches as _};

    use super::*;

    fn read(words: &[&str]) -> TrainConfig {
        let command = Settings::augment_args(clap::Command::new("train").no_binary_name(true));
        Settings::from_arg_matches(&command.get_matches_from(words)).unwrap().into()
    }

    #[test]
    fn without_options_every_setting_has_its_default() {
        assert_eq!(read(&[]), TrainConfig::default());
    }

    #[test]
    fn options_are_read_by_their_names() {
        let config =
            read(&["--arch", "xception", "--background", "as-is", "--rate", "0.01", "--also", "a", "--also", "b"]);
        assert_eq!((config.architecture, config.background), (Architecture::Xception, Background::AsIs));
        assert_eq!((config.learning_rate, config.also), (0.01, vec![PathBuf::from("a"), PathBuf::from("b")]));
    }
}
