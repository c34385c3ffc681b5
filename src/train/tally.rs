//! Running loss and accuracy of an epoch; results are read back from the device only when somebody is told.

use std::time::{Duration, Instant};

use burn::tensor::Tensor;

use crate::{eval::forward::read, fault::Failure, learn::score::Score};

/// Between two tellings.
const PAUSE: Duration = Duration::from_millis(100);
/// Steps that may wait to be read back.
const PENDING: usize = 64;

/// What an epoch's steps added up to.
pub struct Tally {
    pending: Vec<(Tensor<2>, Vec<usize>)>,
    score: Score,
    /// Images of which the results are not read back yet.
    waiting: usize,
    told: Instant,
    started: Instant,
}

impl Tally {
    #[must_use]
    pub fn new() -> Self {
        let now = Instant::now();
        Self { pending: Vec::new(), score: Score::default(), waiting: 0, told: now, started: now }
    }

    /// Takes the logits `[n, classes]` of a step.
    pub fn add(&mut self, logits: Tensor<2>, labels: Vec<usize>) {
        self.waiting += labels.len();
        self.pending.push((logits, labels));
    }

    /// Whether it is time to read back and tell.
    #[must_use]
    pub fn is_due(&self) -> bool {
        self.told.elapsed() >= PAUSE || self.pending.len() >= PENDING
    }

    /// Reads everything back.
    ///
    /// # Errors
    /// [`Failure`] where the device fails.
    pub fn flush(&mut self) -> Result<(), Failure> {
        for (logits, labels) in std::mem::take(&mut self.pending) {
            let classes = logits.dims()[1].max(1);
            let values = read(logits)?;
            for (row, label) in values.chunks_exact(classes).zip(&labels) {
                self.score.add(row, *label);
            }
        }
        self.waiting = 0;
        self.told = Instant::now();
        Ok(())
    }

    /// What all steps came to, those that still waited included.
    ///
    /// # Errors
    /// [`Failure`] where the device fails.
    pub fn close(&mut self) -> Result<Score, Failure> {
        self.flush()?;
        Ok(self.score)
    }

    /// What was read back so far.
    #[must_use]
    pub const fn score(&self) -> Score {
        self.score
    }

    #[must_use]
    pub const fn images(&self) -> usize {
        self.score.images() + self.waiting
    }

    #[must_use]
    pub fn secs(&self) -> f64 {
        self.started.elapsed().as_secs_f64()
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;

    #[test]
    fn steps_that_nobody_was_told_of_count_at_the_end() {
        let mut tally = Tally::new();
        let logits = || Tensor::<2>::from_floats([[3.0, 0.0], [0.0, 3.0]], &Device::flex());
        tally.add(logits(), vec![0, 1]);
        tally.flush().unwrap();
        tally.add(logits(), vec![1, 0]);
        let score = tally.close().unwrap();
        assert_eq!((score.accuracy(), tally.images()), (0.5, 4));
        assert!((score.loss() - (1.5 + (1.0 + (-3.0_f64).exp()).ln())).abs() < 1e-9, "{score:?}");
    }
}
