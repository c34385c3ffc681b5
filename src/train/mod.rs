//! One run: what is trained on, the epochs, when to stop, and what is kept.
//!
//! `run` reads like a table of contents. No window, no terminal and no plot belongs here.

mod adam;
pub mod adapt;
mod bench;
mod checkpoint;
mod clip;
mod early_stop;
mod epoch;
mod error;
mod finish;
mod heritage;
mod loss;
mod lost;
mod memory;
pub mod pace;
mod plan;
mod resources;
mod run;
mod schedule;
mod session;
mod start;
mod state;
mod step;
mod tally;
mod teachers;

pub use bench::{BenchReport, BenchRequest, Length, Part, Timing, bench};
pub use run::{TrainRequest, run};
