//! Exact binomial tails: whether a count is more than chance would bring, and how large a risk may be for all that was seen.

/// Halvings of the search for a bound.
const STEPS: u32 = 60;

/// Probability of `hits` or fewer in `n` trials of chance `p`.
#[must_use]
pub fn at_most(hits: u64, n: u64, p: f64) -> f64 {
    if hits < n && hits as f64 > n as f64 * p {
        // Beyond the mean the other tail is the small one.
        return 1.0 - at_most(n - hits - 1, n, 1.0 - p);
    }
    match term(hits, n, p) {
        _ if hits >= n => 1.0,
        None => f64::from(u8::from(p <= 0.0)),
        // Each smaller term is the next larger one times i / (n - i + 1) * q / p.
        Some(largest) => {
            let odds = (1.0 - p) / p;
            let tail = (1..=hits).fold(1.0, |sum, i| 1.0 + sum * i as f64 / (n - i + 1) as f64 * odds);
            (largest.exp() * tail).min(1.0)
        }
    }
}

/// Probability of `hits` or more in `n` trials of chance `p`.
#[must_use]
pub fn at_least(hits: u64, n: u64, p: f64) -> f64 {
    if hits == 0 { 1.0 } else { at_most(n.saturating_sub(hits), n, 1.0 - p) }
}

/// The one-sided 95 % upper bound of a chance that gave `hits` in `n` trials (Clopper and Pearson 1934); 1 for no trial.
#[must_use]
pub fn upper_bound(hits: u64, n: u64) -> f64 {
    upper(hits, n, 0.05)
}

/// The chance under which `hits` or fewer in `n` trials have just this probability; 1 where every trial was a hit.
#[must_use]
pub fn upper(hits: u64, n: u64, tail: f64) -> f64 {
    if hits >= n {
        return 1.0;
    }
    let (mut low, mut high) = (hits as f64 / n as f64, 1.0);
    for _ in 0..STEPS {
        let middle = f64::midpoint(low, high);
        if at_most(hits, n, middle) > tail {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}

/// The logarithm of the probability of exactly `hits`; `None` where the chance is 0 or 1.
fn term(hits: u64, n: u64, p: f64) -> Option<f64> {
    let inside = p > 0.0 && p < 1.0;
    inside.then(|| {
        let choose: f64 = (0..hits.min(n)).map(|i| ((n - i) as f64 / (i + 1) as f64).ln()).sum();
        choose + hits as f64 * p.ln() + n.saturating_sub(hits) as f64 * (-p).ln_1p()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(value: f64, expected: f64) {
        assert!((value - expected).abs() < 1e-9, "{value} in place of {expected}");
    }

    /// By hand: of three fair coins none falls in 1 of 8 cases, one or fewer in 4 of 8.
    #[test]
    fn tails_are_those_of_coins() {
        close(at_most(0, 3, 0.5), 0.125);
        close(at_most(1, 3, 0.5), 0.5);
        close(at_least(2, 3, 0.5), 0.5);
        close(at_least(3, 3, 0.5), 0.125);
        close(at_most(3, 3, 0.5) + at_least(0, 3, 0.5), 2.0);
        assert_eq!([at_most(2, 9, 0.0), at_most(2, 9, 1.0), at_least(1, 9, 0.0)], [1.0, 0.0, 0.0]);
    }

    /// Without a hit the bound is 1 - 0.05^(1/n), which is the rule of three.
    #[test]
    fn the_bound_without_a_hit_is_known_and_hits_raise_it() {
        close(upper_bound(0, 598), 1.0 - 0.05_f64.powf(1.0 / 598.0));
        assert!(upper_bound(1, 598) > upper_bound(0, 598) && upper_bound(0, 300) > upper_bound(0, 598));
        assert_eq!([upper_bound(0, 0), upper_bound(4, 4)], [1.0, 1.0]);
    }

    #[test]
    fn large_counts_do_not_underflow() {
        let half = at_least(40_000, 1_000_000, 0.04);
        assert!((half - 0.5).abs() < 0.01, "{half}");
        assert!(at_least(60_000, 1_000_000, 0.04) < 1e-100);
    }
}
