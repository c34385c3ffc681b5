//! The model card: everything that someone who loads the weights must obey or ought to know (RON beside the weights).

use serde::{Deserialize, Serialize};

use super::classifier::NetworkConfig;
use crate::{
    data::preprocess::Preprocess,
    domain::{
        classes::ClassList,
        hash::ContentHash,
        look::Look,
        metrics::Metrics,
        profile::{Home, LabProfile},
    },
};

/// The version of the card's own layout; a card of a later one is refused.
pub const CARD_VERSION: u32 = 1;

/// The manners of one model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelCard {
    pub version: u32,
    /// What a person calls it; the run's name unless renamed.
    pub name: String,
    pub network: NetworkConfig,
    /// In the order of the logits.
    pub classes: ClassList,
    pub preprocess: Preprocess,
    /// Divides the logits before the softmax (Guo et al. 2017); 1 where it was not fitted.
    pub temperature: f64,
    pub parameters: usize,
    pub weights_hash: ContentHash,
    pub dataset: String,
    pub dataset_hash: ContentHash,
    pub split_hash: ContentHash,
    pub split_seed: u64,
    /// On the test split of its own dataset.
    pub test: Option<Metrics>,
    /// Expected calibration error on the validation split before and after the temperature.
    pub calibration: Option<Calibration>,
    /// What the model takes for its own lab; `None` in cards that were written before it was measured.
    #[serde(default)]
    pub home: Option<Home>,
    /// The lab that the model was fitted to after its training.
    #[serde(default)]
    pub profile: Option<LabProfile>,
    /// How models of the same recipe did at labs that they never saw.
    #[serde(default)]
    pub other_labs: Vec<OtherLab>,
    /// Where images and first weights came from, with their licences.
    pub sources: Vec<String>,
    /// What it has never seen and must not be trusted with.
    pub limits: Vec<String>,
    /// UTC, RFC 3339.
    pub created: String,
    pub app_version: String,
}

/// PBC's cells as `look::measure` sees them: what a card without a home of its own is taken to have learned from.
const PBC: Home = Home {
    look: Look { images: 400, nucleus: Some(0.275), white: [1.0, 0.894, 0.796], strength: 1.07 },
    norms: 0.065,
    norms_of_one_class: Some(0.106),
};

impl ModelCard {
    /// What the model takes for its own lab.
    #[must_use]
    pub fn home(&self) -> Home {
        self.home.unwrap_or(PBC)
    }
}

/// A lab that was left out of training, and what came of it: balanced accuracies, 0 to 1, over the classes present.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OtherLab {
    pub name: String,
    /// Labelled images of it.
    pub images: usize,
    pub plain: f64,
    /// With framing and norm statistics fitted without labels.
    pub with_profile: Option<f64>,
    /// After learning from some of its cells, on the rest.
    pub adapted: Option<f64>,
    /// How many cells that were.
    pub learned: usize,
}

/// What temperature scaling did.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    pub ece_before: f64,
    pub ece_after: f64,
    /// Images of the validation split.
    pub images: usize,
}
