//! How far images are from those that a model learned from, told without a label.

use serde::{Deserialize, Serialize};

use super::{binomial, profile::Home};
use crate::fault::Failure;

/// What people are told.
pub const VERDICT: &str = "these images do not look like the ones this model learned from";

/// Fewer images give no verdict: one odd cell is no other lab.
pub const FEWEST: usize = 8;
/// Chance that as many doubtful cells come from the model's own lab, under which they are not taken for its own.
const CHANCE: f64 = 0.005;
/// The share of doubtful cells must be so many times that at home too: of very many cells a small difference is certain.
const TIMES: f64 = 2.0;

/// Deviations by which the mean cell must be odder than at home, and the same in deviations of such a mean: another slide of the
/// own lab moves it too. Batches of 50 from PBC's test split were at 0.4 at most; from Chula, BCCD and KRD at 2.6 and more to
/// MobileNet, from the first two at 1.5 and more to Xception, which finds KRD's cells no odder and doubts them.
const ODDER: f64 = 1.0;
const SURELY: f64 = 4.0;

/// What tells another lab's images apart, from the images and the confidences alone.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Shift {
    /// Mean confidence in the given class; well above the accuracy means overconfidence.
    pub mean_confidence: Option<f64>,
    /// Images that the following was measured on.
    #[serde(default)]
    pub images: usize,
    /// Size of the nuclei against those that the model learned from, in their frames.
    #[serde(default)]
    pub nucleus_ratio: Option<f64>,
    /// Distance of the background's colour, in natural optical density.
    #[serde(default)]
    pub background: Option<f64>,
    /// Distance of the stain's strength: the difference of logarithms.
    #[serde(default)]
    pub stain: Option<f64>,
    /// Distance between the model's norm statistics and those of these images, in standard deviations.
    #[serde(default)]
    pub norms: Option<f64>,
    /// The same for images of the model's own lab.
    #[serde(default)]
    pub norms_at_home: Option<f64>,
    /// Share of the cells that the model doubts at its first look.
    #[serde(default)]
    pub unsure: Option<f64>,
    /// The share that cells of its own lab which are given the same classes would show; `None` where it was not measured.
    #[serde(default)]
    pub unsure_at_home: Option<f64>,
    /// How much odder what the network sees in each cell is than at home, in deviations among cells of the same class, on the
    /// mean; `None` where that was not measured.
    #[serde(default)]
    pub oddness: Option<f64>,
    /// Whether confidences are those that were calibrated at another lab.
    #[serde(default)]
    pub calibrated_elsewhere: bool,
    /// [`VERDICT`] where the measured distances are beyond those of the model's own lab.
    #[serde(default)]
    pub verdict: Option<String>,
    /// What speaks for the verdict, in words; empty without one.
    #[serde(default)]
    pub reasons: Vec<String>,
}

impl Shift {
    /// The verdict in words for a person, where there is one.
    #[must_use]
    pub fn warning(&self) -> Option<Failure> {
        let verdict = self.verdict.as_ref()?;
        Some(Failure::new(
            verdict,
            self.reasons.join("; "),
            "fit the model to this lab with `leuko adapt`, and check its answers yourself",
        ))
    }
}

/// How sure a model was of the cells of a batch, counted as they come.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Doubt {
    pub cells: u64,
    /// Those that it doubted at the first look.
    pub doubtful: u64,
    /// Those that it would have doubted at home, given the classes that it gave; no number where that was not measured.
    expected: f64,
    confidence: f64,
    /// Cells whose oddness is known, and its sum.
    odd_cells: u64,
    odd: f64,
}

impl Doubt {
    /// Counts one cell: the class that it was given, the confidence in it, and whether the first look was doubtful.
    pub fn add(&mut self, class: &str, confidence: f32, doubtful: bool, home: &Home) {
        self.cells += 1;
        self.doubtful += u64::from(doubtful);
        self.confidence += f64::from(confidence);
        self.expected += home.doubtful_of(class).unwrap_or(f64::NAN);
    }

    /// Counts how odd a cell is, in deviations among its class's at home, where that is known.
    pub fn add_oddness(&mut self, odd: Option<f32>) {
        if let Some(odd) = odd.filter(|odd| odd.is_finite()) {
            self.odd_cells += 1;
            self.odd += f64::from(odd);
        }
    }

    /// The mean of it.
    #[must_use]
    pub fn oddness(&self) -> Option<f64> {
        (self.odd_cells > 0).then(|| self.odd / self.odd_cells as f64)
    }

    /// Whether the cells are odder than chance or another slide would make them at home.
    #[must_use]
    pub fn is_odd(&self) -> bool {
        self.oddness().is_some_and(|mean| mean > ODDER && mean * (self.odd_cells as f64).sqrt() > SURELY)
    }

    /// Whether features or doubts speak for another lab.
    #[must_use]
    pub fn is_elsewhere(&self) -> bool {
        self.cells >= FEWEST as u64 && (self.is_odd() || self.is_strange())
    }

    #[must_use]
    pub fn mean_confidence(&self) -> Option<f64> {
        self.over_cells(self.confidence)
    }

    /// Share of doubtful cells.
    #[must_use]
    pub fn share(&self) -> Option<f64> {
        self.over_cells(self.doubtful as f64)
    }

    /// The share that the model's own lab would show; `None` where it was not measured.
    #[must_use]
    pub fn share_at_home(&self) -> Option<f64> {
        self.over_cells(self.expected).filter(|share| share.is_finite())
    }

    /// Whether there are more doubtful cells than chance would bring at home. The count of cells of unequal chances scatters
    /// less than the binomial one of their mean (Hoeffding 1956), so that the test errs towards silence.
    #[must_use]
    pub fn is_strange(&self) -> bool {
        let (Some(share), Some(home)) = (self.share(), self.share_at_home()) else { return false };
        share > TIMES * home && binomial::at_least(self.doubtful, self.cells, home) < CHANCE
    }

    fn over_cells(&self, sum: f64) -> Option<f64> {
        (self.cells > 0).then(|| sum / self.cells as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{look::Look, profile::Doubtful};

    fn home() -> Home {
        let of = |class: &str, doubtful, cells| Doubtful { class: class.to_owned(), doubtful, cells };
        let doubtful = vec![of("ig", 28, 280), of("platelet", 0, 198)];
        Home { look: Look::default(), norms: 0.065, norms_of_one_class: None, doubtful }
    }

    fn doubt(class: &str, cells: u64, doubtful: u64) -> Doubt {
        let mut doubt = Doubt::default();
        (0..cells).for_each(|i| doubt.add(class, 0.9, i < doubtful, &home()));
        doubt
    }

    #[test]
    fn a_class_that_is_doubted_at_home_may_be_doubted() {
        // One in ten at home, (28 + 1) of (280 + 2).
        assert!((doubt("ig", 50, 8).share_at_home().unwrap() - 29.0 / 282.0).abs() < 1e-12);
        assert!(!doubt("ig", 50, 8).is_strange() && doubt("ig", 50, 20).is_strange());
        // Hardly ever at home.
        assert!(doubt("platelet", 50, 8).is_strange() && !doubt("platelet", 50, 1).is_strange());
    }

    #[test]
    fn few_cells_may_scatter_further_and_many_must_differ_by_more_than_a_little() {
        assert!(!doubt("ig", 8, 3).is_strange() && doubt("ig", 8, 6).is_strange());
        assert!(!doubt("ig", 20_000, 2_600).is_strange(), "sure to be more than at home, and hardly more");
    }

    #[test]
    fn many_odd_cells_are_strange_and_a_few_or_hardly_odd_ones_are_not() {
        let odd = |cells: usize, by: f32| {
            let mut doubt = Doubt::default();
            (0..cells).for_each(|_| doubt.add_oddness(Some(by)));
            doubt.is_odd()
        };
        assert!(odd(50, 2.0) && !odd(3, 2.0), "three cells may be odd by chance");
        assert!(!odd(50, 0.5) && !odd(5000, 0.9), "another slide of the own lab");
        assert!(!Doubt::default().is_odd());
    }

    #[test]
    fn what_was_not_measured_at_home_gives_no_verdict() {
        assert_eq!(doubt("monocyte", 50, 50).share_at_home(), None);
        assert!(!doubt("monocyte", 50, 50).is_strange());
        assert_eq!((Doubt::default().share(), Doubt::default().mean_confidence()), (None, None));
    }
}
