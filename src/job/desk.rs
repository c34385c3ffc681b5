//! What a job finds at its place: who watches, who may stop it, and the models that are loaded already.

use std::sync::Arc;

use super::{JobId, host::ModelHost};
use crate::{
    device::DeviceInfo,
    domain::{config::DeviceChoice, occurring::Occurring},
    eval::predict::Predictor,
    fault::{Failure, StopToken},
    progress::{Event, Observer, Task},
};

/// The place of one running job.
pub struct Desk<'a> {
    pub job: JobId,
    pub observer: &'a dyn Observer,
    pub stop: &'a StopToken,
    pub(super) host: &'a ModelHost,
    /// Says what was chosen, and the device that the job works on.
    pub(super) on_device: &'a dyn Fn(DeviceChoice, DeviceInfo),
}

impl Desk<'_> {
    /// Starts the device and loads the model on it, unless both are at hand from an earlier job.
    ///
    /// # Errors
    /// [`Failure`] where there is no such device or model.
    pub fn model(&self, id: &str, device: &DeviceChoice) -> Result<Arc<Predictor>, Failure> {
        self.model_among(id, device, &Occurring::All)
    }

    /// The same with a person's word on which classes can occur.
    ///
    /// # Errors
    /// As [`Desk::model`], and where the choice does not fit the model.
    pub fn model_among(
        &self,
        id: &str,
        device: &DeviceChoice,
        occurring: &Occurring,
    ) -> Result<Arc<Predictor>, Failure> {
        self.observer.tell(Event::Progress { task: Task::Preparing, done: 0, total: 0 });
        let compute = self.host.compute(device)?;
        (self.on_device)(device.clone(), compute.info.clone());
        self.host.model(id, &compute, occurring)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::progress::Silent;

    /// Works at a desk that nobody watches.
    pub fn at_a_desk<T>(work: impl FnOnce(&Desk<'_>) -> T) -> T {
        let (stop, host) = (StopToken::default(), ModelHost::default());
        work(&Desk { job: JobId(0), observer: &Silent, stop: &stop, host: &host, on_device: &|_, _| {} })
    }
}
