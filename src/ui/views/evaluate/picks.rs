//! Which judged images the gallery shows: those behind a cell, a bar, a bin, a point or a threshold, or every mistake.

use std::{cmp::Reverse, sync::Arc};

use egui::Context;

use super::{drawn::Drawn, mix::MixView};
use crate::{
    domain::{calibration::bin_of, classes, cross_table::CrossTable, prediction::Judged},
    eval::evaluate::Evaluation,
    job::aside::{Aside, Standing},
    ui::widgets::{
        gallery::GalleryView,
        matrix::{Cell, Mode},
    },
};

/// What stands beside the gallery.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Tab {
    #[default]
    Matrix,
    Classes,
    Calibration,
    Ranking,
    Risk,
    Mistakes,
    OtherLab,
}

impl Tab {
    pub const ALL: [Self; 7] =
        [Self::Matrix, Self::Classes, Self::Calibration, Self::Ranking, Self::Risk, Self::Mistakes, Self::OtherLab];

    pub fn title(self) -> &'static str {
        match self {
            Self::Matrix => t!("Confusion matrix"),
            Self::Classes => t!("Per class"),
            Self::Calibration => t!("Calibration"),
            Self::Ranking => t!("ROC and PR"),
            Self::Risk => t!("Risk and coverage"),
            Self::Mistakes => t!("Worst mistakes"),
            Self::OtherLab => t!("Another lab"),
        }
    }
}

/// A set of images that a figure is made of.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Shown {
    #[default]
    Mistakes,
    /// True class and predicted one.
    Cell(Cell),
    /// Finer type, as a row of the evaluation's table, and predicted class.
    Finer(Cell),
    /// Every image of a true class.
    Truth(usize),
    /// Images of the class that were given another one.
    Missed(usize),
    /// Images of another class that were given this one.
    FalselyGiven(usize),
    /// A bin of the reliability diagram.
    Bin(usize),
    /// Images on the wrong side of a threshold on one class's confidence.
    WrongAt { label: usize, threshold: f64 },
    /// Images that a threshold on the confidence refuses.
    Refused(f64),
    /// Mistakes that it keeps.
    KeptMistakes(f64),
}

impl Shown {
    /// Whether an image belongs to the set; `finer` is the evaluation's table of finer types.
    #[must_use]
    pub fn holds(self, one: &Judged, finer: Option<&CrossTable>) -> bool {
        let Some((given, confidence)) = one.prediction.top() else { return false };
        let wrong = given != one.truth;
        let sure = f64::from(confidence);
        match self {
            Self::Mistakes => wrong,
            Self::Cell(cell) => cell == (one.truth, given),
            Self::Finer((row, given)) => finer.is_some_and(|table| table.holds(row, given, one)),
            Self::Truth(label) => one.truth == label,
            Self::Missed(label) => one.truth == label && wrong,
            Self::FalselyGiven(label) => given == label && wrong,
            Self::Bin(bin) => bin_of(sure) == bin,
            Self::WrongAt { label, threshold } => {
                let reached = one.prediction.0.get(label).is_some_and(|p| f64::from(*p) >= threshold);
                reached != (one.truth == label)
            }
            Self::Refused(threshold) => sure < threshold,
            Self::KeptMistakes(threshold) => sure >= threshold && wrong,
        }
    }

    /// What the set is, in words.
    #[must_use]
    pub fn title(self, evaluation: &Evaluation) -> String {
        let name = |label| classes::title(evaluation.metrics.confusion.labels.name(label));
        match self {
            Self::Mistakes => t!("Most confident mistakes").to_owned(),
            Self::Cell((truth, given)) => {
                t!("True {truth}, predicted {given}", truth = name(truth), given = name(given))
            }
            Self::Finer((row, given)) => {
                let row = evaluation.sub_type_table().map_or_else(String::new, |table| table.row_name(row));
                t!("True {row}, predicted {given}", row, given = name(given))
            }
            Self::Truth(label) => t!("Every {label}", label = name(label)),
            Self::Missed(label) => t!("{label} that was given another class", label = name(label)),
            Self::FalselyGiven(label) => t!("Called {label}, but of another class", label = name(label)),
            Self::Bin(bin) => {
                let edge = |bin: usize| 100.0 * bin as f64 / crate::domain::calibration::BINS as f64;
                t!("Confidence above {low:.1} up to {high:.1} %", low = edge(bin), high = edge(bin + 1))
            }
            Self::WrongAt { label, threshold } => {
                t!("Wrong for {label} at {threshold:.1} %", label = name(label), threshold = 100.0 * threshold)
            }
            Self::Refused(threshold) => t!("Refused below {threshold:.1} %", threshold = 100.0 * threshold),
            Self::KeptMistakes(threshold) => t!("Mistakes kept at {threshold:.1} %", threshold = 100.0 * threshold),
        }
    }

    /// The cell of the class matrix that is marked.
    #[must_use]
    pub const fn cell(self) -> Option<Cell> {
        match self {
            Self::Cell(cell) => Some(cell),
            _ => None,
        }
    }
}

/// What only the eye needs to keep of the Evaluate page.
#[derive(Default)]
pub struct EvaluateView {
    pub mode: Mode,
    /// The matrix shows finer types in place of classes, where file names carry them.
    pub finer: bool,
    pub tab: Tab,
    pub shown: Shown,
    /// The gallery shows images of the other lab.
    pub away: bool,
    /// Confidence below which the risk-coverage tab refuses.
    pub threshold: f64,
    /// The calibration tab shows bins of equal mass.
    pub equal_mass: bool,
    /// The mix of classes that predictive values are of.
    pub mix: MixView,
    /// The class whose curves stand out.
    pub class: Option<usize>,
    pub gallery: GalleryView,
    /// Indices of the judged images, the most confident first.
    pub(super) picked: Vec<usize>,
    /// Counts how often `picked` was worked out.
    version: u64,
    /// What `picked` was worked out for.
    worked_out: Option<(Arc<Evaluation>, Shown)>,
    home: Option<Arc<Evaluation>>,
    drawn: Option<Aside<Arc<Drawn>>>,
}

impl EvaluateView {
    /// Works the images out anew where the evaluation or the choice is another one; a new evaluation starts with its
    /// mistakes.
    pub(super) fn refresh(&mut self, home: &Arc<Evaluation>, other: Option<&Arc<Evaluation>>) {
        if self.home.as_ref().is_none_or(|known| !Arc::ptr_eq(known, home)) {
            // Nothing that was chosen means the same in another evaluation.
            (self.shown, self.away, self.drawn, self.class) = (Shown::Mistakes, false, None, None);
            self.home = Some(Arc::clone(home));
        }
        let evaluation = other.filter(|_| self.away).unwrap_or(home);
        let known = self.worked_out.as_ref();
        if known.is_some_and(|(of, shown)| Arc::ptr_eq(of, evaluation) && *shown == self.shown) {
            return;
        }
        self.version += 1;
        self.picked = pick(&evaluation.judged, evaluation.sub_type_table().as_ref(), self.shown);
        self.worked_out = Some((Arc::clone(evaluation), self.shown));
    }

    /// Another number for other images.
    pub(super) const fn version(&self) -> u64 {
        self.version
    }

    /// Indices of the judged images, the most confident first.
    #[must_use]
    pub fn picked(&self) -> &[usize] {
        &self.picked
    }

    /// Shows a set of images, or the mistakes where it is shown already.
    pub(super) fn toggle(&mut self, shown: Shown, away: bool) {
        let on = self.shown == shown && self.away == away;
        (self.shown, self.away) = if on { (Shown::Mistakes, false) } else { (shown, away) };
    }

    /// How far the curves of the evaluation are, which are worked out once and away from the window.
    pub(super) fn curves(&mut self, evaluation: &Arc<Evaluation>, ctx: &Context) -> Standing<Arc<Drawn>> {
        let start = || {
            let (evaluation, ctx) = (Arc::clone(evaluation), ctx.clone());
            Aside::start(move || Arc::new(Drawn::new(&evaluation)), move || ctx.request_repaint())
        };
        self.drawn.get_or_insert_with(start).standing()
    }

    /// The curves of the evaluation; worked out here and now where nobody asked for them before.
    pub(super) fn drawn(&self, evaluation: &Evaluation) -> Arc<Drawn> {
        match self.drawn.as_ref().map(Aside::standing) {
            Some(Standing::There(drawn)) => drawn,
            _ => Arc::new(Drawn::new(evaluation)),
        }
    }
}

fn pick(judged: &[Judged], finer: Option<&CrossTable>, shown: Shown) -> Vec<usize> {
    let mut found: Vec<(usize, f32)> = judged
        .iter()
        .enumerate()
        .filter(|(_, one)| shown.holds(one, finer))
        .filter_map(|(index, one)| Some((index, one.prediction.top()?.1)))
        .collect();
    // Confidences are never negative, so their bits order as they do.
    found.sort_by_key(|(index, confidence)| (Reverse(confidence.to_bits()), *index));
    found.into_iter().map(|(index, _)| index).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{classes::ClassList, prediction::Prediction, sub_types};

    fn judged(truth: usize, confidences: [f32; 2]) -> Judged {
        Judged { path: String::new(), truth, sub_type: None, group: None, prediction: Prediction(confidences.to_vec()) }
    }

    #[test]
    fn every_figure_gives_exactly_its_images() {
        let all = [judged(0, [0.9, 0.1]), judged(0, [0.4, 0.6]), judged(1, [0.2, 0.8]), judged(1, [0.7, 0.3])];
        let pick = |shown| pick(&all, None, shown);
        assert_eq!(pick(Shown::Cell((0, 0))), [0]);
        assert_eq!(pick(Shown::Cell((0, 1))), [1]);
        assert_eq!(pick(Shown::Mistakes), [3, 1]);
        assert_eq!(pick(Shown::Truth(1)), [2, 3]);
        assert_eq!(pick(Shown::Missed(0)), [1]);
        assert_eq!(pick(Shown::FalselyGiven(0)), [3]);
        assert_eq!(pick(Shown::Bin(bin_of(f64::from(0.9_f32)))), [0]);
        assert_eq!(pick(Shown::WrongAt { label: 0, threshold: 0.5 }), [3, 1]);
        assert_eq!(pick(Shown::Refused(0.65)), [1]);
        assert_eq!(pick(Shown::KeptMistakes(0.65)), [3]);
        assert!(pick(Shown::Finer((0, 0))).is_empty(), "no file name carries a finer type");
    }

    #[test]
    fn a_cell_of_a_finer_type_gives_exactly_its_images() {
        let kind = |one: Judged, kind: &str| Judged { sub_type: Some(kind.to_owned()), ..one };
        let all = [
            kind(judged(0, [0.9, 0.1]), "MMY"),
            kind(judged(0, [0.4, 0.6]), "MMY"),
            kind(judged(0, [0.3, 0.7]), "PMY"),
            judged(0, [0.2, 0.8]),
        ];
        let labels = ClassList::new(["ig", "neutrophil"].map(str::to_owned));
        let table = CrossTable::of_sub_types(&sub_types::rows(&all, &labels), &labels);
        assert_eq!(pick(&all, Some(&table), Shown::Finer((0, 1))), [1]);
        assert_eq!(pick(&all, Some(&table), Shown::Finer((1, 1))), [2]);
    }
}
