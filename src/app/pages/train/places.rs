//! Where runs train at the same time: on a computer with several GPUs one run on each, else one run after the other.

use super::Queued;
use crate::{
    device::{self, DeviceInfo},
    domain::config::DeviceChoice,
    job::{Lane, TRAINERS},
};

/// Where a run trains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The thread, which no other run has.
    pub lane: Lane,
    /// The GPU that it has for itself; `None` where nothing trains beside it.
    pub gpu: Option<String>,
    /// What it asks for.
    pub choice: DeviceChoice,
}

/// The first waiting run that can start beside those that train in these places, by its number in the queue, and where.
#[must_use]
pub fn next(places: &[&Place], queue: &[Queued], devices: &[DeviceInfo]) -> Option<(usize, Place)> {
    let lane = (0..TRAINERS).map(Lane::Trainer).find(|lane| places.iter().all(|place| place.lane != *lane))?;
    let taken = places.iter().map(|place| place.gpu.as_deref()).collect::<Option<Vec<_>>>()?;
    queue.iter().enumerate().find_map(|(at, run)| {
        let gpu = gpu(&run.config.device, devices, &taken);
        if gpu.is_none() && !taken.is_empty() {
            return None;
        }
        // The best one is what it would get anyway, and where that fails, it gets the CPU.
        let named = gpu.clone().filter(|id| !devices.iter().any(|device| device.default && device.id == *id));
        let choice = named.map_or_else(|| run.config.device.clone(), DeviceChoice::Id);
        Some((at, Place { lane, gpu, choice }))
    })
}

/// A GPU that a run may have for itself: the one that it asks for, else the best that is free and of the best one's kind. Only one
/// graphics interface counts, since each lists the same GPUs.
fn gpu(asked: &DeviceChoice, devices: &[DeviceInfo], taken: &[&str]) -> Option<String> {
    let best = devices.iter().find(|device| device.default)?;
    let free = |device: &&DeviceInfo| {
        let is_gpu = device.kind.is_real_gpu() && device.backend == best.backend;
        is_gpu && !device::is_suspect(&device.id) && !taken.contains(&device.id.as_str())
    };
    let mut free = devices.iter().filter(free);
    let device = match asked {
        DeviceChoice::Cpu => None,
        DeviceChoice::Id(id) => free.find(|device| device.id == *id),
        DeviceChoice::Auto | DeviceChoice::Gpu => {
            free.filter(|device| device.kind == best.kind).min_by_key(|device| !device.default)
        }
    };
    device.map(|device| device.id.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{device::DeviceKind, domain::config::TrainConfig};

    fn device(id: &str, kind: DeviceKind, default: bool) -> DeviceInfo {
        let backend = id.split(':').next().unwrap_or_default().to_owned();
        DeviceInfo { id: id.to_owned(), name: id.to_owned(), kind, backend, default, why: String::new() }
    }

    fn two_gpus() -> [DeviceInfo; 4] {
        [
            device("vulkan:0", DeviceKind::Software, false),
            device("vulkan:1", DeviceKind::DiscreteGpu, false),
            device("vulkan:2", DeviceKind::DiscreteGpu, true),
            device("cpu", DeviceKind::Cpu, false),
        ]
    }

    fn run(device: DeviceChoice) -> Queued {
        Queued { config: TrainConfig { device, ..TrainConfig::default() }, ..Queued::default() }
    }

    fn id(id: &str) -> DeviceChoice {
        DeviceChoice::Id(id.to_owned())
    }

    /// Starts what can start, and gives (number in the queue as it was left, GPU, what it asks for) of each.
    fn started(devices: &[DeviceInfo], wanted: &[DeviceChoice]) -> Vec<(usize, Option<String>, DeviceChoice)> {
        let mut queue: Vec<_> = wanted.iter().cloned().map(run).collect();
        let mut started: Vec<(usize, Place)> = Vec::new();
        loop {
            let taken: Vec<_> = started.iter().map(|(_, place)| place).collect();
            let Some((at, place)) = next(&taken, &queue, devices) else { break };
            queue.remove(at);
            started.push((at, place));
        }
        started.into_iter().map(|(at, place)| (at, place.gpu, place.choice)).collect()
    }

    #[test]
    fn each_gpu_has_one_run_and_the_best_one_the_first() {
        use DeviceChoice::Auto;
        let both = started(&two_gpus(), &[Auto, Auto, Auto]);
        assert_eq!(both, [(0, Some("vulkan:2".into()), Auto), (0, Some("vulkan:1".into()), id("vulkan:1"))]);
    }

    #[test]
    fn a_run_whose_gpu_is_free_goes_ahead_of_one_whose_gpu_is_not() {
        let wanted = [id("vulkan:1"), id("vulkan:1"), DeviceChoice::Gpu];
        let gpus: Vec<_> = started(&two_gpus(), &wanted).into_iter().map(|(at, gpu, _)| (at, gpu)).collect();
        assert_eq!(gpus, [(0, Some("vulkan:1".into())), (1, Some("vulkan:2".into()))]);
    }

    #[test]
    fn a_gpu_that_two_interfaces_list_has_one_run_and_a_weaker_kind_has_none_unasked() {
        let twice =
            [device("vulkan:0", DeviceKind::DiscreteGpu, true), device("dx12:0", DeviceKind::DiscreteGpu, false)];
        assert_eq!(started(&twice, &[DeviceChoice::Auto, DeviceChoice::Auto, id("dx12:0")]).len(), 1);
        let weaker =
            [device("vulkan:0", DeviceKind::IntegratedGpu, false), device("vulkan:1", DeviceKind::DiscreteGpu, true)];
        assert_eq!(started(&weaker, &[DeviceChoice::Auto, DeviceChoice::Auto]).len(), 1);
        assert_eq!(started(&weaker, &[DeviceChoice::Auto, id("vulkan:0")]).len(), 2);
    }

    #[test]
    fn nothing_trains_beside_a_run_that_has_no_gpu_for_itself() {
        use DeviceChoice::{Auto, Cpu};
        let one = [device("vulkan:0", DeviceKind::IntegratedGpu, true), device("cpu", DeviceKind::Cpu, false)];
        let none = [device("vulkan:0", DeviceKind::Software, false), device("cpu", DeviceKind::Cpu, true)];
        assert_eq!(started(&two_gpus(), &[Cpu, Auto]), [(0, None, Cpu)]);
        assert_eq!(started(&two_gpus(), &[Auto, Cpu, Auto]).len(), 2, "the one on the CPU waits for both");
        assert_eq!(started(&one, &[Auto, Auto, Cpu]), [(0, Some("vulkan:0".into()), Auto)]);
        assert_eq!(started(&none, &[Auto, id("vulkan:0")]), [(0, None, Auto)]);
        assert_eq!(started(&[], &[Auto, Auto]), [(0, None, Auto)], "devices are not known yet");
    }
}
