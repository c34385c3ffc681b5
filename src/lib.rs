//! Leukoscope: train, question and use white-blood-cell classifiers, offline.
//!
//! # Layers
//! Arrows point downwards only; everything may use [`fault`], and all above [`domain`] also [`progress`]; the window, its
//! state and the preferences use [`language`], which is beside the others and knows none of them. No two files
//! use each other by any way round, and no two folders but those of the window's rooms and their state;
//! `tests/architecture.rs` reads the sources and says where one does.
//!
//! ```text
//! main, bin -> ui -> app -> job -> train -> fit -> learn -> eval -> store -> model -> data -> device -> domain
//!                    cli ----------^          report -----------------^
//!                        ------------------- explain -^
//! ```
//!
//! [`cli`] stands beside `app` and calls the same functions; [`report`] writes what `train` and a person ask for. [`field`]
//! finds cells in fields of view, [`eval`] judges a model and changes nothing, [`explain`] shows where in an image an answer
//! comes from, [`embed`] lays cells out as a model sees them, [`fit`] makes a model out of a model, [`learn`] is the one step
//! that both kinds of learning take. `ui` reads what the layers between have found and computes nothing.
//!
//! [`data`] has rooms: [`data::view`] is how a network sees an image, and nothing of chance; [`data::vary`] is chance, for
//! training alone; [`data::measure`] is told of an image without a network; [`data::read`] opens files and uses the others.
//!
//! # One image
//! drop or Open… -> `wish::Classify::Classify` -> `app::pages::classify::update` -> work on the lane for drops ->
//! [`job::tasks`] -> [`eval::stream`]: [`data::read::decode`], told for a cell's image or a field of view, which [`field`]
//! cuts into cells -> [`data::view::preprocess`] (settings from the model's card, never from a form) -> batch -> forward ->
//! calibrated softmax -> news -> `hear` -> `AppState` -> confidence bars. `leuko classify` enters at [`eval::stream`] too.
//!
//! # One run
//! Train page -> `wish::Train::Start` -> the queue, one run after the other -> work on the trainer's lane -> [`train::run`]:
//! plan, warm up, epochs (train, validate, record, keep the best, stop early), evaluate, commit the run folder -> events ->
//! live curves -> the run stands in the list. `leuko train` calls the same function.
//!
//! # One review
//! Classify -> `wish::Review::Propose` -> a form -> work that begins a session ([`eval::reviewing`]) -> the Review page. A key ->
//! `app::keymap` -> an entry, shown at once and written by a job into [`store::case_dir`]; what could not be written is taken
//! back. `leuko session` enters the same entries.
//!
//! # Where a new thing goes
//! A word of the lab: [`domain`]. A network: a file in [`model`] and a variant of [`domain::architecture::Architecture`].
//! A figure: [`domain::metrics`]. A setting: [`domain::config`], then an option in [`cli`]. What files can hold: a file in
//! [`data::read`]. A change to a finished model: [`fit`]. A picture of figures: [`report`]. A button: a message of its
//! room in `app`, its words in `wish.rs`, what it does in `update.rs`. A text of the window: `t!` where it stands, and its
//! words in each file of `assets/words`. A page: a folder in `app/pages` with a line in
//! `app/action.rs` and one in `app/page.rs`, and a view with a line in `ui/pages.rs`.

// First, since its macros are for those below.
#[macro_use]
pub mod language;

#[cfg(feature = "gui")]
pub mod app;
pub mod cli;
pub mod data;
pub mod device;
#[cfg(test)]
#[path = "../tests/core/distance.rs"]
mod distance;
pub mod domain;
pub mod embed;
pub mod eval;
pub mod explain;
pub mod fault;
pub mod field;
pub mod fit;
pub mod job;
pub mod learn;
pub mod model;
pub mod progress;
pub mod report;
pub mod store;
pub mod train;
#[cfg(feature = "gui")]
pub mod ui;
