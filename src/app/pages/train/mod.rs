//! Training: the form, the run that trains now, those that wait for it, and the runs on disk.

mod message;
mod pace;
mod queue;
pub mod runs;
mod state;
mod update;
mod wish;

pub use message::{Message, News};
pub use pace::measure;
pub use queue::{LineUp, Queued};
pub use state::{LivePoint, LiveRun, Measured, TrainState, same_pace};
pub use update::{hear, take_left_over, update};
