//! What can be asked about a lab, and what its jobs bring.

use std::{path::PathBuf, sync::Arc};

use crate::{
    domain::run::RunRecord,
    fault::Halt,
    job::{
        JobId,
        tasks::lab::{Asked, Looked},
    },
};

#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// Asks which folder holds the lab's images.
    Choose,
    /// Looks at these images or folders as a lab's.
    Look(Vec<PathBuf>),
    /// Takes the images that were classified for the lab's.
    LookAtBatch,
    /// Takes the images of the open review session for the lab's.
    LookAtSession,
    /// Takes the cells that were decided in the open review session as labels.
    TakeDecided,
    /// Takes the classified images that do not look like what the model knows for the lab's.
    LookAtStrange,
    /// Asks for the cells that are worth a label.
    Suggest,
    /// Asks which folder holds labels: one with class folders, or a review session.
    ChooseLabels,
    /// Reads the labels of a folder.
    ReadLabels(PathBuf),
    /// Gives a cell a class.
    Label(PathBuf, String),
    /// Leaves a cell without a class.
    Skip(PathBuf),
    /// Takes the last label back.
    Unlabel,
    /// Forgets every label of the lab.
    ForgetLabels,
    /// Puts labels that were forgotten back.
    PutBack(Vec<(PathBuf, String)>),
    Fit,
    /// What the fitted model is to be called.
    Name(String),
    /// Keeps the fitted model and puts it into use.
    Keep,
    /// Puts the fitted model into the trash.
    Discard,
}

/// What came of it.
#[derive(Debug)]
pub enum News {
    Looked(JobId, Arc<Looked>),
    Suggested(JobId, Arc<Vec<Asked>>),
    Labels(Vec<(PathBuf, String)>),
    Kept,
    Fitted(JobId, Arc<RunRecord>),
    Halted(JobId, Halt),
}
