//! The blind quiz: its cells, the answers, and what they are worth.

mod message;
mod state;
mod update;
mod wish;

pub use message::{Message, News};
pub use state::*;
pub use update::{hear, update};
