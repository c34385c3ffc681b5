//! What the curves of an evaluation take too long to work out in every frame, and where the keyboard stops on them.

use crate::{
    domain::{ranking::Ranking, risk::RiskCoverage},
    eval::evaluate::Evaluation,
    report::{
        chart::{Chart, Provenance},
        csv::Table,
        tables,
    },
};

/// What the curves of an evaluation take too long to work out in every frame.
pub struct Drawn {
    pub rankings: Vec<Ranking>,
    /// Where the keyboard stops on each class's curves: ROC, then precision and recall.
    pub tracks: [Vec<Track>; 2],
    pub roc: Chart,
    pub precision_recall: Chart,
    pub risk: RiskCoverage,
    pub risk_coverage: Chart,
    pub mistakes: Table,
}

impl Drawn {
    pub fn new(evaluation: &Evaluation) -> Self {
        let classes = evaluation.metrics.confusion.labels.len();
        let origin = || Provenance::of_evaluation(evaluation);
        let rankings: Vec<_> = (0..classes).map(|label| Ranking::of_class(&evaluation.judged, label)).collect();
        Self {
            tracks: tracks(&rankings),
            rankings,
            roc: Chart::roc(evaluation, origin()),
            precision_recall: Chart::precision_recall(evaluation, origin()),
            risk: RiskCoverage::of(evaluation.verdicts()),
            risk_coverage: Chart::risk_coverage(evaluation, origin()),
            mistakes: tables::mistakes(evaluation),
        }
    }
}

/// How far apart two stops of the keyboard are at least, in shares of an axis.
const APART: f64 = 0.01;

/// Where a threshold lies on a curve.
pub(super) type Place = fn(&Ranking, usize) -> Option<[f64; 2]>;

/// The points of one class's curve that the keyboard stops at, as places in its ranking.
pub struct Track {
    pub label: usize,
    pub points: Vec<usize>,
}

/// The stops on ROC and on precision and recall of every class that has curves.
fn tracks(rankings: &[Ranking]) -> [Vec<Track>; 2] {
    [on_roc as Place, on_precision_recall].map(|place| {
        let of = |(label, ranking)| Track { label, points: stops(ranking, place) };
        let drawn = |(_, ranking): &(usize, &Ranking)| ranking.positives > 0 && ranking.negatives > 0;
        rankings.iter().enumerate().filter(drawn).map(of).collect()
    })
}

/// Points that lie apart on the curve, its end among them.
fn stops(ranking: &Ranking, place: Place) -> Vec<usize> {
    let mut kept: Vec<(usize, [f64; 2])> = Vec::new();
    for index in 0..ranking.points.len() {
        let Some(at) = place(ranking, index) else { continue };
        let apart = |last: &(usize, [f64; 2])| (at[0] - last.1[0]).abs() + (at[1] - last.1[1]).abs() >= APART;
        if kept.last().is_none_or(apart) || index + 1 == ranking.points.len() {
            kept.push((index, at));
        }
    }
    kept.into_iter().map(|(index, _)| index).collect()
}

pub(super) fn on_roc(ranking: &Ranking, index: usize) -> Option<[f64; 2]> {
    let point = ranking.points.get(index)?;
    let share = |part: u64, whole: u64| part as f64 / whole.max(1) as f64;
    Some([share(point.false_alarms, ranking.negatives), share(point.hits, ranking.positives)])
}

pub(super) fn on_precision_recall(ranking: &Ranking, index: usize) -> Option<[f64; 2]> {
    let point = ranking.points.get(index)?;
    let share = |part: u64, whole: u64| part as f64 / whole.max(1) as f64;
    Some([share(point.hits, ranking.positives), share(point.hits, point.hits + point.false_alarms)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keyboard_stops_where_points_lie_apart_and_at_the_end() {
        let even = Ranking::of((0..1000).map(|n| (f64::from(n) / 1e3, n % 2 == 0)));
        let [roc, recall] = tracks(&[even, Ranking::of([(0.5, true)])]);
        assert_eq!((roc.len(), recall.len()), (1, 1), "a class without others has no curve");
        let points = &roc[0].points;
        assert!((50..=220).contains(&points.len()), "{}", points.len());
        assert_eq!((points.first(), points.last()), (Some(&0), Some(&999)));
    }
}
