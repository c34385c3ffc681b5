//! A blind quiz: labelled cells that a person names without a hint, and how far the answers agree with labels and models.
//!
//! The same seed asks the same cells of the same images, in the same order, on every machine.

mod score;

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use rand::{RngExt as _, SeedableRng as _, rngs::ChaCha8Rng};
use serde::{Deserialize, Serialize};

pub use self::score::{ByModel, Given, Score, Sheet};
use super::{
    classes::ClassList,
    dataset::{Dataset, Item},
    hash::ContentHash,
    part::Part,
    scope,
    split::Split,
};
use crate::fault::{Failure, path_text};

/// Numbers of cells that a quiz may ask for.
pub const CELLS: std::ops::RangeInclusive<usize> = 5..=200;

/// Which images of a dataset cells are drawn from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Pool {
    #[default]
    Test,
    All,
}

impl Pool {
    pub const ALL: [Self; 2] = [Self::Test, Self::All];

    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Test => "Test split",
            Self::All => "All images",
        }
    }
}

/// What a quiz is made by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    pub pool: Pool,
    /// How many cells are asked; fewer where there are no more.
    pub cells: usize,
    pub seed: u64,
}

impl Default for Plan {
    fn default() -> Self {
        Self { pool: Pool::Test, cells: 20, seed: 1 }
    }
}

/// The cells that are asked, and what was answered so far.
#[derive(Clone, Debug, PartialEq)]
pub struct Quiz {
    pub plan: Plan,
    /// The folder's own name.
    pub dataset: String,
    pub dataset_hash: ContentHash,
    /// Of the split whose test part was drawn from.
    pub split_hash: Option<ContentHash>,
    root: PathBuf,
    pub classes: ClassList,
    /// In the order in which they are asked.
    pub cells: Vec<Item>,
    /// The label that was given to each answered cell, in the same order.
    answers: Vec<usize>,
}

impl Quiz {
    /// Draws the cells: each is of a class by lot, so that rare ones come as often as others and none can be counted off;
    /// which cell of the class it is follows from seed and pixels alone. The same picture is asked once.
    ///
    /// # Errors
    /// [`Failure`] where there is no cell to ask.
    pub fn draw(dataset: &Dataset, split: &Split, plan: Plan) -> Result<Self, Failure> {
        let candidates = match plan.pool {
            Pool::Test => split.indices(Part::Test),
            Pool::All => scope::without_conflicts(dataset),
        };
        let mut left = by_class(dataset, &candidates, plan.seed);
        let mut lot = ChaCha8Rng::seed_from_u64(plan.seed);
        let mut cells = Vec::new();
        while cells.len() < plan.cells && !left.is_empty() {
            let class = lot.random_range(0..left.len());
            let next = left.get_mut(class).and_then(Vec::pop);
            cells.extend(next.and_then(|(_, index)| dataset.items.get(index)).cloned());
            left.retain(|class| !class.is_empty());
        }
        if cells.is_empty() {
            let hint = "ask all images, or open another folder";
            return Err(Failure::new("there is no quiz", "no labelled cell is there to ask", hint).at(&dataset.root));
        }
        Ok(Self {
            plan,
            dataset: dataset.name(),
            dataset_hash: dataset.hash,
            split_hash: (plan.pool == Pool::Test).then_some(split.hash),
            root: dataset.root.clone(),
            classes: dataset.classes.clone(),
            cells,
            answers: Vec::new(),
        })
    }

    /// Where a cell lies on this machine.
    #[must_use]
    pub fn file(&self, cell: &Item) -> PathBuf {
        self.root.join(path_text::path(&cell.path))
    }

    /// The folder that the cells lie below.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Labels given so far.
    #[must_use]
    pub fn answers(&self) -> &[usize] {
        &self.answers
    }

    /// The cell that is asked now; `None` once all are answered.
    #[must_use]
    pub fn current(&self) -> Option<&Item> {
        self.cells.get(self.answers.len())
    }

    /// The cell after the one that is asked now.
    #[must_use]
    pub fn next(&self) -> Option<&Item> {
        self.cells.get(self.answers.len() + 1)
    }

    #[must_use]
    pub fn is_over(&self) -> bool {
        self.current().is_none()
    }

    /// Gives the cell that is asked now a label; one outside the class list is no answer.
    pub fn answer(&mut self, label: usize) {
        if label < self.classes.len() && !self.is_over() {
            self.answers.push(label);
        }
    }

    /// Takes the last answer back.
    pub fn back(&mut self) {
        self.answers.pop();
    }
}

/// What puts the cells of one class in order, with an item's index.
type Place = (ContentHash, usize);

/// The candidates class by class, those that are asked first at the end; classes without one are left out.
fn by_class(dataset: &Dataset, candidates: &[usize], seed: u64) -> Vec<Vec<Place>> {
    let mut classes: Vec<Vec<Place>> = vec![Vec::new(); dataset.classes.len()];
    let mut seen = BTreeSet::new();
    for index in candidates {
        let Some(item) = dataset.items.get(*index) else { continue };
        if let Some(class) = classes.get_mut(item.label).filter(|_| seen.insert(item.pixels)) {
            class.push((ContentHash::of_parts([&seed.to_le_bytes()[..], &item.pixels.0]), *index));
        }
    }
    classes.iter_mut().for_each(|class| class.sort_unstable_by(|a, b| b.cmp(a)));
    classes.retain(|class| !class.is_empty());
    classes
}

#[cfg(test)]
mod tests;
