//! The images that were put to the model, in the order they were given.

mod aside;

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use self::aside::Aside;
use crate::{
    domain::{
        classes::ClassList,
        key::ModelKey,
        occurring::Occurring,
        prediction::{Classified, Outcome},
        shift::Shift,
    },
    fault::Failure,
    job::JobId,
    model::card::ModelCard,
    report::csv::Table,
};

/// Everything of the Classify page that outlives a frame.
#[derive(Clone, Debug, Default)]
pub struct ClassifyState {
    /// Jobs that run or wait, the oldest first; one drop after another makes more than one.
    pub running: Vec<JobId>,
    /// The folder that is watched.
    pub watching: Option<Watched>,
    /// The model that the items were put to.
    pub model: Option<ModelKey>,
    /// Which classes could occur by the person's word.
    pub occurring: Occurring,
    /// Its card, once the first job has read it.
    pub card: Option<Arc<ModelCard>>,
    /// What the confidences stand for, in their order.
    pub classes: ClassList,
    pub items: Vec<Classified>,
    /// How many items were given each class, in the order of the classes.
    pub counts: Vec<usize>,
    /// How many items were given none.
    pub refused: usize,
    /// The item that is shown large; past the end, while the first of a new batch is waited for.
    pub current: usize,
    pub failure: Option<Failure>,
    /// What each job brought, the oldest first.
    batches: Vec<Batch>,
    /// The batch of each item.
    batch_of: Vec<usize>,
    /// The item of each file: one that is given again is judged anew in its place.
    places: HashMap<PathBuf, usize>,
    /// Results that were cleared or made way, the oldest first.
    aside: Vec<Aside>,
    /// How many were set aside since the start.
    set_aside: u64,
}

/// A folder that is watched by a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watched {
    pub job: JobId,
    pub folder: PathBuf,
    /// Images that came.
    pub came: usize,
}

/// The images of one job.
#[derive(Clone, Debug)]
struct Batch {
    job: JobId,
    /// Files and folders as they were given, then the images among them once the job has listed those.
    paths: Vec<PathBuf>,
    /// How many items are of it.
    images: usize,
    /// How far it is from what the model learned from, once all of it was seen.
    shift: Shift,
}

impl ClassifyState {
    /// A job was asked to classify these files and folders.
    pub(in crate::app) fn begin(&mut self, job: JobId, paths: Vec<PathBuf>) {
        if self.running.is_empty() {
            let known = paths.first().and_then(|path| self.places.get(path));
            self.current = known.copied().unwrap_or(self.items.len());
        }
        self.batches.push(Batch { job, paths, images: 0, shift: Shift::default() });
        self.running.push(job);
    }

    /// A job was asked to watch a folder.
    pub(in crate::app) fn watch(&mut self, job: JobId, folder: PathBuf) {
        self.batches.push(Batch { job, paths: Vec::new(), images: 0, shift: Shift::default() });
        self.watching = Some(Watched { job, folder, came: 0 });
    }

    /// Whether a job's results are for this page.
    #[must_use]
    pub fn is_heard(&self, job: JobId) -> bool {
        self.running.contains(&job) || self.watching.as_ref().is_some_and(|watched| watched.job == job)
    }

    /// A job has loaded its model and listed the images that it will classify.
    pub(in crate::app) fn hear_start(&mut self, job: JobId, card: Arc<ModelCard>, images: Vec<PathBuf>) {
        self.classes = card.classes.clone();
        self.card = Some(card);
        if let Some(batch) = self.batches.iter_mut().find(|batch| batch.job == job) {
            batch.paths = images;
        }
    }

    /// Adds outcomes as they come.
    pub(in crate::app) fn take_in(&mut self, job: JobId, items: Vec<Classified>) {
        let Some(batch) = self.batches.iter().position(|batch| batch.job == job) else { return };
        items.into_iter().for_each(|item| self.put(batch, item));
    }

    /// A job came to its end.
    pub(in crate::app) fn hear_end(&mut self, job: JobId, shift: Shift) {
        if let Some(batch) = self.batches.iter_mut().find(|batch| batch.job == job) {
            batch.shift = shift;
        }
    }

    fn put(&mut self, batch: usize, item: Classified) {
        self.count_one(&item, true);
        if let Some(of) = self.batches.get_mut(batch) {
            of.images += 1;
        }
        let at = self.places.get(&item.path).copied();
        let Some((at, known)) = at.and_then(|at| Some((at, self.items.get_mut(at)?))) else {
            self.places.insert(item.path.clone(), self.items.len());
            self.items.push(item);
            self.batch_of.push(batch);
            return;
        };
        let before = std::mem::replace(known, item);
        self.count_one(&before, false);
        if let Some(of) = self.batch_of.get_mut(at) {
            if let Some(left) = self.batches.get_mut(*of) {
                left.images = left.images.saturating_sub(1);
            }
            *of = batch;
        }
    }

    /// Counts an item in or out.
    fn count_one(&mut self, item: &Classified, comes: bool) {
        let count = match top(item) {
            Some((label, _)) => {
                if self.counts.len() <= label {
                    self.counts.resize(label + 1, 0);
                }
                self.counts.get_mut(label)
            }
            None => Some(&mut self.refused),
        };
        if let Some(count) = count {
            *count = if comes { *count + 1 } else { count.saturating_sub(1) };
        }
    }

    /// The verdict on the batch of an item, where it does not look like what the model learned from.
    #[must_use]
    pub fn verdict(&self, index: usize) -> Option<&Shift> {
        let batch = self.batches.get(*self.batch_of.get(index)?)?;
        Some(&batch.shift).filter(|shift| shift.verdict.is_some())
    }

    /// How many items are of batches that do not look like what the model learned from, and the verdict on the last of
    /// these batches.
    #[must_use]
    pub fn shifted(&self) -> Option<(usize, &Shift)> {
        let shifted = || self.batches.iter().filter(|batch| batch.images > 0 && batch.shift.verdict.is_some());
        Some((shifted().map(|batch| batch.images).sum(), &shifted().next_back()?.shift))
    }

    /// The images of that batch.
    #[must_use]
    pub fn shifted_images(&self) -> Vec<PathBuf> {
        let batch = self.batches.iter().rfind(|batch| batch.images > 0 && batch.shift.verdict.is_some());
        batch.map(|batch| batch.paths.clone()).unwrap_or_default()
    }

    /// The folder that holds every image of the shifted batches' last one, for words such as a command.
    #[must_use]
    pub fn shifted_folder(&self) -> Option<&Path> {
        let batch = self.batches.iter().rfind(|batch| batch.images > 0 && batch.shift.verdict.is_some())?;
        let mut folder = batch.paths.first()?.parent()?;
        while !batch.paths.iter().all(|path| path.starts_with(folder)) {
            folder = folder.parent()?;
        }
        Some(folder)
    }

    /// The item that is shown large and its place in the list.
    #[must_use]
    pub fn shown(&self) -> Option<(usize, &Classified)> {
        let index = self.current.min(self.items.len().checked_sub(1)?);
        self.items.get(index).map(|item| (index, item))
    }

    /// How many items were given this class.
    #[must_use]
    pub fn count(&self, label: usize) -> usize {
        self.counts.get(label).copied().unwrap_or(0)
    }

    /// One row an image, with the columns of the terminal's lines.
    #[must_use]
    pub fn table(&self) -> Table {
        let fixed = ["path", "label", "confidence"].into_iter().map(str::to_owned);
        let last = ["flags", "refused", "batch_verdict"].into_iter().map(str::to_owned);
        let mut table = Table::new(fixed.chain(self.classes.iter().map(str::to_owned)).chain(last));
        for (index, item) in self.items.iter().enumerate() {
            let mut row = vec![item.path.display().to_string()];
            match &item.outcome {
                Outcome::Seen { prediction, flags } => {
                    let (label, share) = prediction.top().unzip();
                    row.push(label.map_or("", |label| self.classes.name(label)).to_owned());
                    row.push(share.map_or_else(String::new, |share| share.to_string()));
                    let shares = (0..self.classes.len()).map(|label| prediction.0.get(label));
                    row.extend(shares.map(|share| share.map_or_else(String::new, f32::to_string)));
                    row.extend([flags.join("; "), String::new()]);
                }
                Outcome::Refused(why) => {
                    row.extend(std::iter::repeat_n(String::new(), self.classes.len() + 3));
                    row.push(why.clone());
                }
            }
            row.push(self.verdict(index).and_then(|shift| shift.verdict.clone()).unwrap_or_default());
            table.push(row);
        }
        table
    }
}

/// The label an item was given and its confidence; `None` for a refused one.
#[must_use]
pub fn top(item: &Classified) -> Option<(usize, f32)> {
    match &item.outcome {
        Outcome::Seen { prediction, .. } => prediction.top(),
        Outcome::Refused(_) => None,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::domain::{hash::ContentHash, prediction::Prediction};

    pub(super) fn seen(path: &str, shares: [f32; 2]) -> Classified {
        let outcome = Outcome::Seen { prediction: Prediction(shares.to_vec()), flags: Vec::new() };
        Classified { path: path.into(), outcome }
    }

    fn refused(path: &str) -> Classified {
        Classified { path: path.into(), outcome: Outcome::Refused("no image".to_owned()) }
    }

    pub(super) fn model(weights: u8) -> Option<ModelKey> {
        Some(ModelKey { id: "model".to_owned(), weights: ContentHash([weights; 32]) })
    }

    /// Three images of two jobs that came to their end.
    pub(super) fn state() -> ClassifyState {
        let classes = ClassList::new(["ig".to_owned(), "platelet".to_owned()]);
        let mut state = ClassifyState { classes, model: model(1), ..ClassifyState::default() };
        state.begin(JobId(1), vec!["a.png".into(), "b.png".into()]);
        state.begin(JobId(2), vec!["c, d.txt".into()]);
        state.take_in(JobId(1), vec![seen("a.png", [0.25, 0.75]), seen("b.png", [0.5, 0.5])]);
        state.take_in(JobId(2), vec![refused("c, d.txt")]);
        state.running.clear();
        state
    }

    pub(super) fn counts(state: &ClassifyState) -> (usize, usize, usize) {
        (state.count(0), state.count(1), state.refused)
    }

    #[test]
    fn every_item_is_counted_once_and_one_that_is_given_again_is_judged_in_its_place() {
        let mut state = state();
        assert_eq!((counts(&state), state.count(9)), ((1, 1, 1), 0));
        state.begin(JobId(3), vec!["b.png".into()]);
        assert_eq!(state.current, 1, "the one that is asked about is shown");
        state.take_in(JobId(3), vec![seen("b.png", [0.1, 0.9])]);
        assert_eq!((counts(&state), state.items.len()), ((0, 2, 1), 3));
        assert_eq!(top(&state.items[1]), Some((1, 0.9)));
    }

    #[test]
    fn a_verdict_is_of_its_batch_alone() {
        let mut state = state();
        let verdict = Shift { verdict: Some("another lab".to_owned()), ..Shift::default() };
        state.hear_end(JobId(1), verdict.clone());
        state.hear_end(JobId(2), Shift::default());
        assert_eq!(state.shifted(), Some((2, &verdict)));
        assert_eq!([0, 1, 2].map(|index| state.verdict(index).is_some()), [true, true, false]);
        let rows = state.table().rows;
        let last: Vec<_> = rows.iter().map(|row| row.last().unwrap().to_string()).collect();
        assert_eq!(last, ["another lab", "another lab", ""]);
        let id = state.set_aside().unwrap();
        assert_eq!(state.shifted(), None);
        state.restore(id);
        assert_eq!(state.shifted(), Some((2, &verdict)), "it stands as long as the results do");
    }

    #[test]
    fn the_last_item_is_shown_until_a_new_one_comes() {
        let mut state = state();
        state.current = 3;
        assert_eq!(state.shown().map(|(index, _)| index), Some(2));
    }

    #[test]
    fn rows_are_as_wide_as_the_header_and_a_refused_image_has_no_class() {
        let text = String::from_utf8(state().table().to_csv().unwrap()).unwrap();
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(
            lines,
            [
                "path,label,confidence,ig,platelet,flags,refused,batch_verdict",
                "a.png,platelet,0.75,0.25,0.75,,,",
                "b.png,ig,0.5,0.5,0.5,,,",
                "\"c, d.txt\",,,,,,no image,"
            ]
        );
    }
}
