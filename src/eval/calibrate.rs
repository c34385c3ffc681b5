//! Temperature scaling (Guo et al. 2017): one number, fitted on the validation split, that makes confidences honest.

use super::forward::judge;
use crate::{
    domain::{calibration, prediction::Prediction},
    model::card::Calibration,
};

/// The temperature that minimises the mean cross-entropy of (logits, truth) rows; 1 without rows.
///
/// The loss is convex in 1/T, so a golden-section search over its logarithm finds the minimum.
#[must_use]
pub fn temperature(rows: &[(Vec<f32>, usize)]) -> f64 {
    if rows.is_empty() {
        return 1.0;
    }
    let loss = |log_t: f64| -> f64 {
        let scale = (-log_t).exp();
        rows.iter().map(|(logits, truth)| judge(&scaled(logits, scale), *truth).0).sum()
    };
    let ratio = (5.0_f64.sqrt() - 1.0) / 2.0;
    let (mut low, mut high) = (0.05_f64.ln(), 20.0_f64.ln());
    for _ in 0..60 {
        let (left, right) = (high - ratio * (high - low), low + ratio * (high - low));
        if loss(left) < loss(right) {
            high = right;
        } else {
            low = left;
        }
    }
    f64::midpoint(low, high).exp()
}

/// What the temperature did to the expected calibration error.
#[must_use]
pub fn report(rows: &[(Vec<f32>, usize)], temperature: f64) -> Option<Calibration> {
    let error = |temperature: f64| {
        calibration::expected_error(rows.iter().filter_map(|(logits, truth)| {
            let (label, p) = Prediction(super::forward::softmax(logits, temperature)).top()?;
            Some((f64::from(p), label == *truth))
        }))
    };
    Some(Calibration { ece_before: error(1.0)?, ece_after: error(temperature)?, images: rows.len() })
}

fn scaled(logits: &[f32], scale: f64) -> Vec<f32> {
    logits.iter().map(|z| (f64::from(*z) * scale) as f32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two in three are right at a margin m: the best temperature makes softmax say 2/3, so m / T = ln 2.
    #[test]
    fn overconfident_logits_are_cooled_to_their_accuracy() {
        let rows: Vec<_> = (0..300).map(|i| (vec![5.0, 0.0], usize::from(i % 3 == 0))).collect();
        let fitted = temperature(&rows);
        assert!((fitted - 5.0 / 2.0_f64.ln()).abs() < 1e-3, "{fitted}");
        let report = report(&rows, fitted).unwrap();
        assert!(report.ece_before > 0.3 && report.ece_after < 1e-3, "{report:?}");
    }
}
