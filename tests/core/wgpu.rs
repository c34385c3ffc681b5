//! Burn's own operations, on a software adapter and on another machine, against the CPU's kernels: one block of each kind,
//! values and gradients.

use burn::{
    module::{Module, Param},
    nn::{Linear, LinearConfig},
    optim::GradientsParams,
    tensor::{Device, Tensor, TensorData},
};
use leukoscope::{
    device,
    domain::config::DeviceChoice,
    model::{
        attention::SelfAttention,
        initial,
        kernels::{self, Activation, Padding},
        noise::{Pass, StepNoise},
        norm::BatchNorm,
        separable::Separable,
    },
};

use super::distance::relative;

/// A classifier in small: stem, separable block, pooling, attention, head.
#[derive(Module, Debug)]
struct Tiny {
    stem: Param<Tensor<4>>,
    stem_norm: BatchNorm,
    block: Separable,
    attention: SelfAttention,
    head: Linear,
}

impl Tiny {
    fn new(device: &Device) -> Self {
        Self {
            stem: Param::from_tensor(Tensor::zeros([3, 3, 3, 8], device)),
            stem_norm: BatchNorm::new(8, device),
            block: Separable::new(8, 16, 2, device),
            attention: SelfAttention::new(4, 16, 2, device),
            head: LinearConfig::new(16, 3).init(device),
        }
    }

    fn forward(&self, x: Tensor<4>, pass: &Pass<'_>) -> Tensor<2> {
        let x = kernels::conv(x, self.stem.val(), 2, Padding::Same);
        let x = self.block.forward(self.stem_norm.forward(x, Activation::Relu6, pass), pass);
        let x = kernels::max_pool(x);
        let [n, h, w, c] = x.dims();
        let tokens = self.attention.forward(x.reshape([n, h * w, c])).tokens;
        self.head.forward(tokens.mean_dim(1).squeeze_dim::<2>(1))
    }
}

/// Logits in inference and in training, and the gradients of four parameters.
fn compute(device: &Device) -> Vec<(&'static str, Vec<f32>)> {
    fn read<const D: usize>(x: Tensor<D>) -> Vec<f32> {
        x.try_into_data().unwrap().try_into_vec().unwrap()
    }
    // Drawn on the CPU and moved, as every run does: one seed draws other values on each device.
    let drawn = initial::draw(Tiny::new(&Device::flex()), 3);
    let values: Vec<f32> = (0..2 * 16 * 16 * 3).map(|i| (i * 37 % 101) as f32 / 50.0 - 1.0).collect();
    let images = |device: &Device| Tensor::<4>::from_data(TensorData::new(values.clone(), [2, 16, 16, 3]), device);
    let network = drawn.clone().to_device(device);
    let inferred = network.forward(images(device), &Pass::Infer);
    let tracked = device.clone().autodiff();
    let network = drawn.to_device(&tracked).train();
    let trained = network.forward(images(&tracked), &Pass::Train(&mut StepNoise::new(1, 1, 1)));
    let grads = GradientsParams::from_grads(trained.clone().powi_scalar(2).sum().backward(), &network);
    vec![
        ("logits in inference", read(inferred)),
        ("logits in training", read(trained)),
        ("gradient of the stem", read(grads.get::<4>(network.stem.id).unwrap())),
        ("gradient of the depthwise kernel", read(grads.get::<3>(network.block.depthwise.id).unwrap())),
        ("gradient of the pointwise kernel", read(grads.get::<2>(network.block.pointwise.id).unwrap())),
        ("gradient of the query", read(grads.get::<2>(network.attention.query.weight.id).unwrap())),
    ]
}

#[cfg(feature = "gpu")]
#[test]
fn a_gpus_path_computes_what_the_cpu_does() {
    use super::common::skipped;
    let software = device::list().into_iter().find(|device| device.kind == device::DeviceKind::Software);
    let Some(software) = software else {
        assert!(std::env::var_os("CI").is_none(), "no software Vulkan: install mesa-vulkan-drivers and libvulkan1");
        skipped("no software Vulkan here (install mesa-vulkan-drivers and libvulkan1)");
        return;
    };
    let compute_there = device::choose(&DeviceChoice::Id(software.id.clone())).unwrap();
    agrees(&software.name, &compute_there.device);
}

/// Compares a device with the CPU's own kernels.
fn agrees(named: &str, device: &Device) {
    let (ours, theirs) = (compute(&Device::flex()), compute(device));
    for ((name, ours), (_, theirs)) in ours.iter().zip(&theirs) {
        let largest = ours.iter().fold(f32::MIN_POSITIVE, |largest, value| largest.max(value.abs()));
        assert!(largest > 1e-4, "{name} is nothing");
        let far = relative(theirs, ours, f32::MIN_POSITIVE);
        eprintln!("{named} against the CPU, {name}: {far:.1e}");
        assert!(far < 1e-3, "{name} is off by {far:e} on {named}");
    }
}

/// The CPU of another process, which computes with Burn's operations.
#[cfg(all(unix, feature = "remote"))]
#[test]
fn another_machine_computes_what_the_cpu_does() {
    use std::{
        fs,
        io::{BufRead as _, BufReader},
        os::unix::fs::PermissionsExt as _,
        process::{Command, Stdio},
    };
    let home = tempfile::tempdir().unwrap();
    let token = home.path().join("token");
    fs::write(&token, "between us").unwrap();
    fs::set_permissions(&token, fs::Permissions::from_mode(0o600)).unwrap();
    let call = ["serve", "--device", "cpu", "--loopback", "--port", "0", "--token-file", token.to_str().unwrap()];
    let mut command = Command::new(env!("CARGO_BIN_EXE_leuko"));
    command.args(call).stdout(Stdio::piped()).stderr(Stdio::null()).env("XDG_RUNTIME_DIR", home.path());
    let mut server = command.spawn().unwrap();
    let mut line = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
    device::remote::keep_token_in(Some(token));
    let there = device::choose(&DeviceChoice::Id(line.trim().to_owned())).unwrap();
    agrees(&there.info.name, &there.device);
    server.kill().unwrap();
    server.wait().unwrap();
}
