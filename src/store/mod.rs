//! What survives closing: run folders, sessions, paths, preferences, and what was thrown away.
//!
//! No window and no tensor mathematics belong here.

pub mod audit;
pub mod case_dir;
pub mod crash;
pub mod error;
pub mod held;
pub mod labels;
pub mod learned;
pub mod log;
pub mod moving_map;
pub mod paths;
pub mod preferences;
pub mod rename;
pub mod run_dir;
pub mod sieve;
pub mod trash;
pub mod waiting;
pub mod words;
