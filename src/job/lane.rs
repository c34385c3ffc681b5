//! The threads that jobs run on, by how long a person waits there.

/// How many runs can train at the same time, each on a GPU of its own.
pub const TRAINERS: u8 = 4;

/// A named thread that works through its queue, one job after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lane {
    /// Hours: training. The first one trains wherever it is asked to, the others beside it.
    Trainer(u8),
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
    pub const ALL: [Self; 9] = [
        Self::Trainer(0),
        Self::Trainer(1),
        Self::Trainer(2),
        Self::Trainer(3),
        Self::Batch,
        Self::Drops,
        Self::Watch,
        Self::Quick,
        Self::Live,
    ];

    /// The name of its thread.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Trainer(_) => "trainer",
            Self::Batch => "batch",
            Self::Drops => "drops",
            Self::Watch => "watch",
            Self::Quick => "quick",
            Self::Live => "live",
        }
    }
}
