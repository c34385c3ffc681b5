//! The images that were put to the model, in the order they were given.

use crate::{
    domain::{classes::ClassList, prediction::Classified},
    job::JobId,
    progress::Failure,
};

/// Everything of the Classify page that outlives a frame.
#[derive(Clone, Debug, Default)]
pub struct ClassifyState {
    pub running: Option<JobId>,
    /// The model that the items were put to.
    pub model: Option<String>,
    /// What the confidences stand for, in their order.
    pub classes: ClassList,
    pub items: Vec<Classified>,
    pub current: usize,
    pub failure: Option<Failure>,
}
