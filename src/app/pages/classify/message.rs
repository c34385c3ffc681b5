//! What can be asked of classified images, and what their jobs bring.

use std::path::PathBuf;

use crate::{
    domain::{
        field::{Bounds, Place, ShownAs},
        prediction::Classified,
        shift::Shift,
    },
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
    /// Classifies the fields of view that the program draws itself.
    TrySynthetic,
    /// Puts the images that are there to the model in use once more.
    Again,
    Clear,
    /// Brings back results of this number that were cleared or made way for another model's.
    Restore(u64),
    Show(usize),
    /// Says what all images show.
    TakeAll(ShownAs),
    /// Says what one image shows.
    Take(PathBuf, ShownAs),
    /// The step back from that.
    Untake(PathBuf, ShownAs),
    /// Counts cells at a field's border, or leaves them out.
    CountEdges(bool),
    /// A box around a cell that was missed in a field.
    Draw(PathBuf, Bounds),
    /// Takes a cell of a field away.
    Remove(PathBuf, Place),
    /// Takes one away that was drawn: the step back from that.
    Withdraw(PathBuf, Place),
    /// Puts a cell back, so far behind its field's first one.
    PutBack(Box<Classified>, usize),
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
    /// The folder of the fields that were drawn.
    Synthetic(JobId, PathBuf),
    /// The cell in a box that was drawn.
    Drawn(JobId, Box<Classified>),
    Halted(JobId, Halt),
}
