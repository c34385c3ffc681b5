//! What is seen: views read the state and push actions, widgets draw.
//!
//! No file, thread, dialog or tensor belongs here.

pub mod widgets;
