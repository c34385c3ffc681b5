//! The images that were put to the model, in the order they were given.

use std::path::PathBuf;

use crate::{
    domain::{
        classes::ClassList,
        prediction::{Classified, Outcome},
    },
    job::JobId,
    progress::Failure,
    report::csv::Table,
};

/// Everything of the Classify page that outlives a frame.
#[derive(Clone, Debug, Default)]
pub struct ClassifyState {
    /// Jobs that run or wait, the oldest first; one drop after another makes more than one.
    pub running: Vec<JobId>,
    /// The model that the items were put to.
    pub model: Option<String>,
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
    /// What the last Clear took away, for its undo.
    pub cleared: Option<Box<Cleared>>,
}

/// Items with what they were put to.
#[derive(Clone, Debug)]
pub struct Cleared {
    model: Option<String>,
    classes: ClassList,
    items: Vec<Classified>,
    current: usize,
}

impl ClassifyState {
    /// Adds outcomes as they come.
    pub(in crate::app) fn take_in(&mut self, items: Vec<Classified>) {
        for item in &items {
            match top(item) {
                Some((label, _)) => {
                    if self.counts.len() <= label {
                        self.counts.resize(label + 1, 0);
                    }
                    if let Some(count) = self.counts.get_mut(label) {
                        *count += 1;
                    }
                }
                None => self.refused += 1,
            }
        }
        self.items.extend(items);
    }

    /// Takes the items away and keeps them for an undo.
    pub(in crate::app) fn set_aside(&mut self) {
        let (model, classes, current) = (self.model.clone(), self.classes.clone(), self.current);
        let items = std::mem::take(&mut self.items);
        self.clear();
        self.cleared = Some(Box::new(Cleared { model, classes, items, current }));
    }

    /// Whether the items of the last Clear can come back: confidences of two models never stand in one list.
    #[must_use]
    pub fn can_restore(&self) -> bool {
        let same = |cleared: &Cleared| self.items.is_empty() && self.running.is_empty() || self.model == cleared.model;
        self.cleared.as_deref().is_some_and(same)
    }

    /// Puts the items of the last Clear back, before those that came since.
    pub(in crate::app) fn restore(&mut self) {
        let Some(cleared) = self.cleared.take() else { return };
        let since = std::mem::take(&mut self.items);
        self.clear();
        (self.model, self.classes) = (cleared.model, cleared.classes);
        self.take_in(cleared.items);
        self.take_in(since);
        self.current = cleared.current;
    }

    /// Forgets the items and hands out their paths.
    pub(in crate::app) fn clear(&mut self) -> Vec<PathBuf> {
        self.counts.clear();
        (self.refused, self.current) = (0, 0);
        std::mem::take(&mut self.items).into_iter().map(|item| item.path).collect()
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
        let last = ["flags", "refused"].into_iter().map(str::to_owned);
        let mut table = Table::new(fixed.chain(self.classes.iter().map(str::to_owned)).chain(last));
        for item in &self.items {
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
mod tests {
    use super::*;
    use crate::domain::prediction::Prediction;

    fn state() -> ClassifyState {
        let classes = ClassList::new(["ig".to_owned(), "platelet".to_owned()]);
        let seen = |path: &str, shares: [f32; 2]| Classified {
            path: path.into(),
            outcome: Outcome::Seen { prediction: Prediction(shares.to_vec()), flags: Vec::new() },
        };
        let refused = Classified { path: "c, d.txt".into(), outcome: Outcome::Refused("no image".to_owned()) };
        let mut state = ClassifyState { classes, ..ClassifyState::default() };
        state.take_in(vec![seen("a.png", [0.25, 0.75]), seen("b.png", [0.5, 0.5])]);
        state.take_in(vec![refused]);
        state
    }

    #[test]
    fn every_item_is_counted_once() {
        let mut state = state();
        assert_eq!((state.count(0), state.count(1), state.refused, state.count(9)), (1, 1, 1, 0));
        assert_eq!(state.clear().len(), 3);
        assert_eq!((state.count(0), state.refused, state.shown()), (0, 0, None));
    }

    #[test]
    fn cleared_items_come_back_before_newer_ones_and_never_among_another_models() {
        let mut state = state();
        let before = state.items.clone();
        state.set_aside();
        assert!(state.items.is_empty() && state.can_restore());
        state.take_in(before[..1].to_vec());
        state.restore();
        assert_eq!(state.items, [before.clone(), before[..1].to_vec()].concat());
        assert_eq!((state.count(0), state.count(1), state.refused), (1, 2, 1));
        state.set_aside();
        state.model = Some("another".to_owned());
        state.take_in(before);
        assert!(!state.can_restore());
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
                "path,label,confidence,ig,platelet,flags,refused",
                "a.png,platelet,0.75,0.25,0.75,,",
                "b.png,ig,0.5,0.5,0.5,,",
                "\"c, d.txt\",,,,,,no image"
            ]
        );
    }
}
