//! Labelled cells of a lab under the labels of a model: which are learned from, which are held back to judge by.

use std::{path::Path, sync::Arc};

use super::{
    AdaptRequest,
    examples::{CACHE_BYTES, Examples},
    lacking,
};
use crate::{
    data::{
        read::{
            batch::FrameStore,
            scan::{labelled, scan},
        },
        view::preprocess::Preprocess,
    },
    device::ram::cache_bytes,
    domain::{dataset::Dataset, part::Part, scope, split::Split},
    eval::{learned::own_split, predict::Predictor},
    fault::{Failure, Halt},
    progress::{Event, Observer, Watch},
    store::paths,
};

/// Fewer cells teach nothing that could be judged.
const FEWEST: usize = 16;
/// Cells of each class that are shown again of the old lab, and held back of it.
const REPLAYED: usize = 100;
const JUDGED: usize = 40;

/// A labelled folder as a model sees it.
pub struct Cells {
    pub dataset: Dataset,
    pub split: Split,
    /// Of each item of the dataset, in the model's classes; `None` for a class that it does not know.
    labels: Vec<Option<usize>>,
    /// Indices of items, ascending.
    pub train: Vec<usize>,
    pub held_back: Vec<usize>,
}

/// Reads a lab's labelled cells: four in five of each class to learn from, the rest held back.
///
/// # Errors
/// [`Halt`] where they cannot be read, or are too few that the model knows.
pub fn gather(request: &AdaptRequest, base: &Predictor, Watch { observer, stop }: Watch<'_>) -> Result<Cells, Halt> {
    let (card, dir) = (base.card(), request.dir.as_path());
    let dataset = match &request.labels {
        Some(cells) => labelled(dir, cells, observer, stop)?,
        None => scan(dir, Some(&paths::scan_cache(dir)), observer, stop)?,
    };
    let split = held_back(Split::stratified(&dataset, request.seed));
    let mut cells = known(dataset, split, base, observer);
    cells.train = cells.split.indices(Part::Train);
    cells.held_back = cells.split.indices(Part::Test);
    let known = cells.train.len() + cells.held_back.len();
    if known < FEWEST {
        return Err(lacking(format!("{known} of its images have a class that the model knows; it needs {FEWEST}")));
    }
    if cells.counts(card.classes.len()).iter().filter(|count| **count > 0).count() < 2 {
        return Err(lacking("its cells are of one class; learning needs two (--unlabelled needs none)".to_owned()));
    }
    if cells.held_back.is_empty() {
        return Err(lacking("no class has the three cells that it takes to hold one back".to_owned()));
    }
    tell_learned(&cells, base, observer);
    Ok(cells)
}

/// Validation chooses nothing here, so its cells are held back like those of the test part.
fn held_back(mut split: Split) -> Split {
    for part in split.parts.iter_mut().flatten().filter(|part| **part == Part::Validation) {
        *part = Part::Test;
    }
    split
}

/// Says so where the model has learned from cells that are held back to judge it by.
fn tell_learned(cells: &Cells, base: &Predictor, observer: &dyn Observer) {
    let learned = scope::learned(base.learned(), &cells.dataset);
    let count = cells.held_back.iter().filter(|index| learned.get(**index) == Some(&true)).count();
    if count > 0 {
        let what = format!("{count} of the {} held-back cells were learned from already", cells.held_back.len());
        let why = "the model, or one that it began with, was trained on them";
        let hint = "figures before and after flatter; fit it to cells that it does not know";
        observer.tell(Event::Warning { warning: Failure::new(what, why, hint) });
    }
}

/// Reads cells of the lab that a model comes from: some of its training split to show again, some of its test split to
/// judge by.
///
/// # Errors
/// As [`gather`], and where the folder is not the dataset that the model learned from.
pub fn replay(dir: &Path, base: &Predictor, watch: Watch<'_>) -> Result<Cells, Halt> {
    let dataset = scan(dir, Some(&paths::scan_cache(dir)), watch.observer, watch.stop)?;
    let split = own_split(base, &dataset)?;
    let mut cells = known(dataset, split, base, watch.observer);
    cells.train = cells.some_of_each(cells.split.indices(Part::Train), REPLAYED);
    cells.held_back = cells.some_of_each(cells.split.indices(Part::Test), JUDGED);
    if cells.train.is_empty() || cells.held_back.is_empty() {
        return Err(lacking(format!("{} has too few cells to show again", cells.dataset.name())));
    }
    Ok(cells)
}

/// The cells of classes that the model has and that can occur.
fn known(dataset: Dataset, split: Split, base: &Predictor, observer: &dyn Observer) -> Cells {
    let classes = &base.card().classes;
    let left_out = |why: String, hint: &str| {
        let what = format!("images of {} are left out", dataset.name());
        observer.tell(Event::Warning { warning: Failure::new(what, why, hint) });
    };
    let unknown: Vec<&str> = dataset.classes.iter().filter(|name| classes.label(name).is_none()).collect();
    if !unknown.is_empty() {
        let why = format!("the model has no class {}", unknown.join(", "));
        left_out(why, "rename the folders if they mean a class that it has");
    }
    let label = |name: &str| classes.label(name).filter(|label| base.mask().admits(*label));
    let cannot: Vec<&str> =
        dataset.classes.iter().filter(|name| classes.label(name).is_some() && label(name).is_none()).collect();
    if !cannot.is_empty() {
        let why = format!("{} cannot occur by the choice of classes", cannot.join(", "));
        left_out(why, "choose all classes that there are labels of");
    }
    let labels: Vec<Option<usize>> = dataset.items.iter().map(|item| label(dataset.classes.name(item.label))).collect();
    let split = split.keeping(&dataset, |index| labels.get(index).is_some_and(Option::is_some));
    Cells { dataset, split, labels, train: Vec::new(), held_back: Vec::new() }
}

impl Cells {
    /// The label of an item in the model's classes.
    #[must_use]
    pub fn label(&self, index: usize) -> Option<usize> {
        self.labels.get(index).copied().flatten()
    }

    /// Cells to learn from, by the model's labels.
    #[must_use]
    pub fn counts(&self, classes: usize) -> Vec<usize> {
        let mut counts = vec![0; classes];
        for label in self.train.iter().filter_map(|index| self.label(*index)) {
            if let Some(count) = counts.get_mut(label) {
                *count += 1;
            }
        }
        counts
    }

    #[must_use]
    pub fn files(&self, indices: &[usize]) -> Vec<std::path::PathBuf> {
        indices.iter().filter_map(|index| self.dataset.items.get(*index)).map(|item| self.dataset.file(item)).collect()
    }

    /// The cells as a model's preprocessing sees them.
    #[must_use]
    pub fn examples(&self, preprocess: &Preprocess) -> Examples {
        Examples {
            frames: self.frames(preprocess),
            labels: self.labels.clone(),
            train: self.train.clone(),
            held_back: self.held_back.clone(),
        }
    }

    /// All items by their index, as a model's preprocessing sees them.
    #[must_use]
    pub fn frames(&self, preprocess: &Preprocess) -> Arc<FrameStore> {
        let files = self.dataset.items.iter().map(|item| self.dataset.file(item)).collect();
        let hashes = self.dataset.items.iter().map(|item| item.hash).collect();
        Arc::new(FrameStore::new(files, preprocess, cache_bytes(CACHE_BYTES)).expecting(hashes))
    }

    /// At most so many of each class, spread evenly.
    fn some_of_each(&self, indices: Vec<usize>, most: usize) -> Vec<usize> {
        let mut classes: std::collections::BTreeMap<usize, Vec<usize>> = std::collections::BTreeMap::new();
        for index in indices {
            if let Some(label) = self.label(index) {
                classes.entry(label).or_default().push(index);
            }
        }
        let take = |all: Vec<usize>| {
            let count = all.len().min(most);
            (0..count).filter_map(move |n| all.get(n * all.len() / count).copied())
        };
        let mut taken: Vec<usize> = classes.into_values().flat_map(take).collect();
        taken.sort_unstable();
        taken
    }
}
