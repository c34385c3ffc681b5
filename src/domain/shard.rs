//! A part of a long list of files, for one of many computers.

use std::{fmt, str::FromStr};

/// Most parts; more than any cluster takes in one array of jobs.
const MOST: usize = 1_000_000;

/// One of so many parts, written `3/16`. Parts follow each other, so that their results in order are those of the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// From 1.
    part: usize,
    of: usize,
}

impl Shard {
    /// Everything.
    pub const WHOLE: Self = Self { part: 1, of: 1 };

    /// This part of a list: parts differ by one in length at most, and each item is in exactly one of them.
    #[must_use]
    pub fn take<T>(self, list: Vec<T>) -> Vec<T> {
        let end = |part: usize| part * list.len() / self.of;
        let (start, end) = (end(self.part - 1), end(self.part));
        list.into_iter().take(end).skip(start).collect()
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let numbers = text.split_once('/').and_then(|(part, of)| Some((part.parse().ok()?, of.parse().ok()?)));
        match numbers {
            Some((part, of)) if (1..=of).contains(&part) && of <= MOST => Ok(Self { part, of }),
            Some(_) => Err(format!("the first number is from 1 to the second, and that is at most {MOST}")),
            None => Err("a part is written as in 3/16: the third of sixteen".to_owned()),
        }
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.part, self.of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_one_after_the_other_are_the_whole_and_differ_by_one_at_most() {
        for (len, of) in [(0, 3), (1, 3), (7, 3), (16, 16), (1000, 7), (5, MOST)] {
            let list: Vec<usize> = (0..len).collect();
            let parts: Vec<_> = (1..=of).map(|part| Shard { part, of }.take(list.clone())).collect();
            assert_eq!(parts.concat(), list, "{len} in {of}");
            let lengths = parts.iter().map(Vec::len);
            assert!(lengths.clone().max().unwrap() - lengths.min().unwrap() <= 1, "{len} in {of}");
        }
    }

    #[test]
    fn what_is_no_part_is_refused() {
        assert_eq!("3/16".parse(), Ok(Shard { part: 3, of: 16 }));
        assert_eq!(Shard { part: 3, of: 16 }.to_string(), "3/16");
        for wrong in ["", "3", "0/4", "5/4", "1/0", "-1/4", "1/2/3", "a/b", "1/18446744073709551615"] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
    }
}
