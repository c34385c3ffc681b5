//! Everything known of one model on one labelled set, and the figures that follow from its predictions.

use serde::{Deserialize, Serialize};

use super::{
    attributes::Figures,
    calibration::{self, Bin},
    confusion::Confusion,
    cross_table::CrossTable,
    hash::ContentHash,
    intervals::Intervals,
    metrics::{Metrics, mean},
    mix::AtMix,
    operating::OperatingPoint,
    prediction::Judged,
    ranking::{Areas, Ranking},
    risk::{Kept, RiskCoverage},
    scope::Scope,
    shift::Shift,
    sub_types::{self, SubTypeRow},
};
use crate::fault::{Halt, StopToken};

/// Points of the risk-coverage curve that are written down.
const CURVE_POINTS: usize = 100;

/// One model on one labelled set; `leuko evaluate --json` is its serialised form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    #[serde(flatten)]
    pub metrics: Metrics,
    /// Expected calibration error over 15 equal-width bins.
    pub ece: Option<f64>,
    /// Mean Brier score, from 0 to 2.
    pub brier: Option<f64>,
    #[serde(flatten)]
    pub detail: Detail,
    pub latency_ms: Latency,
    pub shift: Shift,
    pub model: String,
    pub model_hash: ContentHash,
    pub dataset: String,
    pub dataset_hash: ContentHash,
    /// Of the model's own split, where its test part was judged.
    pub split_hash: Option<ContentHash>,
    /// Which cells were judged; `None` where they were chosen one by one.
    #[serde(default)]
    pub scope: Option<Scope>,
    /// The same in words.
    #[serde(default)]
    pub cells: String,
    /// Images of the folder that were left out because the model learned from them.
    #[serde(default)]
    pub learned_left_out: usize,
    pub device: String,
    /// Size and crop in words.
    #[serde(default)]
    pub preprocessing: String,
    pub app_version: String,
    /// Judged images that the model learned from, themselves or a copy of them: above 0, the figures flatter it.
    pub trained_on: usize,
    /// Patients or slides that the judged images are of, each of which a split keeps in one part; `None` where no patient
    /// is known and a split is by image.
    #[serde(default)]
    pub groups: Option<usize>,
    /// Images that could not be put to the model, with the reason.
    pub refused: Vec<(String, String)>,
    /// Classes of the folder that the model does not know; their images are left out.
    pub unknown_classes: Vec<String>,
    /// How many images these are.
    #[serde(default)]
    pub unknown_images: usize,
    /// Classes that could occur by a person's word; empty where all could.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub occurring: Vec<String>,
    /// How well the model says the cells in words, where the folder has an `attributes.csv` and the model such heads.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<Figures>,
    /// What the model makes of images without a cell, where that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub controls: Option<Controls>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub judged: Vec<Judged>,
}

/// What the confidences and the file names say beyond the matrix.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Detail {
    /// Mean of the classes' areas below the ROC curve, over those that have one.
    #[serde(default)]
    pub macro_roc_auc: Option<f64>,
    #[serde(default)]
    pub macro_average_precision: Option<f64>,
    /// One class against all others.
    #[serde(default)]
    pub areas: Vec<Areas>,
    /// The 15 bins of the reliability diagram.
    #[serde(default)]
    pub reliability: Vec<Bin>,
    /// Calibration error over bins of equal mass.
    #[serde(default)]
    pub adaptive_ece: Option<f64>,
    /// Those bins.
    #[serde(default)]
    pub equal_mass: Vec<Bin>,
    /// Mean log loss in nats.
    #[serde(default)]
    pub log_loss: Option<f64>,
    /// 95 % intervals of the figures of the whole set; accuracy and classes have theirs beside them.
    #[serde(default, rename = "ci")]
    pub intervals: Intervals,
    /// The model's operating point; what it does on these images follows from the curve.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operating: Option<OperatingPoint>,
    /// Predictive values at another mix of classes, where that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_mix: Option<AtMix>,
    /// Mean risk over all coverages.
    #[serde(default)]
    pub aurc: Option<f64>,
    /// About a hundred points of the whole curve.
    #[serde(default)]
    pub risk_coverage: RiskCoverage,
    /// Empty where file names carry no finer types.
    #[serde(default)]
    pub sub_types: Vec<SubTypeRow>,
}

/// Scores on images that no longer show their cell: far above chance, the model leans on something else.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Controls {
    /// Only the four corners are left.
    pub corners_only: Control,
    /// A disc over the middle is filled with the colour of the border.
    pub cell_masked: Control,
    /// What always naming the most frequent class scores.
    pub chance: Control,
}

/// One control's score.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Control {
    pub accuracy: Option<f64>,
    pub balanced_accuracy: Option<f64>,
}

/// Milliseconds of an answer, the second look included where the cell gets one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Latency {
    pub p50: Option<f64>,
    pub p95: Option<f64>,
}

impl Evaluation {
    /// Works all figures out anew from the predictions, all but their intervals, which [`Evaluation::bound`] finds; the rest
    /// stays as it is.
    pub fn score(&mut self) {
        let labels = self.metrics.confusion.labels.clone();
        let mut confusion = Confusion::new(labels.clone());
        for one in &self.judged {
            if let Some((given, _)) = one.prediction.top() {
                confusion.add(one.truth, given);
            }
        }
        self.metrics = Metrics::of(confusion);
        self.brier = mean(self.judged.iter().map(|one| calibration::brier(&one.prediction.0, one.truth)));
        self.shift.mean_confidence = mean(self.verdicts().map(|(confidence, _)| confidence));
        let areas: Vec<Areas> =
            labels.iter().enumerate().map(|(label, name)| Ranking::of_class(&self.judged, label).areas(name)).collect();
        let curve = RiskCoverage::of(self.verdicts());
        self.detail = Detail {
            macro_roc_auc: mean(areas.iter().filter_map(|areas| areas.roc_auc)),
            macro_average_precision: mean(areas.iter().filter_map(|areas| areas.average_precision)),
            areas,
            reliability: calibration::reliability(self.verdicts()),
            equal_mass: calibration::equal_mass_of(self.verdicts()),
            adaptive_ece: None,
            log_loss: mean(self.judged.iter().map(|one| calibration::log_loss(&one.prediction.0, one.truth))),
            intervals: Intervals::default(),
            operating: self.detail.operating,
            at_mix: None,
            aurc: curve.area(),
            risk_coverage: curve.thinned(CURVE_POINTS),
            sub_types: sub_types::rows(&self.judged, &labels),
        };
        self.ece = calibration::error_of(&self.detail.reliability);
        self.detail.adaptive_ece = calibration::error_of(&self.detail.equal_mass);
    }

    /// Finds the intervals of the figures by drawing images anew; `units` names what each was drawn with, such as its patient.
    ///
    /// # Errors
    /// [`Halt::Stopped`].
    pub fn bound(&mut self, units: &[usize], stop: &StopToken) -> Result<(), Halt> {
        let classes = self.metrics.confusion.labels.len();
        let observed = [self.ece, self.detail.adaptive_ece];
        self.detail.intervals = Intervals::of(&self.judged, units, classes, observed, stop)?;
        Ok(())
    }

    /// What the model's operating point keeps of these images; `None` where it has none.
    #[must_use]
    pub fn kept(&self) -> Option<(OperatingPoint, Kept)> {
        let point = self.detail.operating?;
        let threshold = f64::from(point.threshold);
        let mut kept = Kept { threshold, kept: 0, errors: 0 };
        for (_, correct) in self.verdicts().filter(|(confidence, _)| *confidence >= threshold) {
            kept.kept += 1;
            kept.errors += u64::from(!correct);
        }
        Some((point, kept))
    }

    /// Finer types against the classes that they were given; `None` where file names carry none.
    #[must_use]
    pub fn sub_type_table(&self) -> Option<CrossTable> {
        let rows = &self.detail.sub_types;
        (!rows.is_empty()).then(|| CrossTable::of_sub_types(rows, &self.metrics.confusion.labels))
    }

    /// (confidence in the given class, whether it is the true one) of every image.
    pub fn verdicts(&self) -> impl Iterator<Item = (f64, bool)> {
        self.judged.iter().filter_map(Judged::verdict)
    }
}
