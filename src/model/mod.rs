//! Networks as functions of tensors: attention, backbones, the classifier, cards and weights.
//!
//! No files of images, no training loop and no window belong here.
pub mod kernels;
