//! One cell under two networks: where their answers come from, and what becomes of them when the cell is changed by hand.

mod message;
mod state;
mod update;
mod wish;

pub use message::{Message, News};
pub use state::*;
pub use update::{hear, update};
