//! Confidence intervals of proportions and of what follows from them.

use serde::{Deserialize, Serialize};

use super::binomial::upper;

/// The standard normal quantile of a two-sided 95 % interval.
const Z95: f64 = 1.959_963_984_540_054;

/// A closed interval: of a proportion within 0 to 1, of a difference of two within -1 to 1.
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

/// The exact 95 % interval of `hits` in `n` (Clopper and Pearson 1934); `None` for no trial.
#[must_use]
pub fn exact(hits: u64, n: u64) -> Option<Interval> {
    const TAIL: f64 = 0.025;
    // What is no hit is bounded from above by what bounds the hits from below.
    (n > 0).then(|| Interval { low: 1.0 - upper(n.saturating_sub(hits), n, TAIL), high: upper(hits, n, TAIL) })
}

/// The 95 % interval of an F1 score: Wilson's for the share of hits among hits and errors, which F1 rises with
/// (F1 = 2s / (1 + s); Hand, Christen and Kirielle 2021); `None` for no trial.
#[must_use]
pub fn f1(hits: u64, errors: u64) -> Option<Interval> {
    let of = |share: f64| 2.0 * share / (1.0 + share);
    wilson(hits, hits + errors).map(|share| Interval { low: of(share.low), high: of(share.high) })
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

    /// Newcombe 1998, table I, method 5.
    #[test]
    fn exact_agrees_with_newcombe() {
        let cases = [(81, 263, 0.2527, 0.3676), (15, 148, 0.0578, 0.1617), (0, 20, 0.0, 0.1684), (29, 29, 0.8806, 1.0)];
        for (hits, n, low, high) in cases {
            let ci = exact(hits, n).unwrap();
            assert!((ci.low - low).abs() < 6e-5 && (ci.high - high).abs() < 6e-5, "{hits}/{n}: {ci:?}");
        }
        assert_eq!(exact(0, 0), None);
    }

    /// The share's interval from Newcombe's table, 81 of 263, carried over to the scale of F1.
    #[test]
    fn the_interval_of_f1_surrounds_it() {
        let interval = f1(81, 182).unwrap();
        let score = 2.0 * 81.0 / (2.0 * 81.0 + 182.0);
        assert!(interval.low < score && score < interval.high);
        assert!(
            (interval.low - 2.0 * 0.2553 / 1.2553).abs() < 1e-4 && (interval.high - 2.0 * 0.3662 / 1.3662).abs() < 1e-4
        );
        assert_eq!(f1(0, 0), None);
    }
}
