//! What a run trains on: the scanned dataset, its split, other labs' images, and the batches of each epoch.

use std::{path::PathBuf, sync::Arc};

use rand::{SeedableRng, rngs::ChaCha8Rng, seq::SliceRandom};

use super::error::TrainError;
use crate::{
    data::{
        batch::FrameStore,
        preprocess::Preprocess,
        scan::{scan, scan_by},
    },
    domain::{
        config::TrainConfig,
        dataset::Dataset,
        hash::ContentHash,
        split::{Part, Split},
    },
    progress::{Event, Failure, Halt, Observer, StopToken},
    store::paths,
};

/// Memory for decoded frames: all of PBC at 128 px.
const CACHE_BYTES: usize = 1_500_000_000;

/// The images of a run, by index: those of the dataset first, other labs' behind them.
pub struct Material {
    pub dataset: Dataset,
    pub split: Split,
    pub preprocess: Preprocess,
    pub frames: Arc<FrameStore>,
    /// The label of each image.
    pub labels: Vec<usize>,
    pub train: Vec<usize>,
    pub validation: Vec<usize>,
    /// Images of other labs, for training only.
    pub also: Vec<usize>,
    /// Names of the other labs' folders.
    pub also_names: Vec<String>,
}

/// Scans, splits and checks.
///
/// # Errors
/// [`Halt`] where a folder cannot be scanned, too few images are left, or a person stops.
pub fn gather(
    folder: &std::path::Path,
    config: &TrainConfig,
    observer: &dyn Observer,
    stop: &StopToken,
) -> Result<Material, Halt> {
    let dataset = scan_by(config.group.as_deref(), folder, Some(&paths::scan_cache(folder)), observer, stop)?;
    let split = Split::stratified(&dataset, config.seed);
    let mut files: Vec<PathBuf> = dataset.items.iter().map(|item| dataset.file(item)).collect();
    let mut labels: Vec<usize> = dataset.items.iter().map(|item| item.label).collect();
    let (mut also, mut also_names) = (Vec::new(), Vec::new());
    for lab in &config.also {
        let other = scan(lab, Some(&paths::scan_cache(lab)), observer, stop)?;
        for item in &other.items {
            if let Some(label) = dataset.classes.label(other.classes.name(item.label)) {
                also.push(files.len());
                files.push(other.file(item));
                labels.push(label);
            }
        }
        also_names.push(other.name());
        tell_unknown_classes(&dataset, &other, observer);
    }
    let train = limited(&dataset, split.indices(Part::Train), config);
    let validation = split.indices(Part::Validation);
    check(&dataset, &train, &validation, &split)?;
    let preprocess = Preprocess::of(config);
    let frames = Arc::new(FrameStore::new(files, &preprocess, CACHE_BYTES));
    Ok(Material { dataset, split, preprocess, frames, labels, train, validation, also, also_names })
}

fn check(dataset: &Dataset, train: &[usize], validation: &[usize], split: &Split) -> Result<(), TrainError> {
    if dataset.classes.len() < 2 {
        return Err(TrainError::Data("there is only one class; a classifier needs two".to_owned()));
    }
    let few = [("training", train.len()), ("validation", validation.len()), ("test", split.count(Part::Test))];
    match few.iter().find(|(_, count)| *count < 2) {
        Some((part, count)) => Err(TrainError::Data(format!("the {part} split holds {count} images; it needs two"))),
        None => Ok(()),
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

/// At most so many training images of each class, chosen by seed and content.
fn limited(dataset: &Dataset, mut train: Vec<usize>, config: &TrainConfig) -> Vec<usize> {
    let Some(most) = config.per_class else { return train };
    let seed = config.seed.to_le_bytes();
    train.sort_by_cached_key(|index| {
        let hash = dataset.items.get(*index).map_or([0; 32], |item| item.hash.0);
        ContentHash::of_parts([&seed[..], &hash[..]])
    });
    let mut taken = vec![0; dataset.classes.len()];
    train.retain(|index| {
        let label = dataset.items.get(*index).map_or(usize::MAX, |item| item.label);
        taken.get_mut(label).is_some_and(|count| {
            *count += 1;
            *count <= most
        })
    });
    train.sort_unstable();
    train
}

impl Material {
    /// Training images of each class, other labs' left out.
    #[must_use]
    pub fn counts(&self) -> Vec<usize> {
        let mut counts = vec![0; self.dataset.classes.len()];
        for label in self.train.iter().filter_map(|index| self.labels.get(*index)) {
            if let Some(count) = counts.get_mut(*label) {
                *count += 1;
            }
        }
        counts
    }

    #[must_use]
    pub fn labels_of(&self, indices: &[usize]) -> Vec<usize> {
        indices.iter().filter_map(|index| self.labels.get(*index)).copied().collect()
    }

    /// Images of the dataset itself in each batch; the rest come from other labs.
    fn own(&self, batch: usize, share: f64) -> usize {
        let batch = batch.min(self.train.len());
        if self.also.is_empty() { batch } else { batch - ((batch as f64 * share).round() as usize).min(batch - 1) }
    }

    #[must_use]
    pub fn steps(&self, batch: usize, share: f64) -> usize {
        (self.train.len() / self.own(batch, share).max(1)).max(1)
    }

    /// The batches of an epoch, all of one size: shuffled by seed and epoch, the remainder left for other epochs.
    #[must_use]
    pub fn batches(&self, config: &TrainConfig, batch: usize, epoch: usize) -> Vec<Vec<usize>> {
        let mut rng = ChaCha8Rng::seed_from_u64(config.seed ^ (epoch as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let (mut own, mut others) = (self.train.clone(), self.also.clone());
        own.shuffle(&mut rng);
        others.shuffle(&mut rng);
        let size = self.own(batch, config.also_share);
        let guests = if others.is_empty() { 0 } else { batch.min(self.train.len()) - size };
        let mut guest = others.iter().copied().cycle();
        let fill = |own: &[usize]| own.iter().copied().chain(guest.by_ref().take(guests)).collect();
        own.chunks_exact(size.max(1)).map(fill).collect()
    }
}
