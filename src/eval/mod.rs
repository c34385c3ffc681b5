//! A model at work: predictions, evaluation over a labelled set, calibration.
//!
//! Nothing trains here, and no file is written here.

pub mod calibrate;
pub mod evaluate;
pub mod forward;
pub mod predict;
