//! The model card: everything that someone who loads the weights must obey or ought to know (RON beside the weights).

mod problems;

use serde::{Deserialize, Serialize};

use super::classifier::NetworkConfig;
use crate::{
    data::view::preprocess::Preprocess,
    domain::{
        classes::ClassList,
        hash::ContentHash,
        look::Look,
        metrics::Metrics,
        operating::OperatingPoint,
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
    /// Divides the logits of an answer, the second look included, before the softmax (Guo et al. 2017); 1 where it was not
    /// fitted.
    pub temperature: f64,
    /// The same for the first look alone, which decides whether there is a second one; `None` where one serves both.
    #[serde(default)]
    pub doubt_temperature: Option<f64>,
    /// What divides them where images are not of the model's own lab; `None` where that was not measured.
    #[serde(default)]
    pub elsewhere: Option<Elsewhere>,
    /// Under which confidence a cell is left to a person; `None` where none could be vouched for.
    #[serde(default)]
    pub operating: Option<OperatingPoint>,
    pub parameters: usize,
    pub weights_hash: ContentHash,
    pub dataset: String,
    pub dataset_hash: ContentHash,
    pub split_hash: ContentHash,
    pub split_seed: u64,
    /// On the test split of its own dataset.
    pub test: Option<Metrics>,
    /// What the temperature does to the answers as they are given, on the images that it was fitted on.
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
    doubtful: Vec::new(),
};

impl ModelCard {
    /// What the model takes for its own lab.
    #[must_use]
    pub fn home(&self) -> Home {
        self.home.clone().unwrap_or(PBC)
    }

    /// Divides the logits of the first look.
    #[must_use]
    pub fn doubt_temperature(&self) -> f64 {
        self.doubt_temperature.unwrap_or(self.temperature)
    }

    /// The card of other weights in the same network: whatever was measured on these ones is forgotten. Its home stays until
    /// it is measured anew, without how often these weights doubted it.
    #[must_use]
    pub fn with_weights(&self, weights_hash: ContentHash) -> Self {
        let home = self.home.clone().map(|home| Home { doubtful: Vec::new(), ..home });
        Self {
            weights_hash,
            home,
            temperature: 1.0,
            doubt_temperature: None,
            elsewhere: None,
            operating: None,
            calibration: None,
            test: None,
            other_labs: Vec::new(),
            ..self.clone()
        }
    }
}

/// What confidences are worth at labs that the model did not learn from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Elsewhere {
    /// Divides the logits of an answer before the softmax.
    pub temperature: f64,
    /// The labs that it was fitted on, each counted alike.
    pub labs: Vec<ElsewhereLab>,
}

/// The calibration error at one of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ElsewhereLab {
    pub name: String,
    pub images: usize,
    /// At the model's own temperature.
    pub ece_before: f64,
    /// At a temperature that was fitted without the cell that is judged: on the other labs, or where there is one alone on the
    /// other half of its cells.
    pub ece_after: f64,
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
    /// Over bins of equal width.
    pub ece_before: f64,
    pub ece_after: f64,
    /// Over bins of equal mass.
    #[serde(default)]
    pub adaptive_before: Option<f64>,
    #[serde(default)]
    pub adaptive_after: Option<f64>,
    /// Images that it was measured on.
    pub images: usize,
    /// Why the temperature stayed at 1; `None` where it was fitted.
    #[serde(default)]
    pub unfitted: Option<Unfitted>,
}

/// Why a temperature cannot be fitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unfitted {
    /// So few images say nothing of confidences.
    TooFew,
    /// Where all is right, any confidence but 1 looks too low.
    NoMistake,
}

impl Unfitted {
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::TooFew => "not fitted: too few images",
            Self::NoMistake => "not fitted: no mistake on the images it would be fitted on",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{domain::hash::ContentHash, model::bundled};

    #[test]
    fn other_weights_forget_what_was_measured_on_these() {
        let card = bundled::FIRST.card().unwrap();
        let other = card.with_weights(ContentHash([7; 32]));
        assert_eq!((other.temperature, other.doubt_temperature, other.operating), (1.0, None, None));
        assert!(other.test.is_none() && other.calibration.is_none());
        assert!(other.other_labs.is_empty());
        assert!(other.home.as_ref().is_some_and(|home| home.doubtful.is_empty()));
        assert_eq!((&other.classes, &other.preprocess), (&card.classes, &card.preprocess));
        assert_eq!(other.weights_hash, ContentHash([7; 32]));
    }

    #[test]
    fn a_card_from_before_reads_and_its_temperature_serves_both_looks() {
        let card = ModelCard { temperature: 0.7, ..bundled::FIRST.card().unwrap() };
        let text = ron::ser::to_string_pretty(&card, ron::ser::PrettyConfig::default()).unwrap();
        let of_then = |line: &str| !["doubt_temperature", "unfitted"].iter().any(|new| line.contains(new));
        let old: Vec<&str> = text.lines().filter(|line| of_then(line)).collect();
        let read: ModelCard = ron::from_str(&old.join("\n")).unwrap();
        assert_eq!((read.doubt_temperature, read.doubt_temperature()), (None, 0.7));
    }
}
