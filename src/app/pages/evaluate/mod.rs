//! What a model says of a labelled dataset, at home and elsewhere.

mod message;
mod state;
mod update;

pub use message::{Message, News};
pub use message::{REPORT_TOOLTIP, scope_tooltip};
pub use state::*;
pub use update::{hear, save_report, update};
