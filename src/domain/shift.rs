//! How far images are from those that a model learned from, told without a label.

use serde::{Deserialize, Serialize};

use crate::progress::Failure;

/// What people are told.
pub const VERDICT: &str = "these images do not look like the ones this model learned from";

/// What tells another lab's images apart, from the images and the confidences alone.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Shift {
    /// Mean confidence in the given class; well above the accuracy means overconfidence.
    pub mean_confidence: Option<f64>,
    /// Images that the following was measured on.
    #[serde(default)]
    pub images: usize,
    /// Size of the nuclei against those that the model learned from, in their frames.
    #[serde(default)]
    pub nucleus_ratio: Option<f64>,
    /// Distance of the background's colour, in natural optical density.
    #[serde(default)]
    pub background: Option<f64>,
    /// Distance of the stain's strength: the difference of logarithms.
    #[serde(default)]
    pub stain: Option<f64>,
    /// Distance between the model's norm statistics and those of these images, in standard deviations.
    #[serde(default)]
    pub norms: Option<f64>,
    /// The same for images of the model's own lab.
    #[serde(default)]
    pub norms_at_home: Option<f64>,
    /// [`VERDICT`] where the measured distances are beyond those of the model's own lab.
    #[serde(default)]
    pub verdict: Option<String>,
    /// What the verdict rests on, each in words.
    #[serde(default)]
    pub reasons: Vec<String>,
}

impl Shift {
    /// The verdict in words for a person, where there is one.
    #[must_use]
    pub fn warning(&self) -> Option<Failure> {
        let verdict = self.verdict.as_ref()?;
        let part = |name: &str, value: Option<f64>| value.map(|value| format!("{name} {value:.2}"));
        let parts = [
            part("nuclei's size against the model's", self.nucleus_ratio),
            part("background's distance", self.background),
            part("stain's distance", self.stain),
            part("features' distance", self.norms),
            part("at the model's own lab", self.norms_at_home),
        ];
        let why = parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
        Some(Failure::new(verdict, why, "fit the model to this lab with `leuko adapt`, and check its answers yourself"))
    }
}
