//! Whether two models differ on the same cells: the exact test of McNemar (1947) on those that one alone got right.

use serde::{Deserialize, Serialize};

/// How two models' answers to the same cells go together.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct McNemar {
    pub both_correct: u64,
    pub only_a_correct: u64,
    pub only_b_correct: u64,
    pub both_wrong: u64,
    /// Two-sided exact binomial probability of so uneven a count, were both models equally good.
    pub p: f64,
}

impl McNemar {
    /// Counts (correct by A, correct by B) pairs and tests them.
    #[must_use]
    pub fn of(cells: impl IntoIterator<Item = (bool, bool)>) -> Self {
        let mut counts = [0_u64; 4];
        for (a, b) in cells {
            if let Some(count) = counts.get_mut(usize::from(a) * 2 + usize::from(b)) {
                *count += 1;
            }
        }
        let [both_wrong, only_b_correct, only_a_correct, both_correct] = counts;
        Self { both_correct, only_a_correct, only_b_correct, both_wrong, p: exact_p(only_a_correct, only_b_correct) }
    }

    /// Cells that exactly one model got right.
    #[must_use]
    pub fn discordant(&self) -> u64 {
        self.only_a_correct + self.only_b_correct
    }

    /// Whether the difference is more than chance would bring at the usual level of 5 %: on these cells, of two trained models,
    /// not of two ways to train them.
    #[must_use]
    pub fn is_beyond_chance(&self) -> bool {
        self.p < 0.05
    }
}

/// Two-sided p of the binomial test of `b` against `c` at one half; 1 without a discordant cell.
#[must_use]
pub fn exact_p(b: u64, c: u64) -> f64 {
    let (few, n) = (b.min(c), b + c);
    if b == c {
        return 1.0;
    }
    // The largest term of the tail as a logarithm, so that no power of one half underflows before it has to.
    let log_term: f64 = (0..few).map(|i| ((n - i) as f64 / (i + 1) as f64).ln()).sum();
    // Each smaller term is the next larger one times k / (n - k + 1).
    let tail = (1..=few).fold(1.0, |sum, k| 1.0 + sum * k as f64 / (n - k + 1) as f64);
    (2.0 * tail * (log_term - n as f64 * std::f64::consts::LN_2).exp()).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 31 against 21 errors, 12 of them shared.
    #[test]
    fn the_oracle_of_31_against_21_errors() {
        let cells = [((false, false), 12), ((false, true), 19), ((true, false), 9), ((true, true), 960)];
        let test = McNemar::of(cells.into_iter().flat_map(|(cell, times)| std::iter::repeat_n(cell, times)));
        assert_eq!((test.only_a_correct, test.only_b_correct, test.both_wrong), (9, 19, 12));
        assert_eq!((test.both_correct, test.discordant()), (960, 28));
        assert!((test.p - 0.087_158_553_302_288_06).abs() < 1e-12, "{}", test.p);
        assert!(!test.is_beyond_chance());
    }

    /// `scipy.stats.binomtest(b, b + c, 0.5).pvalue`.
    #[test]
    fn p_agrees_with_scipy() {
        let cases = [
            (0, 1, 1.0),
            (0, 6, 0.03125),
            (3, 12, 0.035_156_25),
            (50, 50, 1.0),
            (140, 190, 0.006_899_240_385_960_856),
            (700, 900, 6.319_484_959_450_139e-7),
            (1, 3000, 0.0),
        ];
        for (b, c, p) in cases {
            assert!((exact_p(b, c) - p).abs() < 1e-11, "{b} {c}: {}", exact_p(b, c));
            assert_eq!(exact_p(b, c).to_bits(), exact_p(c, b).to_bits());
        }
        assert!((exact_p(0, 0) - 1.0).abs() < f64::EPSILON);
    }
}
