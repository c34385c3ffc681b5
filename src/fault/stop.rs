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
pub struct StopToken {
    level: Arc<AtomicU8>,
    /// Whether a stop that keeps the work is no reason to end.
    discarding_only: bool,
}

impl StopToken {
    /// Asks the task to end. A later call may turn keep into discard, not the other way round.
    pub fn stop(&self, mode: StopMode) {
        let level = match mode {
            StopMode::Keep => 1,
            StopMode::Discard => 2,
        };
        self.level.fetch_max(level, Ordering::Relaxed);
    }

    /// What was asked for, if anything.
    #[must_use]
    pub fn requested(&self) -> Option<StopMode> {
        match self.level.load(Ordering::Relaxed) {
            0 => None,
            1 => (!self.discarding_only).then_some(StopMode::Keep),
            _ => Some(StopMode::Discard),
        }
    }

    /// The same flag for work that keeps what a stopped task has reached: only a stop that discards it ends that too.
    #[must_use]
    pub fn for_discarding(&self) -> Self {
        Self { discarding_only: true, ..self.clone() }
    }

    /// # Errors
    /// [`Halt::Stopped`] once a stop of either kind was asked for; for tasks that keep nothing.
    pub fn check(&self) -> Result<(), Halt> {
        if self.requested().is_some() { Err(Halt::Stopped) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_that_keeps_what_was_reached_hears_a_discard_alone() {
        let stop = StopToken::default();
        let keeping = stop.for_discarding();
        stop.stop(StopMode::Keep);
        assert_eq!((stop.requested(), keeping.requested()), (Some(StopMode::Keep), None));
        stop.stop(StopMode::Discard);
        assert_eq!(keeping.check(), Err(Halt::Stopped));
    }
}
