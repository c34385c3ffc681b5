//! Batch-norm statistics estimated anew with the weights fixed (Wu and Johnson 2021, arXiv 2105.07576).
//!
//! Running statistics lag behind the weights and follow the last few batches; a mean over many batches does not.

use burn::tensor::{Device, Tensor, TensorData};

use crate::{
    data::batch::Batches,
    eval::forward::read,
    model::{classifier::Classifier, noise::Pass},
    progress::{Halt, StopToken},
};

/// Replaces the running statistics of every norm by their mean over all `ready` batches; gives the images seen.
///
/// `network` lies on `device`, without gradients; `size` is the side of its input in pixels.
///
/// # Errors
/// [`Halt`] where the device fails or a person stops; the statistics are then half done and must be thrown away.
pub fn remeasure(
    network: &Classifier,
    device: &Device,
    size: usize,
    ready: Batches,
    stop: &StopToken,
) -> Result<usize, Halt> {
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
        read(network.forward(pixels, pass).logits)?;
    }
    stop.check()?;
    Ok(images)
}
