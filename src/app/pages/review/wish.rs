//! How what can be asked of a review is worded, and what stands in its way.

use super::{Form, Message, Open};
use crate::{
    app::{AppState, Wish, no},
    domain::classes::title,
};

const NOTHING_CHOSEN: &str = key!("Choose a cell first");
const NOBODY: &str = key!("Say who you are first: every decision has a name");
const NOT_OPEN: &str = key!("Open a session first");

impl Wish for Message {
    fn text(&self) -> String {
        match self {
            Self::Propose => t!("Review these cells…"),
            Self::Leave => t!("Cancel"),
            Self::Go => t!("Begin"),
            Self::ChooseSession => t!("Open a session…"),
            Self::Reopen => t!("Read it again"),
            Self::Close => t!("Close the session"),
            Self::ChooseGallery => t!("Choose all of this class"),
            Self::Confirm => t!("Confirm"),
            Self::Reclassify(class) => return t!("Classify as {class}", class = title(class)),
            Self::NotClassed => t!("Not classed"),
            Self::Unidentified => t!("Put into Unidentified"),
            Self::WriteNote => t!("Write a note"),
            Self::Undo => t!("Take the last decision back"),
            Self::Redo => t!("Decide again as before"),
            Self::Sort(order) => order.title(),
            Self::Sign => t!("Sign"),
            Self::Amend => t!("Amend…"),
            Self::Version(Some(number)) => return t!("Version {number} as it was signed", number),
            Self::Version(None) => t!("The present version"),
            Self::ChooseReport => t!("Export…"),
            Self::Open(folder) => return t!("Open the session {folder}", folder = folder.display()),
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
            Self::Propose => t!("Go through all classified cells, correct them, and sign the differential"),
            Self::Confirm => t!("Each chosen cell is what the model suggested"),
            Self::NotClassed => t!("No cell, damaged, or not to be told: it counts in no class"),
            Self::Unidentified => t!("Somebody has to look again before the result can be signed"),
            Self::ChooseReport => t!("CSV, PDF and FHIR of the session as it stands"),
            Self::Sign => t!("The result as it stands, under your name; afterwards the session is only read"),
            Self::Amend => t!("A new version with its reason; the signed one stays readable"),
            Self::Reopen => t!("As others have left it, and to write where nobody else does by now"),
            _ => "",
        }
    }

    fn obstacle(&self, state: &AppState) -> Option<&'static str> {
        let open = state.review.open.as_ref();
        match self {
            Self::Propose => no(state.classify.items.is_empty(), t!("Classify images first"))
                .or_else(|| no(!state.classify.running.is_empty(), t!("Images are being classified")))
                .or_else(|| state.classify.model.as_ref().and_then(|model| state.moving(&model.id))),
            Self::Go => against_form(state.review.form.as_ref()),
            Self::ChooseSession => state.dialog_open(),
            Self::ChooseReport => no(open.is_none(), t!(NOT_OPEN)).or_else(|| state.dialog_open()),
            Self::Close | Self::Reopen | Self::Report(_) | Self::ChooseGallery | Self::Letter(..) => {
                no(open.is_none(), t!(NOT_OPEN))
            }
            Self::Version(_) | Self::Choose(..) => no(open.is_none(), t!(NOT_OPEN)),
            Self::Confirm => open.map_or(Some(t!(NOT_OPEN)), |open| {
                let writes = against_writing(state, open).or_else(|| no(open.chosen() == 0, t!(NOTHING_CHOSEN)));
                writes.or_else(|| {
                    no(has_mute(open), t!("The model suggested nothing that could be confirmed: give a class"))
                })
            }),
            Self::Reclassify(_) | Self::NotClassed | Self::Unidentified | Self::WriteNote => open
                .map_or(Some(t!(NOT_OPEN)), |open| {
                    against_writing(state, open).or_else(|| no(open.chosen() == 0, t!(NOTHING_CHOSEN)))
                }),
            Self::Note(..) | Self::Rules(_) => open.map_or(Some(t!(NOT_OPEN)), |open| against_writing(state, open)),
            Self::Undo | Self::Redo => open.map_or(Some(t!(NOT_OPEN)), |open| {
                let history = open.present().history();
                let step = if *self == Self::Undo { history.next_undo() } else { history.next_redo() };
                against_writing(state, open)
                    .or_else(|| no(step.is_none(), t!("There is nothing to take back or do again")))
            }),
            Self::Sign => {
                open.map_or(Some(t!(NOT_OPEN)), |open| against_writing(state, open).or_else(|| against_signing(open)))
            }
            Self::Amend => open.map_or(Some(t!(NOT_OPEN)), |open| {
                against_hand(state, open)
                    .or_else(|| no(open.present().signed().is_none(), t!("It is not signed: change it as it is")))
            }),
            Self::Fill(_) | Self::Leave | Self::Open(_) | Self::Sort(_) | Self::Goal(_) | Self::Who(_) => None,
        }
    }
}

/// Of everything that is entered.
fn against_hand(state: &AppState, open: &Open) -> Option<&'static str> {
    no(open.reads_only.is_some(), t!("This session is only read here"))
        .or_else(|| no(open.past.is_some(), t!("An earlier version is shown")))
        .or_else(|| no(state.settings.preferences.reviewing.who.trim().is_empty(), t!(NOBODY)))
        .or_else(|| no(open.is_signing(), t!("The last entry is being written")))
}

/// Of what changes the result.
pub(super) fn against_writing(state: &AppState, open: &Open) -> Option<&'static str> {
    against_hand(state, open)
        .or_else(|| no(open.present().signed().is_some(), t!("It is signed: amend it to begin a new version")))
}

fn against_signing(open: &Open) -> Option<&'static str> {
    let missing = open.missing();
    no(missing.is_empty, t!("There is no cell"))
        .or_else(|| no(missing.unidentified > 0, t!("Cells are left in Unidentified")))
        .or_else(|| no(missing.unseen > 0, t!("Not every cell was looked at")))
}

/// Whether a chosen cell has no suggestion.
fn has_mute(open: &Open) -> bool {
    let is_mute = |cell| open.present().cell(cell).is_some_and(|cell| cell.suggested.class.is_none());
    open.choice().into_iter().any(is_mute)
}

fn against_form(form: Option<&Form>) -> Option<&'static str> {
    match form {
        Some(Form::Begin { who, wbc, .. }) => {
            no(who.trim().is_empty(), t!("Say who you are")).or_else(|| Form::wbc(wbc).err())
        }
        Some(Form::Amend { reason }) => no(reason.trim().is_empty(), t!("A new version needs its reason")),
        None => Some(t!("There is no form")),
    }
}
