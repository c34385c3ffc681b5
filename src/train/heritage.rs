//! What a run inherits: the cells that its first weights and its teachers learned from, and what follows for its split.

use std::{collections::BTreeMap, sync::Arc};

use super::start;
use crate::{
    domain::{
        config::TrainConfig,
        dataset::Dataset,
        learned::{Known, Learned},
        part::Part,
        split::Split,
    },
    fault::Failure,
    progress::{Event, Observer},
    store,
};

/// The lists of the models that a run begins with.
pub struct Heritage {
    first: Option<Arc<Learned>>,
    teachers: Vec<Arc<Learned>>,
}

impl Heritage {
    /// Reads the lists of the models that the settings name.
    ///
    /// # Errors
    /// [`Failure`] where a list is damaged.
    pub fn of(config: &TrainConfig) -> Result<Self, Failure> {
        let first = start::model(config).map(store::learned::of).transpose()?;
        let asked = config.teaching > 0.0;
        let teachers = config.teacher.iter().filter(|_| asked).map(|model| store::learned::of(model));
        Ok(Self { first, teachers: teachers.collect::<Result<_, _>>()? })
    }

    /// The split of a new run: cells of the first weights' own dataset keep the part that they had there, so that what
    /// these weights learned from judges nothing; what is new to them is drawn by the seed.
    #[must_use]
    pub fn split(&self, dataset: &Dataset, seed: u64) -> Split {
        let drawn = Split::stratified(dataset, seed);
        match &self.first {
            Some(first) => keep_parts(drawn, dataset, first),
            None => drawn,
        }
    }

    /// Adds what was learned before to a run's list, and says so where validation or test cells are among it: such test
    /// cells judge nothing.
    pub fn pass_on(&self, list: &mut Learned, dataset: &Dataset, split: &Split, observer: &dyn Observer) {
        let first = self.first.iter().map(|of| (of, "the first weights"));
        for (of, whom) in first.chain(self.teachers.iter().map(|of| (of, "a teacher"))) {
            let mut counts = BTreeMap::new();
            for (item, part) in dataset.items.iter().zip(&split.parts) {
                let Some(part) = part.filter(|part| *part != Part::Train) else { continue };
                // A cell that validated the first weights may validate this run too.
                if of.part_of(item).is_some_and(|known| known.is_learned() && known.own != Some(part)) {
                    list.add(item, Known::guest());
                    *counts.entry(part).or_insert(0_usize) += 1;
                }
            }
            list.inherit(of);
            if !counts.is_empty() {
                observer.tell(Event::Warning { warning: overlap(&counts, whom) });
            }
        }
    }
}

fn overlap(counts: &BTreeMap<Part, usize>, whom: &str) -> Failure {
    let count = |part| counts.get(&part).copied().unwrap_or(0);
    let what = format!(
        "{} test and {} validation cells were learned from by {whom}",
        count(Part::Test),
        count(Part::Validation)
    );
    let why = "those test cells are left out of the test figures, and validation is on the bright side";
    Failure::new(what, why, "begin with weights that do not know these cells if that matters")
}

/// Gives cells that a model knows as its own dataset's the part that they had there. Copies of them and cells of their
/// patient follow, into training before all else. Folders that name parts stay as they are.
fn keep_parts(drawn: Split, dataset: &Dataset, first: &Learned) -> Split {
    let named = dataset.items.iter().all(|item| item.folder_part.is_some());
    let known: Vec<Option<Part>> =
        dataset.items.iter().map(|item| first.part_of(item).and_then(|known| known.own)).collect();
    if named || known.iter().all(Option::is_none) {
        return drawn;
    }
    let mut parts: Vec<Option<Part>> = drawn.parts.iter().zip(&known).map(|(drawn, known)| known.or(*drawn)).collect();
    for family in dataset.families() {
        let Some(part) = family.iter().filter_map(|index| known.get(*index).copied().flatten()).min() else { continue };
        for index in family {
            if let (Some(slot), Some(None)) = (parts.get_mut(index), known.get(index)) {
                *slot = Some(part);
            }
        }
    }
    let left_out = |index: usize| drawn.parts.get(index).is_none_or(Option::is_none);
    Split { parts, ..drawn.clone() }.keeping(dataset, |index| !left_out(index))
}
