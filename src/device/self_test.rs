//! A small computation whose answer is known, so that a broken driver is found before a run and not in its results.

use std::panic;

use burn::tensor::{Device, Tensor, TensorData, activation};

/// A product of two matrices and a softmax, checked against the CPU.
pub fn run(device: &Device) -> Result<(), String> {
    let compute = |device: &Device| -> Result<Vec<f32>, String> {
        let values: Vec<f32> = (0..64 * 48).map(|i| ((i * 37 % 101) as f32 - 50.0) / 50.0).collect();
        let a = Tensor::<2>::from_data(TensorData::new(values, [64, 48]), device);
        let product = a.clone().matmul(a.transpose());
        let data = activation::softmax(product, 1).try_into_data().map_err(|why| format!("{why:?}"))?;
        data.try_to_vec::<f32>().map_err(|why| format!("{why:?}"))
    };
    let found = panic::catch_unwind(panic::AssertUnwindSafe(|| compute(device)))
        .map_err(|_| "the driver panicked".to_owned())??;
    let expected = compute(&Device::flex())?;
    let worst = found.iter().zip(&expected).map(|(a, b)| (a - b).abs()).fold(0.0_f32, f32::max);
    if found.len() == expected.len() && worst < 1e-4 {
        Ok(())
    } else {
        Err(format!("a matrix product is off by {worst:e}"))
    }
}
