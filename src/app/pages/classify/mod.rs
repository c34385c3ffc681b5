//! Images that are put to the model.

mod message;
mod room;
mod state;
mod update;
mod watch;
mod wish;

pub use message::{Message, News};
pub use state::*;
pub use update::{hear, update};
