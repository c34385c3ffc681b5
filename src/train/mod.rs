//! One run: what is trained on, the epochs, when to stop, and what is kept.
//!
//! `run` reads like a table of contents. What a single step is lies in `learn`, what is made of a finished model in `fit`; no
//! window, no terminal and no plot belongs here.

mod bench;
mod checkpoint;
mod early_stop;
mod epoch;
mod finish;
mod guests;
mod heritage;
mod lost;
mod oom;
pub mod pace;
mod plan;
mod run;
mod session;
mod sight;
mod start;
mod state;
mod tally;
mod teachers;

pub use bench::{BenchReport, BenchRequest, Length, Part, Timing, bench};
pub use run::{TrainRequest, run};
