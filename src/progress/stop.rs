//! A shared flag that asks a task to end; looked at between batches and between images.

use std::sync::{
    Arc,
    atomic::{AtomicU8, Ordering},
};

use super::Halt;

/// What becomes of the work done so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopMode {
    /// End early and keep what is good, such as the best weights so far.
    Keep,
    /// End early and leave nothing behind.
    Discard,
}

/// Cloned to whoever may stop the task and to the task itself.
#[derive(Clone, Debug, Default)]
pub struct StopToken(Arc<AtomicU8>);

impl StopToken {
    /// Asks the task to end. A later call may turn keep into discard, not the other way round.
    pub fn stop(&self, mode: StopMode) {
        let level = match mode {
            StopMode::Keep => 1,
            StopMode::Discard => 2,
        };
        self.0.fetch_max(level, Ordering::Relaxed);
    }

    /// What was asked for, if anything.
    #[must_use]
    pub fn requested(&self) -> Option<StopMode> {
        match self.0.load(Ordering::Relaxed) {
            0 => None,
            1 => Some(StopMode::Keep),
            _ => Some(StopMode::Discard),
        }
    }

    /// # Errors
    /// [`Halt::Stopped`] once a stop of either kind was asked for; for tasks that keep nothing.
    pub fn check(&self) -> Result<(), Halt> {
        if self.requested().is_some() { Err(Halt::Stopped) } else { Ok(()) }
    }
}
