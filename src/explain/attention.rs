//! What each head attends to.

use burn::tensor::Tensor;

use super::{
    grid::Grid,
    tokens::Tokens,
    views::{LOOKS, PICTURES, turned_back},
};
use crate::{eval::forward::read, fault::Failure};

/// What the heads of a network attend to on one image.
#[derive(Clone, Debug, PartialEq)]
pub struct Attention {
    /// Tokens on one side.
    pub side: usize,
    /// `[heads, tokens, tokens]` at the first look: how much each token (row) attends to each (column); rows sum to 1.
    pub weights: Vec<f32>,
    /// Of each head over the square, in units of what it would be if all tokens got the same.
    pub heads: Vec<Grid>,
    /// The mean over all heads.
    pub mean: Grid,
    /// The same of each head and of their mean where the picture shows background alone.
    pub blank: Vec<Grid>,
    pub blank_mean: Grid,
}

impl Attention {
    /// From `[n, heads, tokens, tokens]` of the pictures that [`super::views::pictures`] makes.
    ///
    /// The answer is the mean over all tokens after attention, so what it attends to is the mean over all rows. It is not of
    /// a class, and says where a head looks, not what for (Jain and Wallace 2019, arXiv 1902.10186).
    pub(super) fn of(attention: Tensor<4>, tokens: &Tokens) -> Result<Self, Failure> {
        let [_, heads, count, _] = attention.dims();
        let values = read(attention.narrow(0, 0, PICTURES))?;
        let of_picture = heads * count * count;
        let pooled = |weights: &[f32]| -> Vec<f32> {
            let mut sums = vec![0.0; count];
            for row in weights.chunks_exact(count) {
                // Of `count` tokens, each row gives `1 / count`, and the unit is another.
                sums.iter_mut().zip(row).for_each(|(sum, weight)| *sum += weight);
            }
            sums
        };
        let maps: Vec<Vec<Grid>> = values
            .chunks_exact(of_picture)
            .map(|picture| picture.chunks_exact(count * count).map(|head| tokens.spread(&pooled(head))).collect())
            .collect();
        let (looks, blank) = maps.split_at(LOOKS.min(maps.len()));
        let head =
            |index: usize| turned_back(&looks.iter().filter_map(|look| look.get(index).cloned()).collect::<Vec<_>>());
        let heads: Vec<Grid> = (0..heads).map(head).collect();
        // The background looks the same however it is held.
        let held = |grid: &Grid| turned_back(&std::array::from_fn::<Grid, LOOKS, _>(|_| grid.clone()));
        let blank: Vec<Grid> = blank.first().into_iter().flatten().map(held).collect();
        Ok(Self {
            side: tokens.side,
            weights: values.get(..of_picture).unwrap_or_default().to_vec(),
            mean: Grid::mean(&heads),
            heads,
            blank_mean: Grid::mean(&blank),
            blank,
        })
    }
}
