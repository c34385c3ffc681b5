//! Why something may not be entered into a session now, in words; the same for a button, a key and the terminal.

use super::{
    cell::CellId,
    entry::{Ruled, Verdict, What},
    view::{Signature, View},
};
use crate::domain::differential::Range;

/// Why `who` may not enter this; `None` where nothing stands against it.
#[must_use]
pub fn obstacle(view: &View, who: &str, what: &What) -> Option<String> {
    if who.trim().is_empty() {
        return Some("every entry has a name: say who you are".to_owned());
    }
    if let (Some(signature), false) = (view.signed(), matches!(what, What::Amended { .. })) {
        return Some(format!("{}: begin a new version with its reason", signed_words(signature)));
    }
    match what {
        What::Suggested(of) => view.cell(of.cell).map(|_| "this cell is in the session already".to_owned()),
        What::Seen { cells } => unknown(view, cells.iter().copied()).or_else(|| none(cells.is_empty())),
        What::Decided(of) => unknown(view, of.cells.iter().map(|moved| moved.cell))
            .or_else(|| none(of.cells.is_empty()))
            .or_else(|| against(view, &of.verdict, of.cells.iter().map(|moved| moved.cell))),
        What::Note { cell, .. } => unknown(view, [*cell].into_iter()),
        What::Undo { entry } => {
            let can = view.history().can_undo(*entry);
            (!can)
                .then(|| format!("entry {entry} cannot be taken back: it is no decision, or was taken back or signed"))
        }
        What::Redo { entry } => {
            let can = view.history().can_redo(*entry);
            (!can).then(|| format!("entry {entry} cannot be done again: it was not taken back, or more was done since"))
        }
        What::Ruled(of) => against_rules(of),
        What::Signed => {
            let missing = view.what_is_missing();
            (!missing.is_nothing()).then(|| missing.words().join("; "))
        }
        What::Amended { reason } => amending(view, reason),
    }
}

/// Such as `signed by Ada on 2026-11-29 at 04:10 UTC`.
#[must_use]
pub fn signed_words(signature: &Signature) -> String {
    let at = signature.at;
    format!("signed by {} on {} at {:02}:{:02} UTC", signature.who, at.date(), at.hour(), at.minute())
}

fn none(is_empty: bool) -> Option<String> {
    is_empty.then(|| "no cell is chosen".to_owned())
}

fn unknown(view: &View, mut cells: impl Iterator<Item = CellId>) -> Option<String> {
    let strange = cells.find(|cell| view.cell(*cell).is_none())?;
    Some(format!("there is no cell {} in this session", strange.short()))
}

fn against(view: &View, verdict: &Verdict, mut cells: impl Iterator<Item = CellId>) -> Option<String> {
    match verdict {
        Verdict::Confirm => {
            let is_mute = |cell: &CellId| view.cell(*cell).is_some_and(|cell| cell.suggested.class.is_none());
            cells.find(is_mute).map(|_| "the model suggested nothing that could be confirmed: give a class".to_owned())
        }
        Verdict::Reclassify(class) if class.trim().is_empty() => Some("the class has no name".to_owned()),
        Verdict::Reclassify(_) | Verdict::NotClassed | Verdict::Unidentified => None,
    }
}

fn against_rules(of: &Ruled) -> Option<String> {
    let is_count = |value: f64| value.is_finite() && value >= 0.0;
    if of.wbc.is_some_and(|wbc| !is_count(wbc)) {
        return Some("a white cell count is a number from 0 on".to_owned());
    }
    let is_range = |range: &Range| is_count(range.low) && range.low <= range.high && range.high <= 100.0;
    let wrong = of.rules.ranges.iter().find(|range| !is_range(range));
    wrong.map(|range| format!("{} to {} is no range within 0 to 100", range.low, range.high))
}

fn amending(view: &View, reason: &str) -> Option<String> {
    if view.signed().is_none() {
        return Some("it is not signed: change it as it is".to_owned());
    }
    reason.trim().is_empty().then(|| "a new version needs its reason".to_owned())
}
