//! Devices as values: which GPUs and CPU there are, which one a choice means, whether it computes correctly; and the
//! machine's memory.
//!
//! A missing or broken driver is a line, never a panic. Software adapters are listed but never picked unasked.

#[cfg(feature = "gpu")]
mod gpu;
pub mod ram;
pub mod remote;
mod self_test;

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Mutex, PoisonError},
};

use burn::tensor::Device;
use serde::Serialize;

use crate::{domain::config::DeviceChoice, fault::Failure};
use remote::RemoteError;

/// What a device is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceKind {
    Cpu,
    DiscreteGpu,
    IntegratedGpu,
    VirtualGpu,
    /// A GPU interface computed by the CPU, such as llvmpipe.
    Software,
    /// Whatever another machine offers.
    Remote,
}

impl DeviceKind {
    /// Whether `auto` may pick it as a GPU.
    #[must_use]
    pub const fn is_real_gpu(self) -> bool {
        matches!(self, Self::DiscreteGpu | Self::IntegratedGpu | Self::VirtualGpu)
    }
}

/// One line of the device list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DeviceInfo {
    /// What `--device` takes, such as `cpu` or `vulkan:0`.
    pub id: String,
    pub name: String,
    pub kind: DeviceKind,
    /// `flex` or a graphics interface, such as `vulkan`.
    pub backend: String,
    /// Whether `auto` picks it.
    pub default: bool,
    /// Why it is or is not the default.
    pub why: String,
}

/// A device that is ready to compute.
#[derive(Clone, Debug)]
pub struct Compute {
    pub info: DeviceInfo,
    /// Without gradients; `device.clone().autodiff()` trains.
    pub device: Device,
}

impl Compute {
    /// The CPU, which is always there.
    #[must_use]
    pub fn cpu() -> Self {
        let why = "always works".to_owned();
        Self { info: DeviceInfo { default: false, why, ..cpu_info() }, device: Device::flex() }
    }

    /// Whether batches need one constant shape: GPU kernels are tuned anew for each.
    #[must_use]
    pub fn wants_constant_shapes(&self) -> bool {
        self.info.kind != DeviceKind::Cpu
    }

    /// Whether it still computes, as far as this machine can tell: one of another machine does not once its connection is
    /// lost, and is asked. May take seconds.
    #[must_use]
    pub fn answers(&self) -> bool {
        self.info.kind != DeviceKind::Remote || remote::answers(&self.device)
    }
}

/// Why a device cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeviceError {
    #[error("no real GPU is available ({0})")]
    NoGpu(String),
    #[error("there is no device `{0}`")]
    Unknown(String),
    #[error("{name} could not be started: {why}")]
    Start { name: String, why: String },
    #[error("{name} computes wrong results: {why}")]
    SelfTest { name: String, why: String },
    #[error("{0} failed earlier; it is not used again until the program restarts")]
    Suspect(String),
    #[error(transparent)]
    Remote(#[from] RemoteError),
}

impl From<DeviceError> for Failure {
    fn from(error: DeviceError) -> Self {
        let hint = match error {
            DeviceError::Remote(error) => return error.into(),
            DeviceError::Unknown(_) => "`leuko devices` lists the ids",
            _ => "choose `cpu`, or update the graphics driver",
        };
        Self::new("the device cannot be used", error, hint)
    }
}

/// Devices that failed while working, by id; looked at before each choice.
static SUSPECTS: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// What the last self-test of each device found, by id; `None` where it computes as the CPU does.
static FOUND: Mutex<BTreeMap<String, Option<String>>> = Mutex::new(BTreeMap::new());

fn note(id: &str, found: Option<String>) {
    FOUND.lock().unwrap_or_else(PoisonError::into_inner).insert(id.to_owned(), found);
}

/// What a person reads of a device's self-test; nothing before there was one.
fn found(id: &str) -> String {
    match FOUND.lock().unwrap_or_else(PoisonError::into_inner).get(id) {
        Some(None) => "; self-test passed".to_owned(),
        Some(Some(why)) => format!("; self-test failed: {why}"),
        None => String::new(),
    }
}

/// Keeps a device that failed in mid-work from being picked again by this process. That of another machine is connected to
/// anew instead, and tested then.
pub fn mark_suspect(id: &str) {
    if id != "cpu"
        && !remote::is_remote(id)
        && let Ok(mut suspects) = SUSPECTS.lock()
        && !suspects.iter().any(|suspect| suspect == id)
    {
        log::warn!("{id} failed and is not used again");
        suspects.push(id.to_owned());
    }
}

/// Whether a device failed in mid-work of this process.
pub fn is_suspect(id: &str) -> bool {
    SUSPECTS.lock().is_ok_and(|suspects| suspects.iter().any(|suspect| suspect == id))
}

/// Every device, the CPU last; exactly one is the default. Asks the drivers, so call it off the UI thread.
#[must_use]
pub fn list() -> Vec<DeviceInfo> {
    let mut devices = adapters();
    let best = best_gpu(&devices).map(|device| device.id.clone());
    for device in &mut devices {
        device.default = Some(&device.id) == best.as_ref();
        device.why = match (device.default, device.kind.is_real_gpu()) {
            (true, _) => "the best real GPU".to_owned(),
            (_, false) => "a software adapter, used only when asked for by id".to_owned(),
            _ if is_suspect(&device.id) => "failed earlier in this session".to_owned(),
            _ => "a better GPU is there".to_owned(),
        };
    }
    let why = if best.is_some() { "a GPU is faster" } else { "there is no real GPU" };
    devices.push(DeviceInfo { default: best.is_none(), why: why.to_owned(), ..cpu_info() });
    for device in &mut devices {
        device.why.push_str(&found(&device.id));
    }
    devices
}

/// Lets the CPU and every real GPU train one step, and lists all devices with what came of it. Takes seconds where a GPU has
/// to be started.
#[must_use]
pub fn list_tested() -> Vec<DeviceInfo> {
    for device in list() {
        match device.kind {
            // What is wrong with it stands in the list.
            kind if kind.is_real_gpu() => drop(start(device)),
            DeviceKind::Cpu => note(&device.id, self_test::run(&Device::flex()).err()),
            _ => {}
        }
    }
    list()
}

/// Starts and self-tests the device that a choice means; `auto` falls back to the CPU with the reason in `info.why`.
///
/// # Errors
/// [`DeviceError`] where a GPU or an id was asked for and cannot be used.
pub fn choose(choice: &DeviceChoice) -> Result<Compute, DeviceError> {
    match choice {
        DeviceChoice::Cpu => Ok(Compute::cpu()),
        DeviceChoice::Id(id) if id == "cpu" => Ok(Compute::cpu()),
        DeviceChoice::Auto => Ok(start_best().unwrap_or_else(|why| {
            let mut cpu = Compute::cpu();
            cpu.info.default = true;
            cpu.info.why = why.to_string();
            cpu
        })),
        DeviceChoice::Gpu => start_best(),
        DeviceChoice::Id(id) if remote::is_remote(id) => remote::connect(id),
        DeviceChoice::Id(id) => {
            let found = list().into_iter().find(|device| device.id == *id);
            start(found.ok_or_else(|| DeviceError::Unknown(id.clone()))?)
        }
    }
}

fn start_best() -> Result<Compute, DeviceError> {
    if !may_have_gpu() {
        return Err(DeviceError::NoGpu("this system shows no graphics hardware".to_owned()));
    }
    let devices = list();
    let best = best_gpu(&devices).ok_or_else(|| {
        let names: Vec<_> = devices.iter().map(|device| device.name.as_str()).collect();
        DeviceError::NoGpu(format!("found: {}", names.join(", ")))
    })?;
    start(best.clone())
}

/// Whether there is anything that a driver could drive. Asking drivers where there is not takes a while, and they write
/// complaints of their own to standard error.
fn may_have_gpu() -> bool {
    let nodes =
        ["/dev/dri", "/dev/nvidiactl", "/dev/nvidia0", "/dev/kfd", "/dev/dxg", "/dev/mali0", "/dev/nvhost-ctrl"];
    !cfg!(target_os = "linux") || nodes.iter().any(|node| Path::new(node).exists())
}

fn best_gpu(devices: &[DeviceInfo]) -> Option<&DeviceInfo> {
    let rank = |kind| match kind {
        DeviceKind::DiscreteGpu => 0,
        DeviceKind::VirtualGpu => 1,
        _ => 2,
    };
    let usable = devices.iter().filter(|device| device.kind.is_real_gpu() && !is_suspect(&device.id));
    usable.min_by_key(|device| rank(device.kind))
}

fn start(info: DeviceInfo) -> Result<Compute, DeviceError> {
    if is_suspect(&info.id) {
        return Err(DeviceError::Suspect(info.name));
    }
    let device = start_adapter(&info).inspect_err(|why| note(&info.id, Some(why.to_string())))?;
    let tested = self_test::run(&device);
    log::info!("{} ({}): {}", info.id, info.name, tested.as_ref().err().map_or("self-test passed", String::as_str));
    note(&info.id, tested.clone().err());
    tested.map_err(|why| {
        mark_suspect(&info.id);
        DeviceError::SelfTest { name: info.name.clone(), why }
    })?;
    Ok(Compute { info, device })
}

#[cfg(feature = "gpu")]
use gpu::{adapters, start as start_adapter};
#[cfg(feature = "gpu")]
pub use gpu::{keep_tuned, lose};

/// Without a GPU no kernel is tuned.
#[cfg(not(feature = "gpu"))]
pub fn keep_tuned(_: std::path::PathBuf) {}

#[cfg(not(feature = "gpu"))]
fn adapters() -> Vec<DeviceInfo> {
    Vec::new()
}

#[cfg(not(feature = "gpu"))]
fn start_adapter(info: &DeviceInfo) -> Result<Device, DeviceError> {
    Err(DeviceError::Unknown(info.id.clone()))
}

fn cpu_info() -> DeviceInfo {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    DeviceInfo {
        id: "cpu".to_owned(),
        name: format!("CPU ({cores} cores)"),
        kind: DeviceKind::Cpu,
        backend: "flex".to_owned(),
        default: true,
        why: String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gpu(id: &str, kind: DeviceKind) -> DeviceInfo {
        DeviceInfo { id: id.to_owned(), kind, ..cpu_info() }
    }

    #[test]
    fn a_discrete_gpu_goes_first_and_software_never() {
        let devices = [
            gpu("vulkan:0", DeviceKind::Software),
            gpu("vulkan:1", DeviceKind::IntegratedGpu),
            gpu("vulkan:2", DeviceKind::DiscreteGpu),
        ];
        assert_eq!(best_gpu(&devices).unwrap().id, "vulkan:2");
        assert_eq!(best_gpu(&devices[..1]), None);
    }

    #[test]
    fn what_a_self_test_found_stands_in_the_list() {
        let why = |devices: Vec<DeviceInfo>| devices.last().unwrap().why.clone();
        assert_eq!(why(list_tested()).matches("; self-test passed").count(), 1);
        note("cpu", Some("a matrix product is off by NaN".to_owned()));
        assert!(why(list()).ends_with("; self-test failed: a matrix product is off by NaN"));
        assert!(why(list_tested()).ends_with("; self-test passed"));
    }

    #[test]
    fn exactly_one_device_is_the_default_and_unknown_ids_are_errors() {
        assert_eq!(list().iter().filter(|device| device.default).count(), 1);
        assert!(matches!(choose(&DeviceChoice::Id("vulkan:99".into())), Err(DeviceError::Unknown(_))));
        assert_eq!(choose(&DeviceChoice::Cpu).unwrap().info.id, "cpu");
    }

    #[test]
    #[cfg(not(feature = "remote"))]
    fn without_the_feature_a_device_of_another_machine_is_one_line_that_says_how_to_get_it() {
        let why = choose(&DeviceChoice::Id("remote:abc@1.2.3.4:5".into())).unwrap_err();
        let line = Failure::from(why).to_string();
        assert!(line.contains("built without") && line.contains("--features remote"), "{line}");
    }
}
