//! Confidence intervals of proportions.

use serde::{Deserialize, Serialize};

/// The standard normal quantile of a two-sided 95 % interval.
const Z95: f64 = 1.959_963_984_540_054;

/// A closed interval of a proportion, both ends within 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    pub low: f64,
    pub high: f64,
}

/// The 95 % score interval of `hits` in `n` (Wilson 1927); `None` for no trial.
#[must_use]
pub fn wilson(hits: u64, n: u64) -> Option<Interval> {
    if n == 0 {
        return None;
    }
    let (n, share) = (n as f64, hits as f64 / n as f64);
    let scale = 1.0 + Z95 * Z95 / n;
    let centre = (share + Z95 * Z95 / (2.0 * n)) / scale;
    let half = Z95 / scale * (share * (1.0 - share) / n + Z95 * Z95 / (4.0 * n * n)).sqrt();
    Some(Interval { low: (centre - half).max(0.0), high: (centre + half).min(1.0) })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Newcombe 1998, table I, method 3.
    #[test]
    fn wilson_agrees_with_newcombe() {
        let cases = [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (29, 29, 0.8830, 1.0)];
        for (hits, n, low, high) in cases {
            let interval = wilson(hits, n).unwrap();
            assert!(
                (interval.low - low).abs() < 6e-5 && (interval.high - high).abs() < 6e-5,
                "{hits}/{n}: {interval:?}"
            );
        }
        assert_eq!(wilson(0, 0), None);
    }
}
