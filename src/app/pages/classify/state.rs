//! The cells that were put to the model, in the order their images were given.

mod aside;
mod list;
mod table;

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use self::{aside::Aside, list::Open};
use crate::{
    domain::{
        classes::ClassList,
        field::{Sorted, Taken},
        key::ModelKey,
        occurring::Occurring,
        prediction::{Classified, Outcome},
        shift::Shift,
    },
    eval::stream::Said,
    fault::Failure,
    job::JobId,
    model::card::ModelCard,
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
    /// What a person says that the images show.
    pub taken: Taken,
    /// Whether cells at a field's border count.
    pub edges: bool,
    /// The cells of one image stand together.
    pub items: Vec<Classified>,
    /// How many items were given each class, in the order of the classes.
    pub counts: Vec<usize>,
    /// How many items were given none.
    pub refused: usize,
    /// How many lie at a border and are in no count.
    pub left_out: usize,
    /// The item that is shown large; past the end, while the first of a new batch is waited for.
    pub current: usize,
    pub failure: Option<Failure>,
    /// What each job brought, the oldest first.
    batches: Vec<Batch>,
    /// The batch of each item.
    batch_of: Vec<usize>,
    /// The first item of each image: one that is given again is judged anew where it stands.
    first: HashMap<PathBuf, usize>,
    /// What was seen in each image that was looked into.
    sorted: HashMap<PathBuf, Sorted>,
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
    cells: usize,
    /// The image whose cells come now.
    open: Option<Open>,
    /// How far it is from what the model learned from, once all of it was seen.
    shift: Shift,
}

impl ClassifyState {
    /// A job was asked to classify these files and folders.
    pub(in crate::app) fn begin(&mut self, job: JobId, paths: Vec<PathBuf>) {
        if self.running.is_empty() {
            let known = paths.first().and_then(|path| self.first.get(path));
            self.current = known.copied().unwrap_or(self.items.len());
        }
        self.batches.push(Batch { job, paths, cells: 0, open: None, shift: Shift::default() });
        self.running.push(job);
    }

    /// A job was asked to watch a folder.
    pub(in crate::app) fn watch(&mut self, job: JobId, folder: PathBuf) {
        self.batches.push(Batch { job, paths: Vec::new(), cells: 0, open: None, shift: Shift::default() });
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

    /// Adds what is said of images as it comes.
    pub(in crate::app) fn take_in(&mut self, job: JobId, said: Vec<Said>) {
        let Some(batch) = self.batches.iter().position(|batch| batch.job == job) else { return };
        for said in said {
            match said {
                Said::Image(opened) => drop(self.sorted.insert(opened.path, opened.sorted)),
                Said::Cell(cell) => self.put(batch, cell),
            }
        }
    }

    /// A job came to its end.
    pub(in crate::app) fn hear_end(&mut self, job: JobId, shift: Shift) {
        if let Some(at) = self.batches.iter().position(|batch| batch.job == job) {
            self.close(at);
            if let Some(batch) = self.batches.get_mut(at) {
                batch.shift = shift;
            }
        }
    }

    /// Counts an item in or out.
    fn count_one(&mut self, item: &Classified, comes: bool) {
        let count = match top(item) {
            _ if item.portion.is_at_edge() && !self.edges => Some(&mut self.left_out),
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

    /// Counts cells at a border, or leaves them out.
    pub(in crate::app) fn count_edges(&mut self, edges: bool) {
        self.edges = edges;
        (self.counts, self.refused, self.left_out) = (Vec::new(), 0, 0);
        let items = std::mem::take(&mut self.items);
        items.iter().for_each(|item| self.count_one(item, true));
        self.items = items;
    }

    /// What was seen in an image, whatever a person said; `None` where nobody looked.
    #[must_use]
    pub fn sorted(&self, path: &Path) -> Option<&Sorted> {
        self.sorted.get(path)
    }

    /// How many images the cells are of.
    #[must_use]
    pub fn images(&self) -> usize {
        self.first.len()
    }

    /// Whether a field is among the images.
    #[must_use]
    pub fn has_fields(&self) -> bool {
        self.items.iter().any(|item| item.portion.is_field())
    }

    /// Cells that count.
    #[must_use]
    pub const fn counted(&self) -> usize {
        self.items.len().saturating_sub(self.left_out)
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
        let shifted = || self.batches.iter().filter(|batch| batch.cells > 0 && batch.shift.verdict.is_some());
        Some((shifted().map(|batch| batch.cells).sum(), &shifted().next_back()?.shift))
    }

    /// The images of that batch.
    #[must_use]
    pub fn shifted_images(&self) -> Vec<PathBuf> {
        let batch = self.batches.iter().rfind(|batch| batch.cells > 0 && batch.shift.verdict.is_some());
        batch.map(|batch| batch.paths.clone()).unwrap_or_default()
    }

    /// The folder that holds every image of the shifted batches' last one, for words such as a command.
    #[must_use]
    pub fn shifted_folder(&self) -> Option<&Path> {
        let batch = self.batches.iter().rfind(|batch| batch.cells > 0 && batch.shift.verdict.is_some())?;
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
    use crate::domain::{
        field::{Bounds, FieldCell, Place, Portion, Spot},
        hash::ContentHash,
        prediction::Prediction,
    };

    pub(super) fn seen(path: &str, shares: [f32; 2]) -> Classified {
        let outcome = Outcome::Seen { prediction: Prediction(shares.to_vec()), flags: Vec::new() };
        Classified::whole(path, outcome)
    }

    /// A cell of a field, by its left side.
    pub(super) fn spot(path: &str, xmin: u32, edge: bool) -> Said {
        let bounds = Bounds { xmin, ymin: 10, xmax: xmin + 30, ymax: 40 };
        let cell = FieldCell { bounds, nucleus: bounds, diameter: 20.0, edge, touching: false };
        let at = Place { x: xmin as i32, y: 10, width: 70, height: 70 };
        Said::Cell(Classified { portion: Portion::Spot(Spot { cell, at }), ..seen(path, [0.9, 0.1]) })
    }

    fn refused(path: &str) -> Classified {
        Classified::whole(path, Outcome::Refused("no image".to_owned()))
    }

    pub(super) fn said(cells: Vec<Classified>) -> Vec<Said> {
        cells.into_iter().map(Said::Cell).collect()
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
        state.take_in(JobId(1), said(vec![seen("a.png", [0.25, 0.75]), seen("b.png", [0.5, 0.5])]));
        state.take_in(JobId(2), said(vec![refused("c, d.txt")]));
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
        state.take_in(JobId(3), said(vec![seen("b.png", [0.1, 0.9])]));
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
}
