//! One folder a page: its state, what can be asked of it, and what is done then. Nothing is drawn here.

pub mod classify;
pub mod compare;
pub mod dataset;
pub mod evaluate;
pub mod explain;
pub mod lab;
pub mod map;
pub mod quiz;
pub mod review;
pub mod settings;
pub mod train;
