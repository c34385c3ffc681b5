//! What can be asked of models, and what their jobs bring.

use std::{path::PathBuf, sync::Arc};

use crate::{
    domain::{occurring::Occurring, run::RunRecord},
    fault::Halt,
    job::JobId,
    model::card::ModelCard,
};

#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    Use(String),
    /// Says which classes can occur on the slides to come.
    Among(Occurring),
    /// Asks which folder's model to use.
    Choose,
    /// Puts the model in a folder that lies anywhere into use.
    Open(PathBuf),
    ShowCard(String),
    CloseCard,
}

/// What came of it.
#[derive(Debug)]
pub enum News {
    /// A model that lies elsewhere than the runs.
    Read(Box<RunRecord>),
    Card(JobId, Arc<ModelCard>),
    Halted(JobId, Halt),
}
