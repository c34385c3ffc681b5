//! Precision, recall and F1 of each class, with their intervals.

use crate::{
    domain::{
        interval::Interval,
        metrics::{ClassMetrics, Metrics},
    },
    report::{
        table::{Cell, Table},
        words,
    },
};

use super::{Body, Chart, Provenance};

/// The figures of every class.
#[derive(Clone, Debug, PartialEq)]
pub struct MetricBars {
    pub classes: Vec<ClassMetrics>,
}

impl MetricBars {
    /// The three figures of a class as (name, value, interval), in the order of the legend.
    #[must_use]
    pub fn figures(class: &ClassMetrics) -> [(&'static str, Option<f64>, Option<Interval>); 3] {
        [
            ("Precision", class.precision, class.ci.precision),
            ("Recall", class.recall, class.ci.recall),
            ("F1", class.f1, class.ci.f1),
        ]
    }

    pub(super) fn table(&self) -> Table {
        let mut table = Table::new(["class", "support", "precision", "recall", "f1", "specificity"]);
        for class in &self.classes {
            table.push([
                Cell::from(&class.name),
                class.support.into(),
                Cell::figure(class.precision).within(class.ci.precision),
                Cell::figure(class.recall).within(class.ci.recall),
                Cell::figure(class.f1).within(class.ci.f1),
                Cell::figure(class.specificity).within(class.ci.specificity),
            ]);
        }
        table
    }
}

impl Chart {
    /// Bars of precision, recall and F1 of each class.
    #[must_use]
    pub fn metric_bars(metrics: &Metrics, provenance: Provenance) -> Self {
        let subtitle = format!(
            "{} images, accuracy {}, balanced accuracy {}, macro F1 {}; whiskers are 95 % intervals",
            words::thousands(metrics.n),
            words::percent(metrics.accuracy),
            words::percent(metrics.balanced_accuracy),
            words::figure(metrics.macro_f1),
        );
        Self {
            name: "class_metrics",
            title: "Precision, recall and F1 of each class".to_owned(),
            subtitle,
            body: Body::MetricBars(MetricBars { classes: metrics.classes.clone() }),
            provenance,
        }
    }
}
