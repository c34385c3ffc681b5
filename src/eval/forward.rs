//! Batches through a network: the one forward pass of validation, evaluation and classification.

use burn::tensor::{Device, Tensor, TensorData};

use crate::{model::ready::Ready, progress::Failure};

/// Images of one forward pass.
pub const BATCH: usize = 32;

/// A network in inference on its device.
pub struct Forward<'a> {
    pub network: &'a Ready,
    /// Without gradients.
    pub device: &'a Device,
    /// Side of the square input.
    pub size: usize,
    /// Whether short batches are filled up, so that a GPU sees one shape only.
    pub pad: bool,
}

impl Forward<'_> {
    /// Normalised pixels `[n, size, size, 3]` to `n` rows of logits.
    ///
    /// # Errors
    /// [`Failure`] where the device fails.
    pub fn logits(&self, mut pixels: Vec<f32>) -> Result<Vec<Vec<f32>>, Failure> {
        let image = self.size * self.size * 3;
        let n = pixels.len() / image;
        if n == 0 {
            return Ok(Vec::new());
        }
        let rows = if self.pad { n.next_multiple_of(BATCH) } else { n };
        pixels.resize(rows * image, 0.0);
        let images = Tensor::<4>::from_data(TensorData::new(pixels, [rows, self.size, self.size, 3]), self.device);
        let logits = self.network.forward(images).logits;
        let classes = logits.dims()[1];
        let values = read(logits)?;
        Ok(values.chunks_exact(classes.max(1)).take(n).map(<[f32]>::to_vec).collect())
    }
}

/// Reads a tensor back row by row.
///
/// # Errors
/// [`Failure`] where the device fails.
pub fn read<const D: usize>(tensor: Tensor<D>) -> Result<Vec<f32>, Failure> {
    let fail = |why: String| Failure::new("the device gave no result", why, "try again, or choose `cpu`");
    let data = tensor.try_into_data().map_err(|why| fail(format!("{why:?}")))?;
    data.try_to_vec::<f32>().map_err(|why| fail(format!("{why:?}")))
}

/// Softmax of logits over a temperature, summed in f64.
#[must_use]
pub fn softmax(logits: &[f32], temperature: f64) -> Vec<f32> {
    let most = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let powers: Vec<f64> = logits.iter().map(|z| (f64::from(z - most) / temperature).exp()).collect();
    let sum: f64 = powers.iter().sum();
    powers.iter().map(|power| (power / sum) as f32).collect()
}

/// Cross-entropy in nats of one row of logits, and whether its largest is the truth.
#[must_use]
pub fn judge(logits: &[f32], truth: usize) -> (f64, bool) {
    let most = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum: f64 = logits.iter().map(|z| f64::from(z - most).exp()).sum();
    let of_truth = logits.get(truth).copied().unwrap_or(f32::NEG_INFINITY);
    let first_largest = logits.iter().position(|z| *z >= most);
    (sum.ln() - f64::from(of_truth - most), first_largest == Some(truth))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn softmax_survives_large_logits_and_a_temperature_flattens_it() {
        assert_eq!(softmax(&[1000.0, 0.0], 1.0), [1.0, 0.0]);
        let (sharp, flat) = (softmax(&[2.0, 0.0], 1.0), softmax(&[2.0, 0.0], 4.0));
        assert!(sharp[0] > flat[0] && flat[0] > 0.5);
    }

    #[test]
    fn cross_entropy_of_even_logits_is_the_log_of_their_number() {
        let (loss, _) = judge(&[0.5; 8], 3);
        assert!((loss - 8.0_f64.ln()).abs() < 1e-12);
        assert!(judge(&[0.0, 3.0, 1.0], 1).1);
    }
}
