//! How far confidences can be believed: calibration errors over bins, Brier score and log loss.

use serde::{Deserialize, Serialize};

/// Bins of the reliability diagram and of the calibration errors.
pub const BINS: usize = 15;

/// One bin of the reliability diagram. Of equal width it holds the confidences above `low` up to `high`, the first one from 0
/// on; of equal mass those from `low` to `high`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Bin {
    pub low: f64,
    pub high: f64,
    pub count: u64,
    pub correct: u64,
    /// Mean confidence of its images; `None` for an empty bin.
    pub confidence: Option<f64>,
    /// Share of them that were given their true class.
    pub accuracy: Option<f64>,
}

/// An image's confidence, whether it is right, and how often it counts.
pub type Weighed = (f64, bool, u64);

/// Sums of a bin.
#[derive(Clone, Copy, Default)]
struct Sums {
    confidence: f64,
    correct: u64,
    count: u64,
}

impl Sums {
    fn add(&mut self, (confidence, correct, times): Weighed) {
        self.confidence += confidence * times as f64;
        self.correct += if correct { times } else { 0 };
        self.count += times;
    }

    fn bin(self, low: f64, high: f64) -> Bin {
        let mean = |sum: f64| (self.count > 0).then(|| sum / self.count as f64);
        let (confidence, accuracy) = (mean(self.confidence), mean(self.correct as f64));
        Bin { low, high, count: self.count, correct: self.correct, confidence, accuracy }
    }
}

/// The bin of equal width that a confidence falls into.
#[must_use]
pub fn bin_of(confidence: f64) -> usize {
    ((confidence * BINS as f64).ceil() as usize).clamp(1, BINS) - 1
}

/// The reliability diagram of (confidence, correct) pairs over bins of equal width, lowest bin first.
#[must_use]
pub fn reliability(judged: impl IntoIterator<Item = (f64, bool)>) -> Vec<Bin> {
    equal_width(judged.into_iter().map(|(confidence, correct)| (confidence, correct, 1)))
}

/// The same of images that count more than once, or not at all.
#[must_use]
pub fn equal_width(judged: impl IntoIterator<Item = Weighed>) -> Vec<Bin> {
    let mut sums = [Sums::default(); BINS];
    for one in judged {
        if let Some(sums) = sums.get_mut(bin_of(one.0)) {
            sums.add(one);
        }
    }
    let edge = |place: usize| place as f64 / BINS as f64;
    sums.into_iter().enumerate().map(|(place, sums)| sums.bin(edge(place), edge(place + 1))).collect()
}

/// Bins that hold about as many images each (Nixon et al. 2019), lowest confidence first, from images in that order. Equal
/// confidences stay in one bin, so that there may be fewer than [`BINS`].
#[must_use]
pub fn equal_mass(ascending: &[Weighed]) -> Vec<Bin> {
    let total: u64 = ascending.iter().map(|(.., times)| times).sum();
    let (mut bins, mut sums, mut low, mut last) = (Vec::with_capacity(BINS), Sums::default(), 0.0, 0.0);
    let mut before = 0;
    for one @ (confidence, _, times) in ascending.iter().copied().filter(|(.., times)| *times > 0) {
        let full = (before * BINS as u64) >= (bins.len() as u64 + 1) * total;
        if full && confidence > last {
            bins.push(sums.bin(low, last));
            sums = Sums::default();
        }
        if sums.count == 0 {
            low = confidence;
        }
        sums.add(one);
        last = confidence;
        before += times;
    }
    if sums.count > 0 {
        bins.push(sums.bin(low, last));
    }
    bins
}

/// The equal-mass bins of (confidence, correct) pairs in any order.
#[must_use]
pub fn equal_mass_of(judged: impl IntoIterator<Item = (f64, bool)>) -> Vec<Bin> {
    let mut judged: Vec<Weighed> = judged.into_iter().map(|(confidence, correct)| (confidence, correct, 1)).collect();
    judged.sort_by(|a, b| a.0.total_cmp(&b.0));
    equal_mass(&judged)
}

/// Expected calibration error (Naeini et al. 2015) of (confidence, correct) pairs over 15 equal-width bins; `None`
/// without a pair.
#[must_use]
pub fn expected_error(judged: impl IntoIterator<Item = (f64, bool)>) -> Option<f64> {
    error_of(&reliability(judged))
}

/// The mean distance between confidence and accuracy over bins of either kind.
#[must_use]
pub fn error_of(bins: &[Bin]) -> Option<f64> {
    let n: u64 = bins.iter().map(|bin| bin.count).sum();
    let gap = |bin: &Bin| Some(bin.count as f64 * (bin.confidence? - bin.accuracy?).abs());
    let sum: f64 = bins.iter().filter_map(gap).sum();
    (n > 0).then(|| sum / n as f64)
}

/// Brier score of one image (Brier 1950): the squared distance of its probabilities to its truth, from 0 to 2.
#[must_use]
pub fn brier(probabilities: &[f32], truth: usize) -> f64 {
    let term = |(label, p): (usize, &f32)| (f64::from(*p) - f64::from(u8::from(label == truth))).powi(2);
    probabilities.iter().enumerate().map(term).sum()
}

/// Log loss of one image in nats. A probability too small to be told from 0 counts as the smallest number there is.
#[must_use]
pub fn log_loss(probabilities: &[f32], truth: usize) -> f64 {
    -f64::from(probabilities.get(truth).copied().unwrap_or(0.0).max(f32::MIN_POSITIVE)).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_that_is_right_as_often_as_it_says_has_no_error() {
        let even = (0..100).map(|i| (0.75, i % 4 != 0));
        assert!(expected_error(even).unwrap() < 1e-12);
        let boastful = (0..100).map(|i| (0.95, i % 2 == 0));
        assert!((expected_error(boastful).unwrap() - 0.45).abs() < 1e-12);
        assert_eq!(expected_error([]), None);
    }

    #[test]
    fn bins_count_what_falls_into_them() {
        let bins = reliability([(0.0, false), (1.0 / 15.0, true), (0.07, true), (1.0, true), (0.95, false)]);
        assert_eq!(bins.iter().map(|bin| bin.count).collect::<Vec<_>>(), [2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2]);
        assert_eq!((bins[0].correct, bins[14].accuracy, bins[14].confidence), (1, Some(0.5), Some(0.975)));
        assert_eq!((bins[2].confidence, bins[2].accuracy), (None, None));
    }

    /// 1,500 confidences in the last bin of equal width: half of a percent too high in its lower half and too low in its
    /// upper half. One bin hides it, fifteen show it.
    #[test]
    fn bins_of_equal_mass_see_into_the_last_bin_of_equal_width() {
        let image = |i: usize| {
            let wrong_of_a_hundred = if i < 750 { 3 } else { 1 };
            (0.98 + 1e-6 * i as f64, i * 37 % 100 >= wrong_of_a_hundred)
        };
        let images: Vec<_> = (0..1500).map(image).collect();
        let bins = equal_mass_of(images.iter().copied());
        assert_eq!(bins.iter().map(|bin| bin.count).collect::<Vec<_>>(), [100; BINS]);
        let (wide, fine) = (expected_error(images.iter().copied()).unwrap(), error_of(&bins).unwrap());
        assert!(wide < 0.002 && (fine - 0.01).abs() < 0.001, "{wide} {fine}");
    }

    #[test]
    fn equal_confidences_share_a_bin_and_weights_count() {
        let bins = equal_mass_of((0..100).map(|i| (if i < 90 { 1.0 } else { 0.5 + f64::from(i) / 1000.0 }, true)));
        assert_eq!(bins.iter().map(|bin| bin.count).sum::<u64>(), 100);
        assert_eq!(
            bins.last().map(|bin| (bin.count, bin.low, bin.high)),
            Some((93, 0.597, 1.0)),
            "all ninety, with the three that the bin before left"
        );
        let twice = equal_mass(&[(0.5, true, 2), (0.75, false, 0), (1.0, true, 2)]);
        assert_eq!(twice.iter().map(|bin| (bin.low, bin.count)).collect::<Vec<_>>(), [(0.5, 2), (1.0, 2)]);
    }

    #[test]
    fn scores_of_one_image_are_known_by_hand() {
        assert!(brier(&[1.0, 0.0], 0).abs() < 1e-12);
        assert!((brier(&[1.0, 0.0], 1) - 2.0).abs() < 1e-12);
        assert!((log_loss(&[0.5, 0.5], 1) - std::f64::consts::LN_2).abs() < 1e-9);
        assert!(log_loss(&[1.0, 0.0], 1).is_finite());
    }
}
