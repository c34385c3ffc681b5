//! The window: reads the state, draws it, and pushes actions. No file, thread or tensor belongs here.

pub mod desktop;
pub mod frames;
mod keys;
mod pages;
mod shell;
pub mod theme;
mod view;
pub mod views;
pub mod widgets;
mod window;

pub use view::UiState;
pub use window::Window;
