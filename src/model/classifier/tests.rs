//! Shapes, stages, weights in and out, and norm statistics of whole networks.

use burn::tensor::TensorData;

use super::*;
use crate::{
    distance::furthest,
    domain::classes::ClassList,
    model::{
        columns::Classes,
        initial,
        noise::StepNoise,
        weights::{self, Precision},
    },
};

fn config() -> NetworkConfig {
    of(Architecture::MobileNet)
}

fn of(architecture: Architecture) -> NetworkConfig {
    let (size, width, heads, attention_width) = (64, 0.25, 2, 16);
    let train = TrainConfig { architecture, size, width, heads, attention_width, ..TrainConfig::default() };
    NetworkConfig::new(&train, 3)
}

fn images(n: usize, device: &Device) -> Tensor<4> {
    let values: Vec<f32> = (0..n * 64 * 64 * 3).map(|i| ((i * 31 % 255) as f32 / 127.5) - 1.0).collect();
    Tensor::from_data(TensorData::new(values, [n, 64, 64, 3]), device)
}

#[test]
fn attention_rows_sum_to_one_and_logits_have_a_column_a_class() {
    let device = Device::flex();
    for architecture in Architecture::ALL {
        let network = initial::draw(of(architecture).init(&device), 1);
        let output = network.forward(images(2, &device), Pass::Infer);
        assert_eq!(output.logits.dims(), [2, 3]);
        let tokens = of(architecture).map_side().pow(2);
        assert_eq!(output.attention.dims(), [2, 2, tokens, tokens]);
        let sums: Vec<f32> = output.attention.sum_dim(3).into_data().iter::<f32>().collect();
        assert!(sums.iter().all(|sum| (sum - 1.0).abs() < 1e-5), "{sums:?}");
    }
}

#[test]
fn a_pass_may_end_and_begin_at_any_stage_and_what_lies_before_learns_nothing() {
    use burn::module::ModuleVisitor;
    struct Learning(usize);
    impl ModuleVisitor for Learning {
        fn visit_float<const D: usize>(&mut self, param: &burn::module::Param<Tensor<D>>) {
            self.0 += usize::from(param.is_require_grad());
        }
    }
    let device = Device::flex();
    for architecture in Architecture::ALL {
        let network = initial::draw(of(architecture).init(&device), 1);
        let read = |x: Tensor<2>| x.into_data().iter::<f32>().collect::<Vec<_>>();
        let whole = read(network.forward(images(2, &device), Pass::Infer).logits);
        let mut learning = usize::MAX;
        for stage in [Stage::First, Stage::Early, Stage::Late] {
            let map = network.until(stage, images(2, &device), &Pass::Infer);
            assert_eq!(read(network.after(stage, map, Pass::Infer).logits), whole, "{architecture:?} {stage:?}");
            let mut count = Learning(0);
            network.clone().to_device(&device.clone().autodiff()).train().with_frozen(stage).visit(&mut count);
            assert!(count.0 < learning, "{architecture:?} {stage:?}: {}", count.0);
            learning = count.0;
        }
    }
}

#[test]
fn one_seed_draws_one_network_and_weights_come_back_from_burnpack() {
    let device = Device::flex();
    let logits = |network: &Classifier| -> Vec<f32> {
        network.forward(images(1, &device), Pass::Infer).logits.into_data().iter::<f32>().collect()
    };
    let first = initial::draw(config().init(&device), 5);
    assert_eq!(logits(&first), logits(&initial::draw(config().init(&device), 5)));
    let mut second = initial::draw(config().init(&device), 6);
    assert_ne!(logits(&first), logits(&second));
    let bytes = weights::to_bytes(&first, Precision::Full).unwrap();
    assert!(weights::apply_bytes(&mut second, bytes).unwrap().is_complete());
    assert_eq!(logits(&first), logits(&second));
    let half = weights::to_bytes(&first, Precision::Half).unwrap();
    weights::apply_bytes(&mut second, half).unwrap();
    let far = furthest(&logits(&first), &logits(&second));
    assert!(far < 0.02, "{far}");
}

#[test]
fn statistics_measured_anew_are_the_mean_over_the_batches() {
    let device = Device::flex();
    for architecture in Architecture::ALL {
        let network = initial::draw(of(architecture).init(&device), 5);
        let stem = || match &network.backbone {
            Backbone::MobileNet(backbone) => backbone.stem_norm.mean.value(),
            Backbone::Xception(backbone) => backbone.stem_norm.mean.value(),
        };
        let measure = |scale: f64, newest: f64| {
            let _ = network.forward(images(2, &device) * scale, Pass::Measure { newest });
            stem().into_data().iter::<f32>().collect::<Vec<f32>>()
        };
        let (first, second) = (measure(1.0, 1.0), measure(3.0, 0.5));
        for (first, second) in first.iter().zip(second) {
            // Means of batches scaled by 1 and 3 average to twice the first.
            assert!((second - 2.0 * first).abs() < 1e-4 * (1.0 + first.abs()), "{first} {second}");
        }
    }
}

#[test]
fn a_truncated_file_and_another_class_count_are_told() {
    let device = Device::flex();
    let mut network = initial::draw(config().init(&device), 5);
    let bytes = weights::to_bytes(&network, Precision::Full).unwrap();
    assert!(weights::apply_bytes(&mut network, bytes[..bytes.len() / 2].to_vec()).is_err());
    let mut other = NetworkConfig { classes: 4, ..config() }.init(&device);
    let applied = weights::apply_bytes(&mut other, bytes.clone()).unwrap();
    assert_eq!(applied.mismatched.len(), 2, "{applied:?}");
    let mut larger = NetworkConfig { size: 128, ..config() }.init(&device);
    let applied = weights::apply_bytes(&mut larger, bytes.clone()).unwrap();
    assert_eq!(applied.mismatched.len(), 1, "another size is not the same network: {applied:?}");
    let start = |network: &mut Classifier, heads: usize, names: &[&str]| {
        let list = |names: &[&str]| ClassList::new(names.iter().map(|name| (*name).to_owned()));
        let (theirs, ours) = (list(&["basophil", "ig", "monocyte"]), list(names));
        weights::start_from(network, bytes.clone(), heads, Classes { theirs: &theirs, ours: &ours }).unwrap()
    };
    let same = ["basophil", "ig", "monocyte"];
    assert!(start(&mut larger, config().heads, &same).is_complete(), "but a run may start from it");
    let applied = start(&mut larger, config().heads + 1, &same);
    assert!(applied.missing.len() > 8 && applied.missing.iter().all(|path| path.starts_with("attention.")));
    let applied = start(&mut other, config().heads, &["basophil", "blast", "ig", "monocyte"]);
    assert!(applied.is_complete() && applied.notes.len() == 1, "{applied:?}");
}

/// Gradients of the attention block against central differences.
#[test]
fn attention_gradients_agree_with_finite_differences() {
    let device = Device::flex().autodiff();
    let block = initial::draw(SelfAttention::new(4, 8, 2, &Device::flex()), 3).to_device(&device).train();
    let values: Vec<f32> = (0..32).map(|i| ((i * 7 % 13) as f32 - 6.0) / 6.0).collect();
    let loss = |values: &[f32]| {
        let x = Tensor::<3>::from_data(TensorData::new(values.to_vec(), [1, 4, 8]), &device).require_grad();
        (x.clone(), block.forward(x).tokens.powf_scalar(2.0).sum())
    };
    let (x, sum) = loss(&values);
    let slopes: Vec<f32> = x.grad(&sum.backward()).unwrap().into_data().iter::<f32>().collect();
    for (index, slope) in slopes.iter().enumerate() {
        let at = |step: f32| {
            let mut moved = values.clone();
            moved[index] += step;
            loss(&moved).1.into_scalar::<f32>()
        };
        let expected = (at(1e-2) - at(-1e-2)) / 2e-2;
        assert!((slope - expected).abs() < 2e-2 * (1.0 + expected.abs()), "{index}: {slope} against {expected}");
    }
}

#[test]
fn noise_and_dropout_work_in_training_only() {
    let device = Device::flex().autodiff();
    let network = initial::draw(config().init(&Device::flex()), 1).to_device(&device).train();
    let train = |step| {
        let output = network.forward(images(4, &device), Pass::Train(&mut StepNoise::new(1, 1, step)));
        output.logits.into_data().iter::<f32>().collect::<Vec<_>>()
    };
    assert_eq!(train(1), train(1));
    assert_ne!(train(1), train(2));
}
