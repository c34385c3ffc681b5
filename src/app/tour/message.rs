//! What can be asked of the tour; it has no jobs of its own.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message {
    /// Opens the synthetic slides and goes to the first stop.
    Start,
    Next,
    Back,
    /// Ends the tour where it is.
    Leave,
}

/// Nothing: every stop's work is that of its page.
#[derive(Clone, Copy, Debug)]
pub enum News {}
