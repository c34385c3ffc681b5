//! How what can be asked of a review is worded, and what stands in its way.

use super::{Form, Message, Open};
use crate::{
    app::{AppState, Wish, no},
    domain::classes::title,
};

const NOTHING_CHOSEN: &str = "Choose a cell first";
const NOBODY: &str = "Say who you are first: every decision has a name";
const NOT_OPEN: &str = "Open a session first";

impl Wish for Message {
    fn text(&self) -> String {
        match self {
            Self::Propose => "Review these cells…",
            Self::Leave => "Cancel",
            Self::Go => "Begin",
            Self::ChooseSession => "Open a session…",
            Self::Reopen => "Read it again",
            Self::Close => "Close the session",
            Self::ChooseGallery => "Choose all of this class",
            Self::Confirm => "Confirm",
            Self::Reclassify(class) => return format!("Classify as {}", title(class)),
            Self::NotClassed => "Not classed",
            Self::Unidentified => "Put into Unidentified",
            Self::WriteNote => "Write a note",
            Self::Undo => "Take the last decision back",
            Self::Redo => "Decide again as before",
            Self::Sort(order) => order.title(),
            Self::Sign => "Sign",
            Self::Amend => "Amend…",
            Self::Version(Some(number)) => return format!("Version {number} as it was signed"),
            Self::Version(None) => "The present version",
            Self::ChooseReport => "Export…",
            Self::Open(folder) => return format!("Open the session {}", folder.display()),
            Self::Fill(_)
            | Self::Choose(..)
            | Self::Note(..)
            | Self::Goal(_)
            | Self::Who(_)
            | Self::Letter(..)
            | Self::Rules(_)
            | Self::Report(_) => "",
        }
        .to_owned()
    }

    fn tooltip(&self) -> &'static str {
        match self {
            Self::Propose => "Go through all classified cells, correct them, and sign the differential",
            Self::Confirm => "Each chosen cell is what the model suggested",
            Self::NotClassed => "No cell, damaged, or not to be told: it counts in no class",
            Self::Unidentified => "Somebody has to look again before the result can be signed",
            Self::ChooseReport => "CSV, PDF and FHIR of the session as it stands",
            Self::Sign => "The result as it stands, under your name; afterwards the session is only read",
            Self::Amend => "A new version with its reason; the signed one stays readable",
            Self::Reopen => "As others have left it, and to write where nobody else does by now",
            _ => "",
        }
    }

    fn obstacle(&self, state: &AppState) -> Option<&'static str> {
        let open = state.review.open.as_ref();
        match self {
            Self::Propose => no(state.classify.items.is_empty(), "Classify images first")
                .or_else(|| no(!state.classify.running.is_empty(), "Images are being classified"))
                .or_else(|| state.classify.model.as_ref().and_then(|model| state.moving(&model.id))),
            Self::Go => against_form(state.review.form.as_ref()),
            Self::ChooseSession => state.dialog_open(),
            Self::ChooseReport => no(open.is_none(), NOT_OPEN).or_else(|| state.dialog_open()),
            Self::Close | Self::Reopen | Self::Report(_) | Self::ChooseGallery | Self::Letter(..) => {
                no(open.is_none(), NOT_OPEN)
            }
            Self::Version(_) | Self::Choose(..) => no(open.is_none(), NOT_OPEN),
            Self::Confirm => open.map_or(Some(NOT_OPEN), |open| {
                let writes = against_writing(state, open).or_else(|| no(open.chosen() == 0, NOTHING_CHOSEN));
                writes
                    .or_else(|| no(has_mute(open), "The model suggested nothing that could be confirmed: give a class"))
            }),
            Self::Reclassify(_) | Self::NotClassed | Self::Unidentified | Self::WriteNote => open
                .map_or(Some(NOT_OPEN), |open| {
                    against_writing(state, open).or_else(|| no(open.chosen() == 0, NOTHING_CHOSEN))
                }),
            Self::Note(..) | Self::Rules(_) => open.map_or(Some(NOT_OPEN), |open| against_writing(state, open)),
            Self::Undo | Self::Redo => open.map_or(Some(NOT_OPEN), |open| {
                let history = open.present().history();
                let step = if *self == Self::Undo { history.next_undo() } else { history.next_redo() };
                against_writing(state, open).or_else(|| no(step.is_none(), "There is nothing to take back or do again"))
            }),
            Self::Sign => {
                open.map_or(Some(NOT_OPEN), |open| against_writing(state, open).or_else(|| against_signing(open)))
            }
            Self::Amend => open.map_or(Some(NOT_OPEN), |open| {
                against_hand(state, open)
                    .or_else(|| no(open.present().signed().is_none(), "It is not signed: change it as it is"))
            }),
            Self::Fill(_) | Self::Leave | Self::Open(_) | Self::Sort(_) | Self::Goal(_) | Self::Who(_) => None,
        }
    }
}

/// Of everything that is entered.
fn against_hand(state: &AppState, open: &Open) -> Option<&'static str> {
    no(open.reads_only.is_some(), "This session is only read here")
        .or_else(|| no(open.past.is_some(), "An earlier version is shown"))
        .or_else(|| no(state.settings.preferences.reviewing.who.trim().is_empty(), NOBODY))
        .or_else(|| no(open.is_signing(), "The last entry is being written"))
}

/// Of what changes the result.
pub(super) fn against_writing(state: &AppState, open: &Open) -> Option<&'static str> {
    against_hand(state, open)
        .or_else(|| no(open.present().signed().is_some(), "It is signed: amend it to begin a new version"))
}

fn against_signing(open: &Open) -> Option<&'static str> {
    let missing = open.missing();
    no(missing.is_empty, "There is no cell")
        .or_else(|| no(missing.unidentified > 0, "Cells are left in Unidentified"))
        .or_else(|| no(missing.unseen > 0, "Not every cell was looked at"))
}

/// Whether a chosen cell has no suggestion.
fn has_mute(open: &Open) -> bool {
    let is_mute = |cell| open.present().cell(cell).is_some_and(|cell| cell.suggested.class.is_none());
    open.choice().into_iter().any(is_mute)
}

fn against_form(form: Option<&Form>) -> Option<&'static str> {
    match form {
        Some(Form::Begin { who, wbc, .. }) => {
            no(who.trim().is_empty(), "Say who you are").or_else(|| Form::wbc(wbc).err())
        }
        Some(Form::Amend { reason }) => no(reason.trim().is_empty(), "A new version needs its reason"),
        None => Some("There is no form"),
    }
}
