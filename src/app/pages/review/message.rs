//! What can be asked of a review, and what its jobs bring.

use std::path::PathBuf;

use super::{Form, Order, Pick};
use crate::{
    domain::review::{
        cell::CellId,
        entry::{Entry, Ruled},
    },
    fault::Halt,
    job::{
        JobId,
        tasks::review::{Listed, Opened},
    },
};

#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// Asks what a session of the classified cells is to be called, and who reviews.
    Propose,
    /// The form as it is filled in by now.
    Fill(Form),
    /// Takes the form away.
    Leave,
    /// Begins the session that the form describes, or the new version that it gives a reason for.
    Go,
    ChooseSession,
    Open(PathBuf),
    /// Opens the session once more, as others have left it.
    Reopen,
    Close,
    Choose(CellId, Pick),
    /// Chooses all cells of the gallery that the chosen one lies in.
    ChooseGallery,
    Confirm,
    Reclassify(String),
    NotClassed,
    Unidentified,
    /// Turns to the field for a note.
    WriteNote,
    Note(CellId, String),
    Undo,
    Redo,
    Sort(Order),
    /// How many leukocytes are to be counted.
    Goal(u64),
    Who(String),
    Letter(String, char),
    Rules(Box<Ruled>),
    Sign,
    /// Asks why a signed result is changed.
    Amend,
    /// Shows an earlier version, or the present one.
    Version(Option<u32>),
    ChooseReport,
    Report(PathBuf),
}

/// What came of it.
#[derive(Debug)]
pub enum News {
    Opened(JobId, Box<Opened>),
    NotOpened(JobId, Halt),
    Entered(JobId, Vec<Entry>),
    NotEntered(JobId, Halt),
    Listed(Vec<Listed>),
}
