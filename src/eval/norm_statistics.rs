//! Batch-norm statistics estimated anew with the weights fixed (Wu and Johnson 2021, arXiv 2105.07576).
//!
//! Running statistics lag behind the weights and follow the last few batches; a mean over many batches does not.

use std::{path::PathBuf, sync::Arc};

use burn::tensor::{Device, Tensor, TensorData};
use rand::{SeedableRng, rngs::ChaCha8Rng, seq::SliceRandom};

use super::forward::{BATCH, read};
use crate::{
    data::{
        read::batch::{Batches, FrameStore, Mode, batches},
        view::preprocess::Preprocess,
    },
    fault::{Halt, StopToken},
    model::{
        blend::{self, Values},
        classifier::Classifier,
        noise::Pass,
        norm::EPSILON,
        stage::Stage,
    },
};

/// Which norms are measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Those of the backbone's first blocks, where the pass then ends.
    First,
    All,
}

/// The statistics that a network's norms have as their mean over all `ready` batches, with the number of images seen; the
/// network itself stays as it is.
///
/// `network` lies on `device`, without gradients; `size` is the side of its input in pixels.
///
/// # Errors
/// [`Halt`] where the device fails or a person stops.
pub fn of_batches(
    network: &Classifier,
    device: &Device,
    (size, depth): (usize, Depth),
    ready: Batches,
    stop: &StopToken,
) -> Result<(Values, usize), Halt> {
    let network = blend::copy(network);
    let (mut images, mut batches) = (0, 0);
    for batch in ready {
        stop.check()?;
        let batch = batch?;
        let n = batch.indices.len();
        if n < 2 {
            continue;
        }
        batches += 1;
        images += n;
        let pixels = Tensor::<4>::from_data(TensorData::new(batch.pixels, [n, size, size, 3]), device);
        let pass = Pass::Measure { newest: 1.0 / f64::from(batches) };
        // Read back, so that a device that fails says so here.
        match depth {
            Depth::First => drop(read(network.until(Stage::First, pixels, &pass).mean())?),
            Depth::All => drop(read(network.forward(pixels, pass).logits)?),
        }
    }
    stop.check()?;
    Ok((blend::values(&network), images))
}

/// The same over image files, with the number of those that could be read.
///
/// # Errors
/// As [`of_batches`].
pub fn of_files(
    network: &Classifier,
    preprocess: &Preprocess,
    files: &[PathBuf],
    depth: Depth,
    device: &Device,
    stop: &StopToken,
) -> Result<(Values, usize), Halt> {
    of_store(network, &Arc::new(FrameStore::new(files.to_vec(), preprocess, 0)), depth, device, stop)
}

/// The same over any images.
///
/// # Errors
/// As [`of_batches`].
pub fn of_store(
    network: &Classifier,
    store: &Arc<FrameStore>,
    depth: Depth,
    device: &Device,
    stop: &StopToken,
) -> Result<(Values, usize), Halt> {
    let mut order: Vec<usize> = (0..store.len()).collect();
    // Images come class by class; a batch must hold the mix.
    order.shuffle(&mut ChaCha8Rng::seed_from_u64(0));
    let parts = store.len().div_ceil(BATCH).max(1);
    let plan = order.chunks(store.len().div_ceil(parts).max(1)).map(<[usize]>::to_vec).collect();
    let ready = batches(store, plan, Mode::Plain, stop);
    of_batches(network, device, (store.preprocess().size, depth), ready, stop)
}

/// How far apart the norm statistics of one network are over two sets of images, in standard deviations: the root mean
/// square over all channels of the difference of means, and of the logarithm of the ratio of deviations.
#[must_use]
pub fn distance(a: &Values, b: &Values) -> f64 {
    let (mut sum, mut channels) = (0.0, 0_usize);
    for (path, variances) in a {
        let Some(stem) = path.strip_suffix(".variance") else { continue };
        let mean = format!("{stem}.mean");
        let (Some(other), Some(means), Some(other_means)) = (b.get(path), a.get(&mean), b.get(&mean)) else { continue };
        for ((v, w), (m, n)) in variances.iter().zip(other).zip(means.iter().zip(other_means)) {
            let [v, w, m, n] = [v, w, m, n].map(|value| f64::from(*value));
            let [v, w] = [v, w].map(|variance| variance.max(0.0) + EPSILON);
            sum += (m - n).powi(2) / f64::midpoint(v, w) + (0.5 * (v / w).ln()).powi(2);
            channels += 1;
        }
    }
    (sum / channels.max(1) as f64).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_distance_counts_standard_deviations() {
        let values = |mean: f32, variance: f32| {
            let pairs = [("a.mean", mean), ("a.variance", variance), ("a.gamma", 9.0)];
            Values::from(pairs.map(|(path, value)| (path.to_owned(), vec![value; 3])))
        };
        let home = values(1.0, 4.0);
        assert!(distance(&home, &home) < 1e-9);
        assert!((distance(&home, &values(3.0, 4.0)) - 1.0).abs() < 1e-3);
        assert!((distance(&home, &values(1.0, 16.0)) - 2.0_f64.ln()).abs() < 1e-3);
    }
}
