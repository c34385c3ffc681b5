//! Weights and images by formula: the same as `tests/parity/formula.py`, bit for bit.

use std::path::Path;

use safetensors::{Dtype, tensor::TensorView};

/// Values kept of a layer's output.
pub const SAMPLES: usize = 128;

/// `count` values in [-1, 1): FNV-1a of the name, then splitmix64 of each index.
fn noise(name: &str, count: usize) -> impl Iterator<Item = f64> {
    let start = name
        .bytes()
        .fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01B3));
    (1..=count as u64).map(move |index| {
        let z = start.wrapping_add(index.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 40) as f64 / 8_388_608.0 - 1.0
    })
}

/// A tensor under its Keras name, in Keras's layout.
pub fn weight(name: &str, shape: &[usize]) -> Vec<f32> {
    let (layer, part) = name.split_once('/').unwrap();
    let fan_in = |axes: usize| (6.0 / shape[..axes].iter().product::<usize>() as f64).sqrt();
    let (kernel, deep) = (fan_in(shape.len().min(3)), fan_in(shape.len().min(2)));
    // MobileNet's norms lift values to relu6's six now and then.
    let [height, level, spread] = if layer.starts_with("conv") { [1.0, 1.0, 1.5] } else { [0.6, 0.2, 0.3] };
    let value = |u: f64| match part {
        "gamma" => height * (1.0 + 0.3 * u),
        "beta" => level + spread * u,
        "moving_mean" => 0.2 * u,
        "moving_variance" => 1.0 + 0.5 * u,
        "depthwise_kernel" => deep * u,
        _ => kernel * u,
    };
    noise(name, shape.iter().product()).map(|u| value(u) as f32).collect()
}

/// `[count, size, size, 3]` of values in [-1, 1).
pub fn images(count: usize, size: usize) -> Vec<f32> {
    noise(&format!("images/{size}"), count * size * size * 3).map(|u| u as f32).collect()
}

/// Values from all over a tensor.
pub fn samples(values: &[f32]) -> Vec<f32> {
    (0..SAMPLES).map(|index| values[index * 2_654_435_761 % values.len()]).collect()
}

/// The shape in which Keras keeps one of our parameters.
pub fn keras_shape(name: &str, ours: &[usize]) -> Vec<usize> {
    match *ours {
        [h, w, c] if name.ends_with("depthwise_kernel") => vec![h, w, c, 1],
        [c_in, c_out] => vec![1, 1, c_in, c_out],
        _ => ours.to_vec(),
    }
}

/// `[h, w, c_in, c_out]` (or `[h, w, c, 1]` of a depthwise kernel) as PyTorch keeps it.
pub fn torch_layout(name: &str, shape: &[usize], values: &[f32]) -> (Vec<usize>, Vec<f32>) {
    let [h, w, a, b] = *shape else { return (shape.to_vec(), values.to_vec()) };
    let (c_in, c_out) = if name.ends_with("depthwise_kernel") { (1, a) } else { (a, b) };
    let mut moved = Vec::with_capacity(values.len());
    for filter in 0..c_out {
        for channel in 0..c_in {
            for at in 0..h * w {
                moved.push(values[(at * c_in + channel) * c_out + filter]);
            }
        }
    }
    (vec![c_out, c_in, h, w], moved)
}

/// Writes tensors as safetensors.
pub fn write(file: &Path, tensors: &[(String, Vec<usize>, Vec<f32>)]) {
    let bytes: Vec<Vec<u8>> =
        tensors.iter().map(|(_, _, values)| values.iter().flat_map(|value| value.to_le_bytes()).collect()).collect();
    let views = tensors
        .iter()
        .zip(&bytes)
        .map(|((name, shape, _), bytes)| (name.as_str(), TensorView::new(Dtype::F32, shape.clone(), bytes).unwrap()));
    safetensors::serialize_to_file(views, None, file).unwrap();
}
