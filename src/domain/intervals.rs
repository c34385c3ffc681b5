//! How sure the figures of one model are: each is worked out again on cells drawn anew, again and again (Efron 1979).

use rand::{RngExt as _, SeedableRng as _, rngs::ChaCha8Rng};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::{
    bootstrap::{RESAMPLES, SEED, percentiles},
    calibration::{self, Weighed},
    interval::Interval,
    prediction::Judged,
};
use crate::fault::{Halt, StopToken};

/// Share of the draws on which a figure must be defined for an interval to be spoken of.
const DEFINED: f64 = 0.5;

/// 95 % percentile intervals of the figures of a whole set; `None` where a figure is not defined.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Intervals {
    pub balanced_accuracy: Option<Interval>,
    pub macro_f1: Option<Interval>,
    pub kappa: Option<Interval>,
    pub ece: Option<Interval>,
    pub adaptive_ece: Option<Interval>,
    pub brier: Option<Interval>,
    pub log_loss: Option<Interval>,
    pub macro_roc_auc: Option<Interval>,
    pub macro_average_precision: Option<Interval>,
    pub aurc: Option<Interval>,
    /// The calibration errors that a model whose confidences are exactly right stays under on these cells 19 times in 20.
    #[serde(default)]
    pub ece_of_honest: Option<f64>,
    #[serde(default)]
    pub adaptive_ece_of_honest: Option<f64>,
}

impl Intervals {
    /// Draws as many units as there are with repetition, in parallel; `units` names the unit of each image, which is drawn as
    /// one: its patient or slide, or itself. `observed` are the two calibration errors of all images.
    ///
    /// # Errors
    /// [`Halt::Stopped`].
    pub fn of(
        judged: &[Judged],
        units: &[usize],
        classes: usize,
        observed: [Option<f64>; 2],
        stop: &StopToken,
    ) -> Result<Self, Halt> {
        let sheet = Sheet::new(judged, units, classes);
        if sheet.cells.is_empty() {
            return Ok(Self::default());
        }
        let draw = |index: usize| {
            stop.check()?;
            let mut rng = ChaCha8Rng::seed_from_u64(SEED.wrapping_add((index as u64) << 32));
            let figures = sheet.figures(&sheet.drawn(&mut rng));
            Ok((figures, sheet.honest(&mut rng)))
        };
        let draws: Result<Vec<_>, Halt> = (0..RESAMPLES).into_par_iter().map(draw).collect();
        let (figures, honest): (Vec<_>, Vec<_>) = draws?.into_iter().unzip();
        let of = |place: usize| {
            let values: Vec<f64> = figures.iter().filter_map(|figures: &Figures| *figures.get(place)?).collect();
            (values.len() as f64 >= DEFINED * RESAMPLES as f64).then(|| percentiles(values)).flatten()
        };
        let level = |place: usize| {
            let mut values: Vec<f64> =
                honest.iter().filter_map(|errors: &[f64; 2]| errors.get(place).copied()).collect();
            values.sort_by(f64::total_cmp);
            values.get(values.len() * 19 / 20).copied()
        };
        let [ece, adaptive] = observed;
        Ok(Self {
            balanced_accuracy: of(0),
            macro_f1: of(1),
            kappa: of(2),
            ece: unbiased(of(3), ece),
            adaptive_ece: unbiased(of(4), adaptive),
            brier: of(5),
            log_loss: of(6),
            macro_roc_auc: of(7),
            macro_average_precision: of(8),
            aurc: of(9),
            ece_of_honest: level(0),
            adaptive_ece_of_honest: level(1),
        })
    }
}

/// Drawn cells scatter around the observed ones as those do around the truth, which adds to a calibration error each time:
/// the percentiles are turned around the observed value (Davison and Hinkley 1997, the basic interval), which they enclose.
fn unbiased(drawn: Option<Interval>, observed: Option<f64>) -> Option<Interval> {
    let (drawn, observed) = drawn.zip(observed)?;
    let turned = |value: f64| (2.0 * observed - value).max(0.0);
    Some(Interval { low: turned(drawn.high).min(observed), high: turned(drawn.low).max(observed) })
}

/// In the order of [`Intervals`].
type Figures = [Option<f64>; 10];

/// What is known of one cell.
struct Cell {
    truth: usize,
    given: usize,
    confidence: f64,
    brier: f64,
    log_loss: f64,
}

/// The cells, sorted once in every way that a figure needs, so that a draw only weighs them.
struct Sheet {
    cells: Vec<Cell>,
    classes: usize,
    /// Cells of each unit.
    units: Vec<Vec<usize>>,
    /// Places by rising confidence.
    ascending: Vec<usize>,
    /// Of each class: scores and places, the highest score first.
    ranked: Vec<Vec<(f32, usize)>>,
}

impl Sheet {
    fn new(judged: &[Judged], units: &[usize], classes: usize) -> Self {
        let mut sheet =
            Self { cells: Vec::new(), classes, units: Vec::new(), ascending: Vec::new(), ranked: Vec::new() };
        let mut kept = Vec::with_capacity(judged.len());
        for (one, unit) in judged.iter().zip(units) {
            let Some((given, confidence)) = one.prediction.top() else { continue };
            let (brier, log_loss) =
                (calibration::brier(&one.prediction.0, one.truth), calibration::log_loss(&one.prediction.0, one.truth));
            if sheet.units.len() <= *unit {
                sheet.units.resize_with(*unit + 1, Vec::new);
            }
            if let Some(members) = sheet.units.get_mut(*unit) {
                members.push(sheet.cells.len());
            }
            sheet.cells.push(Cell { truth: one.truth, given, confidence: f64::from(confidence), brier, log_loss });
            kept.push(one);
        }
        sheet.units.retain(|members| !members.is_empty());
        sheet.ascending = (0..sheet.cells.len()).collect();
        let confidence = |place: &usize| sheet.cells.get(*place).map_or(0.0, |cell| cell.confidence);
        sheet.ascending.sort_by(|a, b| confidence(a).total_cmp(&confidence(b)));
        let ranked = |label: usize| {
            let score = |(place, one): (usize, &&Judged)| (one.prediction.0.get(label).copied().unwrap_or(0.0), place);
            let mut scores: Vec<_> = kept.iter().enumerate().map(score).collect();
            scores.sort_by(|a, b| b.0.total_cmp(&a.0));
            scores
        };
        sheet.ranked = (0..classes).map(ranked).collect();
        sheet
    }

    /// How often each cell counts in one draw of units.
    fn drawn(&self, rng: &mut ChaCha8Rng) -> Vec<u64> {
        let mut times = vec![0; self.cells.len()];
        for _ in 0..self.units.len() {
            for place in self.units.get(rng.random_range(0..self.units.len())).into_iter().flatten() {
                if let Some(times) = times.get_mut(*place) {
                    *times += 1;
                }
            }
        }
        times
    }

    fn figures(&self, times: &[u64]) -> Figures {
        let total: u64 = times.iter().sum();
        let mean = |of: fn(&Cell) -> f64| {
            let sum: f64 = self.cells.iter().zip(times).map(|(cell, times)| of(cell) * *times as f64).sum();
            (total > 0).then(|| sum / total as f64)
        };
        let [balanced, f1, kappa] = self.of_counts(times, total as f64);
        let weighed = self.weighed(|place, cell| (cell.truth == cell.given, times.get(place).copied().unwrap_or(0)));
        let areas: Vec<[f64; 2]> =
            self.ranked.iter().enumerate().filter_map(|(label, ranked)| self.areas(label, ranked, times)).collect();
        let area = |which: fn(&[f64; 2]) -> f64| {
            (!areas.is_empty()).then(|| areas.iter().map(which).sum::<f64>() / areas.len() as f64)
        };
        let ece = calibration::error_of(&calibration::equal_width(weighed.iter().copied()));
        let adaptive = calibration::error_of(&calibration::equal_mass(&weighed));
        let (brier, log_loss) = (mean(|cell| cell.brier), mean(|cell| cell.log_loss));
        let (roc, precision) = (area(|of| of[0]), area(|of| of[1]));
        [balanced, f1, kappa, ece, adaptive, brier, log_loss, roc, precision, risk_area(&weighed)]
    }

    /// The cells by rising confidence with what `of` says of each: whether it is right, and how often it counts.
    fn weighed(&self, mut of: impl FnMut(usize, &Cell) -> (bool, u64)) -> Vec<Weighed> {
        let cell = |place: &usize| {
            let cell = self.cells.get(*place)?;
            let (correct, times) = of(*place, cell);
            Some((cell.confidence, correct, times))
        };
        self.ascending.iter().filter_map(cell).collect()
    }

    /// Both calibration errors of a model that is right exactly as often as it says.
    fn honest(&self, rng: &mut ChaCha8Rng) -> [f64; 2] {
        let weighed = self.weighed(|_, cell| (rng.random::<f64>() < cell.confidence, 1));
        [calibration::equal_width(weighed.iter().copied()), calibration::equal_mass(&weighed)]
            .map(|bins| calibration::error_of(&bins).unwrap_or(0.0))
    }

    /// Balanced accuracy, macro F1 and kappa.
    fn of_counts(&self, times: &[u64], total: f64) -> [Option<f64>; 3] {
        let mut classes = vec![[0.0; 3]; self.classes];
        for (cell, times) in self.cells.iter().zip(times) {
            let times = *times as f64;
            if let Some([support, _, hits]) = classes.get_mut(cell.truth) {
                *support += times;
                *hits += if cell.truth == cell.given { times } else { 0.0 };
            }
            if let Some([_, given, _]) = classes.get_mut(cell.given) {
                *given += times;
            }
        }
        let present: Vec<&[f64; 3]> = classes.iter().filter(|[support, ..]| *support > 0.0).collect();
        let mean = |of: fn(&[f64; 3]) -> f64| {
            (!present.is_empty()).then(|| present.iter().map(|class| of(class)).sum::<f64>() / present.len() as f64)
        };
        let hits: f64 = classes.iter().map(|[.., hits]| hits).sum();
        let chance: f64 = classes.iter().map(|[support, given, _]| support / total * (given / total)).sum();
        let kappa = (chance < 1.0).then(|| (hits / total - chance) / (1.0 - chance));
        [
            mean(|[support, _, hits]| hits / support),
            mean(|[support, given, hits]| 2.0 * hits / (support + given)),
            kappa,
        ]
    }

    /// ROC area and average precision of one class; `None` where one side is empty.
    fn areas(&self, label: usize, ranked: &[(f32, usize)], times: &[u64]) -> Option<[f64; 2]> {
        let (mut hits, mut alarms, mut roc, mut precision) = (0.0, 0.0, 0.0, 0.0);
        for level in ranked.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq()) {
            let (mut of, mut others) = (0.0, 0.0);
            for (_, place) in level {
                let times = times.get(*place).copied().unwrap_or(0) as f64;
                let side =
                    if self.cells.get(*place).is_some_and(|cell| cell.truth == label) { &mut of } else { &mut others };
                *side += times;
            }
            roc += others * (hits + of / 2.0);
            hits += of;
            alarms += others;
            if of > 0.0 {
                precision += of * hits / (hits + alarms);
            }
        }
        (hits > 0.0 && alarms > 0.0).then(|| [roc / (hits * alarms), precision / hits])
    }
}

/// The area below the risk-coverage curve of cells by rising confidence.
fn risk_area(ascending: &[Weighed]) -> Option<f64> {
    let (mut kept, mut errors, mut sum) = (0.0, 0.0, 0.0);
    for level in ascending.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq()).rev() {
        let times: u64 = level.iter().map(|(.., times)| times).sum();
        let wrong: u64 = level.iter().filter(|(_, correct, _)| !correct).map(|(.., times)| times).sum();
        kept += times as f64;
        errors += wrong as f64;
        if kept > 0.0 {
            sum += errors / kept * times as f64;
        }
    }
    (kept > 0.0).then(|| sum / kept)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        classes::ClassList, confusion::Confusion, metrics::Metrics, prediction::Prediction, ranking::Ranking,
        risk::RiskCoverage,
    };
    use crate::fault::StopMode;

    /// Three classes, mostly right, with confidences that repeat here and there.
    fn judged(n: usize) -> Vec<Judged> {
        let one = |i: usize| {
            let truth = i % 3;
            let given = if i.is_multiple_of(11) { (truth + 1) % 3 } else { truth };
            let sure = 0.6 + 0.01 * (i * 7 % 31) as f32;
            let mut confidences = vec![(1.0 - sure) / 2.0; 3];
            confidences[given] = sure;
            Judged { path: i.to_string(), truth, sub_type: None, group: None, prediction: Prediction(confidences) }
        };
        (0..n).map(one).collect()
    }

    fn apart(n: usize) -> Vec<usize> {
        (0..n).collect()
    }

    #[test]
    fn cells_that_count_once_give_the_figures_of_the_set() {
        let judged = judged(150);
        let figures = Sheet::new(&judged, &apart(150), 3).figures(&[1; 150]);
        let mut confusion = Confusion::new(ClassList::new(["a", "b", "c"].map(str::to_owned)));
        judged.iter().for_each(|one| confusion.add(one.truth, one.prediction.top().unwrap().0));
        let metrics = Metrics::of(confusion);
        let verdicts = || judged.iter().filter_map(Judged::verdict);
        let mean = |of: &dyn Fn(&Judged) -> f64| Some(judged.iter().map(of).sum::<f64>() / 150.0);
        let area = |of: fn(&Ranking) -> Option<f64>| {
            Some((0..3).map(|label| of(&Ranking::of_class(&judged, label)).unwrap()).sum::<f64>() / 3.0)
        };
        let expected = [
            metrics.balanced_accuracy,
            metrics.macro_f1,
            metrics.kappa,
            calibration::expected_error(verdicts()),
            calibration::error_of(&calibration::equal_mass_of(verdicts())),
            mean(&|one| calibration::brier(&one.prediction.0, one.truth)),
            mean(&|one| calibration::log_loss(&one.prediction.0, one.truth)),
            area(Ranking::roc_auc),
            area(Ranking::average_precision),
            RiskCoverage::of(verdicts()).area(),
        ];
        for (place, (found, expected)) in figures.into_iter().zip(expected).enumerate() {
            assert!((found.unwrap() - expected.unwrap()).abs() < 1e-9, "{place}: {found:?} {expected:?}");
        }
    }

    #[test]
    fn intervals_enclose_the_figures_and_are_the_same_each_time() {
        let judged = judged(150);
        let of =
            |units: &[usize]| Intervals::of(&judged, units, 3, [Some(0.1), Some(0.12)], &StopToken::default()).unwrap();
        let found = of(&apart(150));
        assert_eq!(found, of(&apart(150)));
        let accuracy = 1.0 - 14.0 / 150.0;
        let balanced = found.balanced_accuracy.unwrap();
        // A standard error of 0.0237 on either side.
        assert!(balanced.low < accuracy && accuracy < balanced.high);
        assert!(
            (0.03..0.07).contains(&(balanced.high - accuracy)) || (0.03..0.07).contains(&(accuracy - balanced.low))
        );
        let ece = found.ece.unwrap();
        assert!(ece.low <= 0.1 && 0.1 <= ece.high, "{ece:?}");
        assert!(found.ece_of_honest.is_some_and(|level| level > 0.0 && level < 0.2));
        // Eleven slides, and all mistakes on one of them: fewer units know less.
        let grouped = of(&(0..150).map(|i| i % 11).collect::<Vec<_>>()).balanced_accuracy.unwrap();
        assert!(grouped.high - grouped.low > 2.0 * (balanced.high - balanced.low), "{grouped:?} {balanced:?}");
    }

    #[test]
    fn a_stop_is_heard_and_no_cell_has_no_interval() {
        let stop = StopToken::default();
        assert_eq!(Intervals::of(&[], &[], 3, [None; 2], &stop).unwrap(), Intervals::default());
        stop.stop(StopMode::Keep);
        assert!(Intervals::of(&judged(20), &apart(20), 3, [None; 2], &stop).is_err());
    }
}
