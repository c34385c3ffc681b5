//! Which of a lab's cells are worth labelling first: those that the model doubts, and not ten of one kind.
//!
//! A cell is drawn with a chance that grows with its doubt and with its distance from the cells that are labelled or drawn
//! already, as in k-means++ (Arthur and Vassilvitskii 2007; for labels, Ash et al. 2020, arXiv 1906.03671). The most
//! doubtful cells alone are often one kind of odd cell, and the most distant ones alone are often no good cells at all.

use std::{path::PathBuf, sync::Arc};

use burn::tensor::{Tensor, TensorData};
use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};

use super::{
    forward::{Images, read, softmax},
    predict::Predictor,
};
use crate::{
    data::read::{
        batch::{Batch, FrameStore, Mode},
        survey,
    },
    fault::{Halt, StopToken},
    model::{noise::Pass, stage::Stage},
    progress::{Event, Observer, Task},
};

/// Images of a lab that are looked at, spread over the list.
pub const MOST: usize = 2048;
/// How much sure cells count: another lab's cells are often wrong and sure.
const SURE: f32 = 0.15;
/// Softens the answers, since a model is too sure of cells that are strange to it.
const SOFTER: f64 = 2.0;

/// A cell before anyone has labelled it.
#[derive(Clone, Debug, PartialEq)]
pub struct Unlabelled {
    pub path: PathBuf,
    /// The class that the model gives it, by its label, with the confidence.
    pub given: Option<(usize, f32)>,
    /// 1 less the gap between its two best answers, 0 to 1.
    pub doubt: f32,
    /// What it looks like to the network, of length 1.
    pub features: Vec<f32>,
}

/// Looks at a lab's images; those that are no stained cell, or cannot be read, are left out.
///
/// # Errors
/// [`Halt`] where the device fails or a person stops.
pub fn look(
    predictor: &Predictor,
    files: &[PathBuf],
    observer: &dyn Observer,
    stop: &StopToken,
) -> Result<Vec<Unlabelled>, Halt> {
    let files = survey::spread(files, MOST);
    let store = Arc::new(FrameStore::new(files.clone(), &predictor.card().preprocess, 0));
    let all: Vec<usize> = (0..files.len()).collect();
    let (mut cells, total) = (Vec::new(), files.len() as u64);
    let hear = |batch: Batch| {
        let size = predictor.card().network.size;
        let shape = [batch.indices.len(), size, size, 3];
        let last = batch.indices.last().map_or(0, |at| *at as u64 + 1);
        observer.tell(Event::Progress { task: Task::Classifying, done: last, total });
        if batch.indices.is_empty() {
            return Ok(());
        }
        let images = Tensor::<4>::from_data(TensorData::new(batch.pixels, shape), &predictor.compute().device);
        let map = predictor.plain_network().until(Stage::Late, images, &Pass::Infer);
        let [n, h, w, c] = map.dims();
        let logits = read(predictor.plain_network().after(Stage::Late, map.clone(), Pass::Infer).logits)?;
        let features = read(map.reshape([n, h * w, c]).mean_dim(1).reshape([n, c]))?;
        let rows = logits.chunks_exact(logits.len() / n).zip(features.chunks_exact(c));
        for (at, (logits, features)) in batch.indices.iter().zip(rows) {
            let Some(path) = files.get(*at) else { continue };
            let given = predictor.calibrated(logits).top();
            let temperature = SOFTER * predictor.card().temperature;
            let doubt = doubt(&softmax(&predictor.mask().of_logits(logits), temperature));
            cells.push(Unlabelled { path: path.clone(), given, doubt, features: unit(features) });
        }
        Ok(())
    };
    Images { store: &store, indices: &all, mode: Mode::Checked }.in_batches(hear, stop)?;
    Ok(cells)
}

/// At most so many of the cells, the ones worth most at the front; `known` are labelled already.
#[must_use]
pub fn order(cells: &[Unlabelled], known: &[usize], most: usize, seed: u64) -> Vec<usize> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    // Squared distance to the nearest cell that is labelled or drawn; all are as far before the first.
    let mut apart = vec![1.0_f32; cells.len()];
    let mut free: Vec<bool> = vec![true; cells.len()];
    let take = |at: usize, apart: &mut [f32], free: &mut [bool]| {
        let Some(taken) = cells.get(at) else { return };
        if let Some(is_free) = free.get_mut(at) {
            *is_free = false;
        }
        for (gap, cell) in apart.iter_mut().zip(cells) {
            *gap = gap.min(distance(&taken.features, &cell.features));
        }
    };
    known.iter().for_each(|at| take(*at, &mut apart, &mut free));
    let mut order = Vec::new();
    while order.len() < most {
        let chance = |((cell, gap), free): ((&Unlabelled, &f32), &bool)| {
            if *free { gap.max(1e-6) * (SURE + cell.doubt) } else { 0.0 }
        };
        let chances: Vec<f32> = cells.iter().zip(&apart).zip(&free).map(chance).collect();
        let whole: f32 = chances.iter().sum();
        if whole <= 0.0 {
            break;
        }
        let mut left = rng.random_range(0.0..1.0_f32) * whole;
        let drawn = chances.iter().position(|chance| {
            left -= chance;
            *chance > 0.0 && left <= 0.0
        });
        let Some(at) = drawn.or_else(|| chances.iter().rposition(|chance| *chance > 0.0)) else { break };
        take(at, &mut apart, &mut free);
        order.push(at);
    }
    order
}

/// 1 less the gap between the two largest of some probabilities.
fn doubt(shares: &[f32]) -> f32 {
    let (mut first, mut second) = (0.0_f32, 0.0_f32);
    for share in shares {
        if *share > first {
            (first, second) = (*share, first);
        } else {
            second = second.max(*share);
        }
    }
    1.0 - (first - second)
}

fn unit(values: &[f32]) -> Vec<f32> {
    let length = values.iter().map(|value| value * value).sum::<f32>().sqrt().max(1e-12);
    values.iter().map(|value| value / length).collect()
}

/// Squared, halved: 0 for the same direction, 1 for directions at right angles.
fn distance(a: &[f32], b: &[f32]) -> f32 {
    (1.0 - a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>()).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(doubt: f32, angle: f32) -> Unlabelled {
        Unlabelled { path: PathBuf::new(), given: Some((0, 0.9)), doubt, features: vec![angle.cos(), angle.sin()] }
    }

    #[test]
    fn doubtful_and_unlike_cells_come_first_and_each_once() {
        // Forty sure cells of one kind, ten doubtful ones of another, ten doubtful ones of a third.
        let cells: Vec<Unlabelled> = (0..60)
            .map(|at| {
                if at < 40 {
                    cell(0.0, 0.0)
                } else if at < 50 {
                    cell(0.9, 0.8)
                } else {
                    cell(0.9, 1.5)
                }
            })
            .collect();
        let kind = |at: &usize| usize::from(*at >= 40) + usize::from(*at >= 50);
        for seed in 0..20 {
            let first = order(&cells, &[0], 2, seed);
            let mut kinds: Vec<usize> = first.iter().map(kind).collect();
            kinds.sort_unstable();
            assert_eq!(kinds, [1, 2], "seed {seed}: the kind that is labelled has its cell already");
        }
        let mut all = order(&cells, &[0], 99, 1);
        assert_eq!((all.len(), order(&cells, &[0], 5, 1)), (59, all[..5].to_vec()));
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 59);
    }

    #[test]
    fn doubt_is_the_gap_of_the_two_best() {
        assert!((doubt(&[0.1, 0.6, 0.3]) - 0.7).abs() < 1e-6);
        assert_eq!((doubt(&[1.0, 0.0]), doubt(&[0.5, 0.5])), (0.0, 1.0));
    }
}
