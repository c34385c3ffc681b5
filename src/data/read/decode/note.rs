//! What a person should know of a picture that could be read, but not as it stands in its file.

use std::fmt;

/// One remark on a decoded picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Note {
    /// The file holds so many pages; the first was read.
    Pages(usize),
    /// Values from `low` to `high` were brought to 0 to 255.
    Scaled { low: f32, high: f32 },
    /// Every pixel is fully transparent, which no picture means.
    ClearAlpha,
    /// Longer than twice its shorter side, so the square in its middle is less than half of it.
    Long { width: u32, height: u32 },
}

impl Note {
    /// A note on the size of a picture, if it needs one.
    #[must_use]
    pub fn on_size(width: u32, height: u32) -> Option<Self> {
        let (short, long) = (width.min(height), width.max(height));
        (u64::from(long) > 2 * u64::from(short)).then_some(Self::Long { width, height })
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pages(count) => write!(f, "page 1 of {count} was used"),
            Self::Scaled { low, high } => write!(f, "its values were scaled from {low} to {high}"),
            Self::ClearAlpha => f.write_str("its transparency was ignored, since all of it is transparent"),
            Self::Long { width, height } => write!(f, "only the middle of its {width} x {height} pixels was seen"),
        }
    }
}
