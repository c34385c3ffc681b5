//! The opened dataset, or how far its opening is.

use std::{path::PathBuf, sync::Arc};

use crate::{
    fault::Failure,
    job::{JobId, Opened},
};

/// Where the Dataset page stands.
#[derive(Clone, Debug, Default)]
pub enum Phase {
    #[default]
    Empty,
    Loading {
        job: JobId,
        root: PathBuf,
    },
    Failed {
        failure: Failure,
        root: PathBuf,
    },
    Open,
}

/// The dataset that Train and Evaluate work on.
#[derive(Clone, Debug, Default)]
pub struct DatasetState {
    pub phase: Phase,
    /// Stays while another one is loading, so that a failed opening loses nothing.
    pub opened: Option<Arc<Opened>>,
}
