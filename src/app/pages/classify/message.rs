//! What can be asked of classified images, and what their jobs bring.

use std::path::PathBuf;

use crate::{
    domain::shift::Shift,
    fault::Halt,
    job::{JobId, tasks::models::Classifying},
};

#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    Classify(Vec<PathBuf>),
    /// Asks which images.
    ChooseImages,
    /// Asks which folder of images.
    ChooseFolder,
    /// Puts the images that are there to the model in use once more.
    Again,
    Clear,
    /// Brings back results of this number that were cleared or made way for another model's.
    Restore(u64),
    Show(usize),
    /// Asks which folder is to be watched.
    ChooseWatched,
    /// Classifies what is written into a folder from now on.
    Watch(PathBuf),
    /// Watches no folder any more; what is classified stays.
    StopWatching,
    /// Ends all jobs of the page; what is classified stays.
    Stop,
}

/// What came of it.
#[derive(Debug)]
pub enum News {
    /// What a job says before its end.
    Told(JobId, Classifying),
    /// How many images were put to the model, and how far they are from what it learned from.
    Classified(JobId, usize, Box<Shift>),
    Halted(JobId, Halt),
}
