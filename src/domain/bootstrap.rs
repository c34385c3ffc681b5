//! How sure a difference between two models is: both are scored on the same resampled cells, again and again (Efron 1979).

use std::collections::BTreeMap;

use rand::{RngExt as _, SeedableRng as _, rngs::ChaCha8Rng};
use serde::{Deserialize, Serialize};

use super::interval::Interval;

/// Times that the cells are drawn anew.
pub const RESAMPLES: usize = 2000;
/// Of every interval, so that the same cells always give the same one.
pub const SEED: u64 = 1;

/// One cell under two models, by labels of one class list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paired {
    pub truth: usize,
    pub a: usize,
    pub b: usize,
}

/// Differences, A minus B, with percentile intervals of 95 %.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Differences {
    pub macro_f1_difference: Option<f64>,
    /// Of the macro F1.
    pub ci: Option<Interval>,
    pub accuracy_difference: Option<f64>,
    pub accuracy_ci: Option<Interval>,
    pub balanced_accuracy_difference: Option<f64>,
    pub balanced_accuracy_ci: Option<Interval>,
    pub resamples: usize,
    pub seed: u64,
}

impl Differences {
    /// Scores both models on all cells and on `resamples` draws with repetition of as many units as there are. `units` names
    /// the unit that each cell is drawn with: its patient or slide, or itself.
    #[must_use]
    pub fn of(cells: &[Paired], units: &[usize], classes: usize, resamples: usize, seed: u64) -> Self {
        let mut tally = Tally::new(classes);
        cells.iter().for_each(|cell| tally.add(*cell));
        let observed = tally.differences();
        let members = members(units.iter().take(cells.len()));
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut drawn: [Vec<f64>; 3] = Default::default();
        for _ in 0..if members.is_empty() { 0 } else { resamples } {
            tally.clear();
            for _ in 0..members.len() {
                let unit = members.get(rng.random_range(0..members.len()));
                unit.into_iter().flatten().filter_map(|place| cells.get(*place)).for_each(|cell| tally.add(*cell));
            }
            if let Some(differences) = tally.differences() {
                for (list, value) in drawn.iter_mut().zip(differences) {
                    list.push(value);
                }
            }
        }
        let [macro_f1, accuracy, balanced] = drawn.map(percentiles);
        let [f1, acc, bal] = observed.map_or([None; 3], |values| values.map(Some));
        Self {
            macro_f1_difference: f1,
            ci: macro_f1,
            accuracy_difference: acc,
            accuracy_ci: accuracy,
            balanced_accuracy_difference: bal,
            balanced_accuracy_ci: balanced,
            resamples,
            seed,
        }
    }
}

/// The places of each unit's cells, unit by unit.
#[must_use]
pub fn members<'a>(units: impl IntoIterator<Item = &'a usize>) -> Vec<Vec<usize>> {
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (place, unit) in units.into_iter().enumerate() {
        members.entry(*unit).or_default().push(place);
    }
    members.into_values().collect()
}

/// What is counted of one class.
#[derive(Clone, Copy, Default)]
struct Class {
    support: u64,
    /// Given to the class by A and by B.
    given: [u64; 2],
    hits: [u64; 2],
}

/// Counts enough for all three figures, without two whole matrices a draw.
struct Tally {
    classes: Vec<Class>,
    cells: u64,
}

impl Tally {
    fn new(classes: usize) -> Self {
        Self { classes: vec![Class::default(); classes], cells: 0 }
    }

    fn clear(&mut self) {
        self.classes.fill(Class::default());
        self.cells = 0;
    }

    fn add(&mut self, Paired { truth, a, b }: Paired) {
        self.cells += 1;
        if let Some(class) = self.classes.get_mut(truth) {
            class.support += 1;
            class.hits[0] += u64::from(a == truth);
            class.hits[1] += u64::from(b == truth);
        }
        if let Some(class) = self.classes.get_mut(a) {
            class.given[0] += 1;
        }
        if let Some(class) = self.classes.get_mut(b) {
            class.given[1] += 1;
        }
    }

    /// Macro F1, accuracy and balanced accuracy, A minus B, averaged over the classes present.
    fn differences(&self) -> Option<[f64; 3]> {
        let [f1_a, accuracy_a, balanced_a] = self.figures(|class| (class.given[0], class.hits[0]))?;
        let [f1_b, accuracy_b, balanced_b] = self.figures(|class| (class.given[1], class.hits[1]))?;
        Some([f1_a - f1_b, accuracy_a - accuracy_b, balanced_a - balanced_b])
    }

    /// The same three of one model, whose images given a class and hits `of` picks out.
    fn figures(&self, of: impl Fn(&Class) -> (u64, u64)) -> Option<[f64; 3]> {
        let (mut f1, mut recall, mut present, mut correct) = (0.0, 0.0, 0_u32, 0);
        for class in self.classes.iter().filter(|class| class.support > 0) {
            let (given, hits) = of(class);
            f1 += 2.0 * hits as f64 / (class.support + given) as f64;
            recall += hits as f64 / class.support as f64;
            present += 1;
            correct += hits;
        }
        let n = f64::from(present);
        (present > 0).then(|| [f1 / n, correct as f64 / self.cells as f64, recall / n])
    }
}

/// The 2.5th and 97.5th percentile, linear between neighbours as numpy does it.
pub(super) fn percentiles(mut values: Vec<f64>) -> Option<Interval> {
    values.sort_by(f64::total_cmp);
    let at = |share: f64| -> Option<f64> {
        let place = share * (values.len().checked_sub(1)?) as f64;
        let (low, high) = (values.get(place.floor() as usize)?, values.get(place.ceil() as usize)?);
        Some(low + (high - low) * place.fract())
    };
    Some(Interval { low: at(0.025)?, high: at(0.975)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `n` cells of two classes of which A gets `a` right and B `b`, each its own.
    fn cells(n: usize, a: usize, b: usize) -> Vec<Paired> {
        let given = |right: bool, truth: usize| if right { truth } else { 1 - truth };
        let cell = |i: usize| {
            let truth = i % 2;
            Paired { truth, a: given(i < a, truth), b: given(i >= n - b, truth) }
        };
        (0..n).map(cell).collect()
    }

    /// Every cell drawn by itself.
    fn alone(cells: &[Paired], classes: usize, resamples: usize, seed: u64) -> Differences {
        Differences::of(cells, &(0..cells.len()).collect::<Vec<_>>(), classes, resamples, seed)
    }

    /// Ten copies of each cell say no more than one: drawn as units, they widen the interval to what it was.
    #[test]
    fn cells_of_one_patient_are_drawn_together() {
        let once = cells(60, 54, 48);
        let copies: Vec<Paired> = once.iter().flat_map(|cell| [*cell; 10]).collect();
        let patients: Vec<usize> = (0..copies.len()).map(|place| place / 10).collect();
        let width = |found: &Differences| found.accuracy_ci.map(|ci| ci.high - ci.low).unwrap();
        let (few, many) = (alone(&once, 2, 500, 1), alone(&copies, 2, 500, 1));
        let grouped = Differences::of(&copies, &patients, 2, 500, 1);
        assert!(width(&many) < 0.5 * width(&few), "{} {}", width(&many), width(&few));
        assert_eq!(grouped.accuracy_ci, few.accuracy_ci);
        assert_eq!(grouped.accuracy_difference, many.accuracy_difference);
    }

    #[test]
    fn the_same_seed_gives_the_same_interval_and_another_one_nearly() {
        let cells = cells(400, 380, 360);
        let once = alone(&cells, 2, 500, 3);
        assert_eq!(once, alone(&cells, 2, 500, 3));
        let other = alone(&cells, 2, 500, 4);
        assert_ne!(once.ci, other.ci);
        assert!((once.accuracy_ci.unwrap().low - other.accuracy_ci.unwrap().low).abs() < 0.02);
    }

    /// Of 400 cells A alone is right on 40 and B alone on 20: the difference's standard error is known.
    #[test]
    fn the_interval_of_the_accuracy_is_the_one_of_the_normal_approximation() {
        let found = alone(&cells(400, 380, 360), 2, 4000, 1);
        assert!((found.accuracy_difference.unwrap() - 0.05).abs() < 1e-12);
        let error = ((60.0 / 400.0 - 0.05_f64.powi(2)) / 400.0).sqrt();
        let interval = found.accuracy_ci.unwrap();
        assert!((interval.low - (0.05 - 1.96 * error)).abs() < 0.004, "{interval:?}");
        assert!((interval.high - (0.05 + 1.96 * error)).abs() < 0.004, "{interval:?}");
        let balanced = found.balanced_accuracy_difference.unwrap();
        assert!((balanced - 0.05).abs() < 1e-12, "{balanced}");
    }

    #[test]
    fn a_model_against_itself_has_no_difference_and_no_cell_has_none() {
        let cells: Vec<Paired> = (0..50).map(|i| Paired { truth: i % 3, a: i % 2, b: i % 2 }).collect();
        let found = alone(&cells, 3, 200, 1);
        assert_eq!((found.macro_f1_difference, found.ci), (Some(0.0), Some(Interval { low: 0.0, high: 0.0 })));
        let none = alone(&[], 3, 200, 1);
        assert_eq!((none.macro_f1_difference, none.ci), (None, None));
    }

    #[test]
    fn percentiles_are_those_of_numpy() {
        let interval = percentiles((1..=10).map(f64::from).collect()).unwrap();
        assert!((interval.low - 1.225).abs() < 1e-12 && (interval.high - 9.775).abs() < 1e-12);
    }
}
