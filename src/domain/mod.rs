//! The lab's words: classes, datasets, splits, runs, predictions and metrics.
//!
//! No disk, no tensors, no threads and no pixels belong here.

pub mod architecture;
pub mod calibration;
pub mod classes;
pub mod config;
pub mod confusion;
pub mod dataset;
pub mod findings;
pub mod hash;
pub mod interval;
pub mod metrics;
pub mod prediction;
pub mod run;
pub mod split;
