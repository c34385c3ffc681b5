//! The window: reads the state, draws it, and pushes actions. No file, thread or tensor belongs here.

pub mod desktop;
pub mod frames;
mod keys;
mod shell;
pub mod theme;
pub mod views;
pub mod widgets;
mod window;

pub use window::{UiState, Window};
