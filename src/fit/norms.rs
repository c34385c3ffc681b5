//! A network whose norms keep what they see now in place of what they saw while it was trained.

use burn::{module::Module as _, tensor::Device};

use crate::{
    data::read::batch::Batches,
    eval::norm_statistics::{self, Depth},
    fault::{Halt, StopToken},
    model::{blend, classifier::Classifier},
};

/// The network with the mean of its norms' statistics over all `ready` batches; `size` is the side of its input in pixels.
///
/// # Errors
/// [`Halt`] where the device fails or a person stops.
pub fn remeasured(
    network: Classifier,
    device: &Device,
    size: usize,
    ready: Batches,
    stop: &StopToken,
) -> Result<Classifier, Halt> {
    let network = network.to_device(device);
    let (measured, _) = norm_statistics::of_batches(&network, device, (size, Depth::All), ready, stop)?;
    Ok(blend::mix(network, &measured, |path| f64::from(u8::from(blend::is_statistic(path)))))
}
