//! One thing that happened in a session: a suggestion, a look, a decision, a signature. Entries are only ever appended.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::cell::{CellId, Source};
use crate::domain::{classes::title, differential::Rules, hash::ContentHash};

/// One entry of the log; the next one holds its hash.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// From 1, without a gap.
    pub n: u64,
    /// UTC.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    pub who: String,
    pub what: What,
    /// Of all that was before: the entry before it, or for the first the session's head.
    pub before: ContentHash,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// A model's word on a cell, which is never changed afterwards.
    Suggested(Box<Suggested>),
    /// A person has had these cells on the screen.
    Seen { cells: Vec<CellId> },
    /// A person decided on one cell or several at once.
    Decided(Decided),
    /// A remark on a cell; an empty one takes it away.
    Note { cell: CellId, text: String },
    /// Takes back the decision or note of an entry.
    Undo { entry: u64 },
    /// Does again what was taken back.
    Redo { entry: u64 },
    /// What the lab says of its counts from here on, in place of what the session began with.
    Ruled(Box<Ruled>),
    /// The result is signed as it is.
    Signed,
    /// A new version of a signed result begins.
    Amended { reason: String },
}

/// A lab's word on its counts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ruled {
    pub rules: Rules,
    /// The white cell count of a counter, per microlitre, where it is known.
    #[serde(default)]
    pub wbc: Option<f64>,
}

/// What a model said of one cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Suggested {
    pub cell: CellId,
    pub source: Source,
    /// `None` where the image was refused.
    pub class: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f32>,
    /// Of all classes of the model, in its order; 0 for those that cannot occur.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub probabilities: Vec<f32>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
    /// Whether the suggestion is too doubtful to count before a person has looked.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub doubtful: bool,
}

impl Suggested {
    /// How far the first class is ahead of the second, 0 to 1.
    #[must_use]
    pub fn margin(&self) -> Option<f32> {
        let mut sorted = self.probabilities.clone();
        sorted.sort_by(|a, b| b.total_cmp(a));
        Some(sorted.first()? - sorted.get(1)?)
    }

    /// Where the cell lies before a person has decided.
    #[must_use]
    pub fn bin(&self) -> Bin {
        let class = self.class.clone().filter(|_| !self.doubtful && self.refused.is_none());
        class.map_or(Bin::Unidentified, Bin::Class)
    }
}

/// A place for cells.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bin {
    /// Waits for a person.
    Unidentified,
    Class(String),
    /// In no class by a person's word: no cell, damaged, or not to be told.
    NotClassed,
}

impl Bin {
    /// The class, where it is one.
    #[must_use]
    pub fn class(&self) -> Option<&str> {
        match self {
            Self::Class(name) => Some(name),
            Self::Unidentified | Self::NotClassed => None,
        }
    }

    /// What a person reads.
    #[must_use]
    pub fn title(&self) -> &str {
        match self {
            Self::Unidentified => "Unidentified",
            Self::Class(name) => title(name),
            Self::NotClassed => "Not classed",
        }
    }
}

/// A decision on cells.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decided {
    pub verdict: Verdict,
    pub cells: Vec<Moved>,
    /// The weights whose suggestions were before the person's eyes.
    pub model: ContentHash,
    /// Why, where the person said so.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub why: String,
}

/// What a person says of cells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Each is what the model suggested.
    Confirm,
    /// They are of this class.
    Reclassify(String),
    /// They are of none.
    NotClassed,
    /// Somebody has to look again.
    Unidentified,
}

/// One cell of a decision, with what was known of it then.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Moved {
    pub cell: CellId,
    /// Where it lay.
    pub from: Bin,
    /// The model's, in the class that it suggested.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f32>,
}

impl What {
    /// What a person reads in a list.
    #[must_use]
    pub fn words(&self) -> String {
        let cells = |count: usize| if count == 1 { "1 cell".to_owned() } else { format!("{count} cells") };
        match self {
            Self::Suggested(of) => match (&of.class, &of.refused) {
                (_, Some(why)) => format!("Refused: {why}"),
                (Some(class), None) => format!("Suggested {}", title(class)),
                (None, None) => "Suggested nothing".to_owned(),
            },
            Self::Seen { cells: seen } => format!("Looked at {}", cells(seen.len())),
            Self::Decided(of) => match &of.verdict {
                Verdict::Confirm => format!("Confirmed {}", cells(of.cells.len())),
                Verdict::Reclassify(class) => format!("{} to {}", cells(of.cells.len()), title(class)),
                Verdict::NotClassed => format!("{} not classed", cells(of.cells.len())),
                Verdict::Unidentified => format!("{} to Unidentified", cells(of.cells.len())),
            },
            Self::Note { text, .. } if text.is_empty() => "Note taken away".to_owned(),
            Self::Note { text, .. } => format!("Note: {text}"),
            Self::Undo { entry } => format!("Took back entry {entry}"),
            Self::Redo { entry } => format!("Did entry {entry} again"),
            Self::Ruled(_) => "Changed ranges or the white cell count".to_owned(),
            Self::Signed => "Signed".to_owned(),
            Self::Amended { reason } => format!("New version: {reason}"),
        }
    }
}
