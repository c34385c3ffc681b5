//! Truth against prediction, in counts or in per cent of each true class.

use crate::{
    domain::{confusion::Confusion, metrics::Metrics},
    report::csv::Table,
};

use super::{Body, Chart, Provenance};

/// What the cells of a matrix say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cells {
    Counts,
    /// Of the images of the row's true class.
    RowPercent,
}

/// A confusion matrix as it is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    pub confusion: Confusion,
    pub cells: Cells,
}

impl Matrix {
    /// A cell's share of its row, 0 to 1; `None` where the true class has no image.
    #[must_use]
    pub fn share(&self, truth: usize, predicted: usize) -> Option<f64> {
        let support = self.confusion.support(truth);
        (support > 0).then(|| self.confusion.count(truth, predicted) as f64 / support as f64)
    }

    /// What stands in a cell: a count, per cent with one digit, or `n/a`.
    #[must_use]
    pub fn text(&self, truth: usize, predicted: usize) -> String {
        match self.cells {
            Cells::Counts => self.confusion.count(truth, predicted).to_string(),
            Cells::RowPercent => {
                self.share(truth, predicted).map_or_else(|| "n/a".to_owned(), |share| format!("{:.1}", share * 100.0))
            }
        }
    }

    pub(super) fn table(&self) -> Table {
        let labels = &self.confusion.labels;
        let mut table = Table::new(std::iter::once("true \\ predicted").chain(labels.iter()));
        for (truth, name) in labels.iter().enumerate() {
            let cells = (0..labels.len()).map(|predicted| self.text(truth, predicted));
            table.push(std::iter::once(name.to_owned()).chain(cells));
        }
        table
    }
}

impl Chart {
    /// A confusion matrix.
    #[must_use]
    pub fn matrix(cells: Cells, metrics: &Metrics, provenance: Provenance) -> Self {
        let (name, title) = match cells {
            Cells::Counts => ("confusion_counts", "Confusion matrix, images"),
            Cells::RowPercent => ("confusion_percent", "Confusion matrix, % of each true class"),
        };
        let confusion = metrics.confusion.clone();
        Self {
            name,
            title: title.to_owned(),
            subtitle: format!("{} of {} images correct", confusion.correct(), confusion.total()),
            body: Body::Matrix(Matrix { confusion, cells }),
            provenance,
        }
    }
}
