//! Steps that can be taken back and done again, the newest first.

use super::{Action, window::StepId};

/// Steps that are kept.
const KEPT: usize = 50;

/// Something that was done.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    pub id: StepId,
    /// What was done, such as `Cleared the images`.
    pub words: String,
    pub undo: Action,
    /// Does it again once it was taken back; `None` where that makes no sense.
    pub redo: Option<Action>,
}

/// What was done, and what of it was taken back since.
#[derive(Clone, Debug, Default)]
pub struct History {
    done: Vec<Step>,
    undone: Vec<Step>,
    /// The next step is one that is done again.
    redoing: bool,
    next: u64,
}

impl History {
    /// Keeps a step; what was taken back before can no longer be done again.
    pub fn push(&mut self, words: impl Into<String>, undo: Action, redo: Option<Action>) -> StepId {
        let id = StepId(self.next);
        self.next += 1;
        if !std::mem::take(&mut self.redoing) {
            self.undone.clear();
        }
        self.done.push(Step { id, words: words.into(), undo, redo });
        let surplus = self.done.len().saturating_sub(KEPT);
        self.done.drain(..surplus);
        id
    }

    /// The newest step.
    #[must_use]
    pub fn last(&self) -> Option<&Step> {
        self.done.last()
    }

    /// A step that was not taken back.
    #[must_use]
    pub fn get(&self, id: StepId) -> Option<&Step> {
        self.done.iter().find(|step| step.id == id)
    }

    /// The step that was taken back last and can be done again.
    #[must_use]
    pub fn last_undone(&self) -> Option<&Step> {
        self.undone.last()
    }

    /// Takes a step out, to be taken back.
    pub fn take_back(&mut self, id: StepId) -> Option<Action> {
        let at = self.done.iter().position(|step| step.id == id)?;
        let step = self.done.remove(at);
        let undo = step.undo.clone();
        if step.redo.is_some() {
            self.undone.push(step);
        }
        Some(undo)
    }

    /// Takes the step out that was taken back last; doing it again keeps the ones that were taken back before it.
    pub fn redo(&mut self) -> Option<Action> {
        let action = self.undone.pop()?.redo;
        self.redoing = action.is_some();
        action
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::{Page, window::Message};

    fn go(page: Page) -> Action {
        Message::Go(page).into()
    }

    #[test]
    fn steps_are_taken_back_from_the_newest_on_and_done_again_in_turn() {
        let mut history = History::default();
        let first = history.push("first", go(Page::Train), Some(go(Page::About)));
        let second = history.push("second", go(Page::Dataset), Some(go(Page::Settings)));
        assert_eq!(history.take_back(second), Some(go(Page::Dataset)));
        assert_eq!(history.take_back(second), None, "it was taken back already");
        assert_eq!(history.take_back(first), Some(go(Page::Train)));
        assert_eq!(history.redo(), Some(go(Page::About)));
        history.push("first, again", go(Page::Train), Some(go(Page::About)));
        assert_eq!(history.redo(), Some(go(Page::Settings)), "it is not forgotten by one that was done again");
        assert_eq!(history.redo(), None);
    }

    #[test]
    fn a_new_step_forgets_what_was_taken_back_and_old_ones_go() {
        let mut history = History::default();
        let first = history.push("first", go(Page::Train), Some(go(Page::About)));
        history.take_back(first);
        for _ in 0..2 * KEPT {
            history.push("more", go(Page::Train), None);
        }
        assert!(history.last_undone().is_none() && history.done.len() == KEPT);
        let last = history.last().unwrap().id;
        history.take_back(last);
        assert!(history.last_undone().is_none(), "nothing does it again");
    }
}
