//! Loss or accuracy on the validation splits of several runs, over each other.

use crate::{
    domain::run::RunRecord,
    report::table::{Cell, Table},
};

use super::{Body, Chart, CurvePoint, Curves, Provenance, Quantity};

/// One run's curve.
#[derive(Clone, Debug, PartialEq)]
pub struct OverlaidRun {
    pub name: String,
    pub points: Vec<CurvePoint>,
    /// The epoch whose weights were kept.
    pub best: Option<usize>,
}

/// Several runs over the same axes.
#[derive(Clone, Debug, PartialEq)]
pub struct Overlay {
    pub quantity: Quantity,
    /// In the order of the legend.
    pub runs: Vec<OverlaidRun>,
}

impl Overlay {
    pub(super) fn table(&self) -> Table {
        let mut table = Table::new(["run", "epoch", "train", "validation", "best"]);
        for run in &self.runs {
            for point in &run.points {
                table.push([
                    Cell::from(&run.name),
                    point.epoch.into(),
                    point.train.into(),
                    point.validation.into(),
                    if Some(point.epoch) == run.best { "yes" } else { "" }.into(),
                ]);
            }
        }
        table
    }
}

impl Chart {
    /// One quantity on the validation splits of several runs.
    #[must_use]
    pub fn overlay(quantity: Quantity, runs: &[&RunRecord]) -> Self {
        let (name, title) = match quantity {
            Quantity::Loss => ("loss_of_runs", "Validation loss of several runs"),
            Quantity::Accuracy => ("accuracy_of_runs", "Validation accuracy of several runs"),
        };
        let of = |run: &&RunRecord| {
            let Curves { points, best, .. } = Curves::new(quantity, &run.history);
            OverlaidRun { name: run.name.clone(), points, best }
        };
        Self {
            name,
            title: title.to_owned(),
            subtitle: format!("{} runs; a ring marks the epoch whose weights were kept", runs.len()),
            body: Body::Overlay(Overlay { quantity, runs: runs.iter().map(of).collect() }),
            provenance: Provenance::of_runs(runs),
        }
    }
}
