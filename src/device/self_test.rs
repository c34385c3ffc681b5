//! Small computations whose answers are known, so that a broken driver is found before a run and not in its results.

use std::panic;

use burn::tensor::{Device, Tensor, TensorData, activation, module::conv2d, ops::ConvOptions};

/// The largest difference from the CPU's values, which are of order one, that rounding explains.
const ROUNDING: f32 = 1e-3;

/// What a device computed, by name.
type Found = Vec<(&'static str, Vec<f32>)>;

/// A product of two matrices and one step of training through a convolution, checked against the CPU.
pub fn run(device: &Device) -> Result<(), String> {
    let found = panic::catch_unwind(panic::AssertUnwindSafe(|| compute(device)))
        .map_err(|_| "the driver panicked".to_owned())??;
    agree(&found, &compute(&Device::flex())?)
}

/// # Errors
/// The first computation that differs, and by how much.
fn agree(found: &Found, expected: &Found) -> Result<(), String> {
    for ((name, found), (_, expected)) in found.iter().zip(expected) {
        // A value that is not a number is near nothing, and must not be lost on the way to the largest difference.
        let off = |(found, expected): (&f32, &f32)| {
            Some((found - expected).abs()).filter(|off| off.is_nan() || *off >= ROUNDING)
        };
        if let Some(off) = found.iter().zip(expected).find_map(off) {
            return Err(format!("{name} is off by {off:e}"));
        }
        if found.len() != expected.len() {
            return Err(format!("{name} has {} values in place of {}", found.len(), expected.len()));
        }
    }
    Ok(())
}

fn compute(device: &Device) -> Result<Found, String> {
    let mut found = vec![("a matrix product", product(device)?)];
    found.extend(training_step(device)?);
    Ok(found)
}

fn product(device: &Device) -> Result<Vec<f32>, String> {
    let a = Tensor::<2>::from_data(numbers([64, 48]), device);
    read(activation::softmax(a.clone().matmul(a.transpose()), 1))
}

/// A convolution, a rectifier, a mean over the map and a dense head learn one batch: loss, gradients, and the answers after
/// the step.
fn training_step(device: &Device) -> Result<Found, String> {
    let device = device.clone().autodiff();
    let images = Tensor::<4>::from_data(numbers([4, 3, 16, 16]), &device);
    let wanted =
        Tensor::<2>::from_data(TensorData::from([[1.0_f32, 0.0], [0.0, 1.0], [1.0, 0.0], [0.0, 1.0]]), &device);
    let kernel = Tensor::<4>::from_data(numbers([8, 3, 3, 3]), &device).require_grad();
    let head = Tensor::<2>::from_data(numbers([8, 2]), &device).require_grad();
    let answers = |kernel: Tensor<4>, head: Tensor<2>| {
        let map = activation::relu(conv2d(images.clone(), kernel, None, ConvOptions::new([2, 2], [1, 1], [1, 1], 1)));
        let [n, c, h, w] = map.dims();
        activation::log_softmax(map.reshape([n, c, h * w]).mean_dim(2).reshape([n, c]).matmul(head), 1)
    };
    let loss = (answers(kernel.clone(), head.clone()) * wanted).sum().neg();
    let slopes = loss.backward();
    let missing = || "the backward pass gave no gradient".to_owned();
    let of_kernel = kernel.grad(&slopes).ok_or_else(missing)?;
    let of_head = head.grad(&slopes).ok_or_else(missing)?;
    let kernel = Tensor::from_inner(kernel.inner() - of_kernel.clone() * 0.1);
    let head = Tensor::from_inner(head.inner() - of_head.clone() * 0.1);
    let after = answers(kernel, head);
    Ok(vec![
        ("the loss behind a convolution", read(loss.inner())?),
        ("the gradient of a convolution", read(of_kernel)?),
        ("the gradient of a dense layer", read(of_head)?),
        ("the answer after a training step", read(after.inner())?),
    ])
}

/// Numbers from -1 to 1 without a pattern that a wrong order would keep.
fn numbers<const D: usize>(shape: [usize; D]) -> TensorData {
    let values: Vec<f32> = (0..shape.iter().product()).map(|i| ((i * 37 % 101) as f32 - 50.0) / 50.0).collect();
    TensorData::new(values, shape)
}

fn read<const D: usize>(tensor: Tensor<D>) -> Result<Vec<f32>, String> {
    let data = tensor.try_into_data().map_err(|why| format!("{why:?}"))?;
    data.try_to_vec::<f32>().map_err(|why| format!("{why:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cpu_agrees_with_itself_and_every_computation_has_something_to_say() {
        assert_eq!(run(&Device::flex()), Ok(()));
        for (name, values) in compute(&Device::flex()).unwrap() {
            let largest = values.iter().fold(0.0_f32, |largest, value| largest.max(value.abs()));
            assert!(largest > 10.0 * ROUNDING, "{name}: {largest:e} would pass if it were nothing");
        }
    }

    #[test]
    fn a_device_that_answers_not_a_number_or_too_little_is_refused() {
        let expected = compute(&Device::flex()).unwrap();
        for (index, (name, values)) in expected.iter().enumerate() {
            let with = |values: Vec<f32>| {
                let mut found = expected.clone();
                found[index].1 = values;
                agree(&found, &expected)
            };
            let last = values.len() - 1;
            for odd in [f32::NAN, f32::INFINITY, values[last] + 1.0] {
                let mut broken = values.clone();
                broken[last] = odd;
                assert!(with(broken).unwrap_err().contains(name), "{name}: {odd}");
            }
            assert!(with(vec![f32::NAN; values.len()]).is_err(), "{name}");
            assert!(with(values[..last].to_vec()).is_err(), "{name}");
        }
    }
}
