//! Files that a person asks for: shown in their folder, charts and reports that are written. Also how any housekeeping ends.

mod message;
mod update;
mod wish;

pub use message::{Message, News, Typing};
pub use update::{halted, hear, name, save_report, update};
