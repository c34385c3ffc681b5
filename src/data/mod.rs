//! Disk to numbers: scan, decode, preprocess, augment, batch, and the synthetic slides.
//!
//! No network, no window and no model belong here.

pub mod augment;
pub mod batch;
pub mod decode;
pub mod folder;
mod frames;
pub mod preprocess;
mod stain;
