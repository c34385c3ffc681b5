//! What can be asked of the quiz, and what its jobs bring.

use std::{path::PathBuf, sync::Arc};

use super::Source;
use crate::{
    domain::quiz::{ByModel, Pool, Quiz, Sheet},
    fault::Halt,
    job::JobId,
    report::quiz::Kind,
};

#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// Chooses the images that the next quiz is drawn from.
    From(Source),
    Pool(Pool),
    Cells(usize),
    Seed(u64),
    /// Draws the cells and asks the first one.
    Start,
    /// Gives the cell that is asked a label, and goes on to the next one.
    Answer(usize),
    /// Takes the last answer back.
    Back,
    /// Ends the quiz without a result.
    Leave,
    /// Goes on with a quiz that was left.
    Resume(Box<Quiz>),
    /// Shows a result of this session by its place.
    Show(usize),
    /// Back to the choice of a quiz.
    Close,
    /// Asks where the shown result goes.
    ChooseFile(Kind),
    /// Writes a result there.
    Save(Arc<Sheet>, Kind, PathBuf),
}

/// What came of it.
#[derive(Debug)]
pub enum News {
    Drawn(JobId, Box<Quiz>),
    Answered(JobId, Arc<Vec<ByModel>>),
    Halted(JobId, Halt),
}
