//! A dataset as a scan found it: labelled images with content hashes, and everything that is wrong with it.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use serde::{Deserialize, Serialize};

use super::{
    classes::ClassList, families::Families, fingerprint::Fingerprint, groups::Pattern, hash::ContentHash,
    key::DatasetKey, part::Part,
};
use crate::fault::path_text;

/// One readable, labelled image.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Relative to the dataset's root, with `/` between its parts on every platform, as [`path_text`] writes it.
    pub path: String,
    /// Index into the dataset's class list.
    pub label: usize,
    /// The finer type that the file name carries, such as `MMY` or `BNE`. Never an input to a model.
    pub sub_type: Option<String>,
    /// Of the file's bytes.
    pub hash: ContentHash,
    /// Of the decoded RGB pixels in upright orientation, with their size.
    pub pixels: ContentHash,
    pub width: u32,
    pub height: u32,
    pub bytes: u64,
    /// The part that the folders name (`train|val|test/class`), if they do.
    pub folder_part: Option<Part>,
    /// What it looks like from afar.
    pub fingerprint: Fingerprint,
    /// The patient or slide that it comes from, where folders, file names or `groups.csv` tell.
    pub group: Option<String>,
}

/// Images that are one: by their pixels, or as near-copies; more than one label among them is a conflict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DuplicateGroup {
    /// Indices into [`Dataset::items`], ascending.
    pub items: Vec<usize>,
    /// Whether the labels disagree. Such images are left out of every run.
    pub conflict: bool,
    /// Whether the files are the same byte for byte too.
    pub exact: bool,
}

/// A file that is not part of the dataset, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    pub path: String,
    pub why: String,
}

/// How serious a finding is, in the order of the check list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    MustFix,
    LeftOut,
    GoodToKnow,
}

/// One row of the check list: a sentence and the files it is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    pub severity: Severity,
    /// Short and without a count, such as `Duplicate images`.
    pub title: String,
    /// What it means for a run, in one sentence.
    pub meaning: String,
    /// Relative paths of the files concerned.
    pub paths: Vec<String>,
}

/// The patient or slide in a file's name, for a preview; `None` where the pattern finds none or is none.
#[must_use]
pub fn group_of(pattern: &str, file_name: &str) -> Option<String> {
    Pattern::new(pattern).ok()?.group_of(file_name)
}

/// A labelled folder after its scan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dataset {
    pub root: PathBuf,
    pub classes: ClassList,
    /// Sorted by path, so that the same images come in the same order on every machine.
    pub items: Vec<Item>,
    pub duplicates: Vec<DuplicateGroup>,
    /// Images that are one picture mirrored, turned, resized or encoded again; pixels of some may be the same too.
    pub near_copies: Vec<DuplicateGroup>,
    /// Files with an image's name that could not be read.
    pub unreadable: Vec<LeftOut>,
    /// Files that were never meant to be images: hidden files, `Thumbs.db`, archives.
    pub skipped: Vec<LeftOut>,
    /// Images of which a part is used, such as a page of several, or whose values were scaled.
    pub remarks: Vec<LeftOut>,
    /// Indices of items whose size differs from the most frequent one.
    pub odd_sizes: Vec<usize>,
    /// Of all content hashes and labels; two folders with the same labelled images share it.
    pub hash: ContentHash,
}

impl Dataset {
    /// The folder's own name.
    #[must_use]
    pub fn name(&self) -> String {
        self.root
            .file_name()
            .map_or_else(|| self.root.display().to_string(), |name| name.to_string_lossy().into_owned())
    }

    /// What tells it from every other folder, and from itself after files changed.
    #[must_use]
    pub fn key(&self) -> DatasetKey {
        DatasetKey { root: self.root.clone(), content: self.hash }
    }

    /// Where an item lies on this machine.
    #[must_use]
    pub fn file(&self, item: &Item) -> PathBuf {
        self.root.join(path_text::path(&item.path))
    }

    /// How many patients or slides these items are of; `None` where one's is not known.
    #[must_use]
    pub fn groups_of(&self, indices: impl IntoIterator<Item = usize>) -> Option<usize> {
        let group = |index: usize| self.items.get(index)?.group.as_deref();
        let groups: Option<BTreeSet<&str>> = indices.into_iter().map(group).collect();
        groups.map(|groups| groups.len()).filter(|count| *count > 0)
    }

    /// Where these items lie, class by class.
    #[must_use]
    pub fn files_by_class(&self, indices: impl IntoIterator<Item = usize>) -> Vec<Vec<PathBuf>> {
        let mut classes = vec![Vec::new(); self.classes.len()];
        for item in indices.into_iter().filter_map(|index| self.items.get(index)) {
            if let Some(class) = classes.get_mut(item.label) {
                class.push(self.file(item));
            }
        }
        classes
    }

    /// Images of each class, in the order of the class list.
    #[must_use]
    pub fn counts(&self) -> Vec<usize> {
        let mut counts = vec![0; self.classes.len()];
        for item in &self.items {
            if let Some(count) = counts.get_mut(item.label) {
                *count += 1;
            }
        }
        counts
    }

    /// The largest class over the smallest, 1 for a balanced set; `None` where a class is empty or there is none.
    #[must_use]
    pub fn imbalance(&self) -> Option<f64> {
        let counts = self.counts();
        let (least, most) = (counts.iter().min()?, counts.iter().max()?);
        (*least > 0).then(|| *most as f64 / *least as f64)
    }

    /// How many patients or slides are known by name; `None` where none is.
    #[must_use]
    pub fn groups(&self) -> Option<usize> {
        let names: BTreeSet<&str> = self.items.iter().filter_map(|item| item.group.as_deref()).collect();
        (!names.is_empty()).then_some(names.len())
    }

    /// Items that belong to one part: copies of one picture, and all of one patient or slide. Copies whose labels contradict
    /// each other tie nothing together, since no run uses them.
    #[must_use]
    pub fn families(&self) -> Vec<Vec<usize>> {
        let mut families = Families::new(self.items.len());
        for copies in self.duplicates.iter().chain(&self.near_copies).filter(|group| !group.conflict) {
            families.join(copies.items.iter().copied());
        }
        let mut of_group: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (index, item) in self.items.iter().enumerate() {
            if let Some(group) = &item.group {
                of_group.entry(group).or_default().push(index);
            }
        }
        of_group.into_values().for_each(|members| families.join(members));
        families.all()
    }

    /// Whether each item's label contradicts that of the same image or of a copy of it: no run uses such items.
    #[must_use]
    pub fn in_conflict(&self) -> Vec<bool> {
        let mut marked = vec![false; self.items.len()];
        let groups = self.duplicates.iter().chain(&self.near_copies).filter(|group| group.conflict);
        for index in groups.flat_map(|group| &group.items) {
            if let Some(mark) = marked.get_mut(*index) {
                *mark = true;
            }
        }
        marked
    }

    /// Bytes of all items on disk.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.items.iter().map(|item| item.bytes).sum()
    }
}
