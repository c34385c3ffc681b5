//! Training: the form, the runs that train now, those that wait for it, and the runs on disk.

mod map;
mod message;
mod pace;
pub mod places;
mod queue;
pub mod runs;
mod state;
mod update;
mod wish;

pub use map::read as read_map;
pub use message::{Message, News};
pub use pace::measure;
pub use queue::{LineUp, Queued};
pub use state::{LivePoint, LiveRun, Measured, OfRun, TrainState, same_pace};
pub use update::{hear, take_left_over, update};
