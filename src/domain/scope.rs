//! Which cells of a folder may judge a model: one rule for evaluating, comparing, packing and fitting, wherever it is asked.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{classes::ClassList, dataset::Dataset, learned::Learned, part::Part};
use crate::fault::Failure;

/// Share of a folder's images that are, pixel for pixel, the own ones of a model, from which on the folder is its dataset.
/// Some files may have been lost or added since.
const OWN: f64 = 0.9;

/// A choice of cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// The test part of the model's own dataset.
    Test,
    /// Everything that the model did not learn from.
    Unseen,
    /// Every image, without those whose labels contradict each other.
    All,
}

impl Scope {
    pub const ALL: [Self; 3] = [Self::Test, Self::Unseen, Self::All];

    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Test => "Test split",
            Self::Unseen => "Not learned from",
            Self::All => "All images",
        }
    }
}

/// The cells that judge one or several models.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cells {
    /// Of the dataset's items, ascending.
    pub indices: Vec<usize>,
    pub scope: Scope,
    /// Which they are, such as `images that the model did not learn from`.
    pub words: String,
    /// Images of the folder that are not among them because a model learned from them or from copies of them.
    pub learned_left_out: usize,
}

/// What a model brings along for the choice.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    pub learned: &'a Learned,
    /// Images of other classes are of no concern.
    pub classes: &'a ClassList,
}

/// The cells of a folder that judge one or several models, all of them the same ones. Without a choice it is the test
/// split where the folder is the dataset of all and they share it, else what none of them learned from.
///
/// # Errors
/// [`Failure`] where the test split is asked for on another folder, or no cell is left.
pub fn cells(subjects: &[Subject<'_>], dataset: &Dataset, scope: Option<Scope>) -> Result<Cells, Failure> {
    let candidates = without_conflicts(dataset);
    let seen: Vec<Seen> = subjects.iter().map(|subject| Seen::of(*subject, dataset, &candidates)).collect();
    let shared = seen.iter().all(|one| one.is_own && !one.tests.is_empty())
        && seen.windows(2).all(|pair| matches!(pair, [a, b] if a.tests == b.tests));
    let scope = scope.unwrap_or(if shared { Scope::Test } else { Scope::Unseen });
    let is_learned = |index: &usize| seen.iter().any(|one| one.learned.get(*index) == Some(&true));
    let indices: Vec<usize> = match scope {
        Scope::Test => {
            if let Some(at) = seen.iter().position(|one| !one.is_own) {
                return Err(foreign(subjects.get(at)));
            }
            let fair = |index: &usize| seen.iter().all(|one| one.tests.contains(index));
            candidates.iter().copied().filter(fair).collect()
        }
        Scope::Unseen => candidates.iter().copied().filter(|index| !is_learned(index)).collect(),
        Scope::All => candidates.clone(),
    };
    let learned = candidates.iter().filter(|index| is_learned(index)).count();
    if indices.is_empty() {
        return Err(nothing_left(learned, candidates.len(), subjects.len()));
    }
    let items = indices.iter().filter_map(|index| dataset.items.get(*index));
    let pictures = items.map(|item| item.pixels).collect::<BTreeSet<_>>().len();
    let words = words(subjects, scope, pictures, learned);
    Ok(Cells { indices, scope, words, learned_left_out: if scope == Scope::All { 0 } else { learned } })
}

/// Whether a model learned from each item of a dataset, or from a copy of it: such a one may lie in the list, or beside it in
/// the folder.
#[must_use]
pub fn learned(list: &Learned, dataset: &Dataset) -> Vec<bool> {
    let known = |item| list.part_of(item).is_some_and(super::learned::Known::is_learned);
    let mut learned: Vec<bool> = dataset.items.iter().map(known).collect();
    for group in dataset.duplicates.iter().chain(&dataset.near_copies) {
        if group.items.iter().any(|index| learned.get(*index) == Some(&true)) {
            for index in &group.items {
                if let Some(slot) = learned.get_mut(*index) {
                    *slot = true;
                }
            }
        }
    }
    learned
}

/// Whether a folder is the dataset that a model learned from.
#[must_use]
pub fn is_own(subject: Subject<'_>, dataset: &Dataset) -> bool {
    holds_own(subject, dataset, &without_conflicts(dataset))
}

fn holds_own(subject: Subject<'_>, dataset: &Dataset, candidates: &[usize]) -> bool {
    let items = candidates.iter().filter_map(|index| dataset.items.get(*index));
    let named = items.filter(|item| subject.classes.label(dataset.classes.name(item.label)).is_some());
    let (mut all, mut own) = (0_usize, 0_usize);
    for item in named {
        all += 1;
        own += usize::from(subject.learned.exact(item).is_some_and(|known| known.own.is_some()));
    }
    own > 0 && own as f64 >= OWN * all as f64
}

/// Every item but those whose labels contradict each other, ascending.
#[must_use]
pub fn without_conflicts(dataset: &Dataset) -> Vec<usize> {
    let contradicts = dataset.in_conflict().into_iter().enumerate();
    contradicts.filter(|(_, contradicts)| !contradicts).map(|(index, _)| index).collect()
}

/// What one model makes of a folder.
struct Seen {
    is_own: bool,
    /// By item.
    learned: Vec<bool>,
    /// Items that its list names as test, and that it did not learn from by a copy.
    tests: BTreeSet<usize>,
}

impl Seen {
    fn of(subject: Subject<'_>, dataset: &Dataset, candidates: &[usize]) -> Self {
        let learned = learned(subject.learned, dataset);
        let is_test = |index: &usize| {
            let known = dataset.items.get(*index).and_then(|item| subject.learned.exact(item));
            known.is_some_and(|known| known.own == Some(Part::Test)) && learned.get(*index) == Some(&false)
        };
        let tests = candidates.iter().copied().filter(is_test).collect();
        Self { is_own: holds_own(subject, dataset, candidates), learned, tests }
    }
}

fn foreign(subject: Option<&Subject<'_>>) -> Failure {
    let why = if subject.is_some_and(|subject| subject.learned.is_empty()) {
        "it is not known what the model learned from"
    } else {
        "the folder is not the dataset that the model learned from"
    };
    Failure::new("there is no test split to judge on", why, "judge what it did not learn from (--split unseen)")
}

fn nothing_left(learned: usize, all: usize, models: usize) -> Failure {
    let whose = if models > 1 { "one of the models" } else { "the model" };
    let why = if all == 0 {
        "the labels of all its images contradict each other".to_owned()
    } else {
        format!("{whose} learned from {learned} of the folder's {all} images, or from copies of them")
    };
    let hint = "choose another folder, or judge all images (--split all) and mind that the figures flatter";
    Failure::new("no cell is left that may judge", why, hint)
}

/// `pictures` are the chosen cells, those with the same pixels counted once as the lists do.
fn words(subjects: &[Subject<'_>], scope: Scope, pictures: usize, learned: usize) -> String {
    let several = subjects.len() > 1;
    let words = match (scope, several, learned) {
        (Scope::Test, false, _) => "the test split of the model's own dataset",
        (Scope::Test, true, _) => "the test split of both models",
        (Scope::Unseen, false, 0) => "all images, none of which the model is known to have learned from",
        (Scope::Unseen, true, 0) => "all images, none of which either model is known to have learned from",
        (Scope::Unseen, false, _) => "images that the model did not learn from",
        (Scope::Unseen, true, _) => "images that neither model learned from",
        (Scope::All, ..) => "all images",
    };
    if subjects.iter().any(|subject| subject.learned.is_empty()) {
        return format!("{words}; it is not known what {} learned from", if several { "one of them" } else { "it" });
    }
    match subjects {
        [only] if scope == Scope::Test && only.learned.tests() > pictures => {
            format!("{words}, {pictures} of its {} cells", only.learned.tests())
        }
        _ => words.to_owned(),
    }
}

#[cfg(test)]
mod tests;
