//! What can be asked of datasets, and what their jobs bring.

use std::{path::PathBuf, sync::Arc};

use crate::{
    fault::Halt,
    job::{JobId, Opened},
};

#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    Open(PathBuf),
    /// Asks which folder to open.
    Choose,
    OpenSynthetic,
    /// Reads the opened folder again.
    Rescan,
    Close,
}

/// What came of it.
#[derive(Debug)]
pub enum News {
    Opened(JobId, Arc<Opened>),
    /// A dataset under another split, beside what it was made from.
    Split {
        of: Arc<Opened>,
        opened: Arc<Opened>,
    },
    /// Where the synthetic slides lie.
    Synthetic(PathBuf),
    Halted(JobId, Halt),
}
