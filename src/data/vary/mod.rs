//! Variety for training, drawn by seed: geometry, microscopes, noise and surroundings.
//!
//! Nothing that judges an image may come here, and no file is opened. What a person tries out by hand is in
//! [`explain::alter`](crate::explain::alter), which takes its noise from here.

pub mod augment;
mod draw;
pub mod microscope;
mod optics;
pub(super) mod surroundings;

pub use draw::Draw;
