//! Both backbones against Keras layer by layer, and against timm, with the same weights by formula.
//!
//! `tests/parity/*.py` wrote the references; errors are relative to the largest value of a layer.

mod formula;
mod layers;

use std::{collections::BTreeMap, path::PathBuf};

use burn::{
    module::Module,
    tensor::{Device, Tensor, TensorData},
};
use leukoscope::{
    domain::{architecture::Architecture, config::TrainConfig},
    model::{
        classifier::{Backbone, Classifier, NetworkConfig},
        mobilenet::MobileNet,
        noise::{Pass, StepNoise},
        published,
        weights::{self, Applied},
        xception::Xception,
    },
};
use safetensors::SafeTensors;

use super::distance::relative;
use formula::{images, keras_shape, samples, torch_layout, weight};

/// The largest error that counts as the same network.
const SAME: f32 = 1e-4;
/// Images of a reference batch.
const BATCH: usize = 3;
/// Share of the newest batch in the running statistics.
const NEWEST: f32 = 0.1;

/// Tensors of a reference file, flat.
fn reference(name: &str) -> BTreeMap<String, Vec<f32>> {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/parity").join(format!("{name}.safetensors"));
    let bytes = std::fs::read(file).unwrap();
    let tensors = SafeTensors::deserialize(&bytes).unwrap();
    let values = |data: &[u8]| data.as_chunks::<4>().0.iter().map(|four| f32::from_le_bytes(*four)).collect();
    tensors.iter().map(|(name, view)| (name.to_owned(), values(view.data()))).collect()
}

fn network(architecture: Architecture) -> Classifier {
    let train = TrainConfig { architecture, size: 64, ..TrainConfig::default() };
    NetworkConfig::new(&train, 3).init(&Device::flex())
}

fn keras_name(architecture: Architecture, path: &str) -> Option<String> {
    let path = path.strip_prefix("backbone.")?;
    match architecture {
        Architecture::MobileNet | Architecture::Hybrid => MobileNet::keras_name(path),
        Architecture::Xception => Xception::keras_name(path),
    }
}

/// Every parameter of the backbone under its Keras name, in Keras's layout.
fn by_formula(architecture: Architecture) -> Vec<(String, Vec<usize>, Vec<f32>)> {
    let parameters = weights::parameters(&network(architecture));
    let named = parameters.iter().filter_map(|(path, shape)| Some((keras_name(architecture, path)?, shape)));
    named
        .map(|(name, shape)| {
            let shape = keras_shape(&name, shape);
            let values = weight(&name, &shape);
            (name, shape, values)
        })
        .collect()
}

/// A network that has read its weights from a file of such tensors.
fn loaded(architecture: Architecture, tensors: &[(String, Vec<usize>, Vec<f32>)]) -> (Classifier, Applied) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("weights.safetensors");
    formula::write(&file, tensors);
    let mut network = network(architecture);
    let applied = published::apply(&mut network, architecture, &file).unwrap();
    (network, applied)
}

fn batch(count: usize, size: usize, device: &Device) -> Tensor<4> {
    Tensor::from_data(TensorData::new(images(count, size), [count, size, size, 3]), device)
}

fn read<const D: usize>(x: &Tensor<D>) -> Vec<f32> {
    x.clone().into_data().try_into_vec().unwrap()
}

/// The largest difference over the largest value.
fn distance(ours: &[f32], theirs: &[f32]) -> f32 {
    relative(ours, theirs, f32::MIN_POSITIVE)
}

fn map(backbone: &Backbone, x: Tensor<4>, pass: &Pass<'_>) -> Tensor<4> {
    match backbone {
        Backbone::MobileNet(backbone) => backbone.forward(x, pass),
        Backbone::Xception(backbone) => backbone.forward(x, pass),
    }
}

/// Compares every layer that the reference knows, in one mode and at one size.
fn compare(architecture: Architecture, train: bool, size: usize) {
    let device = if train { Device::flex().autodiff() } else { Device::flex() };
    let (network, applied) = loaded(architecture, &by_formula(architecture));
    assert!(applied.is_complete(), "{applied:?}");
    let network = if train { network.to_device(&device).train() } else { network };
    let mut noise = StepNoise::new(1, 1, 1);
    let pass = if train { Pass::Train(&mut noise) } else { Pass::Infer };
    let known = reference(architecture.id());
    let place = format!("{}/{size}/", if train { "train" } else { "infer" });
    let (mut worst, mut seen) = ((0.0, String::new()), 0);
    let mut see = |layer: &str, x: &Tensor<4>| {
        let theirs = known.get(&format!("{place}{layer}")).unwrap_or_else(|| panic!("no reference for {layer}"));
        let far = distance(&samples(&read(x)), theirs);
        assert!(far < SAME, "{place}{layer} is off by {far:e}");
        seen += 1;
        if far > worst.0 {
            worst = (far, layer.to_owned());
        }
    };
    layers::show(&network.backbone, batch(BATCH, size, &device), &pass, &mut see);
    if train {
        let far = statistics(architecture, &network, &known, size);
        eprintln!("{place}: running statistics off by at most {far:.1e}");
    }
    let theirs = &known[&format!("{place}map")];
    let ours = read(&map(&network.backbone, batch(BATCH, size, &device), &pass));
    let far = if theirs.len() == formula::SAMPLES {
        distance(&samples(&ours), theirs)
    } else {
        distance(&ours[..theirs.len()], theirs)
    };
    assert!(far < SAME, "{place}map is off by {far:e}");
    eprintln!(
        "{}, {place}: {seen} layers, worst {:.1e} ({}), final map {far:.1e}",
        architecture.id(),
        worst.0,
        worst.1
    );
}

/// After one step in training, each running statistic has moved a tenth of the way to the batch's; the worst error.
fn statistics(
    architecture: Architecture,
    network: &Classifier,
    known: &BTreeMap<String, Vec<f32>>,
    size: usize,
) -> f32 {
    let mut norms = 0;
    let mut worst = 0.0_f32;
    for (path, values) in layers::statistics(network) {
        let Some(name) = keras_name(architecture, &path) else { continue };
        let (norm, leaf) = name.split_once('/').unwrap();
        let both = &known[&format!("statistics/{size}/{norm}")];
        let (mean, variance) = both.split_at(both.len() / 2);
        let first = weight(&name, &[values.len()]);
        let batch = if leaf == "moving_mean" { mean } else { variance };
        let expected: Vec<f32> =
            (samples(&first).iter().zip(batch)).map(|(first, batch)| first * (1.0 - NEWEST) + batch * NEWEST).collect();
        let far = distance(&samples(&values)[..batch.len()], &expected);
        assert!(far < SAME, "{name} is off by {far:e}");
        worst = worst.max(far);
        norms += 1;
    }
    assert_eq!(norms, 2 * known.keys().filter(|key| key.starts_with(&format!("statistics/{size}/"))).count());
    worst
}

#[test]
fn mobilenet_is_kerass_in_inference() {
    [64, 71].into_iter().for_each(|size| compare(Architecture::MobileNet, false, size));
}

#[test]
fn mobilenet_is_kerass_with_batch_statistics() {
    [64, 71].into_iter().for_each(|size| compare(Architecture::MobileNet, true, size));
}

#[test]
fn xception_is_kerass_in_inference() {
    [64, 71].into_iter().for_each(|size| compare(Architecture::Xception, false, size));
}

#[test]
fn xception_is_kerass_with_batch_statistics() {
    [64, 71].into_iter().for_each(|size| compare(Architecture::Xception, true, size));
}

/// What timm computes from its own file, converted here: equal at the size and with the padding that are `alike`.
fn compare_timm(architecture: Architecture, alike: usize) {
    let mut tensors = by_formula(architecture);
    for (name, shape, values) in &mut tensors {
        (*shape, *values) = torch_layout(name, shape, values);
        *name = layers::timm_name(name).unwrap_or_else(|| panic!("{name} has no name in timm"));
    }
    let (network, applied) = loaded(architecture, &tensors);
    assert!(applied.is_complete() && applied.notes.len() == 1, "{applied:?}");
    let known = reference("timm");
    let [same, published] = [("same", alike), ("published", 64)].map(|(case, size)| {
        let ours = read(&map(&network.backbone, batch(1, size, &Device::flex()), &Pass::Infer));
        distance(&samples(&ours), &known[&format!("{}/{case}", architecture.id())])
    });
    eprintln!("{} against timm: {same:.1e}, {published:.1e} where padding differs", architecture.id());
    assert!(same < SAME, "off by {same:e}");
    assert!(published > SAME, "the note on padding is wrong");
}

#[test]
fn timms_mobilenet_is_converted_to_the_number() {
    compare_timm(Architecture::MobileNet, 64);
}

#[test]
fn timms_xception_is_converted_to_the_number() {
    compare_timm(Architecture::Xception, 71);
}

#[test]
fn what_a_file_lacks_or_holds_otherwise_is_listed_by_its_own_name() {
    let mut tensors = by_formula(Architecture::MobileNet);
    tensors.retain(|(name, ..)| name != "conv_pw_13/kernel");
    let odd = tensors.iter_mut().find(|(name, ..)| name == "conv1/kernel").unwrap();
    (odd.1, odd.2) = (vec![3, 3, 3, 16], vec![0.5; 3 * 3 * 3 * 16]);
    let (_, applied) = loaded(Architecture::MobileNet, &tensors);
    assert_eq!(applied.applied, tensors.len() - 1);
    assert_eq!(applied.missing, ["backbone.blocks.12.pointwise (conv_pw_13/kernel)"]);
    assert_eq!(applied.mismatched.len(), 1);
    assert!(applied.mismatched[0].contains("conv1/kernel") && applied.mismatched[0].contains("[3, 3, 3, 16]"));
}

#[test]
fn keras_three_counts_shortcuts_from_zero() {
    let mut tensors = by_formula(Architecture::Xception);
    for (name, ..) in &mut tensors {
        for kind in ["conv2d_", "batch_normalization_"] {
            let Some((number, leaf)) = name.strip_prefix(kind).and_then(|rest| rest.split_once('/')) else { continue };
            let (number, kind) = (number.parse::<usize>().unwrap() - 1, kind.trim_end_matches('_'));
            *name = if number == 0 { format!("{kind}/{leaf}") } else { format!("{kind}_{number}/{leaf}") };
            break;
        }
    }
    let (network, applied) = loaded(Architecture::Xception, &tensors);
    assert!(applied.is_complete() && applied.notes.is_empty(), "{applied:?}");
    let Backbone::Xception(backbone) = &network.backbone else { unreachable!() };
    let shortcut = read(&backbone.shrinking[3].shortcut.val());
    assert_eq!(shortcut, weight("conv2d_4/kernel", &[1, 1, 728, 1024]));
}

#[test]
fn another_networks_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("weights.safetensors");
    formula::write(&file, &by_formula(Architecture::MobileNet));
    let refused = published::apply(&mut network(Architecture::Xception), Architecture::Xception, &file).unwrap_err();
    assert!(refused.to_string().contains("Xception"), "{refused}");
}
