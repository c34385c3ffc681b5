//! Results that were cleared or made way for another model's: kept, with what was still to be classified, until they are
//! brought back.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
};

use super::ClassifyState;
use crate::domain::key::ModelKey;

/// How many sets of results that were cleared or replaced can be brought back.
const ASIDE: usize = 5;

/// Results that can be brought back.
#[derive(Clone, Debug)]
pub(super) struct Aside {
    id: u64,
    results: Box<ClassifyState>,
    /// What was not classified yet.
    pending: Vec<PathBuf>,
}

impl ClassifyState {
    /// Takes the results away and keeps them, with what was still to be classified; `None` where there is nothing.
    pub(in crate::app) fn set_aside(&mut self) -> Option<u64> {
        let pending = self.pending();
        let mut results = std::mem::take(self);
        (self.aside, self.set_aside) = (std::mem::take(&mut results.aside), results.set_aside);
        // What a person said of the images stands for those that come.
        (self.taken, self.edges) = (results.taken.clone(), results.edges);
        if results.items.is_empty() && pending.is_empty() {
            return None;
        }
        results.running.clear();
        results.batches.iter_mut().for_each(|batch| batch.open = None);
        results.watching = None;
        self.set_aside += 1;
        self.aside.push(Aside { id: self.set_aside, results: Box::new(results), pending });
        let surplus = self.aside.len().saturating_sub(ASIDE);
        self.aside.drain(..surplus);
        Some(self.set_aside)
    }

    /// Images, and files and folders that no job has looked into yet, that running jobs have not classified.
    fn pending(&self) -> Vec<PathBuf> {
        let alive = |batch: usize| self.batches.get(batch).is_some_and(|batch| self.running.contains(&batch.job));
        let items = self.items.iter().zip(&self.batch_of);
        let done: HashSet<&Path> =
            items.filter(|(_, batch)| alive(**batch)).map(|(item, _)| item.path.as_path()).collect();
        let waiting = || self.batches.iter().filter(|batch| self.running.contains(&batch.job));
        // Of a field more cells may come.
        let open: HashSet<&Path> = waiting().filter_map(|batch| Some(batch.open.as_ref()?.path.as_path())).collect();
        let is_done = |path: &Path| done.contains(path) && !(open.contains(path) && self.is_field(path));
        waiting().flat_map(|batch| &batch.paths).filter(|path| !is_done(path)).cloned().collect()
    }

    /// The keys of the models whose results are there or set aside.
    pub(in crate::app) fn models(&mut self) -> impl Iterator<Item = &mut ModelKey> {
        let aside = self.aside.iter_mut().map(|aside| &mut aside.results.model);
        std::iter::once(&mut self.model).chain(aside).flatten()
    }

    /// Whether these results can still be brought back.
    #[must_use]
    pub fn can_restore(&self, id: u64) -> bool {
        self.aside.iter().any(|aside| aside.id == id)
    }

    /// The results that were set aside last.
    #[must_use]
    pub fn last_aside(&self) -> Option<u64> {
        self.aside.last().map(|aside| aside.id)
    }

    /// Whether results that were set aside are of the model whose results are there: confidences of two models never stand
    /// in one list.
    #[must_use]
    pub fn fits(&self, id: u64) -> bool {
        let same = |aside: &Aside| {
            let results = (&aside.results.model, &aside.results.occurring);
            aside.id == id && (self.model.is_none() || results == (&self.model, &self.occurring))
        };
        self.aside.iter().any(same)
    }

    /// Puts results that were set aside back, before those of the same model that came since; gives what they still waited
    /// for.
    pub(in crate::app) fn restore(&mut self, id: u64) -> Vec<PathBuf> {
        let Some(at) = self.aside.iter().position(|aside| aside.id == id) else { return Vec::new() };
        let Aside { mut results, pending, .. } = self.aside.remove(at);
        let mut since = std::mem::take(self);
        since.batches.iter_mut().for_each(|batch| batch.open = None);
        let first = results.batches.len();
        results.batches.extend(since.batches);
        results.sorted.extend(since.sorted);
        for (item, batch) in since.items.into_iter().zip(since.batch_of) {
            // It is counted again as it is put in.
            if let Some(of) = results.batches.get_mut(first + batch) {
                of.cells = of.cells.saturating_sub(1);
            }
            results.put(first + batch, item);
        }
        (first..results.batches.len()).for_each(|batch| results.settle(batch));
        results.card = since.card.or(results.card);
        (results.running, results.failure) = (since.running, since.failure);
        results.watching = since.watching;
        (results.aside, results.set_aside) = (since.aside, since.set_aside);
        *self = *results;
        pending
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::tests::{counts, model, said, seen, state},
        *,
    };
    use crate::job::JobId;

    #[test]
    fn cleared_items_come_back_before_newer_ones() {
        let mut state = state();
        let before = state.items.clone();
        let id = state.set_aside().unwrap();
        assert!(state.items.is_empty() && state.can_restore(id) && state.fits(id));
        state.model = model(1);
        state.begin(JobId(4), vec!["e.png".into()]);
        state.take_in(JobId(4), said(vec![seen("e.png", [0.2, 0.8])]));
        assert!(state.restore(id).is_empty());
        assert_eq!(state.items, [before, vec![seen("e.png", [0.2, 0.8])]].concat());
        assert_eq!((counts(&state), &state.running[..]), ((1, 2, 1), &[JobId(4)][..]));
        assert!(!state.can_restore(id), "it came back");
    }

    #[test]
    fn what_was_not_classified_yet_comes_back_too() {
        let mut state = ClassifyState { model: model(1), ..ClassifyState::default() };
        state.begin(JobId(1), ["a.png", "b.png", "c.png"].map(PathBuf::from).to_vec());
        state.begin(JobId(2), vec!["folder".into()]);
        state.take_in(JobId(1), said(vec![seen("a.png", [1.0, 0.0])]));
        let id = state.set_aside().unwrap();
        assert!(state.running.is_empty());
        assert_eq!(state.restore(id), ["b.png", "c.png", "folder"].map(PathBuf::from));
    }

    #[test]
    fn several_sets_of_results_wait_and_never_among_another_models() {
        let mut state = state();
        let first = state.set_aside().unwrap();
        state.model = model(2);
        state.begin(JobId(5), vec!["a.png".into()]);
        state.take_in(JobId(5), said(vec![seen("a.png", [0.9, 0.1])]));
        assert!(!state.fits(first), "the same folder with other weights is another model");
        let second = state.set_aside().unwrap();
        assert_eq!(state.set_aside(), None, "nothing is there");
        state.restore(first);
        assert_eq!((state.items.len(), state.model.clone()), (3, model(1)));
        assert!(state.can_restore(second) && !state.fits(second));
    }
}
