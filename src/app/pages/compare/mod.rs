//! Two models on the same cells.

mod message;
mod state;
mod update;
mod wish;

pub use message::{Message, News};
pub use state::*;
pub use update::{hear, update};
