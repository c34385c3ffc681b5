//! What refusing unsure images buys: the error among those kept, at every threshold of the confidence.

use serde::{Deserialize, Serialize};

/// Images at or above one threshold are kept.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    pub threshold: f64,
    pub kept: u64,
    pub errors: u64,
}

/// The risk-coverage curve (Geifman and El-Yaniv 2017), the strictest threshold first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RiskCoverage {
    pub n: u64,
    pub points: Vec<Kept>,
}

impl RiskCoverage {
    /// From (confidence, correct) pairs; equal confidences share one threshold.
    #[must_use]
    pub fn of(judged: impl IntoIterator<Item = (f64, bool)>) -> Self {
        let mut judged: Vec<(f64, bool)> = judged.into_iter().filter(|(p, _)| p.is_finite()).collect();
        judged.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut points: Vec<Kept> = Vec::new();
        let (mut kept, mut errors) = (0, 0);
        for (threshold, correct) in judged {
            kept += 1;
            errors += u64::from(!correct);
            let point = Kept { threshold, kept, errors };
            match points.last_mut() {
                Some(last) if last.threshold.total_cmp(&threshold).is_eq() => *last = point,
                _ => points.push(point),
            }
        }
        Self { n: kept, points }
    }

    /// Share of all images that are kept.
    #[must_use]
    pub fn coverage(&self, point: &Kept) -> f64 {
        point.kept as f64 / self.n.max(1) as f64
    }

    /// What is kept at a threshold; `None` where no image reaches it.
    #[must_use]
    pub fn at(&self, threshold: f64) -> Option<&Kept> {
        let reached = self.points.partition_point(|point| point.threshold >= threshold);
        self.points.get(reached.checked_sub(1)?)
    }

    /// Mean risk over all coverages, images of one confidence taken together; `None` without an image.
    #[must_use]
    pub fn area(&self) -> Option<f64> {
        let mut before = 0;
        let terms = self.points.iter().map(|point| {
            let risk = point.risk() * (point.kept - before) as f64;
            before = point.kept;
            risk
        });
        let sum: f64 = terms.sum();
        (self.n > 0).then(|| sum / self.n as f64)
    }

    /// At most about `most` points, spread evenly over the coverage; the ends stay.
    #[must_use]
    pub fn thinned(&self, most: usize) -> Self {
        let step = (self.n as f64 / most.max(1) as f64).max(1.0);
        let mut next = 0.0;
        let mut points = Vec::new();
        for (place, point) in self.points.iter().enumerate() {
            if point.kept as f64 >= next || place + 1 == self.points.len() {
                points.push(*point);
                next = point.kept as f64 + step;
            }
        }
        Self { n: self.n, points }
    }
}

impl Kept {
    /// Share of errors among the images that are kept.
    #[must_use]
    pub fn risk(&self) -> f64 {
        self.errors as f64 / self.kept.max(1) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve() -> RiskCoverage {
        RiskCoverage::of([(0.9, true), (0.6, false), (0.8, true), (0.8, false), (0.5, true)])
    }

    #[test]
    fn a_stricter_threshold_keeps_fewer() {
        let curve = curve();
        assert_eq!(curve.points.len(), 4);
        let at = |threshold| curve.at(threshold).map(|point| (point.kept, point.errors));
        assert_eq!((at(0.95), at(0.9), at(0.8), at(0.0)), (None, Some((1, 0)), Some((3, 1)), Some((5, 2))));
        assert!((curve.coverage(&curve.points[1]) - 0.6).abs() < 1e-12);
    }

    /// By hand: risks 0, 1/3, 1/3, 1/2 and 2/5 over five images.
    #[test]
    fn the_area_is_the_mean_risk() {
        let by_hand = (0.0 + 2.0 / 3.0 + 0.5 + 0.4) / 5.0;
        assert!((curve().area().unwrap() - by_hand).abs() < 1e-12);
        assert_eq!(RiskCoverage::default().area(), None);
    }

    #[test]
    fn a_thinned_curve_keeps_its_ends() {
        let long = RiskCoverage::of((0..10_000).map(|i| (f64::from(i) / 1e4, i % 7 != 0)));
        let thin = long.thinned(100);
        assert!((90..=110).contains(&thin.points.len()), "{}", thin.points.len());
        assert_eq!((thin.points.first(), thin.points.last()), (long.points.first(), long.points.last()));
        assert_eq!(curve().thinned(100).points, curve().points);
    }
}
