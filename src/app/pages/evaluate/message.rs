//! What can be asked about a model's figures, and what its jobs bring.

use std::{path::PathBuf, sync::Arc};

use crate::{
    eval::{evaluate::Evaluation, learned::Scope},
    fault::Halt,
    job::JobId,
};

#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// Judges the model in use on the opened dataset.
    Evaluate,
    /// Puts the model of this id into use and evaluates it; neither where one cannot be done.
    Model(String),
    /// Chooses the images that the next evaluation is made on.
    On(Option<Scope>),
    /// Judges the model of the last evaluation on another lab's folder too.
    Other(PathBuf),
    /// Asks which folder that is.
    ChooseOther,
    /// Asks where the report of the last evaluation goes.
    ChooseReport,
    /// Writes a report into a new folder there.
    SaveReport(Arc<Evaluation>, PathBuf),
}

/// What came of it.
#[derive(Debug)]
pub enum News {
    Judged(JobId, Arc<Evaluation>),
    JudgedElsewhere(JobId, Arc<Evaluation>),
    Halted(JobId, Halt),
}
