//! What the window knows and does: state, actions, and the jobs that they start.
//!
//! Nothing is drawn here and no file is read: views read [`AppState`] and push [`Action`]s.

mod action;
mod apply;
mod asking;
mod catalogue;
mod core;
mod dialogs;
pub mod notices;
mod obstacle;
mod perform;
mod runs;
pub mod shortcuts;
pub mod state;
mod training;

pub use self::core::{App, Setup};
pub use action::{Action, Actions, Page};
pub use catalogue::catalogue;
pub use notices::{Level, Notice, Notices};
pub use state::AppState;
