//! The real window, driven by its accessible names, without a display and without a GPU.
#![cfg(feature = "gui")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

mod classify;
mod closing;
mod common;
mod compare;
mod dataset;
mod evaluate;
mod explain;
mod fields;
mod lab;
mod language;
mod looks;
mod map;
mod orders;
mod queue;
mod quiz;
mod review;
mod runs;
#[path = "../sessions/mod.rs"]
mod sessions;
mod settings;
mod shell;
mod tour;
mod train;
mod typed;
mod watch;
