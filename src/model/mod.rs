//! Networks as functions of tensors: attention, backbones, the classifier, cards and weights.
//!
//! No files of images, no training loop and no window belong here.

pub mod attention;
pub mod average;
pub mod blend;
pub mod bundled;
pub mod card;
pub mod classifier;
pub mod columns;
pub mod encoder;
pub mod error;
pub mod foreign;
pub mod initial;
pub mod kernels;
pub mod memory;
pub mod mobilenet;
pub mod noise;
pub mod norm;
pub mod onnx;
mod position;
pub mod published;
pub mod ready;
pub mod separable;
pub mod sieve;
pub mod stage;
pub mod weights;
pub mod words;
pub mod xception;
