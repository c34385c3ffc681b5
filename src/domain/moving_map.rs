//! How a network comes to tell cells apart: where a fixed choice of validation cells lies after each epoch of a run.
//!
//! The numbers that the last layer is given are another space after every epoch, so each epoch has principal components of
//! its own, and its plane shows as much of them as a plane can. What such a plane leaves open, which way round it lies, is
//! chosen so that the cells lie nearest to where they lay before: a cell moves for what was learned, and the map does not
//! turn or tip over. Every epoch is drawn to one spread, since the raw numbers grow as a network grows sure; the spread
//! that they had is kept beside them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{classes::ClassList, dataset::Dataset, hash::ContentHash, pca::Axes, procrustes};

/// Cells at most: a map that the eye can follow, and a few KB an epoch.
pub const MOST: usize = 400;
/// One spread in units of the kept places.
const UNIT: f32 = 1000.0;
/// Directions that are looked for: two to draw, some more so that these are found soon.
const DIRECTIONS: usize = 8;

/// The map of a run, epoch by epoch.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MovingMap {
    /// Labels are indices into it.
    pub classes: ClassList,
    pub cells: Vec<MovingCell>,
    /// Ascending; an epoch may be missing.
    pub epochs: Vec<MapEpoch>,
}

/// One cell that is followed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MovingCell {
    /// Relative to the dataset.
    pub path: String,
    pub truth: usize,
}

/// What an epoch made of the cells, in their order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MapEpoch {
    /// From 1.
    pub epoch: usize,
    /// The label that each cell was given.
    pub given: Vec<usize>,
    /// In thousandths of the spread, around the middle of all cells.
    pub places: Vec<[i16; 2]>,
    /// The root of the mean of the squared distances from the middle, in the network's own numbers.
    pub spread: f32,
    /// The share of the cells' whole variance that the plane shows.
    pub shown: f32,
}

impl MapEpoch {
    /// Where the cells lie, in spreads.
    #[must_use]
    pub fn places(&self) -> Vec<[f32; 2]> {
        self.places.iter().map(|place| place.map(|x| f32::from(x) / UNIT)).collect()
    }
}

impl MovingMap {
    /// A map of these images of a dataset before the first epoch.
    #[must_use]
    pub fn of(dataset: &Dataset, cells: &[usize]) -> Self {
        let cell = |index: &usize| {
            let item = dataset.items.get(*index)?;
            Some(MovingCell { path: item.path.clone(), truth: item.label })
        };
        let cells = cells.iter().filter_map(cell).collect();
        Self { classes: dataset.classes.clone(), cells, epochs: Vec::new() }
    }

    /// The same cells with the epochs before one that is trained next; `None` where these are other cells.
    #[must_use]
    pub fn resumed(self, earlier: Self, next: usize) -> Option<Self> {
        let mut epochs = earlier.epochs;
        epochs.retain(|of| of.epoch < next);
        (self.cells == earlier.cells && self.classes == earlier.classes).then_some(Self { epochs, ..self })
    }

    /// Takes in what an epoch gave each cell: a row of `features`, and a label. An epoch whose numbers are none is left out.
    pub fn add(&mut self, epoch: usize, features: &[f32], given: Vec<usize>) {
        let n = self.cells.len();
        let width = features.len() / n.max(1);
        if width == 0 || features.len() != n * width || given.len() != n || !features.iter().all(|x| x.is_finite()) {
            return;
        }
        let axes = Axes::leading(DIRECTIONS, features, width);
        let rows = axes.project(features);
        let first = |row: &[f32]| [0, 1].map(|at| row.get(at).copied().unwrap_or(0.0));
        let raw: Vec<[f32; 2]> = rows.chunks_exact(axes.len().max(1)).map(first).collect();
        let squares = raw.iter().flatten().map(|x| f64::from(*x).powi(2)).sum::<f64>();
        let spread = (squares / n as f64).sqrt() as f32;
        let scale = if spread > 0.0 { spread.recip() } else { 0.0 };
        let scaled: Vec<[f32; 2]> = raw.iter().map(|place| place.map(|x| x * scale)).collect();
        let places = match self.epochs.last() {
            Some(before) => procrustes::turned(&scaled, &before.places()),
            None => scaled,
        };
        self.epochs.push(MapEpoch {
            epoch,
            given,
            places: places.into_iter().map(|place| place.map(|x| (x * UNIT).round() as i16)).collect(),
            spread,
            shown: axes.shares().iter().sum::<f64>() as f32,
        });
    }

    #[must_use]
    pub fn epoch(&self, number: usize) -> Option<&MapEpoch> {
        self.epochs.iter().find(|of| of.epoch == number)
    }

    /// The number of the last epoch; 0 without any.
    #[must_use]
    pub fn last(&self) -> usize {
        self.epochs.last().map_or(0, |of| of.epoch)
    }

    /// How many cells an epoch gave their own label.
    #[must_use]
    pub fn right(&self, of: &MapEpoch) -> usize {
        self.cells.iter().zip(&of.given).filter(|(cell, given)| cell.truth == **given).count()
    }

    /// Why this cannot be a map, where it comes from a file.
    #[must_use]
    pub fn problem(&self) -> Option<String> {
        let (n, classes) = (self.cells.len(), self.classes.len());
        if self.cells.iter().any(|cell| cell.truth >= classes) {
            return Some(format!("a cell has none of the {classes} classes"));
        }
        let whole = |of: &&MapEpoch| {
            of.places.len() == n && of.given.len() == n && of.given.iter().all(|label| *label < classes)
        };
        if let Some(of) = self.epochs.iter().find(|of| !whole(of)) {
            return Some(format!("epoch {} does not fit the {n} cells", of.epoch));
        }
        let falls = self.epochs.iter().zip(self.epochs.iter().skip(1)).any(|(a, b)| a.epoch >= b.epoch);
        falls.then(|| "its epochs are not in order".to_owned())
    }
}

/// At most [`MOST`] of some images, ascending: one of each class in turn for as long as it has any, in an order that follows
/// from seed and content. Each image is its index, its label and its content.
#[must_use]
pub fn sample(images: impl IntoIterator<Item = (usize, usize, ContentHash)>, seed: u64) -> Vec<usize> {
    let mut classes: BTreeMap<usize, Vec<(ContentHash, usize)>> = BTreeMap::new();
    for (index, label, hash) in images {
        let key = ContentHash::of_parts([&seed.to_le_bytes()[..], &hash.0[..]]);
        classes.entry(label).or_default().push((key, index));
    }
    classes.values_mut().for_each(|class| class.sort_unstable());
    let longest = classes.values().map(Vec::len).max().unwrap_or(0);
    let turns = (0..longest).flat_map(|turn| classes.values().filter_map(move |class| class.get(turn)));
    let mut chosen: Vec<usize> = turns.take(MOST).map(|(_, index)| *index).collect();
    chosen.sort_unstable();
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cells of three classes, evenly.
    fn map(n: usize) -> MovingMap {
        let classes = ClassList::new(["ig", "lymphocyte", "platelet"].map(str::to_owned));
        let cells = (0..n).map(|at| MovingCell { path: format!("{at}.png"), truth: at % 3 }).collect();
        MovingMap { classes, cells, epochs: Vec::new() }
    }

    /// Three heaps at distances of their own in a space of six, `apart` from each other; `turn` carries the space over into
    /// other numbers without changing a distance.
    fn features(n: usize, apart: f32, turn: f32) -> Vec<f32> {
        let wave = |at: usize, n: usize| ((at * 37 + n * 101) % 97) as f32 / 97.0 - 0.5;
        let row = |at: usize| {
            let [a, b] = [[apart, 0.0], [-0.4 * apart, 0.5 * apart], [-0.3 * apart, -0.7 * apart]][at % 3];
            let (a, b) = (a + wave(at, 0), b + wave(at, 1));
            let (sin, cos) = turn.sin_cos();
            let near = |n: usize| 0.3 * wave(at, n);
            [near(2), cos * a - sin * b, near(3), sin * a + cos * b, near(4), 1.0]
        };
        (0..n).flat_map(row).collect()
    }

    /// How far cells lie from where they lay an epoch before, at most, in spreads.
    fn moved(map: &MovingMap, to: usize) -> f32 {
        let [before, now] = [to - 1, to].map(|number| map.epoch(number).unwrap().places());
        before.iter().zip(&now).map(|(a, b)| (a[0] - b[0]).hypot(a[1] - b[1])).fold(0.0, f32::max)
    }

    #[test]
    fn a_space_that_turns_and_grows_leaves_the_map_still_and_what_was_learned_moves_it() {
        let mut map = map(90);
        let truth: Vec<usize> = map.cells.iter().map(|cell| cell.truth).collect();
        map.add(1, &features(90, 2.0, 0.0), truth.clone());
        for (epoch, turn) in [(2, 0.8), (3, 2.9), (4, -1.2)] {
            let grown: Vec<f32> = features(90, 2.0, turn).iter().map(|x| x * epoch as f32).collect();
            map.add(epoch, &grown, truth.clone());
            assert!(moved(&map, epoch) < 0.01, "epoch {epoch}: {}", moved(&map, epoch));
        }
        let spreads: Vec<f32> = map.epochs.iter().map(|of| of.spread).collect();
        assert!((spreads[3] / spreads[0] - 4.0).abs() < 0.01, "{spreads:?}");
        map.add(5, &features(90, 9.0, -1.2), vec![0; 90]);
        assert!(moved(&map, 5) > 0.1, "{}", moved(&map, 5));
        for of in &map.epochs {
            let squares: f32 = of.places().iter().flatten().map(|x| x * x).sum();
            assert!((squares / 90.0 - 1.0).abs() < 0.01 && of.shown > 0.9, "one spread: {squares} {}", of.shown);
        }
        assert_eq!((map.right(&map.epochs[3]), map.right(&map.epochs[4]), map.last()), (90, 30, 5));
        assert_eq!(map.problem(), None);
    }

    #[test]
    fn an_epoch_without_numbers_is_left_out_and_cells_that_are_alike_lie_in_the_middle() {
        let mut map = map(6);
        map.add(1, &[f32::NAN; 12], vec![0; 6]);
        map.add(2, &[1.0; 12], vec![0; 5]);
        map.add(3, &[], vec![0; 6]);
        assert!(map.epochs.is_empty());
        map.add(4, &[1.0; 12], vec![0; 6]);
        map.add(5, &features(6, 1.0, 0.0), vec![0; 6]);
        assert_eq!((map.epochs[0].places.as_slice(), map.epochs[0].spread), (&[[0, 0]; 6][..], 0.0));
        assert!(map.epochs[1].places.iter().any(|place| *place != [0, 0]));
    }

    #[test]
    fn a_run_that_goes_on_keeps_the_epochs_before_it_of_the_same_cells() {
        let mut earlier = map(9);
        (1..=3).for_each(|epoch| earlier.add(epoch, &features(9, 2.0, 0.0), vec![0; 9]));
        let kept = map(9).resumed(earlier.clone(), 3).unwrap();
        assert_eq!(kept.epochs, earlier.epochs[..2]);
        assert!(map(12).resumed(earlier, 3).is_none());
    }

    #[test]
    fn cells_are_chosen_evenly_over_classes_by_seed_and_content() {
        // A common class, a rarer one, and one of five cells.
        let label = |at: usize| if at < 5 { 2 } else { usize::from(at.is_multiple_of(4)) };
        let image = |at: usize| (at, label(at), ContentHash::of(&at.to_le_bytes()));
        let chosen = sample((0..2000).map(image), 1);
        let count = |of: usize| chosen.iter().filter(|at| label(**at) == of).count();
        assert_eq!([0, 1, 2].map(count), [198, 197, 5]);
        assert!(chosen.is_sorted());
        assert_eq!(sample((0..2000).rev().map(image), 1), chosen, "whatever the order in which they come");
        let other = sample((0..2000).map(image), 2);
        assert!(other.iter().filter(|at| chosen.contains(at)).count() < 200, "another seed, other cells");
        assert_eq!(sample((0..30).map(image), 1), (0..30).collect::<Vec<_>>(), "all of few");
    }

    #[test]
    fn what_does_not_fit_together_is_no_map() {
        let mut good = map(9);
        (1..=2).for_each(|epoch| good.add(epoch, &features(9, 2.0, 0.0), vec![1; 9]));
        let broken = |with: fn(&mut MovingMap)| {
            let mut map = good.clone();
            with(&mut map);
            map.problem().unwrap_or_default()
        };
        assert!(broken(|map| map.cells[3].truth = 3).contains("none of the 3 classes"));
        assert!(broken(|map| map.epochs[1].places.truncate(8)).contains("epoch 2"));
        assert!(broken(|map| map.epochs[0].given[2] = 9).contains("epoch 1"));
        assert!(broken(|map| map.epochs.swap(0, 1)).contains("order"));
        assert_eq!(broken(|_| {}), "");
    }
}
