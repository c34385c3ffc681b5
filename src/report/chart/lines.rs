//! Curves over shares from 0 to 1: ROC, precision-recall and risk-coverage.

use crate::{
    domain::{
        classes::title,
        evaluation::Evaluation,
        ranking::Ranking,
        risk::{Kept, RiskCoverage},
    },
    report::{
        table::{Cell, Table},
        words,
    },
};

use super::{Body, Chart, Provenance};

/// How far apart two drawn points are at least, in shares of an axis; below what an eye can tell.
const APART: f64 = 0.002;

/// One curve.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// A class's name, or empty for a curve over all images.
    pub class: String,
    /// What the legend says, such as `Neutrophil, area 0.998`.
    pub legend: String,
    pub points: Vec<[f64; 2]>,
}

/// Curves over one pair of axes.
#[derive(Clone, Debug, PartialEq)]
pub struct Lines {
    /// Axis titles with their units.
    pub x: &'static str,
    pub y: &'static str,
    /// Column heads of the table.
    pub columns: [&'static str; 2],
    /// The largest value that the vertical axis shows.
    pub top: f64,
    /// Whether chance is drawn as a diagonal.
    pub diagonal: bool,
    pub series: Vec<Series>,
}

impl Lines {
    pub(super) fn table(&self) -> Table {
        let mut table = Table::new(["class", self.columns[0], self.columns[1]]);
        for series in &self.series {
            let class = if series.class.is_empty() { "all" } else { series.class.as_str() };
            for [x, y] in &series.points {
                table.push([Cell::from(class), (*x).into(), (*y).into()]);
            }
        }
        table
    }
}

/// Without points that nobody could tell from their neighbours; the ends stay.
#[must_use]
pub fn thinned(points: &[[f64; 2]]) -> Vec<[f64; 2]> {
    let mut kept: Vec<[f64; 2]> = Vec::new();
    for (place, point) in points.iter().enumerate() {
        let far = kept.last().is_none_or(|last| (point[0] - last[0]).abs() + (point[1] - last[1]).abs() >= APART);
        if far || place + 1 == points.len() {
            kept.push(*point);
        }
    }
    kept
}

/// A curve with the area below it, where it is defined.
type Measured = (Vec<[f64; 2]>, Option<f64>);

fn series(evaluation: &Evaluation, of: fn(&Ranking) -> Measured) -> Vec<Series> {
    let labels = &evaluation.metrics.confusion.labels;
    let one = |(label, name): (usize, &str)| {
        let (points, area) = of(&Ranking::of_class(&evaluation.judged, label));
        let legend = format!("{}, area {}", title(name), words::figure(area));
        area.map(|_| Series { class: name.to_owned(), legend, points: thinned(&points) })
    };
    labels.iter().enumerate().filter_map(one).collect()
}

impl Chart {
    /// True against false positive rate of each class.
    #[must_use]
    pub fn roc(evaluation: &Evaluation, provenance: Provenance) -> Self {
        Self {
            name: "roc",
            title: "ROC curve of each class against all others".to_owned(),
            subtitle: format!("Mean area {}; chance is the diagonal", words::figure(evaluation.detail.macro_roc_auc)),
            body: Body::Lines(Lines {
                x: "False positive rate (share of other images)",
                y: "Sensitivity (share of the class)",
                columns: ["false_positive_rate", "sensitivity"],
                top: 1.0,
                diagonal: true,
                series: series(evaluation, |ranking| (ranking.roc(), ranking.roc_auc())),
            }),
            provenance,
        }
    }

    /// Precision against recall of each class.
    #[must_use]
    pub fn precision_recall(evaluation: &Evaluation, provenance: Provenance) -> Self {
        let mean = words::figure(evaluation.detail.macro_average_precision);
        Self {
            name: "precision_recall",
            title: "Precision and recall of each class at every threshold".to_owned(),
            subtitle: format!("Mean average precision {mean}"),
            body: Body::Lines(Lines {
                x: "Recall (share of the class)",
                y: "Precision (share of those given the class)",
                columns: ["recall", "precision"],
                top: 1.0,
                diagonal: false,
                series: series(evaluation, |ranking| (ranking.precision_recall(), ranking.average_precision())),
            }),
            provenance,
        }
    }

    /// The error among the images that are kept.
    #[must_use]
    pub fn risk_coverage(evaluation: &Evaluation, provenance: Provenance) -> Self {
        let curve = RiskCoverage::of(evaluation.verdicts());
        let point = |kept: &Kept| [curve.coverage(kept), kept.risk()];
        let points = thinned(&curve.points.iter().map(point).collect::<Vec<_>>());
        let most = points.iter().map(|[_, risk]| *risk).fold(0.0, f64::max);
        let legend = format!("Error of those kept, area {}", words::figure(evaluation.detail.aurc));
        Self {
            name: "risk_coverage",
            title: "What refusing unsure images buys".to_owned(),
            subtitle: "Images are kept from the most confident on; the curve tells the error among them".to_owned(),
            body: Body::Lines(Lines {
                x: "Coverage (share of images kept)",
                y: "Risk (share of errors among them)",
                columns: ["coverage", "risk"],
                top: (most * 1.1).clamp(0.01, 1.0),
                diagonal: false,
                series: vec![Series { class: String::new(), legend, points }],
            }),
            provenance,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dense_curve_is_thinned_and_keeps_its_ends() {
        let dense: Vec<[f64; 2]> = (0..=10_000).map(|i| [f64::from(i) / 1e4, 1.0]).collect();
        let thin = thinned(&dense);
        assert!(thin.len() <= 502, "{}", thin.len());
        assert_eq!((thin.first(), thin.last()), (dense.first(), dense.last()));
    }
}
