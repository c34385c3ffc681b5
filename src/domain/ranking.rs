//! How well one class's confidence tells it from all others, at every threshold: ROC and precision-recall.

use serde::{Deserialize, Serialize};

use super::prediction::Judged;

/// Everything at or above one threshold counts as the class.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    pub threshold: f64,
    /// Images of the class at or above the threshold.
    pub hits: u64,
    /// Other images there.
    pub false_alarms: u64,
}

/// All distinct thresholds of one class, the strictest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ranking {
    pub positives: u64,
    pub negatives: u64,
    pub points: Vec<Point>,
}

/// The areas below one class's curves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Areas {
    pub name: String,
    /// Chance that an image of the class ranks above another one; `None` where one side is empty.
    pub roc_auc: Option<f64>,
    /// Precision averaged over recall by steps, without interpolation.
    pub average_precision: Option<f64>,
}

impl Ranking {
    /// Ranks (score, is of the class) pairs; equal scores share one threshold.
    #[must_use]
    pub fn of(scores: impl IntoIterator<Item = (f64, bool)>) -> Self {
        let mut scores: Vec<(f64, bool)> = scores.into_iter().filter(|(score, _)| score.is_finite()).collect();
        scores.sort_by(|a, b| b.0.total_cmp(&a.0));
        let (mut hits, mut false_alarms) = (0, 0);
        let mut points: Vec<Point> = Vec::new();
        for (threshold, positive) in scores {
            if positive {
                hits += 1;
            } else {
                false_alarms += 1;
            }
            let point = Point { threshold, hits, false_alarms };
            match points.last_mut() {
                // Equal scores are the same bits, as both come from one f32.
                Some(last) if last.threshold.total_cmp(&threshold).is_eq() => *last = point,
                _ => points.push(point),
            }
        }
        Self { positives: hits, negatives: false_alarms, points }
    }

    /// The ranking of one class by its confidence.
    #[must_use]
    pub fn of_class(judged: &[Judged], label: usize) -> Self {
        let score = |one: &Judged| one.prediction.0.get(label).map_or(f64::NAN, |p| f64::from(*p));
        Self::of(judged.iter().map(|one| (score(one), one.truth == label)))
    }

    /// (false positive rate, true positive rate) from the strictest threshold on, with (0, 0) before it.
    #[must_use]
    pub fn roc(&self) -> Vec<[f64; 2]> {
        if self.positives == 0 || self.negatives == 0 {
            return Vec::new();
        }
        let (positives, negatives) = (self.positives as f64, self.negatives as f64);
        let of = |point: &Point| [point.false_alarms as f64 / negatives, point.hits as f64 / positives];
        std::iter::once([0.0, 0.0]).chain(self.points.iter().map(of)).collect()
    }

    /// (recall, precision) from the strictest threshold on.
    #[must_use]
    pub fn precision_recall(&self) -> Vec<[f64; 2]> {
        if self.positives == 0 {
            return Vec::new();
        }
        let of = |point: &Point| {
            let (hits, shown) = (point.hits as f64, (point.hits + point.false_alarms) as f64);
            [hits / self.positives as f64, hits / shown]
        };
        self.points.iter().map(of).collect()
    }

    /// The area below the ROC curve by trapezoids.
    #[must_use]
    pub fn roc_auc(&self) -> Option<f64> {
        let curve = self.roc();
        let area = curve.iter().zip(curve.iter().skip(1)).map(|([x0, y0], [x1, y1])| (x1 - x0) * (y0 + y1) / 2.0);
        (!curve.is_empty()).then(|| area.sum())
    }

    /// Average precision: each step of recall times the precision that it is reached with.
    #[must_use]
    pub fn average_precision(&self) -> Option<f64> {
        let mut before = 0.0;
        let steps = self.precision_recall().into_iter().map(|[recall, precision]| {
            let step = (recall - before) * precision;
            before = recall;
            step
        });
        let sum = steps.sum();
        (self.positives > 0).then_some(sum)
    }

    /// Both areas with the name of the class.
    #[must_use]
    pub fn areas(&self, name: &str) -> Areas {
        Areas { name: name.to_owned(), roc_auc: self.roc_auc(), average_precision: self.average_precision() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranking() -> Ranking {
        let scores = [0.1, 0.4, 0.35, 0.8, 0.35, 0.9, 0.2, 0.4];
        let truth = [false, false, true, true, false, true, true, true];
        Ranking::of(scores.into_iter().zip(truth))
    }

    /// `roc_auc_score` and `average_precision_score` of scikit-learn for the same scores, two pairs of which are equal.
    #[test]
    fn areas_agree_with_scikit_learn() {
        let ranking = ranking();
        assert_eq!((ranking.positives, ranking.negatives, ranking.points.len()), (5, 3, 6));
        assert!((ranking.roc_auc().unwrap() - 11.0 / 15.0).abs() < 1e-12, "{:?}", ranking.roc_auc());
        assert!(
            (ranking.average_precision().unwrap() - 0.826_190_476_190_476_1).abs() < 1e-12,
            "{:?}",
            ranking.average_precision()
        );
    }

    #[test]
    fn curves_start_and_end_where_they_should() {
        let ranking = ranking();
        assert_eq!((ranking.roc().first(), ranking.roc().last()), (Some(&[0.0, 0.0]), Some(&[1.0, 1.0])));
        assert_eq!(ranking.precision_recall().last(), Some(&[1.0, 5.0 / 8.0]));
    }

    #[test]
    fn one_sided_sets_have_no_area() {
        let only = |positive| Ranking::of([(0.3, positive), (0.6, positive)]);
        assert_eq!((only(true).roc_auc(), only(false).roc_auc(), only(false).average_precision()), (None, None, None));
        assert_eq!(only(true).average_precision(), Some(1.0));
        assert!(Ranking::of([]).roc().is_empty());
    }
}
