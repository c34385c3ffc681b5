//! Runs on disk: listed, shown, renamed, deleted and brought back.

mod message;
mod update;
mod wish;

pub use message::{Message, News};
pub(super) use update::take_trained;
pub use update::{hear, list, update};
