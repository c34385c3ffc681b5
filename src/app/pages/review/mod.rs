//! A session of cells that a model has suggested classes for: looked at, decided, signed.

mod enter;
mod form;
mod galleries;
mod message;
mod open;
mod state;
mod update;
mod wish;

pub use form::Form;
pub use galleries::{Gallery, Order};
pub use message::{Message, News};
pub use open::{Open, Past, Pick};
pub use state::ReviewState;
pub use update::{hear, list, update};
