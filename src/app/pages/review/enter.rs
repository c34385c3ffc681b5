//! What a person decides is shown at once and written by a job; what could not be written is taken back.

use time::OffsetDateTime;

use super::{Message, News, Open, Pick, wish};
use crate::{
    app::{AppState, Effects},
    domain::{
        hash::ContentHash,
        review::{
            cell::CellId,
            entry::{Entry, Verdict, What},
        },
    },
    fault::Halt,
    job::{Desk, JobId, Lane, Work},
};

/// Enters what happened now.
pub(super) fn enter(state: &mut AppState, all: Vec<What>, effects: &mut Effects) {
    let who = state.settings.preferences.reviewing.who.trim().to_owned();
    let Some(open) = state.review.open.as_mut().filter(|_| !all.is_empty()) else { return };
    let (at, first) = (OffsetDateTime::now_utc(), open.present().entries() + 1);
    // The hash of what is before is worked out where they are written.
    let before = ContentHash([0; 32]);
    let entry = |(place, what): (usize, &What)| {
        let (n, who, what) = (first + place as u64, who.clone(), what.clone());
        Entry { n, at, who, what, before }
    };
    let entries: Vec<Entry> = all.iter().enumerate().map(entry).collect();
    let (kept, name) = (open.kept.clone(), who.clone());
    let deed = move |desk: &Desk<'_>| Ok(News::Entered(desk.job, kept.enter(first, &name, at, all)?).into());
    let job = effects.submit(Work::new(Lane::Quick, deed, halted));
    open.send(job, entries);
    open.refresh(state.review.order);
}

fn halted(job: JobId, halt: Halt) -> crate::app::News {
    News::NotEntered(job, halt).into()
}

/// Decides on the chosen cells and turns to the next one that waits.
pub(super) fn decide(state: &mut AppState, verdict: Verdict, effects: &mut Effects) {
    let Some(open) = &state.review.open else { return };
    let cells = open.choice();
    let next = open.next(&cells);
    let what = open.present().decision(&cells, verdict, open.case.model.weights, "");
    enter(state, vec![what], effects);
    if let Some(open) = &mut state.review.open {
        let stay = cells.last().copied();
        if let Some(cell) = next.or(stay) {
            open.pick(cell, Pick::Only);
        }
    }
}

/// Takes a step back or does it again, and shows the cells that it was about.
pub(super) fn step(state: &mut AppState, message: &Message, effects: &mut Effects) {
    let Some(open) = &state.review.open else { return };
    let history = open.present().history();
    let is_undo = *message == Message::Undo;
    let Some(n) = (if is_undo { history.next_undo() } else { history.next_redo() }) else { return };
    let cells: Vec<CellId> = history.step(n).map(|step| step.change.cells().collect()).unwrap_or_default();
    let what = if is_undo { What::Undo { entry: n } } else { What::Redo { entry: n } };
    enter(state, vec![what], effects);
    if let Some(open) = &mut state.review.open {
        for (place, cell) in cells.into_iter().enumerate() {
            open.pick(cell, if place == 0 { Pick::Only } else { Pick::Toggle });
        }
    }
}

/// A person turns to another cell: the one before was looked at.
pub(super) fn leave(state: &mut AppState, effects: &mut Effects) {
    let writes = |open: &&Open| wish::against_writing(state, open).is_none();
    let left = state.review.open.as_ref().filter(writes).and_then(Open::unseen_cursor);
    if let Some(cell) = left {
        enter(state, vec![What::Seen { cells: vec![cell] }], effects);
    }
}
