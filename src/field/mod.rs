//! Leukocytes in fields of view: a reduced `copy`, its stain `score`, `components` of it, `pieces` joined to cells,
//! their [`scale`], what [`kind`] of image it is, and each cell cut at a model's own framing in [`cut`].
//!
//! No network is asked here: who classifies what was cut stands above. Nothing of review and no file's writing belongs here.

mod background;
pub mod batch;
mod components;
mod copy;
pub mod cut;
mod discs;
pub mod find;
mod grid;
pub mod kind;
mod pieces;
pub mod scale;
mod score;

pub use find::{Survey, cells, survey, survey_of};
