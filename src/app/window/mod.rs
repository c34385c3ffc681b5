//! What belongs to no page: where one is, what is dropped, messages, steps that are taken back, files, and the window's end.

mod message;
mod update;
mod wish;

pub use message::{Message, News, StepId};
pub use update::{hear, sort, update};

use std::path::PathBuf;

use crate::{app::Inquiry, job::Found};

/// How far the closing of the window is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Closing {
    /// Nobody wants it closed.
    #[default]
    Not,
    /// A person is asked whether what runs and waits may end.
    Asked,
    /// It may close.
    Agreed,
}

/// What is held over the window, until it is let go, and what that is once it was looked at.
pub type Hovered = Inquiry<Vec<PathBuf>, Found>;
