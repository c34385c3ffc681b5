//! What the Review page knows.

use std::path::PathBuf;

use super::{Form, Open, Order};
use crate::{app::Inquiry, job::tasks::review::Listed};

/// Everything of the Review page that outlives a frame.
#[derive(Debug, Default)]
pub struct ReviewState {
    pub open: Option<Open>,
    /// The session that is being begun or opened; its answer moves into `open`.
    pub opening: Inquiry<Asked, ()>,
    /// Sessions of before, the newest first.
    pub recents: Vec<Listed>,
    pub order: Order,
    /// What is asked of a person right now.
    pub form: Option<Form>,
    /// Counts how often a person wanted to write a note.
    pub notes_wanted: u64,
}

/// What is being opened.
#[derive(Clone, Debug, PartialEq)]
pub enum Asked {
    New,
    Folder(PathBuf),
}
