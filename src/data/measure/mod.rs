//! What can be told of an image without a model: its look, its nucleus, whether it is a smear at all, its fingerprint.
//!
//! Pixels come in and figures go out: no file is opened, and nothing here is seen by a network.

pub mod fingerprint;
pub mod look;
mod nucleus;
pub mod smear;
pub mod threshold;
