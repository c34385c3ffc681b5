//! What a run trains on: the scanned dataset, its split, other labs' images, and the batches of each epoch.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use rand::{SeedableRng, rngs::ChaCha8Rng, seq::SliceRandom};

use super::heritage::Heritage;
use crate::{
    data::{
        read::{
            batch::FrameStore,
            scan::{scan, scan_by},
        },
        view::preprocess::Preprocess,
    },
    device::ram::cache_bytes,
    domain::{
        config::TrainConfig,
        dataset::{Dataset, Item},
        hash::ContentHash,
        learned::{Known, Learned},
        part::Part,
        scope::without_conflicts,
        split::Split,
    },
    fault::{Failure, Halt},
    learn::error::TrainError,
    progress::{Event, Observer, Watch},
    store::paths,
};

/// Memory for decoded frames at most: all of PBC at 128 px.
const CACHE_BYTES: usize = 1_500_000_000;

/// The images of a run, by index: those of the dataset first, other labs' behind them.
pub struct Material {
    pub dataset: Dataset,
    pub split: Split,
    /// What the finished model will have learned from, and what it will be judged by.
    pub learned: Learned,
    pub preprocess: Preprocess,
    pub frames: Arc<FrameStore>,
    /// The label of each image.
    pub labels: Vec<usize>,
    /// The dataset's own images that are learned from; what a run tells of its plan counts `also` with them.
    pub train: Vec<usize>,
    pub validation: Vec<usize>,
    /// Images of other labs, for training only.
    pub also: Vec<usize>,
    /// Names of the other labs' folders.
    pub also_names: Vec<String>,
    /// Of the other labs' folders together; `None` without any.
    pub also_hash: Option<ContentHash>,
}

/// Scans, splits and checks; a run that goes on keeps the parts that it began with.
///
/// # Errors
/// [`Halt`] where a folder cannot be scanned, a list of what was learned before is damaged, too few images are left, or a
/// person stops.
pub fn gather(
    folder: &Path,
    config: &TrainConfig,
    earlier: Option<&Learned>,
    Watch { observer, stop }: Watch<'_>,
) -> Result<Material, Halt> {
    let dataset = scan_by(config.group.as_deref(), folder, Some(&paths::scan_cache(folder)), observer, stop)?;
    let (split, mut learned) = match earlier {
        Some(earlier) => {
            let split = as_before(&dataset, config.seed, earlier);
            let mut learned = Learned::of_split(&dataset, &split);
            learned.take_guests(earlier);
            (split, learned)
        }
        None => {
            let heritage = Heritage::of(config)?;
            let split = heritage.split(&dataset, config.seed);
            let mut learned = Learned::of_split(&dataset, &split);
            heritage.pass_on(&mut learned, &dataset, &split, observer);
            (split, learned)
        }
    };
    let train = limited(&dataset, split.indices(Part::Train), config);
    let validation = split.indices(Part::Validation);
    check(&dataset, &train, &validation, &split)?;
    let mut images: Images = dataset.items.iter().map(|item| (dataset.file(item), item.hash, item.label)).collect();
    let others = others(&dataset, &split, config, Watch { observer, stop })?;
    let also = (images.len()..images.len() + others.images.len()).collect();
    images.extend(others.images);
    others.cells.iter().for_each(|item| learned.add(item, Known::guest()));
    let preprocess = Preprocess::of(config);
    let (mut files, mut hashes, mut labels) = (Vec::new(), Vec::new(), Vec::new());
    for (file, hash, label) in images {
        files.push(file);
        hashes.push(hash);
        labels.push(label);
    }
    let frames = Arc::new(FrameStore::new(files, &preprocess, cache_bytes(CACHE_BYTES)).expecting(hashes));
    Ok(Material {
        dataset,
        split,
        learned,
        preprocess,
        frames,
        labels,
        train,
        validation,
        also,
        also_names: others.names,
        also_hash: others.hash,
    })
}

/// The parts that a run began with: whatever has become of the models and rules that they came from.
fn as_before(dataset: &Dataset, seed: u64, earlier: &Learned) -> Split {
    let parts = dataset.items.iter().map(|item| earlier.exact(item).and_then(|known| known.own)).collect();
    Split { seed, parts, hash: dataset.hash, grouped: dataset.groups() }.keeping(dataset, |_| true)
}

/// Files with the content that the scan found and their label.
type Images = Vec<(PathBuf, ContentHash, usize)>;

/// The images of other labs that may be trained on.
struct Others {
    images: Images,
    cells: Vec<Item>,
    names: Vec<String>,
    /// Of all other labs together; `None` without any.
    hash: Option<ContentHash>,
}

/// Scans the other labs. What contradicts itself there, and what is a cell of the dataset's validation or test part, or a
/// copy of one, is left out.
fn others(
    dataset: &Dataset,
    split: &Split,
    config: &TrainConfig,
    Watch { observer, stop }: Watch<'_>,
) -> Result<Others, Halt> {
    let held_back = split.clone().keeping(dataset, |index| split.parts.get(index) != Some(&Some(Part::Train)));
    let held_back = Learned::of_split(dataset, &held_back);
    let mut others = Others { images: Vec::new(), cells: Vec::new(), names: Vec::new(), hash: None };
    let mut hashes: Vec<ContentHash> = Vec::new();
    for lab in &config.also {
        let other = scan(lab, Some(&paths::scan_cache(lab)), observer, stop)?;
        let mut judges = 0;
        for item in without_conflicts(&other).into_iter().filter_map(|index| other.items.get(index)) {
            let Some(label) = dataset.classes.label(other.classes.name(item.label)) else { continue };
            if held_back.part_of(item).is_some() {
                judges += 1;
                continue;
            }
            others.images.push((other.file(item), item.hash, label));
            others.cells.push(item.clone());
        }
        if judges > 0 {
            let what = format!("{judges} images of {} are left out", other.name());
            let why = "they are cells of the dataset's validation or test part, or copies of them";
            let hint = "nothing needs to be done if the folders are meant to overlap";
            observer.tell(Event::Warning { warning: Failure::new(what, why, hint) });
        }
        others.names.push(other.name());
        hashes.push(other.hash);
        tell_unknown_classes(dataset, &other, observer);
    }
    others.hash = (!hashes.is_empty()).then(|| ContentHash::of_parts(hashes.iter().map(|hash| &hash.0[..])));
    Ok(others)
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
