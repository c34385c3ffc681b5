//! The models that can be put to cells, the one in use, and their cards.

mod message;
mod state;
mod update;
mod wish;

pub use message::{Message, News};
pub use state::{Model, ModelsState};
pub(super) use update::know;
pub use update::{hear, update, use_model};
