//! Images of other labs in a run: which are learned from, how they are drawn, and which are held out to be judged by.

use std::path::PathBuf;

use rand::{rngs::ChaCha8Rng, seq::SliceRandom};

use crate::{
    data::read::scan::scan,
    domain::{
        config::TrainConfig,
        dataset::{Dataset, Item},
        hash::ContentHash,
        learned::Learned,
        part::Part,
        scope::without_conflicts,
        split::Split,
    },
    fault::{Failure, Halt},
    progress::{Event, Observer, Watch},
    store::paths,
};

/// The images of one class of one lab, by their index in the run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stratum {
    pub lab: usize,
    pub label: usize,
    pub train: Vec<usize>,
    /// About a tenth, with all copies of a cell on one side.
    pub held_out: Vec<usize>,
}

/// The other labs of a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Guests {
    /// Those of each lab and class that have any.
    pub strata: Vec<Stratum>,
    /// Names of the labs' folders.
    pub names: Vec<String>,
    /// Of all folders together; `None` without any.
    pub hash: Option<ContentHash>,
    /// What is shown to the network or judges it, in the order of the indices.
    pub cells: Vec<Item>,
    /// File, content and label of each, likewise.
    pub images: Vec<(PathBuf, ContentHash, usize)>,
}

impl Guests {
    /// Scans the other labs, whose images follow `first` own ones. What contradicts itself there, and what is a cell of the
    /// dataset's validation or test part, or a copy of one, is left out.
    ///
    /// # Errors
    /// [`Halt`] where a folder cannot be scanned or a person stops.
    pub fn gather(
        dataset: &Dataset,
        split: &Split,
        config: &TrainConfig,
        Watch { observer, stop }: Watch<'_>,
    ) -> Result<Self, Halt> {
        let held_back = split.clone().keeping(dataset, |index| split.parts.get(index) != Some(&Some(Part::Train)));
        let held_back = Learned::of_split(dataset, &held_back);
        let mut guests = Self::default();
        let mut hashes: Vec<ContentHash> = Vec::new();
        for (lab, folder) in config.also.iter().enumerate() {
            let other = scan(folder, Some(&paths::scan_cache(folder)), observer, stop)?;
            let judges = guests.take(lab, &other, (dataset, &held_back), config.seed);
            if judges > 0 {
                let what = format!("{judges} images of {} are left out", other.name());
                let why = "they are cells of the dataset's validation or test part, or copies of them";
                let hint = "nothing needs to be done if the folders are meant to overlap";
                observer.tell(Event::Warning { warning: Failure::new(what, why, hint) });
            }
            guests.names.push(other.name());
            hashes.push(other.hash);
            tell_unknown_classes(dataset, &other, observer);
        }
        guests.hash = (!hashes.is_empty()).then(|| ContentHash::of_parts(hashes.iter().map(|hash| &hash.0[..])));
        Ok(guests)
    }

    /// Takes the images of a lab whose class the dataset knows; how many were left out since the dataset is judged by them.
    fn take(&mut self, lab: usize, other: &Dataset, (dataset, held_back): (&Dataset, &Learned), seed: u64) -> usize {
        let parts = Split::stratified(other, seed).parts;
        let (first, mut judges) = (dataset.items.len(), 0);
        for index in without_conflicts(other) {
            let (Some(item), Some(Some(part))) = (other.items.get(index), parts.get(index)) else { continue };
            let Some(label) = dataset.classes.label(other.classes.name(item.label)) else { continue };
            if held_back.part_of(item).is_some() {
                judges += 1;
                continue;
            }
            let place = first + self.images.len();
            self.images.push((other.file(item), item.hash, label));
            self.cells.push(item.clone());
            let stratum = self.stratum(lab, label);
            if *part == Part::Validation { stratum.held_out.push(place) } else { stratum.train.push(place) }
        }
        judges
    }

    fn stratum(&mut self, lab: usize, label: usize) -> &mut Stratum {
        let found = self.strata.iter().position(|one| (one.lab, one.label) == (lab, label));
        let place = found.unwrap_or_else(|| {
            self.strata.push(Stratum { lab, label, ..Stratum::default() });
            self.strata.len() - 1
        });
        #[expect(clippy::indexing_slicing, reason = "found or pushed just now")]
        &mut self.strata[place]
    }

    /// Every image that is learned from, ascending.
    #[must_use]
    pub fn train(&self) -> Vec<usize> {
        let mut all: Vec<usize> = self.strata.iter().flat_map(|one| &one.train).copied().collect();
        all.sort_unstable();
        all
    }

    /// Every image that is held out, ascending.
    #[must_use]
    pub fn held_out(&self) -> Vec<usize> {
        let mut all: Vec<usize> = self.strata.iter().flat_map(|one| &one.held_out).copied().collect();
        all.sort_unstable();
        all
    }

    /// The first `count` images of an epoch: evenly over labs and classes, so that neither a large lab nor a common class
    /// has the word; each image of a stratum comes before any comes again.
    #[must_use]
    pub fn draw(&self, count: usize, rng: &mut ChaCha8Rng) -> Vec<usize> {
        let mut strata: Vec<Vec<usize>> =
            self.strata.iter().map(|one| one.train.clone()).filter(|train| !train.is_empty()).collect();
        strata.iter_mut().for_each(|train| train.shuffle(rng));
        strata.shuffle(rng);
        if strata.is_empty() {
            return Vec::new();
        }
        let mut streams: Vec<_> = strata.iter().map(|train| train.iter().copied().cycle()).collect();
        let mut drawn = Vec::with_capacity(count + streams.len());
        while drawn.len() < count {
            drawn.extend(streams.iter_mut().filter_map(Iterator::next));
        }
        drawn.truncate(count);
        drawn
    }
}

fn tell_unknown_classes(dataset: &Dataset, other: &Dataset, observer: &dyn Observer) {
    let unknown: Vec<_> = other.classes.iter().filter(|name| dataset.classes.label(name).is_none()).collect();
    if !unknown.is_empty() {
        let what = format!("images of {} are left out", other.name());
        let why = format!("the dataset has no class {}", unknown.join(", "));
        observer
            .tell(Event::Warning { warning: Failure::new(what, why, "rename the folders if they mean a known class") });
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;

    use super::*;

    #[test]
    fn guests_are_drawn_evenly_over_labs_and_classes_and_none_twice_before_all_came() {
        let stratum = |lab, label, train: std::ops::Range<usize>| Stratum {
            lab,
            label,
            train: train.collect(),
            held_out: vec![900 + lab],
        };
        let strata = vec![stratum(0, 0, 0..60), stratum(0, 1, 60..66), stratum(1, 0, 66..366)];
        let guests = Guests { strata, ..Guests::default() };
        let draw = |seed| guests.draw(90, &mut ChaCha8Rng::seed_from_u64(seed));
        let drawn = draw(1);
        assert_eq!(drawn, draw(1));
        assert_ne!(drawn, draw(2));
        let of = |range: std::ops::Range<usize>| drawn.iter().filter(|index| range.contains(index)).count();
        assert_eq!([of(0..60), of(60..66), of(66..366)], [30, 30, 30]);
        // Six images came five times each.
        for index in 60..66 {
            assert_eq!(of(index..index + 1), 5);
        }
        assert_eq!(guests.held_out(), [900, 900, 901]);
        assert!(Guests::default().draw(5, &mut ChaCha8Rng::seed_from_u64(1)).is_empty());
    }
}
