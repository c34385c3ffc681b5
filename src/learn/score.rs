//! Loss and accuracy over images, one by one.

use crate::eval::forward::judge;

/// What was seen so far.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Score {
    loss: f64,
    hits: usize,
    images: usize,
}

impl Score {
    /// Takes an image's row of logits and its label.
    pub fn add(&mut self, logits: &[f32], label: usize) {
        let (loss, correct) = judge(logits, label);
        self.loss += loss;
        self.hits += usize::from(correct);
        self.images += 1;
    }

    /// Mean cross-entropy in nats; NaN once any row was, 0 of no image.
    #[must_use]
    pub fn loss(self) -> f64 {
        self.loss / self.images.max(1) as f64
    }

    #[must_use]
    pub fn accuracy(self) -> f64 {
        self.hits as f64 / self.images.max(1) as f64
    }

    #[must_use]
    pub const fn images(self) -> usize {
        self.images
    }
}
