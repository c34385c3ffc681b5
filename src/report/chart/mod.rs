//! What each chart shows, as plain data: the same numbers feed a picture, a table and a screen reader.

mod counts;
mod curves;
mod lines;
mod matrix;
mod metric_bars;
mod overlay;
mod pairs;
mod provenance;
mod reliability;
mod sets;

pub use counts::{ClassCount, ClassCounts};
pub use curves::{CurvePoint, Curves, Quantity};
pub use lines::{Lines, Series, thinned};
pub use matrix::{Cells, Confused, Matrix};
pub use metric_bars::MetricBars;
pub use overlay::{OverlaidRun, Overlay};
pub use pairs::{PairRow, Pairs};
pub use provenance::Provenance;
pub use reliability::Reliability;

use super::table::Table;

/// One chart with its words and its origin.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// The stem of its files, such as `class_counts`.
    pub name: &'static str,
    pub title: String,
    /// One line below the title: what was counted.
    pub subtitle: String,
    pub body: Body,
    pub provenance: Provenance,
}

/// The numbers of a chart, by kind.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    Bars(ClassCounts),
    Pie(ClassCounts),
    Curves(Curves),
    Overlay(Overlay),
    MetricBars(MetricBars),
    Matrix(Matrix),
    Lines(Lines),
    Reliability(Reliability),
    Pairs(Pairs),
}

impl Chart {
    /// The same numbers as a table.
    #[must_use]
    pub fn table(&self) -> Table {
        match &self.body {
            Body::Bars(counts) | Body::Pie(counts) => counts.table(),
            Body::Curves(curves) => curves.table(),
            Body::Overlay(overlay) => overlay.table(),
            Body::MetricBars(bars) => bars.table(),
            Body::Matrix(matrix) => matrix.table(),
            Body::Lines(lines) => lines.table(),
            Body::Reliability(reliability) => reliability.table(),
            Body::Pairs(pairs) => pairs.table(),
        }
    }
}
