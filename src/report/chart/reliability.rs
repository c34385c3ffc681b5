//! How often a model is right when it says so: accuracy over confidence, with the number of images in each bin.

use crate::{
    domain::{calibration::Bin, evaluation::Evaluation},
    report::{
        table::{Cell, Table},
        words,
    },
};

use super::{Body, Chart, Provenance};

/// The bins of a reliability diagram.
#[derive(Clone, Debug, PartialEq)]
pub struct Reliability {
    pub bins: Vec<Bin>,
}

impl Reliability {
    pub(super) fn table(&self) -> Table {
        let mut table = Table::new(["above", "up_to", "images", "correct", "mean_confidence", "accuracy"]);
        for bin in &self.bins {
            table.push([
                Cell::from(bin.low),
                bin.high.into(),
                bin.count.into(),
                bin.correct.into(),
                Cell::figure(bin.confidence),
                Cell::figure(bin.accuracy),
            ]);
        }
        table
    }
}

impl Chart {
    /// The reliability diagram.
    #[must_use]
    pub fn reliability(evaluation: &Evaluation, provenance: Provenance) -> Self {
        Self {
            name: "reliability",
            title: "Reliability of the confidences".to_owned(),
            subtitle: format!(
                "Expected calibration error {}, Brier score {}; a bar on the diagonal is honest",
                words::percent(evaluation.ece),
                words::figure(evaluation.brier)
            ),
            body: Body::Reliability(Reliability { bins: evaluation.detail.reliability.clone() }),
            provenance,
        }
    }
}
