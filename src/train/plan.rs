//! What a run trains on: the scanned dataset, its split, other labs' images, and the batches of each epoch.

use std::{path::Path, sync::Arc};

use rand::{SeedableRng, rngs::ChaCha8Rng, seq::SliceRandom};

use super::{guests::Guests, heritage::Heritage};
use crate::{
    data::{
        read::{attributes, batch::FrameStore, scan::scan_by},
        view::preprocess::Preprocess,
    },
    device::ram::cache_bytes,
    domain::{
        attributes::Described,
        config::TrainConfig,
        dataset::Dataset,
        hash::ContentHash,
        learned::{Known, Learned},
        part::Part,
        split::Split,
    },
    fault::Halt,
    learn::error::TrainError,
    progress::Watch,
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
    /// Images of other labs.
    pub guests: Guests,
    /// Those of them that are learned from.
    pub also: Vec<usize>,
    /// What the dataset's own file says of its cells; `None` without one.
    pub described: Option<Described>,
}

/// Scans, splits and checks; a run that goes on keeps the parts that it began with.
///
/// # Errors
/// [`Halt`] where a folder cannot be scanned, a table of attributes or a list of what was learned before is damaged, too few
/// images are left, or a person stops.
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
    // Used at the end of the run, and read now: a table that cannot be read must not cost hours.
    let described = attributes::beside(&dataset.root)?;
    let mut guests = Guests::gather(&dataset, &split, config, Watch { observer, stop })?;
    // Those that are held out choose what is kept, as the own validation part does: they count as learned from.
    guests.cells.iter().for_each(|item| learned.add(item, Known::guest()));
    let own = dataset.items.iter().map(|item| (dataset.file(item), item.hash, item.label));
    let images = own.chain(std::mem::take(&mut guests.images));
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
        also: guests.train(),
        described,
        guests,
    })
}

/// The parts that a run began with: whatever has become of the models and rules that they came from.
fn as_before(dataset: &Dataset, seed: u64, earlier: &Learned) -> Split {
    let parts = dataset.items.iter().map(|item| earlier.exact(item).and_then(|known| known.own)).collect();
    Split { seed, parts, hash: dataset.hash, grouped: dataset.groups() }.keeping(dataset, |_| true)
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
        let mut own = self.train.clone();
        own.shuffle(&mut rng);
        let size = self.own(batch, config.also_share).max(1);
        let guests = if self.also.is_empty() { 0 } else { batch.min(self.train.len()) - size };
        let mut guest = self.guests.draw(guests * (own.len() / size), &mut rng).into_iter();
        let fill = |own: &[usize]| own.iter().copied().chain(guest.by_ref().take(guests)).collect();
        own.chunks_exact(size).map(fill).collect()
    }
}
