//! What decides a variation: a stream of numbers of its own for each image, epoch and repeat.

use rand::{Rng, RngExt, SeedableRng, rngs::ChaCha8Rng};

/// What decides the variation of one image: nothing else does, so order and threads don't matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draw {
    pub seed: u64,
    pub epoch: u64,
    pub sample: u64,
    /// How often the sample came before in this epoch.
    pub repeat: u64,
}

impl Draw {
    pub(super) fn rng(self) -> ChaCha8Rng {
        let mut key = [0; 32];
        for (slot, part) in key.chunks_exact_mut(8).zip([self.seed, self.epoch, self.sample, self.repeat]) {
            slot.copy_from_slice(&part.to_le_bytes());
        }
        ChaCha8Rng::from_seed(key)
    }
}

/// Uniform in -1..1.
pub(super) fn signed(rng: &mut impl Rng) -> f32 {
    rng.random::<f32>() * 2.0 - 1.0
}
