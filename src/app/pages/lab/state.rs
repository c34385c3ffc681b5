//! A lab, what its images look like to the model in use, the labels of its cells, and the fit.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use crate::{
    app::Inquiry,
    domain::{classes::ClassList, key::ModelKey, labelling, occurring::Occurring, run::RunRecord},
    job::tasks::lab::{Asked, Looked},
};

/// A lab as the model in use sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lab {
    pub model: ModelKey,
    pub occurring: Occurring,
    pub classes: ClassList,
    /// What it is called.
    pub name: String,
    /// The folder that holds all of its images.
    pub folder: PathBuf,
    /// Images and folders as they were given.
    pub paths: Vec<PathBuf>,
}

/// The labels of a lab's cells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels {
    of: BTreeMap<PathBuf, String>,
    /// Cells that were left without a class.
    skipped: BTreeSet<PathBuf>,
    /// What was done, the last at the end: a cell, and the label that it had before.
    steps: Vec<(PathBuf, Option<String>)>,
}

impl Labels {
    pub(super) fn put(&mut self, path: PathBuf, class: String) {
        self.skipped.remove(&path);
        let before = self.of.insert(path.clone(), class);
        self.steps.push((path, before));
    }

    pub(super) fn skip(&mut self, path: PathBuf) {
        let before = self.of.remove(&path);
        self.skipped.insert(path.clone());
        self.steps.push((path, before));
    }

    /// Takes the last step back; gives the cell that is asked about again.
    pub(super) fn undo(&mut self) -> Option<PathBuf> {
        let (path, before) = self.steps.pop()?;
        self.skipped.remove(&path);
        match before {
            Some(class) => drop(self.of.insert(path.clone(), class)),
            None => drop(self.of.remove(&path)),
        }
        Some(path)
    }

    /// Adds labels from elsewhere.
    pub(super) fn add(&mut self, labels: impl IntoIterator<Item = (PathBuf, String)>) {
        self.of.extend(labels);
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.of.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.of.is_empty()
    }

    /// Whether a step can be taken back.
    #[must_use]
    pub fn can_undo(&self) -> bool {
        !self.steps.is_empty()
    }

    #[must_use]
    pub fn of(&self, path: &Path) -> Option<&str> {
        self.of.get(path).map(String::as_str)
    }

    /// Whether a cell was labelled or left out.
    #[must_use]
    pub fn is_settled(&self, path: &Path) -> bool {
        self.of.contains_key(path) || self.skipped.contains(path)
    }

    #[must_use]
    pub fn all(&self) -> Vec<(PathBuf, String)> {
        self.of.iter().map(|(path, class)| (path.clone(), class.clone())).collect()
    }

    /// Labels of each class, in the classes' order, and of others behind.
    #[must_use]
    pub fn counts(&self, classes: &ClassList) -> Vec<(String, usize)> {
        let mut counts: Vec<(String, usize)> = classes.iter().map(|name| (name.to_owned(), 0)).collect();
        for class in self.of.values() {
            match counts.iter_mut().find(|(name, _)| name == class) {
                Some((_, count)) => *count += 1,
                None => counts.push((class.clone(), 1)),
            }
        }
        counts
    }
}

/// Everything of the page that outlives a frame.
#[derive(Clone, Debug, Default)]
pub struct LabState {
    pub looked: Inquiry<Lab, Looked>,
    /// The cells that are worth a label.
    pub asked: Inquiry<Lab, Vec<Asked>>,
    pub labels: Labels,
    pub fit: Inquiry<Lab, RunRecord>,
    /// What the fitted model is to be called; the lab's name by default.
    pub name: Option<String>,
    /// The fitted model was kept or discarded.
    pub settled: Option<Settled>,
}

/// What became of a fitted model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    Kept,
    Discarded,
}

impl LabState {
    /// The lab that was looked at.
    #[must_use]
    pub fn lab(&self) -> Option<&Lab> {
        self.looked.answered()
    }

    /// The cell to label next: the first that was asked for and neither has a label nor was left out.
    #[must_use]
    pub fn next(&self) -> Option<&Asked> {
        self.asked.result()?.iter().find(|asked| !self.labels.is_settled(&asked.path))
    }

    /// How many of the cells that were asked for are settled, and all of them.
    #[must_use]
    pub fn progress(&self) -> (usize, usize) {
        let asked = self.asked.result().map(|asked| asked.as_slice()).unwrap_or_default();
        (asked.iter().filter(|asked| self.labels.is_settled(&asked.path)).count(), asked.len())
    }

    /// Why the labels cannot be learned from; a fit goes without them then.
    #[must_use]
    pub fn lacking(&self) -> Option<String> {
        labelling::lacking(&self.labels.counts(&self.lab()?.classes))
    }

    /// What the fitted model will be called.
    #[must_use]
    pub fn profile_name(&self) -> String {
        self.name.clone().unwrap_or_else(|| self.fit.answered().map(|lab| lab.name.clone()).unwrap_or_default())
    }

    /// The model that waits to be kept or discarded.
    #[must_use]
    pub fn waiting(&self) -> Option<&RunRecord> {
        self.fit.result().filter(|_| self.settled.is_none()).map(std::sync::Arc::as_ref)
    }

    /// Every key of a model in questions and answers.
    pub(in crate::app) fn models(&mut self) -> impl Iterator<Item = &mut ModelKey> {
        let (looked, asked, fit) = (self.looked.questions(), self.asked.questions(), self.fit.questions());
        looked.chain(asked).chain(fit).map(|lab| &mut lab.model)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_counted_and_the_last_steps_taken_back() {
        let mut labels = Labels::default();
        labels.put("a.png".into(), "ig".to_owned());
        labels.put("a.png".into(), "monocyte".to_owned());
        labels.skip("b.png".into());
        labels.add([("c.png".into(), "blast".to_owned())]);
        let classes = ClassList::new(["ig", "monocyte"].map(str::to_owned));
        let counts: Vec<usize> = labels.counts(&classes).into_iter().map(|(_, count)| count).collect();
        assert_eq!((counts, labels.len(), labels.is_settled(Path::new("b.png"))), (vec![0, 1, 1], 2, true));
        assert_eq!(labels.undo(), Some("b.png".into()));
        assert_eq!((labels.undo(), labels.of(Path::new("a.png"))), (Some("a.png".into()), Some("ig")));
        assert_eq!((labels.undo(), labels.undo(), labels.len()), (Some("a.png".into()), None, 1));
    }
}
