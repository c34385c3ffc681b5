//! The numbers that a model's last layer is given of each cell, with the answer that follows from them.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{cache, tsne};
use crate::{
    data::read::batch::{Batch, FrameStore, Mode},
    domain::{
        dataset::{Dataset, Item},
        hash::ContentHash,
        pca::Axes,
        plane::{Method, Plane, Spot, Spots},
    },
    eval::{forward::Images, learned::Cells, predict::Predictor, second_look},
    fault::{Halt, StopToken},
    progress::{Event, Observer, Task},
};

/// Frames that are kept in memory; each is read once.
const NO_CACHE: usize = 0;

/// Cells as a model sees them.
#[derive(Clone, Debug)]
pub struct Embedding {
    pub model: String,
    pub model_hash: ContentHash,
    pub cells: Spots,
    /// Numbers of each cell.
    width: usize,
    /// Row by row, in the order of the cells.
    features: Vec<f32>,
}

impl Embedding {
    /// The plane of these cells' own principal components, and the places of other cells on the same plane.
    #[must_use]
    pub fn pca(&self, others: Option<&Self>) -> Plane {
        let axes = Axes::of(&self.features, self.width);
        let places = |of: &Self| -> Vec<[f32; 2]> {
            let rows = axes.project(&of.features);
            let first = |row: &[f32]| [0, 1].map(|at| row.get(at).copied().unwrap_or(0.0));
            rows.chunks_exact(axes.len().max(1)).map(first).collect()
        };
        let places = std::iter::once(self).chain(others).flat_map(places).collect();
        Plane { method: Method::Pca, places, shares: Some(axes.shares()) }
    }

    /// All cells unfolded together by t-SNE, from the cache where they were before.
    ///
    /// # Errors
    /// [`Halt`] when it was stopped, or there are too few cells.
    pub fn tsne(
        &self,
        others: Option<&Self>,
        cache: Option<&Path>,
        each: &mut dyn FnMut(tsne::Unfolding<'_>),
        (observer, stop): (&dyn Observer, &StopToken),
    ) -> Result<Plane, Halt> {
        let all: Vec<f32> = std::iter::once(self).chain(others).flat_map(|of| &of.features).copied().collect();
        let key = ContentHash::of_parts([&b"t-SNE 1"[..], &hash(&all).0]);
        let count = 2 * all.len() / self.width.max(1);
        let plane = |places: Vec<[f32; 2]>| Plane { method: Method::Tsne, places, shares: None };
        if let Some(known) = cache.and_then(|folder| cache::load(folder, &key, count)) {
            return Ok(plane(known.as_chunks().0.to_vec()));
        }
        let places = tsne::unfold(&all, self.width, each, observer, stop)?;
        if let Some(folder) = cache {
            cache::save(folder, &key, places.as_flattened());
        }
        Ok(plane(places))
    }
}

fn hash(numbers: &[f32]) -> ContentHash {
    let bytes: Vec<u8> = numbers.iter().flat_map(|x| x.to_le_bytes()).collect();
    ContentHash::of(&bytes)
}

/// Puts cells of a dataset to a model, or finds in the cache what it said of them before.
///
/// # Errors
/// [`Halt`] where the device fails or a person stops; a bad image is refused and the others come.
pub fn embed(
    predictor: &Predictor,
    dataset: &Dataset,
    cells: &Cells,
    cache: Option<&Path>,
    observer: &dyn Observer,
    stop: &StopToken,
) -> Result<Embedding, Halt> {
    let items: Vec<&Item> = cells.indices.iter().filter_map(|index| dataset.items.get(*index)).collect();
    let card = predictor.card();
    let width = card.network.attention_width;
    let key = key(predictor, &items);
    let count = items.len() * (width + HEAD);
    let known = cache.and_then(|folder| cache::load(folder, &key, count));
    let mut refused = Vec::new();
    let rows = match known {
        Some(rows) => rows,
        None => {
            let rows = ask(predictor, dataset, &items, &mut refused, (observer, stop))?;
            // What could not be read may be there the next time.
            if let Some(folder) = cache.filter(|_| refused.is_empty()) {
                cache::save(folder, &key, &rows);
            }
            rows
        }
    };
    let (mut spots, mut features) = (Vec::new(), Vec::new());
    for (item, row) in items.iter().zip(rows.chunks_exact(width + HEAD)) {
        let Some(([given, confidence], numbers)) = row.split_first_chunk().filter(|([given, _], _)| *given >= 0.0)
        else {
            continue;
        };
        spots.push(Spot {
            path: item.path.clone(),
            truth: dataset.classes.name(item.label).to_owned(),
            given: card.classes.name(*given as usize).to_owned(),
            confidence: *confidence,
        });
        features.extend_from_slice(numbers);
    }
    let cells = Spots {
        dataset: dataset.name(),
        dataset_hash: dataset.hash,
        root: dataset.root.clone(),
        cells: cells.words.clone(),
        spots,
        refused,
    };
    Ok(Embedding { model: card.name.clone(), model_hash: card.weights_hash, cells, width, features })
}

/// Before the numbers of a row stand the label that the model gave, under 0 for none, and its confidence.
const HEAD: usize = 2;

/// Of everything that the rows follow from.
fn key(predictor: &Predictor, items: &[&Item]) -> ContentHash {
    let card = predictor.card();
    let manners = format!("{} {} {:?}", card.temperature, card.doubt_temperature(), card.preprocess);
    let first = [&b"features 1"[..], &card.weights_hash.0, manners.as_bytes()];
    ContentHash::of_parts(first.into_iter().chain(items.iter().map(|item| &item.hash.0[..])))
}

/// Rows of the items in their order.
fn ask(
    predictor: &Predictor,
    dataset: &Dataset,
    items: &[&Item],
    refused: &mut Vec<(String, String)>,
    (observer, stop): (&dyn Observer, &StopToken),
) -> Result<Vec<f32>, Halt> {
    let card = predictor.card();
    let width = card.network.attention_width;
    let paths: Vec<PathBuf> = items.iter().map(|item| dataset.file(item)).collect();
    let store = FrameStore::new(paths, &card.preprocess, NO_CACHE);
    let store = Arc::new(store.expecting(items.iter().map(|item| item.hash).collect()));
    let all: Vec<usize> = (0..items.len()).collect();
    let mut rows = vec![-1.0; items.len() * (width + HEAD)];
    let (mut done, total) = (0, items.len() as u64);
    let hear = |batch: Batch| {
        let forward = predictor.forward();
        let first = forward.before_the_last(batch.pixels.clone(), predictor.plain_network())?;
        let (temperature, mask) = (card.doubt_temperature(), predictor.mask());
        let looks = second_look::after(&forward, first, &batch.pixels, temperature, mask)?;
        for (index, look) in batch.indices.iter().zip(looks) {
            let top = predictor.calibrated(&look.logits).top();
            let row = rows.chunks_exact_mut(width + HEAD).nth(*index);
            if let (Some((label, confidence)), Some(row)) = (top, row) {
                let whole = [label as f32, confidence].into_iter().chain(look.features.iter().copied());
                row.iter_mut().zip(whole).for_each(|(to, x)| *to = x);
            }
        }
        done += (batch.indices.len() + batch.unreadable.len()) as u64;
        let named = |(index, why): (usize, String)| Some((items.get(index)?.path.clone(), why));
        refused.extend(batch.unreadable.into_iter().filter_map(named));
        observer.tell(Event::Progress { task: Task::Embedding, done, total });
        Ok(())
    };
    Images { store: &store, indices: &all, mode: Mode::Plain }.in_batches(hear, stop)?;
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        data::{read::scan::scan, synthetic},
        device::Compute,
        domain::{classes::KNOWN, scope::Scope},
        eval::{evaluate, learned},
        progress::Silent,
    };

    #[test]
    fn answers_are_those_of_an_evaluation_and_come_from_the_cache_the_second_time() {
        let (dir, cache, stop) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), StopToken::default());
        for class in KNOWN.iter().take(3) {
            let folder = dir.path().join(class.name);
            std::fs::create_dir(&folder).unwrap();
            synthetic::draw(class.name, 1).save(folder.join("a.png")).unwrap();
        }
        let dataset = scan(dir.path(), None, &Silent, &stop).unwrap();
        let model = Predictor::load("mobilenet", &Compute::cpu()).unwrap();
        let cells = learned::cells(&[&model], &dataset, Some(Scope::All)).unwrap();
        let seen = || embed(&model, &dataset, &cells, Some(cache.path()), &Silent, &stop).unwrap();
        let first = seen();
        let judged = evaluate::judge(&model, &dataset, &cells, &Silent, &stop).unwrap().judged;
        for (spot, judged) in first.cells.spots.iter().zip(&judged) {
            let (label, confidence) = judged.prediction.top().unwrap();
            assert_eq!((&spot.path, spot.given.as_str()), (&judged.path, model.card().classes.name(label)));
            assert!((spot.confidence - confidence).abs() < 1e-5, "{} {confidence}", spot.confidence);
        }
        assert_eq!((first.cells.spots.len(), first.features.len()), (3, 3 * first.width));
        assert!(first.features.iter().all(|x| x.is_finite()) && first.features.iter().any(|x| *x != 0.0));
        // Without the files only what was kept can answer.
        dataset.items.iter().for_each(|item| std::fs::remove_file(dataset.file(item)).unwrap());
        let second = seen();
        assert_eq!((second.features, &second.cells), (first.features.clone(), &first.cells));
        let plane = first.pca(Some(&first));
        assert_eq!((plane.places.len(), &plane.places[..3]), (6, &plane.places[3..]), "the same axes for both");
    }
}
