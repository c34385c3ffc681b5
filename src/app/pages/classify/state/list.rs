//! The list of cells: those of one image stand together, whenever and in whatever order they come.

use std::path::{Path, PathBuf};

use super::ClassifyState;
use crate::domain::{
    field::{Place, Portion},
    prediction::{Classified, Outcome},
};

/// What a field is told of which a person took every cell away.
const NONE_LEFT: &str = key!("no cell is marked in this field");

/// The image whose cells come now.
#[derive(Clone, Debug)]
pub(super) struct Open {
    pub(super) path: PathBuf,
    /// Where its next cell goes.
    next: usize,
    /// Cells of an earlier answer that still stand there.
    left: usize,
}

impl ClassifyState {
    /// Takes in the next cell of a batch: what was known of its image before makes way.
    pub(super) fn put(&mut self, batch: usize, item: Classified) {
        let is_open = |open: &Open| open.path == item.path;
        if !self.batches.get(batch).is_some_and(|batch| batch.open.as_ref().is_some_and(is_open)) {
            self.close(batch);
            let known = self.run(&item.path);
            let next = known.clone().map_or(self.items.len(), |known| known.start);
            let open = Open { path: item.path.clone(), next, left: known.map_or(0, |known| known.len()) };
            if let Some(batch) = self.batches.get_mut(batch) {
                batch.open = Some(open);
            }
        }
        let Some(open) = self.batches.get_mut(batch).and_then(|batch| batch.open.as_mut()) else { return };
        let at = open.next;
        if open.left > 0 {
            (open.next, open.left) = (at + 1, open.left - 1);
            self.replace(at, batch, item);
        } else {
            self.insert(at, batch, item);
        }
    }

    /// No more cells come of the image that a batch was at.
    pub(super) fn close(&mut self, batch: usize) {
        self.settle(batch);
        if let Some(batch) = self.batches.get_mut(batch) {
            batch.open = None;
        }
    }

    /// What an earlier answer still has of the image that a batch is at goes.
    pub(super) fn settle(&mut self, batch: usize) {
        let open = self.batches.get_mut(batch).and_then(|batch| batch.open.as_mut());
        if let Some((next, left)) = open.map(|open| (open.next, std::mem::take(&mut open.left))) {
            (0..left).for_each(|_| drop(self.take_out(next)));
        }
    }

    /// The places of an image's cells.
    pub(in crate::app) fn run(&self, path: &Path) -> Option<std::ops::Range<usize>> {
        let first = *self.first.get(path)?;
        let length = self.items.iter().skip(first).take_while(|item| item.path == path).count();
        Some(first..first + length)
    }

    /// Whether an image was taken for a field.
    pub(super) fn is_field(&self, path: &Path) -> bool {
        self.first.get(path).and_then(|first| self.items.get(*first)).is_some_and(|item| item.portion.is_field())
    }

    /// The item of a cell of a field.
    #[must_use]
    pub fn index_of(&self, path: &Path, at: &Place) -> Option<usize> {
        let run = self.run(path)?;
        let is = |item: &Classified| item.portion.spot().is_some_and(|spot| spot.at == *at);
        Some(run.start + self.items.get(run)?.iter().position(is)?)
    }

    /// The images, in their order.
    #[must_use]
    pub fn paths(&self) -> Vec<PathBuf> {
        let mut paths: Vec<PathBuf> = self.items.iter().map(|item| item.path.clone()).collect();
        paths.dedup();
        paths
    }

    /// How wide the cells of a field were cut; `None` where it has none.
    pub(in crate::app) fn cut_side(&self, path: &Path) -> Option<u32> {
        let side = |item: &Classified| item.portion.spot().map(|spot| spot.at.width);
        self.items.get(self.run(path)?)?.iter().find_map(side)
    }

    /// The cells of the image that an item is of, with their places in the list.
    pub fn together(&self, index: usize) -> impl Iterator<Item = (usize, &Classified)> {
        let run = self.items.get(index).and_then(|item| self.run(&item.path)).unwrap_or_default();
        let start = run.start;
        self.items.get(run).unwrap_or_default().iter().enumerate().map(move |(at, item)| (start + at, item))
    }

    /// Adds a cell to its field, at most so far behind the first one; it is shown then.
    pub(in crate::app) fn add(&mut self, item: Classified, behind: usize) {
        let Some(run) = self.run(&item.path) else { return };
        let batch = self.batch_of.get(run.start).copied().unwrap_or_default();
        let is_empty = self.items.get(run.start).is_some_and(|item| item.portion == Portion::Empty);
        let at = run.start.saturating_add(behind).min(run.end);
        if is_empty {
            self.replace(run.start, batch, item);
            self.current = run.start;
        } else {
            self.insert(at, batch, item);
            self.current = at;
        }
    }

    /// Takes a cell of a field away: what it was, and how far behind its field's first.
    pub(in crate::app) fn remove(&mut self, path: &Path, at: &Place) -> Option<(Classified, usize)> {
        let (index, run) = (self.index_of(path, at)?, self.run(path)?);
        if run.len() > 1 {
            return Some((self.take_out(index)?, index - run.start));
        }
        let (content, batch) = (self.items.get(index)?.content, *self.batch_of.get(index)?);
        let outcome = Outcome::Refused(NONE_LEFT.to_owned());
        let none = Classified { path: path.to_owned(), content, portion: Portion::Empty, outcome };
        Some((self.replace(index, batch, none)?, 0))
    }

    fn replace(&mut self, at: usize, batch: usize, item: Classified) -> Option<Classified> {
        self.count_one(&item, true);
        let before = std::mem::replace(self.items.get_mut(at)?, item);
        self.count_one(&before, false);
        let of = std::mem::replace(self.batch_of.get_mut(at)?, batch);
        self.count_cell(of, false);
        self.count_cell(batch, true);
        Some(before)
    }

    fn insert(&mut self, at: usize, batch: usize, item: Classified) {
        self.count_one(&item, true);
        self.count_cell(batch, true);
        for (other, open) in self.batches.iter_mut().enumerate().filter_map(|(at, of)| Some((at, of.open.as_mut()?))) {
            // Another image that comes to the same place comes behind.
            let own = other == batch || open.left > 0;
            open.next += usize::from(open.next > at || (own && open.next == at));
        }
        if at < self.items.len() {
            self.first.values_mut().filter(|first| **first >= at).for_each(|first| *first += 1);
            self.current += usize::from(self.current >= at);
        }
        let first = self.first.entry(item.path.clone()).or_insert(at);
        *first = at.min(*first);
        self.items.insert(at, item);
        self.batch_of.insert(at, batch);
    }

    fn take_out(&mut self, at: usize) -> Option<Classified> {
        if at >= self.items.len() {
            return None;
        }
        let (item, batch) = (self.items.remove(at), self.batch_of.remove(at));
        self.count_one(&item, false);
        self.count_cell(batch, false);
        for open in self.batches.iter_mut().filter_map(|batch| batch.open.as_mut()) {
            if open.next > at {
                open.next -= 1;
            } else if at < open.next + open.left {
                open.left -= 1;
            }
        }
        if self.first.get(&item.path) == Some(&at) && self.items.get(at).is_none_or(|next| next.path != item.path) {
            self.first.remove(&item.path);
        }
        self.first.values_mut().filter(|first| **first > at).for_each(|first| *first -= 1);
        self.current -= usize::from(self.current > at);
        Some(item)
    }

    fn count_cell(&mut self, batch: usize, comes: bool) {
        if let Some(batch) = self.batches.get_mut(batch) {
            batch.cells = if comes { batch.cells + 1 } else { batch.cells.saturating_sub(1) };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{counts, said, seen, spot, state};
    use super::*;
    use crate::job::JobId;

    fn names(state: &ClassifyState) -> Vec<String> {
        let name = |item: &Classified| match item.portion.spot() {
            Some(spot) => format!("{} {}", item.path.display(), spot.cell.bounds.xmin),
            None => item.path.display().to_string(),
        };
        state.items.iter().map(name).collect()
    }

    /// Every image's cells stand together, and are found where they stand.
    fn is_whole(state: &ClassifyState) {
        for (at, item) in state.items.iter().enumerate() {
            assert!(state.run(&item.path).unwrap().contains(&at), "{:?}", names(state));
        }
        assert_eq!((state.items.len(), state.images()), (state.batch_of.len(), state.first.len()));
        let all: usize = state.counts.iter().sum::<usize>() + state.refused + state.left_out;
        assert_eq!(all, state.items.len());
        assert_eq!(state.batches.iter().map(|batch| batch.cells).sum::<usize>(), all);
    }

    #[test]
    fn an_image_that_is_read_otherwise_gives_its_cells_where_it_stood() {
        let mut state = state();
        state.begin(JobId(3), vec!["b.png".into()]);
        state.take_in(JobId(3), vec![spot("b.png", 5, false), spot("b.png", 60, true), spot("b.png", 9, false)]);
        state.hear_end(JobId(3), Default::default());
        assert_eq!(names(&state), ["a.png", "b.png 5", "b.png 60", "b.png 9", "c, d.txt"]);
        assert_eq!((counts(&state), state.left_out, state.current), ((2, 1, 1), 1, 1));
        is_whole(&state);
        state.begin(JobId(4), vec!["b.png".into()]);
        state.take_in(JobId(4), said(vec![seen("b.png", [0.1, 0.9])]));
        state.take_in(JobId(4), said(vec![seen("e.png", [0.1, 0.9])]));
        state.hear_end(JobId(4), Default::default());
        assert_eq!(names(&state), ["a.png", "b.png", "c, d.txt", "e.png"]);
        is_whole(&state);
    }

    #[test]
    fn a_cell_is_taken_away_put_back_and_the_last_one_leaves_its_field() {
        let mut state = state();
        state.begin(JobId(3), vec!["f.png".into()]);
        state.take_in(JobId(3), vec![spot("f.png", 5, false), spot("f.png", 60, false)]);
        let at = |state: &ClassifyState, index: usize| state.items[index].portion.spot().unwrap().at;
        let (first, second) = (at(&state, 3), at(&state, 4));
        let (cell, behind) = state.remove(Path::new("f.png"), &first).unwrap();
        assert_eq!((names(&state).len(), behind), (4, 0));
        is_whole(&state);
        let last = state.remove(Path::new("f.png"), &second).unwrap();
        assert_eq!((state.items[3].portion, state.refused), (Portion::Empty, 2));
        state.add(last.0, last.1);
        state.add(cell, behind);
        assert_eq!(names(&state)[3..], ["f.png 5", "f.png 60"]);
        assert_eq!(state.current, 3);
        is_whole(&state);
        assert_eq!(state.remove(Path::new("a.png"), &first), None);
    }

    #[test]
    fn two_jobs_at_once_leave_each_image_s_cells_together() {
        let mut state = state();
        state.begin(JobId(3), vec!["f.png".into()]);
        state.begin(JobId(4), vec!["g.png".into()]);
        for xmin in [1, 30, 60] {
            state.take_in(JobId(3), vec![spot("f.png", xmin, false)]);
            state.take_in(JobId(4), vec![spot("g.png", xmin, false)]);
        }
        assert_eq!(names(&state)[3..], ["f.png 1", "f.png 30", "f.png 60", "g.png 1", "g.png 30", "g.png 60"]);
        is_whole(&state);
    }

    #[test]
    fn cells_go_on_coming_while_others_are_taken_away() {
        let mut state = state();
        state.begin(JobId(3), vec!["f.png".into()]);
        state.take_in(JobId(3), vec![spot("f.png", 5, false), spot("f.png", 60, false)]);
        let at = state.items[3].portion.spot().unwrap().at;
        state.remove(Path::new("f.png"), &at).unwrap();
        state.take_in(JobId(3), vec![spot("f.png", 90, false), spot("g.png", 1, false)]);
        assert_eq!(names(&state)[3..], ["f.png 60", "f.png 90", "g.png 1"]);
        is_whole(&state);
        state.count_edges(true);
        is_whole(&state);
    }
}
