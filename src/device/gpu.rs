//! GPUs through wgpu: listed without starting one, and each started at most once in the life of the process.

use std::{
    collections::HashMap,
    panic,
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

use burn::tensor::{Device, DeviceKind as BurnKind};
use burn_wgpu::{WgpuBackend, wgpu};
use cubecl_runtime::config::{CubeClRuntimeConfig, RuntimeConfig as _, cache::CacheConfig};

use super::{DeviceError, DeviceInfo, DeviceKind};

/// Graphics interfaces worth training on. OpenGL is left out: its compute support is too uneven to trust.
const BACKENDS: [(wgpu::Backend, WgpuBackend, &str); 3] = [
    (wgpu::Backend::Vulkan, WgpuBackend::Vulkan, "vulkan"),
    (wgpu::Backend::Metal, WgpuBackend::Metal, "metal"),
    (wgpu::Backend::Dx12, WgpuBackend::Dx12, "dx12"),
];

/// Burn registers a runtime once; later calls clone the device that the first one got.
static STARTED: Mutex<Option<HashMap<String, Started>>> = Mutex::new(None);

/// An adapter that was started.
struct Started {
    device: Device,
    /// What Burn computes with.
    handle: wgpu::Device,
}

/// Keeps tuned kernels in a folder from one start to the next, in place of one below whatever folder is the current one; no
/// setting of Burn's is looked for there either. To be called before a device is started.
pub fn keep_tuned(folder: PathBuf) {
    let mut config = CubeClRuntimeConfig::default();
    config.environment.path = CacheConfig::Directory(folder);
    let _ = CubeClRuntimeConfig::try_set(config.override_from_env());
}

/// Every adapter of every interface, software ones too. A driver that panics counts as absent.
pub fn adapters() -> Vec<DeviceInfo> {
    let all = BACKENDS.iter().flat_map(|(backend, _, name)| {
        let found = panic::catch_unwind(|| probe(*backend)).unwrap_or_default();
        found.into_iter().enumerate().map(move |(index, adapter)| describe(&adapter, name, index))
    });
    all.collect()
}

fn probe(backend: wgpu::Backend) -> Vec<wgpu::AdapterInfo> {
    let instance = wgpu::Instance::new(wgpu::InstanceDescriptor {
        backends: backend.into(),
        ..wgpu::InstanceDescriptor::new_without_display_handle()
    });
    let adapters = pollster::block_on(instance.enumerate_adapters(backend.into()));
    adapters.iter().map(wgpu::Adapter::get_info).collect()
}

fn describe(adapter: &wgpu::AdapterInfo, backend: &str, index: usize) -> DeviceInfo {
    let kind = match adapter.device_type {
        wgpu::DeviceType::DiscreteGpu => DeviceKind::DiscreteGpu,
        wgpu::DeviceType::IntegratedGpu => DeviceKind::IntegratedGpu,
        wgpu::DeviceType::VirtualGpu => DeviceKind::VirtualGpu,
        wgpu::DeviceType::Cpu | wgpu::DeviceType::Other => DeviceKind::Software,
    };
    DeviceInfo {
        id: format!("{backend}:{index}"),
        name: adapter.name.clone(),
        kind,
        backend: backend.to_owned(),
        default: false,
        why: String::new(),
    }
}

/// Starts the adapter behind a line of the list, or hands out the one that is started already.
pub fn start(info: &DeviceInfo) -> Result<Device, DeviceError> {
    let fail = |why: String| DeviceError::Start { name: info.name.clone(), why };
    let mut started = STARTED.lock().map_err(|_| fail("an earlier start panicked".to_owned()))?;
    let started = started.get_or_insert_default();
    if let Some(one) = started.get(&info.id) {
        return Ok(one.device.clone());
    }
    let (kind, api) = selector(info).ok_or_else(|| DeviceError::Unknown(info.id.clone()))?;
    let start = || Device::wgpu_options().device_kind(kind).graphics_api(api).init_with_setup();
    let (device, setup) = panic::catch_unwind(panic::AssertUnwindSafe(start))
        .map_err(|_| fail("the driver panicked".to_owned()))?
        .map_err(|why| fail(why.to_string()))?;
    started.insert(info.id.clone(), Started { device: device.clone(), handle: setup.device });
    Ok(device)
}

/// Takes a started adapter away for good, as a driver that resets or a GPU that falls off its bus does; whether there was
/// one. For tests of what happens then: whatever works on it fails at its next step.
pub fn lose(id: &str) -> bool {
    let started = STARTED.lock().unwrap_or_else(PoisonError::into_inner);
    let lost = started.as_ref().and_then(|all| all.get(id));
    lost.inspect(|one| one.handle.destroy()).is_some()
}

/// Burn counts each kind of adapter on its own, from zero.
fn selector(info: &DeviceInfo) -> Option<(BurnKind, WgpuBackend)> {
    let (_, api, name) = *BACKENDS.iter().find(|(_, _, name)| *name == info.backend)?;
    let before = adapters().into_iter().filter(|other| other.backend == name);
    let nth = before.take_while(|other| other.id != info.id).filter(|other| other.kind == info.kind).count();
    let kind = match info.kind {
        DeviceKind::DiscreteGpu => BurnKind::DiscreteGpu(nth),
        DeviceKind::IntegratedGpu => BurnKind::IntegratedGpu(nth),
        DeviceKind::VirtualGpu => BurnKind::VirtualGpu(nth),
        DeviceKind::Software | DeviceKind::Cpu | DeviceKind::Remote => BurnKind::Cpu,
    };
    Some((kind, api))
}
