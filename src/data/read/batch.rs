//! Batches in plan order, prepared ahead on their own thread: same seed, same bits, whatever the number of threads.

use std::{collections::HashMap, sync::Arc};

use image::RgbImage;
use rayon::prelude::*;

use super::ahead::{Ahead, Handing};
pub use super::frames::FrameStore;
use crate::{
    data::{
        measure::smear,
        vary::{Draw, augment::Augment, surroundings},
    },
    fault::StopToken,
};

/// How images come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Mode {
    /// Exactly [`Preprocess::square`](crate::data::view::preprocess::Preprocess::square) of the decoded image.
    Plain,
    /// The same, without what cannot be a stained cell.
    Checked,
    /// Varied for training.
    Augmented { augment: Augment, seed: u64, epoch: u64 },
}

/// One step's images.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// Normalised, `[n, size, size, 3]`, with n = `indices.len()`.
    pub pixels: Vec<f32>,
    /// The store's index of each image, in plan order.
    pub indices: Vec<usize>,
    /// Images of the plan that could not be read, or were refused, and are not in `pixels`: index and why.
    pub unreadable: Vec<(usize, String)>,
}

/// The batches of a plan; ends early when stopped, and ends its thread when dropped.
pub type Batches = Ahead<Batch>;

/// Starts preparing the batches of `plan`, each a list of indices into `store`.
#[must_use]
pub fn batches(store: &Arc<FrameStore>, plan: Vec<Vec<usize>>, mode: Mode, stop: &StopToken) -> Batches {
    let (store, stop) = (Arc::clone(store), stop.clone());
    Ahead::start(move |handing| prepare(&store, plan, mode, &stop, &handing))
}

fn prepare(store: &FrameStore, plan: Vec<Vec<usize>>, mode: Mode, stop: &StopToken, handing: &Handing<Batch>) {
    let mut times: HashMap<usize, u64> = HashMap::new();
    for indices in plan {
        if stop.requested().is_some() {
            return;
        }
        let wanted: Vec<(usize, u64)> = indices
            .into_iter()
            .map(|index| {
                let seen = times.entry(index).or_default();
                *seen += 1;
                (index, *seen - 1)
            })
            .collect();
        if !handing.hand(Ok(load(store, &wanted, mode))) {
            return;
        }
    }
}

/// Loads one batch in parallel; `wanted` holds indices and how often each came before.
fn load(store: &FrameStore, wanted: &[(usize, u64)], mode: Mode) -> Batch {
    let preprocess = store.preprocess();
    let length = preprocess.len().max(1);
    let mut pixels = vec![0.0; wanted.len() * length];
    let failures: Vec<Option<String>> = wanted
        .par_iter()
        .zip(pixels.par_chunks_mut(length))
        .map(|((index, repeat), out)| match view(store, *index, *repeat, mode) {
            Ok(view) => {
                preprocess.normalise(&view, out);
                None
            }
            Err(why) => Some(why),
        })
        .collect();
    let mut batch = Batch { pixels: Vec::new(), indices: Vec::with_capacity(wanted.len()), unreadable: Vec::new() };
    let whole = failures.iter().all(Option::is_none);
    for (((index, _), failure), image) in wanted.iter().zip(failures).zip(pixels.chunks_exact(length)) {
        match failure {
            Some(why) => batch.unreadable.push((*index, why)),
            None => {
                batch.indices.push(*index);
                if !whole {
                    batch.pixels.extend_from_slice(image);
                }
            }
        }
    }
    if whole {
        batch.pixels = pixels;
    }
    if let Mode::Augmented { augment, seed, epoch } = mode
        && !augment.is_off()
    {
        let read = wanted.iter().filter(|(index, _)| batch.unreadable.iter().all(|(other, _)| other != index));
        let draws: Vec<Draw> = read.map(|(index, repeat)| draw(seed, epoch, *index, *repeat)).collect();
        surroundings::exchange(&mut batch.pixels, preprocess.size, &draws, augment.surroundings);
    }
    batch
}

const fn draw(seed: u64, epoch: u64, index: usize, repeat: u64) -> Draw {
    Draw { seed, epoch, sample: index as u64, repeat }
}

fn view(store: &FrameStore, index: usize, repeat: u64, mode: Mode) -> Result<Arc<RgbImage>, String> {
    match mode {
        Mode::Augmented { augment, seed, epoch } if !augment.is_off() => {
            let frame = store.frame(index).map_err(|why| why.to_string())?;
            Ok(Arc::new(augment.view(&frame, store.preprocess(), draw(seed, epoch, index, repeat))))
        }
        Mode::Checked => {
            let square = store.square(index).map_err(|why| why.to_string())?;
            smear::refusal(&square).map_or(Ok(square), |why| Err(why.to_owned()))
        }
        _ => store.square(index).map_err(|why| why.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::view::preprocess::Preprocess;

    fn files(dir: &std::path::Path, count: u32) -> Vec<std::path::PathBuf> {
        (0..count)
            .map(|n| {
                let path = dir.join(format!("{n}.png"));
                RgbImage::from_fn(70, 64, |x, y| image::Rgb([(x * 3 + n) as u8, (y * 3) as u8, (x + y + n * 7) as u8]))
                    .save(&path)
                    .unwrap();
                path
            })
            .collect()
    }

    fn pixels(store: &Arc<FrameStore>, mode: Mode) -> Vec<f32> {
        let plan = vec![vec![2, 0, 1], vec![3, 3], vec![4]];
        batches(store, plan, mode, &StopToken::default()).flat_map(|batch| batch.unwrap().pixels).collect()
    }

    #[test]
    fn same_seed_gives_the_same_bits_with_any_budget_and_number_of_threads() {
        let dir = tempfile::tempdir().unwrap();
        let files = files(dir.path(), 5);
        let preprocess = Preprocess::new(32, 0.9);
        let mode = |seed| Mode::Augmented {
            augment: Augment { strength: 1.0, microscope: 0.5, surroundings: 0.5 },
            seed,
            epoch: 1,
        };
        let roomy = Arc::new(FrameStore::new(files.clone(), &preprocess, 1 << 24));
        let tight = Arc::new(FrameStore::new(files, &preprocess, 0));
        let once = pixels(&roomy, mode(7));
        assert_eq!(once.len(), 6 * 32 * 32 * 3);
        assert_eq!(once, pixels(&roomy, mode(7)));
        assert_eq!(once, pixels(&tight, mode(7)));
        assert_ne!(once, pixels(&roomy, mode(8)));
        let length = preprocess.len();
        assert_ne!(once[3 * length..4 * length], once[4 * length..5 * length], "a repeat is varied differently");
        let still = Mode::Augmented {
            augment: Augment { strength: 0.0, microscope: 0.5, surroundings: 0.5 },
            seed: 7,
            epoch: 1,
        };
        assert_eq!(pixels(&roomy, Mode::Plain), pixels(&tight, still));
    }

    #[test]
    fn an_unreadable_image_is_listed_and_the_others_come() {
        let dir = tempfile::tempdir().unwrap();
        let mut files = files(dir.path(), 2);
        files.push(dir.path().join("gone.png"));
        let store = Arc::new(FrameStore::new(files, &Preprocess::new(32, 1.0), 1 << 20));
        let batch = batches(&store, vec![vec![0, 2, 1]], Mode::Plain, &StopToken::default()).next().unwrap().unwrap();
        assert_eq!(batch.indices, [0, 1]);
        assert_eq!(batch.pixels.len(), 2 * 32 * 32 * 3);
        assert_eq!(batch.unreadable[0].0, 2);
    }

    #[test]
    fn dropping_early_ends_the_thread() {
        let dir = tempfile::tempdir().unwrap();
        let store = Arc::new(FrameStore::new(files(dir.path(), 2), &Preprocess::new(32, 1.0), 1 << 20));
        let mut all = batches(&store, vec![vec![0]; 1000], Mode::Plain, &StopToken::default());
        assert!(all.next().is_some());
        drop(all);
        assert_eq!(Arc::strong_count(&store), 1);
    }
}
