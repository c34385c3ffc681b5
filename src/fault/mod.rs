//! How a task ends without a result: [`Failure`] in words for a person, [`Halt`] for a stop or a failure, and the
//! [`StopToken`] that asks for one.
//!
//! Under everything else. Nothing that tells how far a task is belongs here, and no word of the lab.

mod failure;
pub mod panicked;
pub mod path_text;
mod stop;

pub use failure::{Failure, Halt};
pub use stop::{StopMode, StopToken};
