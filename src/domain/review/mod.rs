//! A review of cells: what a model suggested, what people decided, and the present state that follows from both.
//!
//! A [`case`] is the head of a session, an [`entry`] one thing that happened, [`view`] the state that all entries give,
//! [`tally`] the differential of it. No disk, no clock and no thread belongs here: whoever appends an entry brings the time.

pub mod case;
pub mod cell;
pub mod entry;
pub mod history;
pub mod obstacle;
pub mod tally;
pub mod view;
