//! The threads that jobs run on, by how long a person waits there.

/// A named thread that works through its queue, one job after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lane {
    /// Hours: training.
    Trainer,
    /// Minutes: a dataset is opened, judged, compared or written into a report.
    Batch,
    /// Images that were dropped: classified while a run trains and an evaluation goes on.
    Drops,
    /// Until it is stopped: a folder that images are written into.
    Watch,
    /// An instant: lists, cards, names, files.
    Quick,
    /// What follows the hand: a new wish ends the one before.
    Live,
}

impl Lane {
    pub const ALL: [Self; 6] = [Self::Trainer, Self::Batch, Self::Drops, Self::Watch, Self::Quick, Self::Live];

    /// The name of its thread.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Trainer => "trainer",
            Self::Batch => "batch",
            Self::Drops => "drops",
            Self::Watch => "watch",
            Self::Quick => "quick",
            Self::Live => "live",
        }
    }
}
