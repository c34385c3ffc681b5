//! What an image looks like from afar: the same however it was resized, encoded, mirrored or turned.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// Bytes of a fingerprint.
pub const BYTES: usize = 48;

/// A short description of a whole frame by its coarsest pattern; comparing two tells near-copies, see [`Index`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(pub [u8; BYTES]);

impl Fingerprint {
    /// Whether two images are one picture, mirrored, turned, resized or encoded again.
    #[must_use]
    pub fn is_near(&self, other: &Self) -> bool {
        self == other
    }
}

/// Fingerprints in which near ones are found quickly.
#[derive(Clone, Debug, Default)]
pub struct Index {
    all: Vec<Fingerprint>,
}

impl Index {
    #[must_use]
    pub fn new(fingerprints: impl IntoIterator<Item = Fingerprint>) -> Self {
        Self { all: fingerprints.into_iter().collect() }
    }

    /// Places of all fingerprints near this one, ascending, itself included where it is in the list.
    #[must_use]
    pub fn near(&self, one: &Fingerprint) -> Vec<usize> {
        self.all.iter().enumerate().filter(|(_, other)| one.is_near(other)).map(|(place, _)| place).collect()
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for Fingerprint {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut bytes = [0; BYTES];
        if text.len() != 2 * BYTES {
            return Err(format!("a fingerprint has {} digits, not {}", 2 * BYTES, text.len()));
        }
        for (byte, at) in bytes.iter_mut().zip((0..).step_by(2)) {
            let digits = text.get(at..at + 2).unwrap_or_default();
            *byte = u8::from_str_radix(digits, 16).map_err(|why| format!("not a fingerprint: {why}"))?;
        }
        Ok(Self(bytes))
    }
}

impl Serialize for Fingerprint {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Fingerprint {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
