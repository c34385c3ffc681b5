//! What a button, a menu, a key or the command list may ask for; the messages of all rooms by their rooms' names.

use super::AppState;
pub use super::{
    files::Message as Files,
    models::Message as Models,
    pages::{
        classify::Message as Classify,
        compare::Message as Compare,
        dataset::Message as Dataset,
        evaluate::Message as Evaluate,
        explain::Message as Explain,
        lab::Message as Lab,
        map::Message as Map,
        quiz::Message as Quiz,
        review::Message as Review,
        settings::Message as Settings,
        train::{Message as Train, runs::Message as Runs},
    },
    tour::Message as Tour,
    window::Message as Window,
};

/// How a wish is worded, and whether it can be done now.
pub trait Wish {
    /// The words on its button and in the command list; empty where it has neither.
    fn text(&self) -> String;

    /// One sentence more than the words; may be empty.
    fn tooltip(&self) -> &'static str;

    /// Why it cannot be done now; `None` when it can.
    fn obstacle(&self, state: &AppState) -> Option<&'static str>;
}
