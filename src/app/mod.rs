//! What the window knows and does: state, wishes, and the jobs that they start.
//!
//! Nothing is drawn here and no file is read: views read [`AppState`] and push [`Action`]s; each room takes them into the
//! state and says as [`Effects`] what else it wants.

mod action;
pub mod activity;
mod catalogue;
mod core;
mod dialogs;
mod dispatch;
mod effects;
pub mod files;
pub mod history;
mod inquiry;
pub mod keymap;
pub mod models;
pub mod notices;
mod page;
pub mod pages;
mod selection;
mod state;
pub mod tour;
pub mod window;
pub mod wish;

pub use self::core::{App, Setup};
pub use action::{Action, Actions, News};
pub use activity::{Activity, Task};
pub use catalogue::catalogue;
pub use effects::{Dialog, Effect, Effects, Offer};
pub use inquiry::Inquiry;
pub use notices::{Level, Notice, Notices};
pub use page::{Group, Page};
pub use selection::Selection;
pub use state::{AppState, no};
pub use wish::Wish;
