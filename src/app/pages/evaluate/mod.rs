//! What a model says of a labelled dataset, at home and elsewhere.

mod message;
mod state;
mod update;
mod wish;

pub use message::{Message, News};
pub use state::*;
pub use update::{hear, update};
pub use wish::{REPORT_TOOLTIP, scope_tooltip};
