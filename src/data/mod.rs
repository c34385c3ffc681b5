//! Disk to numbers: scan, decode, preprocess, augment, batch, and the synthetic slides.
//!
//! No network, no window and no model belong here.
