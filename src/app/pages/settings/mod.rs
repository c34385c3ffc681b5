//! The preferences, and what the machine has to offer.

mod message;
mod state;
mod update;
mod wish;

pub use message::{Message, News};
pub use state::*;
pub use update::{hear, list_devices, test_devices, update};
