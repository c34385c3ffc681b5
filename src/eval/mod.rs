//! A model at work: answers, evaluation over a labelled set, calibration, how far a lab is from the model's own.
//!
//! What stands here judges a model and changes nothing: what makes another model of it is `fit`. No file is written but a
//! review session's.

pub mod calibrate;
mod classify;
pub mod compare;
pub mod cost;
pub mod evaluate;
pub mod forward;
pub mod learned;
pub mod norm_statistics;
pub mod predict;
pub mod quiz;
pub mod reviewing;
pub mod second_look;
pub mod shift;
pub mod shortcuts;
pub mod stream;
pub mod suggest;
pub mod worth;
