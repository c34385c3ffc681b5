//! A decoded image as a network sees it: one crop, one resize, one normalisation, for training and for judging alike.
//!
//! No chance and no file belong here.

pub mod preprocess;
pub mod raster;
pub(super) mod stain;
