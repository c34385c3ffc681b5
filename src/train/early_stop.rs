//! Which epoch is the best, and whether waiting for a better one has lasted long enough.

use serde::{Deserialize, Serialize};

/// What early stopping remembers between epochs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct EarlyStop {
    best: Option<f64>,
    epochs_since: usize,
}

impl EarlyStop {
    /// Takes an epoch's validation loss; whether it is the lowest so far.
    pub fn record(&mut self, loss: f64) -> bool {
        let better = self.best.is_none_or(|best| loss < best);
        if better {
            self.best = Some(loss);
            self.epochs_since = 0;
        } else {
            self.epochs_since += 1;
        }
        better
    }

    /// Whether as many epochs as the patience allows went by without a better one.
    #[must_use]
    pub const fn is_over(&self, patience: usize) -> bool {
        self.epochs_since >= patience
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_waits_for_its_patience_and_a_better_epoch_starts_the_wait_again() {
        let mut stop = EarlyStop::default();
        let better: Vec<bool> = [1.0, 1.1, 0.9, 0.95].iter().map(|loss| stop.record(*loss)).collect();
        assert_eq!(better, [true, false, true, false]);
        assert!(!stop.is_over(2));
        stop.record(0.9);
        assert!(stop.is_over(2));
    }
}
