//! The pictures that one explanation is made of: the cell, its three mirror images, and its background alone.

use burn::tensor::{Tensor, TensorData};

use super::{background, grid::Grid};
use crate::eval::{
    forward::BATCH,
    predict::Predictor,
    second_look::{TURNS, mirrored},
};

/// The cell and its mirror images.
pub(super) const LOOKS: usize = 1 + TURNS.len();
/// The same and a picture of the background alone.
pub(super) const PICTURES: usize = LOOKS + 1;

/// A normalised image `[size, size, 3]` as it is and mirrored in the order of [`TURNS`].
pub(super) fn looks(image: &[f32], size: usize) -> Vec<Vec<f32>> {
    let turned = TURNS.iter().map(|turn| mirrored(image, size, *turn));
    std::iter::once(image.to_vec()).chain(turned).collect()
}

/// [`PICTURES`] images `[n, size, size, 3]` on the model's device, padded there as every batch is.
pub(super) fn pictures(model: &Predictor, image: &[f32]) -> Tensor<4> {
    let forward = model.forward();
    let size = forward.size;
    let mut pixels = looks(image, size).concat();
    pixels.extend(background::fill(image).into_iter().cycle().take(size * size * 3));
    let rows = if forward.pad { BATCH } else { PICTURES };
    pixels.resize(rows * size * size * 3, 0.0);
    Tensor::from_data(TensorData::new(pixels, [rows, size, size, 3]), forward.device)
}

/// The mean of the looks' maps, each turned back.
pub(super) fn turned_back(maps: &[Grid]) -> Grid {
    let turns = std::iter::once((false, false)).chain(TURNS);
    Grid::mean(&maps.iter().zip(turns).map(|(map, turn)| map.mirrored(turn)).collect::<Vec<_>>())
}
