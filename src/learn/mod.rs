//! One step of learning, whatever is learned: targets and loss, gradients, clipping, Adam and its rate.
//!
//! What is learned, for how long and what is kept belongs to `train` and `fit`.

pub mod adam;
pub mod clip;
pub mod error;
pub mod loss;
pub mod schedule;
pub mod score;
pub mod step;
