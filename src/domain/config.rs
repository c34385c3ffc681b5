//! Everything a person may set for a training run, with the defaults that form and terminal share.

use std::{fmt, path::PathBuf, str::FromStr};

use serde::{Deserialize, Serialize};

use super::{architecture::Architecture, groups::Pattern};

/// Images of a batch at most.
const MOST_IMAGES: usize = 1024;
/// Pixels of a batch at most: 400 MB of numbers, of which a run holds five batches at once.
const MOST_PIXELS: usize = 128 * 512 * 512;

/// The settings of one run. The terminal and the form fill it in, the run folder keeps it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrainConfig {
    /// The network
    pub architecture: Architecture,
    /// Side of the square input in pixels, a multiple of 16
    pub size: usize,
    /// Passes over the training images
    pub epochs: usize,
    /// Images a step
    pub batch: usize,
    /// Adam's learning rate at its highest
    pub learning_rate: f64,
    /// Standard deviation of the Gaussian noise on the features, training only
    pub noise: f64,
    /// Share of features dropped before the dense head, training only
    pub dropout: f64,
    /// Epochs without a better validation loss before the run ends early and keeps the best; 0 never ends early and keeps the last
    pub patience: usize,
    /// Decides the split, the first weights, the order, the augmentation and the noise
    pub seed: u64,
    /// auto, cpu, gpu, or an id that `leuko devices` lists
    pub device: DeviceChoice,
    /// Where the first weights come from: the bundled model of the network, imagenet:FILE (safetensors with Keras's or timm's
    /// names), a model or run folder, or random
    pub init: Init,
    /// At most this many training images of each class; validation and test stay whole
    pub per_class: Option<usize>,
    /// Weigh each class by the inverse of its share
    pub class_weights: bool,
    /// Share of each label spread over all classes
    pub label_smoothing: f64,
    /// Epochs over which the learning rate rises to its highest
    pub warmup_epochs: f64,
    /// Largest norm of all gradients together
    pub clip_norm: f64,
    /// Share of the run's steps over which the weights that are kept are averaged, the newest weighing most; 0 for none
    #[serde(default)]
    pub average: f64,
    /// Heads of the self-attention
    pub heads: usize,
    /// Width of the attention's tokens, a multiple of the heads
    pub attention_width: usize,
    /// Width multiplier of the backbone's channels
    pub width: f64,
    /// Side of the centred square crop as a share of the image's shorter side
    pub crop: f64,
    /// Strength of the training augmentation: 0 for none, 1 for the default
    pub augment: f64,
    /// Share of training images seen as through another lab's microscope: its stain, lamp, optics, camera and framing
    #[serde(default)]
    pub microscope: f64,
    /// Share of training images that get the surroundings of another one: what lies around a cell is each lab's own
    #[serde(default)]
    pub surroundings: f64,
    /// How background and stain strength are treated, in training and in use
    #[serde(default)]
    pub background: Background,
    /// Another lab's folder, mixed into the training batches; may be given several times
    pub also: Vec<PathBuf>,
    /// Share of each batch that comes from the other labs
    pub also_share: f64,
    /// A model whose answers to the training images are learned beside their labels; may be given several times
    #[serde(default)]
    pub teacher: Vec<String>,
    /// Share of each target that is the teachers' mean answer, the rest being the label
    #[serde(default)]
    pub teaching: f64,
    /// Regular expression that finds the patient or slide in file names by its first bracket, such as P(\d+)_; images of one
    /// stay in one part
    #[serde(default)]
    pub group: Option<String>,
}

impl Default for TrainConfig {
    /// The one place of every default: the terminal and the form show these.
    fn default() -> Self {
        Self {
            architecture: Architecture::MobileNet,
            size: 128,
            epochs: 20,
            batch: 32,
            learning_rate: 1e-3,
            noise: 0.1,
            dropout: 0.3,
            patience: 5,
            seed: 1,
            device: DeviceChoice::Auto,
            init: Init::Bundled,
            per_class: None,
            class_weights: false,
            label_smoothing: 0.05,
            warmup_epochs: 1.0,
            clip_norm: 5.0,
            average: 0.1,
            heads: 4,
            attention_width: 256,
            width: 1.0,
            crop: 0.9,
            augment: 1.0,
            microscope: 0.5,
            surroundings: 0.5,
            background: Background::Levelled,
            also: Vec::new(),
            also_share: 0.4,
            teacher: Vec::new(),
            teaching: 0.5,
            group: None,
        }
    }
}

impl TrainConfig {
    /// Whose answers are learned beside the labels, in words.
    #[must_use]
    pub fn teachers(&self) -> String {
        let teachers = self.teacher.join(" and ");
        if teachers.is_empty() || self.teaching <= 0.0 {
            "none".to_owned()
        } else {
            format!("{teachers}, as {} of each target", self.teaching)
        }
    }

    /// Every reason why these settings cannot be trained, as (field, sentence); empty when they can.
    #[must_use]
    pub fn problems(&self) -> Vec<(&'static str, String)> {
        let mut problems = Vec::new();
        let mut check = |field, good: bool, sentence: &str| {
            if !good {
                problems.push((field, sentence.to_owned()));
            }
        };
        check(
            "size",
            self.size.is_multiple_of(16) && (32..=512).contains(&self.size),
            "must be a multiple of 16 from 32 to 512",
        );
        check("epochs", (1..=1000).contains(&self.epochs), "must be from 1 to 1000");
        check(
            "batch",
            (2..=MOST_IMAGES).contains(&self.batch),
            "must be from 2 to 1024; batch normalisation needs two images",
        );
        let most = (MOST_PIXELS / self.size.pow(2).max(1)).max(2);
        let too_large =
            format!("must be at most {most} at this image size: the pixels of one batch would take over 400 MB");
        check("batch", self.batch <= most || self.batch > MOST_IMAGES, &too_large);
        check("rate", self.learning_rate > 0.0 && self.learning_rate <= 1.0, "must be above 0 and at most 1");
        check("noise", (0.0..=2.0).contains(&self.noise), "must be from 0 to 2");
        check("dropout", (0.0..1.0).contains(&self.dropout), "must be from 0 to under 1");
        check("per-class", self.per_class.is_none_or(|most| most >= 1), "must be at least 1");
        check("label-smoothing", (0.0..1.0).contains(&self.label_smoothing), "must be from 0 to under 1");
        check("warmup-epochs", self.warmup_epochs >= 0.0 && self.warmup_epochs.is_finite(), "must not be negative");
        check("clip-norm", self.clip_norm > 0.0, "must be above 0");
        check("average", (0.0..=1.0).contains(&self.average), "must be from 0 to 1");
        check("heads", (1..=32).contains(&self.heads), "must be from 1 to 32");
        let divides = self.heads > 0 && self.attention_width > 0 && self.attention_width.is_multiple_of(self.heads);
        check(
            "attention-width",
            divides && self.attention_width <= 2048,
            "must be a multiple of the heads, at most 2048",
        );
        check("width", (0.125..=2.0).contains(&self.width), "must be from 0.125 to 2");
        check("crop", (0.2..=1.0).contains(&self.crop), "must be from 0.2 to 1");
        check("augment", (0.0..=3.0).contains(&self.augment), "must be from 0 to 3");
        check("microscope", (0.0..=1.0).contains(&self.microscope), "must be from 0 to 1");
        check("surroundings", (0.0..=1.0).contains(&self.surroundings), "must be from 0 to 1");
        check("also-share", (0.0..1.0).contains(&self.also_share), "must be from 0 to under 1");
        check("teaching", (0.0..=1.0).contains(&self.teaching), "must be from 0 to 1");
        let unread = self.group.as_deref().and_then(|pattern| Pattern::new(pattern).err());
        check(
            "group",
            unread.is_none(),
            &format!("must be a regular expression: {}", unread.as_deref().unwrap_or_default()),
        );
        problems
    }
}

/// How background and stain are treated before an image's mean is taken away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Background {
    /// Colours go in as they are
    #[default]
    AsIs,
    /// Each image's background is brought to one white and its stain to one strength
    Levelled,
}

/// Which device a person asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum DeviceChoice {
    /// The best real GPU that passes its self-test, else the CPU.
    #[default]
    Auto,
    Cpu,
    /// The best real GPU, and an error where there is none.
    Gpu,
    /// An id that the device list names, such as `vulkan:0`.
    Id(String),
}

impl fmt::Display for DeviceChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Auto => "auto",
            Self::Cpu => "cpu",
            Self::Gpu => "gpu",
            Self::Id(id) => id,
        })
    }
}

impl FromStr for DeviceChoice {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text {
            "auto" => Self::Auto,
            "cpu" => Self::Cpu,
            "gpu" => Self::Gpu,
            id => Self::Id(id.to_owned()),
        })
    }
}

/// How the default start is written.
const BUNDLED: &str = "the bundled model";

/// Where a network's first weights come from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Init {
    /// The bundled model of the run's architecture.
    #[default]
    Bundled,
    Random,
    /// A safetensors file with the names of Keras or of timm.
    ImageNet(PathBuf),
    /// A run folder, or the name of a bundled model.
    Model(String),
}

impl Init {
    /// The run folder or bundled model that a run of this architecture starts from, if it starts from a model.
    #[must_use]
    pub fn model(&self, architecture: Architecture) -> Option<&str> {
        match self {
            // Bundled models are called by their architecture.
            Self::Bundled => Some(architecture.start().id()),
            Self::Model(model) => Some(model),
            Self::Random | Self::ImageNet(_) => None,
        }
    }
}

impl fmt::Display for Init {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bundled => f.write_str(BUNDLED),
            Self::Random => f.write_str("random"),
            Self::ImageNet(file) => write!(f, "imagenet:{}", file.display()),
            Self::Model(model) => f.write_str(model),
        }
    }
}

impl FromStr for Init {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once(':') {
            Some(("imagenet", "")) => Err("imagenet: needs a file, as in imagenet:weights.safetensors".to_owned()),
            Some(("imagenet", file)) => Ok(Self::ImageNet(file.into())),
            _ if text == "random" => Ok(Self::Random),
            _ if text == BUNDLED || text == "bundled" => Ok(Self::Bundled),
            _ if text.is_empty() => Err("expected imagenet:FILE, a model, bundled, or random".to_owned()),
            _ => Ok(Self::Model(text.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_is_read_as_it_is_written() {
        let all =
            [Init::Bundled, Init::Random, Init::ImageNet("w.safetensors".into()), Init::Model("outputs/a".to_owned())];
        for init in all {
            assert_eq!(init.to_string().parse(), Ok(init));
        }
        assert_eq!("bundled".parse(), Ok(Init::Bundled));
        assert_eq!(Init::Bundled.model(Architecture::Xception), Some("xception"));
        assert_eq!(Init::Bundled.model(Architecture::Hybrid), Some("mobilenet"), "its backbone is MobileNet's");
        assert_eq!(Init::Random.model(Architecture::Xception), None);
    }

    #[test]
    fn a_run_that_was_kept_before_models_were_a_start_reads_as_it_was() {
        let config = TrainConfig { init: Init::Random, ..TrainConfig::default() };
        let kept = ron::to_string(&config).unwrap();
        assert!(kept.contains("init:Random"), "{kept}");
        assert_eq!(ron::from_str::<TrainConfig>(&kept).unwrap(), config);
    }

    #[test]
    fn a_batch_that_no_machine_holds_is_refused_and_a_large_one_of_small_images_is_not() {
        let fields = |size, batch| -> Vec<&str> {
            let config = TrainConfig { size, batch, ..TrainConfig::default() };
            config.problems().into_iter().map(|(field, _)| field).collect()
        };
        assert!(fields(128, 1024).is_empty() && fields(512, 128).is_empty());
        assert_eq!(fields(512, 129), ["batch"]);
        assert_eq!(fields(512, 2000), ["batch"]);
    }
}
