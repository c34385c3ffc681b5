//! Parts that pages are made of: they draw what they are given and say what was clicked.
//!
//! No state of the program, no file and no job belongs here.

pub mod chart;
pub mod confidence;
pub mod curves;
pub mod marker;
pub mod matrix;
pub mod viewer;
