//! What the model in use says of the opened dataset's test split.

use std::sync::Arc;

use crate::{eval::evaluate::Evaluation, job::JobId, progress::Failure};

/// Everything of the Evaluate page that outlives a frame.
#[derive(Clone, Debug, Default)]
pub struct EvaluateState {
    pub running: Option<JobId>,
    pub evaluation: Option<Arc<Evaluation>>,
    pub failure: Option<Failure>,
}
