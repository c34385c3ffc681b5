//! What can be asked of training, and what its jobs bring.

use std::path::PathBuf;

use super::{LineUp, Queued};
use crate::{
    domain::{config::TrainConfig, moving_map::MovingMap, run::RunRecord},
    fault::{Halt, StopMode},
    job::JobId,
    progress::Event,
    train::pace::Pace,
};

#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    Edit(Box<TrainConfig>),
    /// Changes which and how many runs the form stands for.
    EditLineUp(LineUp),
    /// Asks which weights the form's run starts from.
    ChooseWeights,
    /// Asks which other lab's folder is learned from too.
    ChooseOtherLab,
    /// Lines up the runs that the form stands for.
    Start,
    /// Draws this one of the runs that train.
    Watch(JobId),
    /// Ends the run that is watched; the next one in the queue starts.
    Stop(StopMode),
    /// Removes the waiting run of this number.
    Unqueue(u64),
    ClearQueue,
    /// Puts runs back into the queue at this place.
    Requeue(usize, Vec<Queued>),
    /// Lines up what still waited when the program ended last.
    LineUpLeftOver,
    /// Forgets it.
    ForgetLeftOver,
    Resume(PathBuf),
    /// Puts the settings of a run into the form.
    Again(PathBuf),
}

/// What came of it.
#[derive(Debug)]
pub enum News {
    /// The folder that a run writes to.
    Folder(JobId, PathBuf),
    /// What a run tells of its progress.
    Heard(JobId, Event),
    Trained(JobId, Box<RunRecord>),
    /// A run ended without a model.
    Halted(JobId, Halt),
    /// How fast a network trains here.
    Paced(JobId, Pace),
    NotPaced(JobId, Halt),
    /// The map that a run keeps, where it keeps one.
    Mapped(JobId, Option<MovingMap>),
    NotMapped(JobId, Halt),
}
