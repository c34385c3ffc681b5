//! Cells as a model sees them: the numbers that its last layer is given, and their projections onto a plane.
//!
//! Nothing is drawn here and no model is changed. What took long is kept in a cache that may be deleted at any time.

mod cache;
mod features;
mod tsne;

pub use features::{Embedding, embed};
pub use tsne::{Unfolding, unfold};
