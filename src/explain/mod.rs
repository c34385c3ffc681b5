//! Where in an image a model's answer comes from: what its heads attend to, Grad-CAM of its last feature map, and what is
//! lost where a patch is hidden. All with the preprocessing, the weights and the looks of the answer itself.
//!
//! Maps are figures over the square that the network saw, [`grid::Grid`]s, which [`place::Place`] lays over the image. They
//! are made of the image and its three mirror images, as a doubtful answer is, so that a mirrored image has mirrored maps.
//! No file and no window belong here.

pub mod alter;
mod attention;
mod background;
pub mod colours;
mod explained;
pub mod files;
mod grad_cam;
pub mod grid;
pub mod inside;
pub mod layer;
pub mod occlusion;
pub mod overlay;
pub mod place;
mod tokens;
mod views;

pub use explained::{Explained, explain};
