//! Loss or accuracy over the epochs of a run, for training and validation.

use crate::{
    domain::run::{EpochRecord, RunRecord},
    report::table::{Cell, Table},
};

use super::{Body, Chart, Provenance};

/// What a curve measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// Mean cross-entropy in nats.
    Loss,
    /// Share of images that were given their class.
    Accuracy,
}

impl Quantity {
    /// The vertical axis in words, with its unit.
    #[must_use]
    pub const fn axis(self) -> &'static str {
        match self {
            Self::Loss => "Cross-entropy (nats)",
            Self::Accuracy => "Accuracy (%)",
        }
    }
}

/// One epoch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CurvePoint {
    /// From 1.
    pub epoch: usize,
    /// Loss in nats, or accuracy from 0 to 1.
    pub train: f64,
    pub validation: f64,
}

/// Two curves over the same epochs.
#[derive(Clone, Debug, PartialEq)]
pub struct Curves {
    pub quantity: Quantity,
    pub points: Vec<CurvePoint>,
    /// The epoch whose weights were kept.
    pub best: Option<usize>,
}

impl Curves {
    /// Takes one quantity out of a history.
    #[must_use]
    pub fn new(quantity: Quantity, history: &[EpochRecord]) -> Self {
        let point = |epoch: &EpochRecord| {
            let (train, validation) = match quantity {
                Quantity::Loss => (epoch.train_loss, epoch.validation_loss),
                Quantity::Accuracy => (epoch.train_accuracy, epoch.validation_accuracy),
            };
            CurvePoint { epoch: epoch.epoch, train, validation }
        };
        let best = history.iter().rev().find(|epoch| epoch.best).map(|epoch| epoch.epoch);
        Self { quantity, points: history.iter().map(point).collect(), best }
    }

    pub(super) fn table(&self) -> Table {
        let mut table = Table::new(["epoch", "train", "validation", "best"]);
        for point in &self.points {
            let best = if Some(point.epoch) == self.best { "yes" } else { "" };
            table.push([Cell::from(point.epoch), point.train.into(), point.validation.into(), best.into()]);
        }
        table
    }
}

impl Chart {
    /// One quantity over a run's epochs.
    #[must_use]
    pub fn curves(quantity: Quantity, run: &RunRecord) -> Self {
        let (name, title) = match quantity {
            Quantity::Loss => ("loss", "Loss while training"),
            Quantity::Accuracy => ("accuracy", "Accuracy while training"),
        };
        let curves = Curves::new(quantity, &run.history);
        let best = curves.best.map_or_else(String::new, |epoch| format!(", weights of epoch {epoch} kept"));
        Self {
            name,
            title: title.to_owned(),
            subtitle: format!("{}, {} epochs{best}", run.architecture.title(), run.history.len()),
            body: Body::Curves(curves),
            provenance: Provenance::of_run(run),
        }
    }
}
