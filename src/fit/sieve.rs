//! Finds what tells a model's cells from pictures that are none, at the end of a training or from its folder.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use image::RgbImage;

use super::remember;
use crate::{
    data::{
        read::{
            batch::{Batch, FrameStore, Mode},
            decode, folder, survey,
        },
        synthetic::{self, strange},
        vary::augment::Augment,
        view::preprocess::Preprocess,
    },
    domain::{classes::KNOWN, part::Part, prediction::Prediction},
    eval::{forward::Images, predict::Predictor},
    fault::{Halt, StopToken},
    model::sieve::{AtHome, Sieve, standard},
    progress::Watch,
};

/// Cells of each class that are learned from.
const OF_EACH: usize = 160;
/// Cells that the levels are set by.
const JUDGED: usize = 1600;
/// Fewer of either leave a model without a sieve.
const FEWEST: usize = 40;
/// Fewer of one class count as any cell does.
const FEWEST_OF_ONE: usize = 20;
/// Pictures of each kind at most, and cells for each of them: few cells must not drown.
const OF_A_KIND: usize = 48;
const CELLS_OF_ONE: usize = 24;
/// Drawn slides of each class that count as cells.
const DRAWN: u64 = 12;
/// Frames that pictures are made out of.
const FRAMES: usize = 160;
/// Cells of the own lab that a score may call unlike: one in a hundred.
const UNLIKE: f32 = 0.99;
/// What is no cell lies so many times as far from the middle of them as all but two in a thousand do. With any one of three
/// other labs left out of it, one in a hundred of its cells at most lay further.
const FAR: f32 = 0.998;
const TIMES: f32 = 2.75;
/// Steps of Adam, their length, and the decay of the weights.
const STEPS: usize = 160;
const RATE: f32 = 0.004;
const DECAY: f32 = 0.01;
const SEED: u64 = 1;

/// Rows of features.
type Rows = Vec<Vec<f32>>;

/// Finds a sieve from cells that the model learned from, class by class, those of its own lab and other labs' apart, and by
/// others of its own lab; `None` where either of these are too few.
///
/// # Errors
/// [`Halt`] where the device fails or a person stops.
pub fn learn(
    predictor: &Predictor,
    (classes, guests): (&[Vec<PathBuf>], &[Vec<PathBuf>]),
    judged: &[PathBuf],
    stop: &StopToken,
) -> Result<Option<Sieve>, Halt> {
    let cells: Vec<PathBuf> = classes.iter().flat_map(|class| survey::spread(class, OF_EACH)).collect();
    let judged = survey::spread(judged, JUDGED);
    if cells.len() < FEWEST || judged.len() < FEWEST {
        return Ok(None);
    }
    let preprocess = &predictor.card().preprocess;
    let store = |files: &[PathBuf]| Arc::new(FrameStore::new(files.to_vec(), preprocess, 0));
    let elsewhere = Augment { strength: 1.0, microscope: 1.0, surroundings: 0.0 };
    let varied = Mode::Augmented { augment: elsewhere, seed: SEED, epoch: 0 };
    let look = |store: &Arc<FrameStore>, mode| features(predictor, store, mode, stop);
    let own = rows(look(&store(&cells), Mode::Plain)?);
    let rest = look(&store(&judged), Mode::Plain)?;
    if own.len() < FEWEST || rest.len() < FEWEST {
        return Ok(None);
    }
    let home = at_home(&own, &rest, predictor.card().classes.len());
    let mut good = own;
    let guests: Vec<PathBuf> = guests.iter().flat_map(|class| survey::spread(class, OF_EACH)).collect();
    for files in [&cells, &guests] {
        good.extend(rows(look(&store(files), varied)?));
    }
    good.extend(rows(look(&store(&guests), Mode::Plain)?));
    good.extend(rows(look(&drawn(preprocess), Mode::Plain)?));
    let none = rows(look(&strange(&cells, preprocess), Mode::Plain)?);
    let [mean, scale] = moments(&good);
    let weights = separate([&good, &none], [&mean, &scale]);
    let owner = predictor.card().weights_hash;
    let whole = |levels| Sieve::new([mean.clone(), scale.clone(), weights.clone()], levels, home.clone(), owner);
    Ok(levels(&whole([0.0; 2]), &rows(rest)).map(whole))
}

/// The features alone.
fn rows(seen: Vec<(usize, Vec<f32>)>) -> Rows {
    seen.into_iter().map(|(_, features)| features).collect()
}

/// What own cells look like, and how odd others of the same lab are by the class that they are given.
fn at_home(own: &[Vec<f32>], rest: &[(usize, Vec<f32>)], classes: usize) -> AtHome {
    let [mean, scale] = moments(own);
    let home = AtHome { mean, scale, odd: Vec::new() };
    let odd: Vec<(usize, f32)> = rest.iter().map(|(label, features)| (*label, home.oddness(features))).collect();
    let spread = |of: &dyn Fn(usize) -> bool| {
        let values: Rows = odd.iter().filter(|(label, _)| of(*label)).map(|(_, odd)| vec![*odd]).collect();
        let [mean, scale] = moments(&values);
        let pair = mean.first().zip(scale.first()).map(|(mean, scale)| [*mean, 1.0 / scale]);
        pair.filter(|_| values.len() >= FEWEST_OF_ONE)
    };
    let any = spread(&|_| true);
    let odd = (0..classes).filter_map(|class| spread(&|label| label == class).or(any)).collect();
    AtHome { odd, ..home }
}

/// [`learn`] for a finished model: from the training split of the labelled folder that it learned from and cells of other labs,
/// by its validation split.
///
/// # Errors
/// [`Halt`] where the folder is another one, cannot be read, the device fails or a person stops.
pub fn learn_folder(
    predictor: &Predictor,
    dir: &Path,
    others: &[PathBuf],
    watch: Watch<'_>,
) -> Result<Option<Sieve>, Halt> {
    let (dataset, split) = remember::own_split(predictor, dir, watch)?;
    let (classes, mut guests) = (dataset.files_by_class(split.indices(Part::Train)), Vec::new());
    for other in others {
        guests.extend(in_parts(&folder::list(std::slice::from_ref(other), watch.stop)?.images));
    }
    let judged = dataset.files_by_class(split.indices(Part::Validation)).concat();
    learn(predictor, (&classes, &guests), &judged, watch.stop)
}

/// A list in parts that are each taken whole.
#[must_use]
pub fn in_parts(files: &[PathBuf]) -> Vec<Vec<PathBuf>> {
    files.chunks(OF_EACH).map(<[PathBuf]>::to_vec).collect()
}

/// The project's own slides, which count as cells: pictures must not be told by being drawn.
fn drawn(preprocess: &Preprocess) -> Arc<FrameStore> {
    let slides = KNOWN.iter().flat_map(|class| (0..DRAWN).map(|seed| synthetic::draw(class.name, seed)));
    Arc::new(FrameStore::new(Vec::new(), preprocess, 0).holding(slides.collect()))
}

/// Pictures that are no cells, made out of some of them.
fn strange(cells: &[PathBuf], preprocess: &Preprocess) -> Arc<FrameStore> {
    let frames: Vec<RgbImage> =
        survey::spread(cells, FRAMES).iter().filter_map(|file| decode::open(file).ok()).collect();
    let each = (cells.len() / CELLS_OF_ONE).clamp(2, OF_A_KIND) as u64;
    let pictures = (0..strange::KINDS).flat_map(|kind| (0..each).map(move |seed| (kind, seed)));
    let drawn = pictures.map(|(kind, seed)| strange::draw(kind, &frames, seed)).collect();
    Arc::new(FrameStore::new(Vec::new(), preprocess, 0).holding(drawn))
}

/// The class that each image which can be read is given, and what the network sees in it.
fn features(
    predictor: &Predictor,
    store: &Arc<FrameStore>,
    mode: Mode,
    stop: &StopToken,
) -> Result<Vec<(usize, Vec<f32>)>, Halt> {
    let all: Vec<usize> = (0..store.len()).collect();
    let mut seen = Vec::with_capacity(all.len());
    let forward = predictor.forward();
    let hear = |batch: Batch| {
        for (logits, features) in forward.looks(batch.pixels)? {
            if let Some((label, _)) =
                Prediction(logits).top().filter(|_| features.iter().all(|value| value.is_finite()))
            {
                seen.push((label, features));
            }
        }
        Ok(())
    };
    Images { store, indices: &all, mode }.in_batches(hear, stop)?;
    Ok(seen)
}

/// Mean of each feature, and one over its deviation.
fn moments(rows: &[Vec<f32>]) -> [Vec<f32>; 2] {
    let n = rows.len().max(1) as f32;
    let mut mean = vec![0.0; rows.first().map_or(0, Vec::len)];
    for row in rows {
        mean.iter_mut().zip(row).for_each(|(sum, value)| *sum += value / n);
    }
    let mut variance = vec![0.0; mean.len()];
    for row in rows {
        variance
            .iter_mut()
            .zip(row.iter().zip(&mean))
            .for_each(|(sum, (value, mean))| *sum += (value - mean).powi(2) / n);
    }
    let scale = variance.iter().map(|variance| 1.0 / (variance.sqrt() + 1e-3)).collect();
    [mean, scale]
}

/// The weights of a logistic regression between cells and what is none, both sides counted alike.
fn separate([cells, none]: [&[Vec<f32>]; 2], [mean, scale]: [&[f32]; 2]) -> Vec<f32> {
    let standardised = |row: &Vec<f32>| -> Vec<f32> {
        row.iter().zip(mean.iter().zip(scale)).map(|(value, (mean, scale))| standard(*value, *mean, *scale)).collect()
    };
    let side = |rows: &[Vec<f32>], truth: f32| {
        let weight = 0.5 / rows.len().max(1) as f32;
        rows.iter().map(|row| (standardised(row), truth, weight)).collect::<Vec<_>>()
    };
    let mut rows = side(cells, 0.0);
    rows.extend(side(none, 1.0));
    // One more weight, for a constant of one, is the bias; the levels take its place afterwards.
    rows.iter_mut().for_each(|(row, ..)| row.push(1.0));
    let count = mean.len() + 1;
    let (mut weights, mut first, mut second) = (vec![0.0_f32; count], vec![0.0_f32; count], vec![0.0_f32; count]);
    for step in 1..=STEPS as i32 {
        let mut slopes: Vec<f32> = weights.iter().map(|weight| DECAY * weight).collect();
        for (row, truth, share) in &rows {
            let sum: f32 = row.iter().zip(&weights).map(|(value, weight)| value * weight).sum();
            let error = share * (1.0 / (1.0 + (-sum).exp()) - truth);
            slopes.iter_mut().zip(row).for_each(|(slope, value)| *slope += error * value);
        }
        let unbiased = [1.0 - 0.9_f32.powi(step), 1.0 - 0.999_f32.powi(step)];
        for ((weight, slope), (first, second)) in weights.iter_mut().zip(&slopes).zip(first.iter_mut().zip(&mut second))
        {
            *first += 0.1 * (slope - *first);
            *second += 0.001 * (slope * slope - *second);
            *weight -= RATE * (*first / unbiased[0]) / ((*second / unbiased[1]).sqrt() + 1e-8);
        }
    }
    weights.truncate(mean.len());
    weights
}

/// The scores from which on an image is unlike the model's cells, and no cell, from cells that it did not learn from.
fn levels(sieve: &Sieve, rest: &[Vec<f32>]) -> Option<[f32; 2]> {
    let mut scores: Vec<f32> = rest.iter().map(|row| sieve.score(row)).collect();
    scores.sort_by(f32::total_cmp);
    let at = |share: f32| scores.get(((scores.len() - 1) as f32 * share).round() as usize).copied();
    let (middle, unlike, far) = (at(0.5)?, at(UNLIKE)?, at(FAR)?);
    Some([unlike, middle + TIMES * (far - middle)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{domain::hash::ContentHash, model::sieve::Sight};

    /// Cells scatter around 0 in three features; what is none lies off in the second.
    #[test]
    fn what_lies_off_the_cells_is_told_and_they_are_not() {
        let place = |seed: usize, off: f32| -> Vec<f32> {
            (0..3)
                .map(|at| ((seed * 37 + at * 101) % 97) as f32 / 97.0 - 0.5 + if at == 1 { off } else { 0.0 })
                .collect()
        };
        let rows = |count: usize, off: f32| -> Rows { (0..count).map(|seed| place(seed, off)).collect() };
        let (cells, none) = (rows(300, 0.0), rows(60, 3.0));
        let [mean, scale] = moments(&cells);
        let weights = separate([&cells, &none], [&mean, &scale]);
        assert!(weights[1] > 2.0 * weights[0].abs().max(weights[2].abs()), "{weights:?}");
        let home = AtHome::default();
        let whole = |levels| {
            Sieve::new([mean.clone(), scale.clone(), weights.clone()], levels, home.clone(), ContentHash([1; 32]))
        };
        let sieve = whole(levels(&whole([0.0; 2]), &cells).unwrap());
        let unlike = cells.iter().filter(|row| sieve.judge(row) == Sight::Unlike).count();
        assert!(unlike <= 4 && cells.iter().all(|row| sieve.judge(row) != Sight::NoCell), "{unlike}");
        assert!(none.iter().all(|row| sieve.judge(row) == Sight::NoCell));
    }
}
