//! The operating point: the confidence under which a cell is left to a person, chosen on validation for a stated risk.

use serde::{Deserialize, Serialize};

use super::{
    binomial,
    interval::{Interval, wilson},
    risk::RiskCoverage,
};

/// Risks among the cells kept that are asked for in turn: the first that validation can vouch for is taken.
pub const RISKS: [f64; 4] = [0.005, 0.01, 0.02, 0.05];
/// Share of the images, the surest, that any operating point keeps, and from which the search goes on: one that flags more than
/// one cell in ten helps nobody, and one mistake among fewer images would end the search before it began.
const FROM: f64 = 0.9;

/// Where a model's answers are believed without a second pair of eyes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct OperatingPoint {
    /// The stated risk: the share of wrong answers among the cells kept is at most this, with 95 % confidence.
    pub risk: f64,
    /// Cells whose confidence is under it are flagged.
    pub threshold: f32,
    /// Share of the images that were kept.
    pub coverage: f64,
    /// Share of wrong answers that was seen among them.
    pub measured: f64,
    /// 95 % Wilson interval of `measured`.
    pub ci: Option<Interval>,
    /// Images that it was chosen on.
    pub images: u64,
}

impl OperatingPoint {
    /// Chooses from (confidence, correct) pairs of images that the model did not learn from; `None` where they are too few
    /// or too often wrong to vouch for any of [`RISKS`].
    #[must_use]
    pub fn choose(judged: impl IntoIterator<Item = (f64, bool)>) -> Option<Self> {
        let curve = RiskCoverage::of(judged);
        RISKS.into_iter().find_map(|risk| Self::at(&curve, risk))
    }

    /// The lowest threshold for one risk. Thresholds are tried from strict to mild and the first that fails ends the search
    /// (fixed-sequence testing, as in Angelopoulos et al. 2021), so that trying many needs no correction.
    fn at(curve: &RiskCoverage, risk: f64) -> Option<Self> {
        let vouched = curve
            .points
            .iter()
            .skip_while(|point| curve.coverage(point) < FROM)
            .take_while(|point| binomial::upper_bound(point.errors, point.kept) <= risk);
        let point = vouched.last()?;
        Some(Self {
            risk,
            // Both come from one f32.
            threshold: point.threshold as f32,
            coverage: curve.coverage(point),
            measured: point.risk(),
            ci: wilson(point.errors, point.kept),
            images: curve.n,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1,000 images with confidences from 1 down, of which those at these places are wrong.
    fn judged(wrong: &[usize]) -> Vec<(f64, bool)> {
        (0..1000).map(|place| (f64::from((1000 - place) as f32 / 1000.0), !wrong.contains(&place))).collect()
    }

    #[test]
    fn the_mildest_threshold_that_can_be_vouched_for_is_taken() {
        let point = OperatingPoint::choose(judged(&[880, 902, 904, 906, 908])).unwrap();
        // One mistake in 900 bounds the risk by 0.53 %: half a percent cannot be vouched for from there, one can. Three
        // mistakes in 906 bound it by 0.85 %, four in 907 by 1.01 %.
        assert_eq!((point.risk, point.images, point.coverage), (0.01, 1000, 0.906));
        assert!(
            point.measured <= 0.01 && point.ci.is_some_and(|ci| ci.low <= point.measured && point.measured <= ci.high)
        );
        let kept = judged(&[]).iter().filter(|(p, _)| *p as f32 >= point.threshold).count();
        assert!((kept as f64 / 1000.0 - point.coverage).abs() < 1e-12);
    }

    #[test]
    fn few_images_or_many_mistakes_vouch_for_nothing() {
        assert_eq!(OperatingPoint::choose(judged(&[]).into_iter().take(30)), None);
        let bad = (0..1000).map(|i| (0.9, i % 5 != 0));
        assert_eq!(OperatingPoint::choose(bad), None);
        assert_eq!(OperatingPoint::choose([]), None);
    }

    #[test]
    fn without_a_mistake_all_are_kept() {
        let point = OperatingPoint::choose(judged(&[]).into_iter().cycle().take(2000)).unwrap();
        assert_eq!((point.risk, point.coverage, point.measured), (0.005, 1.0, 0.0));
    }
}
