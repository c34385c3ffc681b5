//! What a long task may say and hear: it tells an [`Observer`] what happens, and a [`Watch`] whether to go on.
//!
//! The core does not know who is watching. Nothing here draws, prints or starts a thread.

mod event;
mod observer;

pub use event::{Event, Plan, Step, Task};
pub use observer::{Observer, Silent, Watch};
