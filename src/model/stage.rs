//! Places inside a backbone at which a pass may end or begin.

/// A backbone's part from its input on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The first blocks, whose norms tell labs apart and less so mixes of cells.
    First,
    /// Blocks that look at edges and grain, which are common to all labs; most of the work of a training step lies there.
    Early,
    /// All but the last blocks, where the map is small: what a model remembers lies there.
    Late,
}
