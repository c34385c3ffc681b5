//! What can be asked of the map, and what its jobs bring.

use std::{path::PathBuf, sync::Arc};

use super::Mapped;
use crate::{
    domain::plane::{Method, Plane},
    eval::learned::Scope,
    fault::Halt,
    job::JobId,
};

#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// Chooses the cells of the next map.
    On(Option<Scope>),
    /// Draws the model in use on the opened dataset, and the other lab where one was chosen.
    Draw,
    /// Shows the cells by this method.
    By(Method),
    /// Asks which folder is laid over the cells.
    ChooseOther,
    /// Lays the cells of another lab over them.
    Other(PathBuf),
    /// Takes the other lab away.
    WithoutOther,
}

/// What came of it.
#[derive(Debug)]
pub enum News {
    Drawn(JobId, Arc<Mapped>),
    /// The points on their way to their places.
    Moved(JobId, Arc<Plane>),
    Unfolded(JobId, Arc<Plane>),
    Halted(JobId, Halt),
}
