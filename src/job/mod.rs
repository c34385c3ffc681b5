//! Which lane runs what: work goes in, one channel of updates comes out.
//!
//! Nothing is drawn and nothing is decided here: what a job means is known to whoever asks for it, and what it does is in
//! the layers below.

pub mod aside;
pub mod desk;
mod engine;
mod host;
mod lane;
mod message;
mod observe;
pub mod tasks;
mod thumbs;
mod work;

pub use desk::Desk;
pub use engine::Engine;
pub use lane::{Lane, TRAINERS};
pub use message::{Ended, Found, JobId, Opened, Update};
pub use thumbs::{Stamp, Thumb, ThumbKey, Thumbs};
pub use work::Work;
