//! The steps of people that can be taken back and done again, in order.

use std::collections::BTreeMap;

use time::OffsetDateTime;

use super::{cell::CellId, entry::Decided};

/// What a step changed.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    Decided(Decided),
    Note { cell: CellId, text: String },
}

impl Change {
    /// The cells that it is about.
    pub fn cells(&self) -> impl Iterator<Item = CellId> {
        let (many, one) = match self {
            Self::Decided(of) => (of.cells.as_slice(), None),
            Self::Note { cell, .. } => (&[][..], Some(*cell)),
        };
        many.iter().map(|moved| moved.cell).chain(one)
    }
}

/// A decision or a note, by the number of its entry.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    pub n: u64,
    pub at: OffsetDateTime,
    pub who: String,
    pub change: Change,
    pub is_undone: bool,
}

/// All steps, and which of them can be taken back.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    steps: BTreeMap<u64, Step>,
    /// Numbers of steps in the order in which they were done, those that were taken back left out.
    done: Vec<u64>,
    /// Numbers of steps in the order in which they were taken back.
    undone: Vec<u64>,
    /// Steps up to this entry were signed.
    sealed: u64,
}

impl History {
    /// A new step; what was taken back before cannot be done again after it.
    pub fn add(&mut self, step: Step) {
        self.done.push(step.n);
        self.undone.clear();
        self.steps.insert(step.n, step);
    }

    #[must_use]
    pub fn step(&self, n: u64) -> Option<&Step> {
        self.steps.get(&n)
    }

    /// What the next undo takes back.
    #[must_use]
    pub fn next_undo(&self) -> Option<u64> {
        self.done.last().copied().filter(|n| *n > self.sealed)
    }

    /// What the next redo does again.
    #[must_use]
    pub fn next_redo(&self) -> Option<u64> {
        self.undone.last().copied().filter(|n| *n > self.sealed)
    }

    /// Whether a step is there, done, and not signed.
    #[must_use]
    pub fn can_undo(&self, n: u64) -> bool {
        n > self.sealed && self.step(n).is_some_and(|step| !step.is_undone)
    }

    /// Whether a step was taken back and nothing was done since.
    #[must_use]
    pub fn can_redo(&self, n: u64) -> bool {
        n > self.sealed && self.undone.contains(&n)
    }

    /// Marks a step as taken back.
    pub fn undo(&mut self, n: u64) {
        if let Some(step) = self.steps.get_mut(&n) {
            step.is_undone = true;
            self.done.retain(|done| *done != n);
            self.undone.push(n);
        }
    }

    /// Marks a step as done again.
    pub fn redo(&mut self, n: u64) {
        if let Some(step) = self.steps.get_mut(&n) {
            step.is_undone = false;
            self.undone.retain(|undone| *undone != n);
            self.done.push(n);
        }
    }

    /// Nothing up to this entry can be taken back any more.
    pub fn seal(&mut self, n: u64) {
        self.sealed = n;
    }
}
