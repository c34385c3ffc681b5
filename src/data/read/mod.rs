//! Files to images: which there are, what is in them, and batches of them in time for a network.
//!
//! What is done to an image belongs to `view`, `vary` or `measure`, which open no file.

pub mod ahead;
pub mod attributes;
pub mod batch;
pub mod decode;
pub mod folder;
mod frames;
pub mod scan;
pub mod sheet;
pub mod survey;
pub mod watch;
