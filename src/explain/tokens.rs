//! From the places of the last feature map to the square that the network saw.

use super::grid::{Grid, SIDE, between};
use crate::model::classifier::NetworkConfig;

/// Where the tokens of a network lie on its square input.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tokens {
    /// A side.
    pub(super) side: usize,
    /// The middle of the first token's window and the step to the next, as shares of the input's side.
    first: f32,
    step: f32,
}

impl Tokens {
    pub(super) fn of(network: &NetworkConfig) -> Self {
        let size = network.size.max(1) as f64;
        let first = ((network.first_centre() + 0.5) / size) as f32;
        Self { side: network.map_side(), first, step: (network.token_step() / size) as f32 }
    }

    /// A figure a token, row by row, over the square: linear between the middles of what the tokens see.
    pub(super) fn spread(&self, values: &[f32]) -> Grid {
        let place = |share: f32| (share - self.first) / self.step;
        Grid::from_fn(SIDE, |across, down| between(values, self.side, place(across), place(down)))
    }
}
