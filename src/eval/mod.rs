//! A model at work: predictions, evaluation over a labelled set, calibration.
//!
//! Nothing trains here, and files are read, never written here.

pub mod calibrate;
pub mod compare;
pub mod cost;
pub mod evaluate;
pub mod forward;
pub mod learned;
pub mod memory;
pub mod pack;
pub mod predict;
pub mod profile;
pub mod remeasure;
pub mod second_look;
pub mod shift;
pub mod shortcuts;
pub mod soup;
pub mod statistics;
pub mod suggest;
