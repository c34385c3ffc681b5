//! What a model says of one image: confidences of all classes, or why it was refused.

use std::{collections::HashMap, path::PathBuf};

use serde::{Deserialize, Serialize};

use super::{field::Portion, hash::ContentHash};

/// How a flag ends that asks for a person before the cell counts.
pub const LOOK: &str = "look at this cell yourself";

/// Calibrated probabilities over a model's classes; they sum to 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Prediction(pub Vec<f32>);

impl Prediction {
    /// The label with the largest probability and that probability; the first of equals. `None` without classes, and where
    /// a probability is not a number: such an answer names no class.
    #[must_use]
    pub fn top(&self) -> Option<(usize, f32)> {
        if !self.0.iter().all(|p| p.is_finite()) {
            return None;
        }
        let mut best: Option<(usize, f32)> = None;
        for (label, &p) in self.0.iter().enumerate() {
            if best.is_none_or(|(_, most)| p > most) {
                best = Some((label, p));
            }
        }
        best
    }

    /// The same answer at another temperature, by how many times that is the one it was given at.
    #[must_use]
    pub fn cooled(&self, times: f64) -> Self {
        let powers: Vec<f64> = self.0.iter().map(|p| f64::from(*p).powf(1.0 / times)).collect();
        let sum: f64 = powers.iter().sum();
        if sum > 0.0 { Self(powers.iter().map(|power| (power / sum) as f32).collect()) } else { self.clone() }
    }
}

/// One labelled image after evaluation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    /// Relative to the dataset's root.
    pub path: String,
    pub truth: usize,
    /// The finer type that the file name carries, such as `MMY`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub_type: Option<String>,
    /// The patient or slide that it comes from, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    pub prediction: Prediction,
}

impl Judged {
    /// The confidence in the given class and whether it is the true one; `None` without classes.
    #[must_use]
    pub fn verdict(&self) -> Option<(f64, bool)> {
        self.prediction.top().map(|(label, p)| (f64::from(p), label == self.truth))
    }
}

/// The unit that each image is drawn with where figures are worked out on images drawn anew: its patient or slide, or
/// itself where neither is known.
#[must_use]
pub fn units(judged: &[Judged]) -> Vec<usize> {
    let mut first = HashMap::new();
    let unit = |(place, one): (usize, &'_ Judged)| match &one.group {
        Some(group) => *first.entry(group.clone()).or_insert(place),
        None => place,
    };
    judged.iter().enumerate().map(unit).collect()
}

/// One cell that was put to a model: an image of it, or a place in a field of view.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Classified {
    /// Of the image or field, as it was given.
    pub path: PathBuf,
    /// Of the file's bytes; `None` where they could not be read.
    pub content: Option<ContentHash>,
    /// What of the image it is.
    pub portion: Portion,
    pub outcome: Outcome,
}

impl Classified {
    /// An image of one cell whose bytes nobody asks about.
    #[must_use]
    pub fn whole(path: impl Into<PathBuf>, outcome: Outcome) -> Self {
        Self { path: path.into(), content: None, portion: Portion::Whole, outcome }
    }
}

/// A class with confidences, or the reason why there is none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Outcome {
    Seen {
        prediction: Prediction,
        /// What to bear in mind, such as a size far from the training images'.
        flags: Vec<String>,
    },
    /// In words for a person: what is wrong with the file.
    Refused(String),
}

impl Outcome {
    /// Whether a flag asks for a person before the cell counts.
    #[must_use]
    pub fn is_doubtful(&self) -> bool {
        matches!(self, Self::Seen { flags, .. } if flags.iter().any(|flag| flag.ends_with(LOOK)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_temperature_keeps_the_order_and_what_is_impossible() {
        let sharp = Prediction(vec![0.9, 0.1, 0.0]);
        let flat = sharp.cooled(2.0);
        assert!((flat.0[0] - 0.75).abs() < 1e-6 && (flat.0[1] - 0.25).abs() < 1e-6 && flat.0[2] == 0.0, "{flat:?}");
        assert!((flat.cooled(0.5).0[0] - 0.9).abs() < 1e-6);
    }

    #[test]
    fn an_answer_that_is_not_a_number_names_no_class() {
        assert_eq!(Prediction(vec![0.1, 0.7, 0.2]).top(), Some((1, 0.7)));
        assert_eq!(Prediction(vec![f32::NAN; 3]).top(), None);
        assert_eq!(Prediction(vec![0.1, f32::INFINITY, 0.2]).top(), None);
        assert_eq!(Prediction(Vec::new()).top(), None);
    }
}
