//! Which charts show a dataset, a run or an evaluation.

use super::{Cells, Chart, ClassCounts, Provenance, Quantity};
use crate::domain::{dataset::Dataset, evaluation::Evaluation, metrics::Metrics, run::RunRecord};

impl Chart {
    /// Bars and pie of a dataset.
    #[must_use]
    pub fn of_dataset(dataset: &Dataset) -> Vec<Self> {
        let counts = ClassCounts::new(&dataset.classes, &dataset.counts());
        let provenance = Provenance::of_dataset(dataset);
        vec![Self::class_bars(counts.clone(), provenance.clone()), Self::class_pie(counts, provenance)]
    }

    /// Bars and pie of a run's classes, of which `counts` are the images of each, and its curves.
    #[must_use]
    pub fn of_run(run: &RunRecord, counts: &[usize]) -> [Self; 4] {
        let (counts, provenance) = (ClassCounts::new(&run.classes, counts), Provenance::of_run(run));
        [
            Self::class_bars(counts.clone(), provenance.clone()),
            Self::class_pie(counts, provenance),
            Self::curves(Quantity::Loss, run),
            Self::curves(Quantity::Accuracy, run),
        ]
    }

    /// Everything that one evaluation shows.
    #[must_use]
    pub fn of_evaluation(evaluation: &Evaluation) -> Vec<Self> {
        let provenance = Provenance::of_evaluation(evaluation);
        let mut charts = Self::of_metrics(&evaluation.metrics, &provenance);
        charts.extend(Self::sub_types(evaluation, &provenance));
        if !evaluation.judged.is_empty() {
            charts.extend([
                Self::reliability(evaluation, provenance.clone()),
                Self::roc(evaluation, provenance.clone()),
                Self::precision_recall(evaluation, provenance.clone()),
                Self::risk_coverage(evaluation, provenance),
            ]);
        }
        charts
    }

    /// The bars and both matrices of one evaluation.
    #[must_use]
    pub fn of_metrics(metrics: &Metrics, provenance: &Provenance) -> Vec<Self> {
        vec![
            Self::metric_bars(metrics, provenance.clone()),
            Self::matrix(Cells::Counts, metrics, provenance.clone()),
            Self::matrix(Cells::RowPercent, metrics, provenance.clone()),
        ]
    }
}
