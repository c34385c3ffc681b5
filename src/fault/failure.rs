//! How a task ends without a result: stopped by a person, or failed with words for one.

use std::{fmt, path::PathBuf};

use serde::{Serialize, Serializer};

use super::path_text;

/// A failure as a person reads it: what, why, what to do; paths last, so that the first half may be shared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// What did not work, such as `the dataset could not be opened`.
    pub what: String,
    /// Why, as far as is known.
    pub why: String,
    /// What the person can do next.
    pub hint: String,
    #[serde(skip_serializing_if = "Vec::is_empty", serialize_with = "texts")]
    pub paths: Vec<PathBuf>,
}

impl Failure {
    #[must_use]
    pub fn new(what: impl Into<String>, why: impl fmt::Display, hint: impl Into<String>) -> Self {
        Self { what: what.into(), why: why.to_string(), hint: hint.into(), paths: Vec::new() }
    }

    /// Adds a path that the failure is about.
    #[must_use]
    pub fn at(mut self, path: impl Into<PathBuf>) -> Self {
        self.paths.push(path.into());
        self
    }
}

/// A path may hold bytes that no text has, and a failure must be told all the same.
fn texts<S: Serializer>(paths: &[PathBuf], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(paths.iter().map(|path| path_text::of(path)))
}

impl fmt::Display for Failure {
    /// One line: `what: why; hint (path)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = format!("{}: {}; {}", self.what, self.why, self.hint);
        f.write_str(&line.replace(['\n', '\r'], " "))?;
        self.paths.iter().try_for_each(|path| write!(f, " ({})", path.display()))
    }
}

impl std::error::Error for Failure {}

/// Why a long task has no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Halt {
    /// A person asked for it.
    Stopped,
    Failed(Failure),
}

impl<E: Into<Failure>> From<E> for Halt {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

impl fmt::Display for Halt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stopped => f.write_str("stopped"),
            Self::Failed(failure) => failure.fmt(f),
        }
    }
}
