//! The randomness of one training step: Gaussian noise and dropout, drawn on the CPU so that every device trains alike.

use burn::tensor::{Tensor, TensorData};
use rand::{Rng, RngExt, SeedableRng, rngs::ChaCha8Rng};

/// What a forward pass is for.
pub enum Pass<'a> {
    /// Batch statistics, noise and dropout.
    Train(&'a mut StepNoise),
    /// Batch statistics alone, to estimate the running ones anew: the share that this batch has in them. With 1 / k for
    /// the k-th batch they end as the plain mean over all batches.
    Measure {
        newest: f64,
    },
    Infer,
}

/// Noise of one step; the same seed, epoch and step give the same noise.
pub struct StepNoise(ChaCha8Rng);

impl StepNoise {
    #[must_use]
    pub fn new(seed: u64, epoch: usize, step: usize) -> Self {
        let mut key = [0; 32];
        for (bytes, part) in key.chunks_exact_mut(8).zip([seed, epoch as u64, step as u64, 0x6e6f_6973_6500]) {
            bytes.copy_from_slice(&part.to_le_bytes());
        }
        Self(ChaCha8Rng::from_seed(key))
    }

    /// Adds noise of standard deviation `std` to every feature; the shape stays.
    #[must_use]
    pub fn gaussian<const D: usize>(&mut self, x: Tensor<D>, std: f64) -> Tensor<D> {
        if std == 0.0 {
            return x;
        }
        let shape = x.dims();
        let values: Vec<f32> =
            (0..shape.iter().product()).map(|_| (standard_normal(&mut self.0) * std) as f32).collect();
        let noise = Tensor::from_data(TensorData::new(values, shape), &x.device());
        x + noise
    }

    /// Inverted dropout (Srivastava et al. 2014): keeps each feature with 1 - `share` and scales it up by the same.
    #[must_use]
    pub fn dropout<const D: usize>(&mut self, x: Tensor<D>, share: f64) -> Tensor<D> {
        if share == 0.0 {
            return x;
        }
        let (shape, keep) = (x.dims(), 1.0 - share);
        let scale = (1.0 / keep) as f32;
        let draw = |_| if self.0.random_bool(keep) { scale } else { 0.0 };
        let values: Vec<f32> = (0..shape.iter().product()).map(draw).collect();
        let mask = Tensor::from_data(TensorData::new(values, shape), &x.device());
        x * mask
    }
}

/// One draw of the standard normal distribution (Box and Muller 1958).
pub fn standard_normal(rng: &mut impl Rng) -> f64 {
    let radius = (-2.0 * (1.0 - rng.random::<f64>()).ln()).sqrt();
    radius * (std::f64::consts::TAU * rng.random::<f64>()).cos()
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;

    #[test]
    fn noise_has_the_asked_spread_and_dropout_keeps_the_mean() {
        let device = Device::flex();
        let noisy = StepNoise::new(7, 1, 2).gaussian(Tensor::<2>::zeros([100, 100], &device), 0.5);
        let values = noisy.into_data().try_into_vec::<f32>().unwrap();
        let variance = values.iter().map(|v| f64::from(v * v)).sum::<f64>() / 1e4;
        assert!((variance.sqrt() - 0.5).abs() < 0.02, "{}", variance.sqrt());
        let dropped = StepNoise::new(7, 1, 2).dropout(Tensor::<2>::ones([100, 100], &device), 0.3);
        let mean = dropped.into_data().try_into_vec::<f32>().unwrap().iter().sum::<f32>() / 1e4;
        assert!((mean - 1.0).abs() < 0.03, "{mean}");
    }

    #[test]
    fn a_step_repeats_and_another_differs() {
        let draw = |step| {
            let x = Tensor::<2>::zeros([4, 4], &Device::flex());
            StepNoise::new(1, 1, step).gaussian(x, 1.0).into_data()
        };
        assert_eq!(draw(3), draw(3));
        assert_ne!(draw(3), draw(4));
    }
}
