//! Cross-entropy on integer labels, with label smoothing and class weights.

use burn::tensor::{Device, Tensor, TensorData, activation::log_softmax};

/// How labels become targets.
#[derive(Clone, Debug, PartialEq)]
pub struct Targets {
    classes: usize,
    smoothing: f64,
    /// One weight a class, 1 on average over the training images.
    weights: Vec<f64>,
}

impl Targets {
    /// `counts` are the training images of each class; weights are their inverse shares where asked for.
    #[must_use]
    pub fn new(counts: &[usize], smoothing: f64, weighted: bool) -> Self {
        let present = counts.iter().filter(|count| **count > 0).count() as f64;
        let total: usize = counts.iter().sum();
        let weight = |count: &usize| {
            if weighted && *count > 0 { total as f64 / (present * *count as f64) } else { 1.0 }
        };
        Self { classes: counts.len(), smoothing, weights: counts.iter().map(weight).collect() }
    }

    /// The weighted mean over the batch of `[n, classes]` logits: a tensor of one element.
    #[must_use]
    pub fn loss(&self, logits: Tensor<2>, labels: &[usize], device: &Device) -> Tensor<1> {
        let (rows, total) = self.rows(labels);
        let target = Tensor::<2>::from_data(TensorData::new(rows, [labels.len(), self.classes]), device);
        (log_softmax(logits, 1) * target).sum().neg() / total
    }

    fn rows(&self, labels: &[usize]) -> (Vec<f32>, f64) {
        let spread = self.smoothing / self.classes.max(1) as f64;
        let mut total = 0.0;
        let mut rows = Vec::with_capacity(labels.len() * self.classes);
        for &label in labels {
            let weight = self.weights.get(label).copied().unwrap_or(1.0);
            total += weight;
            let value = |class| spread + if class == label { 1.0 - self.smoothing } else { 0.0 };
            rows.extend((0..self.classes).map(|class| (weight * value(class)) as f32));
        }
        (rows, total)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_agrees_with_the_definition() {
        let device = Device::flex();
        let logits = Tensor::<2>::from_floats([[2.0, 0.0, 0.0], [0.0, 0.0, 1.0]], &device);
        let plain = Targets::new(&[5, 5, 5], 0.0, false).loss(logits.clone(), &[0, 1], &device);
        let (e2, e1) = (2.0_f64.exp(), 1.0_f64.exp());
        let expected = ((2.0 + e2).ln() - 2.0 + (2.0 + e1).ln()) / 2.0;
        assert!((f64::from(plain.into_scalar::<f32>()) - expected).abs() < 1e-6);
        let smooth = Targets::new(&[5, 5, 5], 0.3, false).loss(logits, &[0, 1], &device);
        let expected = ((2.0 + e2).ln() - 0.8 * 2.0 + (2.0 + e1).ln() - 0.1) / 2.0;
        assert!((f64::from(smooth.into_scalar::<f32>()) - expected).abs() < 1e-6);
    }

    #[test]
    fn rare_classes_weigh_more_and_the_mean_weight_of_an_image_is_one() {
        let targets = Targets::new(&[90, 10, 0], 0.0, true);
        assert!((targets.weights[0] * 90.0 + targets.weights[1] * 10.0 - 100.0).abs() < 1e-9);
        assert!(targets.weights[1] > targets.weights[0]);
    }
}
