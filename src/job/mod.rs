//! Which thread runs what: jobs go in, one channel of updates comes out.
//!
//! Nothing is drawn and nothing is decided here; what a job does is in the layers below.

pub mod aside;
mod engine;
mod message;
mod observe;
mod thumbs;
mod work;

pub use engine::Engine;
pub use message::{Ended, Found, Job, JobId, Lane, Opened, Output, Picked, Reported, Told, Update};
pub use thumbs::{Stamp, Thumb, ThumbKey, Thumbs};
