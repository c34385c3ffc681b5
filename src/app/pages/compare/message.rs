//! What can be asked of two models, and what their jobs bring.

use std::{path::PathBuf, sync::Arc};

use super::Side;
use crate::{domain::comparison::Comparison, eval::learned::Scope, fault::Halt, job::JobId};

#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// Chooses the model on one side of the next comparison.
    Pick(Side, String),
    Compare,
    /// Chooses the cells of the next comparison.
    On(Option<Scope>),
    /// Asks where the report of the last comparison goes.
    ChooseReport,
    /// Writes a report into a new folder there.
    SaveReport(Arc<Comparison>, PathBuf),
}

/// What came of it.
#[derive(Debug)]
pub enum News {
    Compared(JobId, Arc<Comparison>),
    Halted(JobId, Halt),
}
