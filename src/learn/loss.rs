//! Cross-entropy on integer labels, with label smoothing and class weights.

use burn::tensor::{Device, Tensor, TensorData, activation::log_softmax};

/// How labels become targets.
#[derive(Clone, Debug, PartialEq)]
pub struct Targets {
    classes: usize,
    smoothing: f64,
    /// One weight a class, 1 on average over the dataset's own training images; other labs' are not counted.
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

    /// All classes weigh the same.
    #[must_use]
    pub fn even(classes: usize, smoothing: f64) -> Self {
        Self { classes, smoothing, weights: vec![1.0; classes] }
    }

    /// What is wanted of images with these labels.
    #[must_use]
    pub fn of(&self, labels: &[usize]) -> Wanted {
        let spread = self.smoothing / self.classes.max(1) as f64;
        let value = |is: bool| (spread + if is { 1.0 - self.smoothing } else { 0.0 }) as f32;
        let rows = labels.iter().flat_map(|label| (0..self.classes).map(move |class| value(class == *label))).collect();
        let weights = labels.iter().map(|label| self.weights.get(*label).copied().unwrap_or(1.0)).collect();
        Wanted { classes: self.classes, rows, weights }
    }
}

/// What is wanted of a batch: for each image a distribution over the classes, and how much it weighs.
#[derive(Clone, Debug, PartialEq)]
pub struct Wanted {
    classes: usize,
    /// `[n, classes]`
    rows: Vec<f32>,
    weights: Vec<f64>,
}

impl Wanted {
    /// Images in the batch.
    #[must_use]
    pub fn len(&self) -> usize {
        self.weights.len()
    }

    /// Whether there is no image in the batch.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.weights.is_empty()
    }

    /// What is wanted of each image, a distribution over the classes.
    pub fn answers(&self) -> impl Iterator<Item = &[f32]> {
        self.rows.chunks_exact(self.classes.max(1))
    }

    /// Adds an image of which this distribution over the classes is wanted.
    pub fn add(&mut self, answer: &[f32], weight: f64) {
        self.rows.extend_from_slice(answer);
        self.weights.push(weight);
    }

    /// Moves what is wanted of one image by `share` of the way to `answer`, a distribution over the classes.
    pub fn mix_in(&mut self, image: usize, answer: &[f32], share: f64) {
        let share = share as f32;
        for (value, p) in self.rows.iter_mut().skip(image * self.classes).take(self.classes).zip(answer) {
            *value = (1.0 - share) * *value + share * p;
        }
    }

    /// The cross-entropy of `[n, classes]` logits, its weighted mean over the batch: a tensor of one element.
    #[must_use]
    pub fn loss(&self, logits: Tensor<2>, device: &Device) -> Tensor<1> {
        let rows = self.answers().zip(&self.weights);
        let weighed = rows.flat_map(|(row, weight)| row.iter().map(move |value| (f64::from(*value) * weight) as f32));
        let target = TensorData::new(weighed.collect::<Vec<f32>>(), [self.len(), self.classes]);
        let target = Tensor::<2>::from_data(target, device);
        (log_softmax(logits, 1) * target).sum().neg() / self.weights.iter().sum::<f64>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_agrees_with_the_definition() {
        let device = Device::flex();
        let logits = Tensor::<2>::from_floats([[2.0, 0.0, 0.0], [0.0, 0.0, 1.0]], &device);
        let plain = Targets::new(&[5, 5, 5], 0.0, false).of(&[0, 1]).loss(logits.clone(), &device);
        let (e2, e1) = (2.0_f64.exp(), 1.0_f64.exp());
        let expected = ((2.0 + e2).ln() - 2.0 + (2.0 + e1).ln()) / 2.0;
        assert!((f64::from(plain.into_scalar::<f32>()) - expected).abs() < 1e-6);
        let smooth = Targets::new(&[5, 5, 5], 0.3, false).of(&[0, 1]).loss(logits, &device);
        let expected = ((2.0 + e2).ln() - 0.8 * 2.0 + (2.0 + e1).ln() - 0.1) / 2.0;
        assert!((f64::from(smooth.into_scalar::<f32>()) - expected).abs() < 1e-6);
    }

    #[test]
    fn a_target_leans_towards_an_answer_by_its_share() {
        let device = Device::flex();
        let logits = || Tensor::<2>::from_floats([[1.0, 0.0], [0.0, 0.0]], &device);
        let mut wanted = Targets::new(&[5, 5], 0.0, false).of(&[0, 1]);
        wanted.mix_in(0, &[0.2, 0.8], 0.5);
        let shift = (1.0 + 1.0_f64.exp()).ln();
        let expected = (0.6 * (shift - 1.0) + 0.4 * shift + 2.0_f64.ln()) / 2.0;
        assert!((f64::from(wanted.loss(logits(), &device).into_scalar::<f32>()) - expected).abs() < 1e-6);
        let before = wanted.clone();
        wanted.mix_in(1, &[0.5, 0.5], 0.0);
        assert_eq!(wanted, before);
    }

    #[test]
    fn rare_classes_weigh_more_and_the_mean_weight_of_an_image_is_one() {
        let targets = Targets::new(&[90, 10, 0], 0.0, true);
        assert!((targets.weights[0] * 90.0 + targets.weights[1] * 10.0 - 100.0).abs() < 1e-9);
        assert!(targets.weights[1] > targets.weights[0]);
    }
}
