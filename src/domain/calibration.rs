//! How far confidences can be believed: expected calibration error and Brier score.

/// Equal-width bins of the reliability diagram.
pub const BINS: usize = 15;

/// Expected calibration error (Naeini et al. 2015) of (confidence, correct) pairs over 15 equal-width bins; `None`
/// without a pair.
#[must_use]
pub fn expected_error(judged: impl IntoIterator<Item = (f64, bool)>) -> Option<f64> {
    let mut bins = [(0.0, 0.0, 0_u64); BINS];
    let mut n = 0_u64;
    for (confidence, correct) in judged {
        let bin = ((confidence * BINS as f64).ceil() as usize).clamp(1, BINS) - 1;
        if let Some((sum, hits, count)) = bins.get_mut(bin) {
            *sum += confidence;
            *hits += f64::from(u8::from(correct));
            *count += 1;
        }
        n += 1;
    }
    let gap: f64 = bins.iter().map(|(sum, hits, _)| (sum - hits).abs()).sum();
    (n > 0).then(|| gap / n as f64)
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
    fn the_brier_score_spans_zero_to_two() {
        assert!(brier(&[1.0, 0.0], 0).abs() < 1e-12);
        assert!((brier(&[1.0, 0.0], 1) - 2.0).abs() < 1e-12);
    }
}
