//! A model is fitted to a lab: its images, labels for some of them, and the fit with what it changed.

mod message;
mod state;
mod update;
mod wish;

pub use message::{Message, News};
pub use state::*;
pub use update::{hear, update};
