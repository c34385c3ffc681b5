//! What can be asked of one cell's explanation, and what its jobs bring.

use std::path::PathBuf;

use crate::{
    explain::{alter::Alteration, layer::Map, overlay::Paint},
    fault::Halt,
    job::{JobId, tasks::explain::Explaining},
};

#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// Explains the cell of this file.
    Open(PathBuf),
    /// Explains the cell that was chosen last on any page.
    OpenSelected,
    /// Asks which image.
    Choose,
    /// Explains one of the synthetic slides, another one each time.
    OpenSynthetic,
    /// Puts another model on one side.
    Use(usize, String),
    /// The class that is asked about; without one each network's own answer.
    Ask(Option<String>),
    /// The class that it was not.
    Against(Option<String>),
    /// Lays this map of the model on one side over the cell.
    Show(usize, Map),
    Paint(Paint),
    /// Looks into the model on one side, in place of its maps; or back to the maps.
    LookInside(Option<usize>),
    /// Changes the cell by hand.
    Alter(Alteration),
    /// The cell as it was.
    Reset,
    /// Keeps what is shown beside what comes.
    Pin,
    Unpin,
    /// Asks where to, then saves the maps of both models.
    ChooseFolder,
    SaveMaps(PathBuf),
}

/// What came of it.
#[derive(Debug)]
pub enum News {
    /// A synthetic slide to explain.
    Slide(PathBuf),
    /// What a job says before its end.
    Told(JobId, Explaining),
    Ended(JobId),
    Saved(PathBuf),
    Halted(JobId, Halt),
}
