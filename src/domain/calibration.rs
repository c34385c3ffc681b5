//! How far confidences can be believed: expected calibration error and Brier score.

use serde::{Deserialize, Serialize};

/// Equal-width bins of the reliability diagram.
pub const BINS: usize = 15;

/// One bin of the reliability diagram: the confidences above `low` up to `high`, the first one from 0 on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Bin {
    pub low: f64,
    pub high: f64,
    pub count: u64,
    pub correct: u64,
    /// Mean confidence of its images; `None` for an empty bin.
    pub confidence: Option<f64>,
    /// Share of them that were given their true class.
    pub accuracy: Option<f64>,
}

/// The bin that a confidence falls into.
#[must_use]
pub fn bin_of(confidence: f64) -> usize {
    ((confidence * BINS as f64).ceil() as usize).clamp(1, BINS) - 1
}

/// The reliability diagram of (confidence, correct) pairs, lowest bin first.
#[must_use]
pub fn reliability(judged: impl IntoIterator<Item = (f64, bool)>) -> Vec<Bin> {
    let mut sums = [(0.0, 0_u64, 0_u64); BINS];
    for (confidence, correct) in judged {
        if let Some((sum, hits, count)) = sums.get_mut(bin_of(confidence)) {
            *sum += confidence;
            *hits += u64::from(correct);
            *count += 1;
        }
    }
    let bin = |(place, (sum, correct, count)): (usize, (f64, u64, u64))| {
        let mean = |sum: f64| (count > 0).then(|| sum / count as f64);
        Bin {
            low: place as f64 / BINS as f64,
            high: (place + 1) as f64 / BINS as f64,
            count,
            correct,
            confidence: mean(sum),
            accuracy: mean(correct as f64),
        }
    };
    sums.into_iter().enumerate().map(bin).collect()
}

/// Expected calibration error (Naeini et al. 2015) of (confidence, correct) pairs over 15 equal-width bins; `None`
/// without a pair.
#[must_use]
pub fn expected_error(judged: impl IntoIterator<Item = (f64, bool)>) -> Option<f64> {
    error_of(&reliability(judged))
}

/// The same from bins.
#[must_use]
pub fn error_of(bins: &[Bin]) -> Option<f64> {
    let n: u64 = bins.iter().map(|bin| bin.count).sum();
    let gap = |bin: &Bin| Some(bin.count as f64 * (bin.confidence? - bin.accuracy?).abs());
    let sum: f64 = bins.iter().filter_map(gap).sum();
    (n > 0).then(|| sum / n as f64)
}

/// Brier score of one image (Brier 1950): the squared distance of its probabilities to its truth, from 0 to 2.
#[must_use]
pub fn brier(probabilities: &[f32], truth: usize) -> f64 {
    let term = |(label, p): (usize, &f32)| (f64::from(*p) - f64::from(u8::from(label == truth))).powi(2);
    probabilities.iter().enumerate().map(term).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_that_is_right_as_often_as_it_says_has_no_error() {
        let even = (0..100).map(|i| (0.75, i % 4 != 0));
        assert!(expected_error(even).unwrap() < 1e-12);
        let boastful = (0..100).map(|i| (0.95, i % 2 == 0));
        assert!((expected_error(boastful).unwrap() - 0.45).abs() < 1e-12);
        assert_eq!(expected_error([]), None);
    }

    #[test]
    fn bins_count_what_falls_into_them() {
        let bins = reliability([(0.0, false), (1.0 / 15.0, true), (0.07, true), (1.0, true), (0.95, false)]);
        assert_eq!(bins.iter().map(|bin| bin.count).collect::<Vec<_>>(), [2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2]);
        assert_eq!((bins[0].correct, bins[14].accuracy, bins[14].confidence), (1, Some(0.5), Some(0.975)));
        assert_eq!((bins[2].confidence, bins[2].accuracy), (None, None));
    }

    #[test]
    fn the_brier_score_spans_zero_to_two() {
        assert!(brier(&[1.0, 0.0], 0).abs() < 1e-12);
        assert!((brier(&[1.0, 0.0], 1) - 2.0).abs() < 1e-12);
    }
}
