//! Truth against prediction, in counts or in per cent of each row: rows are classes, or finer types of them.

use crate::{
    domain::{cross_table::CrossTable, evaluation::Evaluation, metrics::Metrics},
    report::table::{Cell, Table},
};

use super::{Body, Chart, Provenance};

/// What the cells of a matrix say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cells {
    Counts,
    /// Of the images of the row.
    RowPercent,
}

/// Above this many columns or rows a matrix is too fine to be read, and its worst confusions are listed.
const LARGEST: usize = 60;

/// Images of one class that were given another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Confused {
    pub row: usize,
    pub given: usize,
    pub count: u64,
    /// Of the images of the row, 0 to 1.
    pub share: f64,
}

/// A confusion matrix as it is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    pub counts: CrossTable,
    pub cells: Cells,
}

impl Matrix {
    /// A cell's share of its row, 0 to 1; `None` where the row has no image.
    #[must_use]
    pub fn share(&self, row: usize, given: usize) -> Option<f64> {
        let support = self.counts.support(row);
        (support > 0).then(|| self.counts.count(row, given) as f64 / support as f64)
    }

    /// Whether the cells themselves can be read, rather than only the worst of them.
    #[must_use]
    pub fn is_readable(&self) -> bool {
        self.counts.rows.len().max(self.counts.labels.len()) <= LARGEST
    }

    /// The confusions, the worst first: those of most images, or of most of their class.
    #[must_use]
    pub fn confusions(&self) -> Vec<Confused> {
        let mut found: Vec<Confused> = self.filled().filter(|of| !self.counts.is_hit(of.row, of.given)).collect();
        found.sort_by(|a, b| {
            let by_count = || b.count.cmp(&a.count);
            let worse = match self.cells {
                Cells::Counts => by_count().then_with(|| b.share.total_cmp(&a.share)),
                Cells::RowPercent => b.share.total_cmp(&a.share).then_with(by_count),
            };
            worse.then_with(|| (a.row, a.given).cmp(&(b.row, b.given)))
        });
        found
    }

    /// Every cell that holds an image.
    fn filled(&self) -> impl Iterator<Item = Confused> {
        self.counts.counts.iter().enumerate().flat_map(|(row, counts)| {
            let support = counts.iter().sum::<u64>() as f64;
            let filled = counts.iter().copied().enumerate().filter(|(_, count)| *count > 0);
            filled.map(move |(given, count)| Confused { row, given, count, share: count as f64 / support })
        })
    }

    /// What stands in a cell: a count, per cent with one digit, or `n/a`.
    #[must_use]
    pub fn text(&self, row: usize, given: usize) -> String {
        match self.cells {
            Cells::Counts => self.counts.count(row, given).to_string(),
            Cells::RowPercent => {
                self.share(row, given).map_or_else(|| "n/a".to_owned(), |share| format!("{:.1}", share * 100.0))
            }
        }
    }

    /// The same as a value: a count, or a share of the row.
    fn cell(&self, row: usize, given: usize) -> Cell {
        match self.cells {
            Cells::Counts => self.counts.count(row, given).into(),
            Cells::RowPercent => Cell::percent(self.share(row, given)),
        }
    }

    /// Finer types get their true class in a column of its own. A matrix that is too large to be read is a list of its
    /// cells that hold an image.
    pub(super) fn table(&self) -> Table {
        if !self.is_readable() {
            return self.list();
        }
        let CrossTable { rows, labels, finer, .. } = &self.counts;
        let first: &[&str] = if *finer { &["sub-type \\ predicted", "true class"] } else { &["true \\ predicted"] };
        let mut table = Table::new(first.iter().copied().chain(labels.iter()));
        for (row, head) in rows.iter().enumerate() {
            let class = finer.then(|| Cell::from(labels.name(head.class)));
            let cells = (0..labels.len()).map(|given| self.cell(row, given));
            table.push(std::iter::once(Cell::from(&head.name)).chain(class).chain(cells));
        }
        table
    }

    fn list(&self) -> Table {
        let mut table = Table::new(["true", "predicted", "images", "share"]);
        for Confused { row, given, count, share } in self.filled() {
            let names = [self.counts.row_name(row), self.counts.labels.name(given).to_owned()];
            let [name, given] = names.map(Cell::from);
            table.push([name, given, count.into(), Cell::percent(Some(share))]);
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
        Self::of_counts(name, title, Matrix { counts: CrossTable::of_classes(&metrics.confusion), cells }, provenance)
    }

    /// Finer types against the classes that they were given, as counts and per cent; none where file names carry none.
    #[must_use]
    pub fn sub_types(evaluation: &Evaluation, provenance: &Provenance) -> Vec<Self> {
        let Some(counts) = evaluation.sub_type_table() else { return Vec::new() };
        let kinds = [
            (Cells::Counts, "sub_type_counts", "True sub-types against predicted classes, images"),
            (Cells::RowPercent, "sub_type_percent", "True sub-types against predicted classes, % of each sub-type"),
        ];
        let chart = |(cells, name, title)| {
            Self::of_counts(name, title, Matrix { counts: counts.clone(), cells }, provenance.clone())
        };
        kinds.into_iter().map(chart).collect()
    }

    fn of_counts(name: &'static str, title: &str, matrix: Matrix, provenance: Provenance) -> Self {
        let (correct, total) = (matrix.counts.correct(), matrix.counts.total());
        Self {
            name,
            title: title.to_owned(),
            subtitle: format!("{correct} of {total} images correct"),
            body: Body::Matrix(matrix),
            provenance,
        }
    }
}
