//! Which epoch is kept, and whether waiting for a better one has lasted long enough.

use serde::{Deserialize, Serialize};

/// What early stopping remembers between epochs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct EarlyStop {
    best: Option<f64>,
    epochs_since: usize,
}

impl EarlyStop {
    /// Takes an epoch's validation loss; whether it is to be kept: the lowest so far, or any where a patience of 0 turns early
    /// stopping off. A loss that is not a number is never kept.
    pub fn record(&mut self, loss: f64, patience: usize) -> bool {
        let better = loss.is_finite() && (patience == 0 || self.best.is_none_or(|best| loss < best));
        if better {
            self.best = Some(loss);
            self.epochs_since = 0;
        } else {
            self.epochs_since += 1;
        }
        better
    }

    /// Whether as many epochs as the patience allows went by without a better one; never at a patience of 0.
    #[must_use]
    pub const fn is_over(&self, patience: usize) -> bool {
        patience > 0 && self.epochs_since >= patience
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_waits_for_its_patience_and_a_better_epoch_starts_the_wait_again() {
        let mut stop = EarlyStop::default();
        let better: Vec<bool> = [1.0, 1.1, 0.9, 0.95].iter().map(|loss| stop.record(*loss, 2)).collect();
        assert_eq!(better, [true, false, true, false]);
        assert!(!stop.is_over(2));
        stop.record(0.9, 2);
        assert!(stop.is_over(2));
    }

    #[test]
    fn a_loss_that_is_not_a_number_is_no_best_wherever_it_comes() {
        for patience in [0, 2] {
            let mut stop = EarlyStop::default();
            let losses = [f64::NAN, f64::INFINITY, 1.0, f64::NAN, 0.9];
            let better: Vec<bool> = losses.iter().map(|loss| stop.record(*loss, patience)).collect();
            assert_eq!(better, [false, false, true, false, true], "patience {patience}");
        }
        let mut never = EarlyStop::default();
        assert!((0..2).all(|_| !never.record(f64::NAN, 2)) && never.is_over(2), "waiting for a number ends too");
    }

    #[test]
    fn without_patience_the_last_epoch_is_kept_and_nothing_ends_early() {
        let mut stop = EarlyStop::default();
        assert!([1.0, 1.1, 1.2].iter().all(|loss| stop.record(*loss, 0) && !stop.is_over(0)));
    }
}
