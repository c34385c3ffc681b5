//! What a confusion matrix says of a model: accuracy, balanced accuracy, and each class's figures.
//!
//! A figure that is not defined is `None` and is shown as "n/a", never as 0. A class without a single true image is left
//! out of every average.

use serde::{Deserialize, Serialize};

use super::{
    confusion::Confusion,
    interval::{Interval, f1, wilson},
};

/// Images of a class under which its recall weighs more in an average than it is worth.
const SCARCE: u64 = 10;

/// One class against all others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassMetrics {
    pub name: String,
    /// Images whose true class this is.
    pub support: u64,
    /// True positives over all given this class.
    pub precision: Option<f64>,
    /// True positives over all of this class (sensitivity).
    pub recall: Option<f64>,
    /// Harmonic mean of precision and recall, as 2TP / (2TP + FP + FN).
    pub f1: Option<f64>,
    /// True negatives over all of other classes.
    pub specificity: Option<f64>,
    /// 95 % Wilson intervals.
    pub ci: ClassIntervals,
}

/// The intervals beside a class's figures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassIntervals {
    pub precision: Option<Interval>,
    pub recall: Option<Interval>,
    /// Of the share of hits among hits and errors, on the scale of F1.
    #[serde(default)]
    pub f1: Option<Interval>,
    pub specificity: Option<Interval>,
}

/// All figures of one model on one labelled set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Metrics {
    pub n: u64,
    pub accuracy: Option<f64>,
    pub accuracy_ci: Option<Interval>,
    /// Mean recall over the classes present.
    pub balanced_accuracy: Option<f64>,
    /// Mean F1 over the classes present.
    pub macro_f1: Option<f64>,
    /// Cohen's kappa.
    pub kappa: Option<f64>,
    pub classes: Vec<ClassMetrics>,
    /// Classes of the model with no image here.
    pub absent: Vec<String>,
    pub confusion: Confusion,
}

impl Metrics {
    /// Derives every figure from the counts.
    #[must_use]
    pub fn of(confusion: Confusion) -> Self {
        let classes: Vec<_> = (0..confusion.labels.len()).map(|label| class_metrics(&confusion, label)).collect();
        let n = confusion.total();
        let present = || classes.iter().filter(|class| class.support > 0);
        Self {
            n,
            accuracy: ratio(confusion.correct(), n),
            accuracy_ci: wilson(confusion.correct(), n),
            balanced_accuracy: mean(present().filter_map(|class| class.recall)),
            macro_f1: mean(present().filter_map(|class| class.f1)),
            kappa: kappa(&confusion),
            absent: classes.iter().filter(|class| class.support == 0).map(|class| class.name.clone()).collect(),
            classes,
            confusion,
        }
    }

    /// Classes with so few images that their share of the balanced accuracy and macro F1 is mostly chance, in words.
    #[must_use]
    pub fn scarce(&self) -> Option<String> {
        let few = self.classes.iter().filter(|class| (1..SCARCE).contains(&class.support));
        let named: Vec<String> = few.map(|class| format!("{} ({})", class.name, class.support)).collect();
        (!named.is_empty())
            .then(|| format!("Few images, yet a full share of balanced accuracy and macro F1: {}", named.join(", ")))
    }
}

fn class_metrics(confusion: &Confusion, label: usize) -> ClassMetrics {
    let hits = confusion.count(label, label);
    let (support, predicted, total) = (confusion.support(label), confusion.predicted(label), confusion.total());
    let negatives = total - support;
    let true_negatives = negatives - (predicted - hits);
    ClassMetrics {
        name: confusion.labels.name(label).to_owned(),
        support,
        precision: ratio(hits, predicted),
        recall: ratio(hits, support),
        f1: ratio(2 * hits, support + predicted),
        specificity: ratio(true_negatives, negatives),
        ci: ClassIntervals {
            precision: wilson(hits, predicted),
            recall: wilson(hits, support),
            f1: f1(hits, support + predicted - 2 * hits),
            specificity: wilson(true_negatives, negatives),
        },
    }
}

/// Agreement beyond chance (Cohen 1960); `None` where chance alone already agrees on everything.
pub(super) fn kappa(confusion: &Confusion) -> Option<f64> {
    let observed = ratio(confusion.correct(), confusion.total())?;
    let n = confusion.total() as f64;
    let chance: f64 = (0..confusion.labels.len())
        .map(|label| confusion.support(label) as f64 / n * (confusion.predicted(label) as f64 / n))
        .sum();
    (chance < 1.0).then(|| (observed - chance) / (1.0 - chance))
}

fn ratio(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// The mean of values; `None` of none.
pub(super) fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, n) = values.fold((0.0, 0_u32), |(sum, n), value| (sum + value, n + 1));
    (n > 0).then(|| sum / f64::from(n))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::classes::ClassList;

    fn matrix(counts: [[u64; 3]; 3]) -> Confusion {
        let labels = ClassList::new(["a", "b", "c"].map(str::to_owned));
        Confusion { labels, counts: counts.map(Vec::from).to_vec() }
    }

    /// Figures of scikit-learn 1.7 for the same labels.
    #[test]
    fn figures_agree_with_scikit_learn() {
        let metrics = Metrics::of(matrix([[5, 1, 0], [2, 7, 1], [0, 0, 4]]));
        let close = |value: Option<f64>, expected: f64| assert!((value.unwrap() - expected).abs() < 1e-12, "{value:?}");
        close(metrics.accuracy, 0.8);
        close(metrics.balanced_accuracy, (5.0 / 6.0 + 0.7 + 1.0) / 3.0);
        close(metrics.macro_f1, (10.0 / 13.0 + 14.0 / 18.0 + 8.0 / 9.0) / 3.0);
        close(metrics.kappa, (0.8 - 0.355) / (1.0 - 0.355));
    }

    #[test]
    fn undefined_figures_are_none_and_absent_classes_leave_the_averages() {
        let metrics = Metrics::of(matrix([[3, 0, 0], [1, 1, 0], [0, 0, 0]]));
        let absent = &metrics.classes[2];
        assert_eq!((absent.precision, absent.recall, absent.f1), (None, None, None));
        assert_eq!(metrics.absent, ["c"]);
        assert_eq!(metrics.balanced_accuracy, Some(0.75));
        assert_eq!(Metrics::of(matrix([[0; 3]; 3])).accuracy, None);
    }

    #[test]
    fn classes_of_few_images_are_named_with_their_number() {
        let words = Metrics::of(matrix([[10, 0, 0], [1, 1, 0], [0, 0, 0]])).scarce().unwrap();
        assert!(words.ends_with(": b (2)"), "{words}");
        assert_eq!(Metrics::of(matrix([[10, 0, 0], [0, 10, 0], [0, 0, 10]])).scarce(), None);
    }
}
