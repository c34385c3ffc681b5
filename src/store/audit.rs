//! The log of a session: one JSON line an entry, chained by hash, appended and on the disk before it counts.
//!
//! A line ends with the hash of all that stands before it in the line, and that holds the hash of the line before. So any
//! byte that changes is found, the last one too. A line that a kill or a power cut tore off has no end and never counted.

use std::{
    fs::{File, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use super::error::StoreError;
use crate::domain::{hash::ContentHash, review::entry::Entry};

/// What stands between an entry's own text and its hash.
const SEAL: &str = ",\"hash\":\"";
const END: &str = "\"}";
/// Hexadecimal digits of a hash.
const DIGITS: usize = 64;

/// Where the bytes of a log do not hold together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// From 1.
    pub line: usize,
    pub why: String,
}

/// A log as it was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Log {
    pub entries: Vec<Entry>,
    /// Of the last whole line, or of the head where there is none.
    pub hash: ContentHash,
    /// Bytes of whole lines.
    pub length: u64,
    /// Bytes behind them that a broken-off write left.
    pub torn: u64,
    /// The first line that is not as it was written; what follows it was not read.
    pub flaw: Option<Flaw>,
}

/// Reads a log whose chain begins with the hash of the session's head.
///
/// # Errors
/// [`StoreError::Read`] where the file cannot be read; what is wrong within it is a [`Flaw`].
pub fn read(path: &Path, head: ContentHash) -> Result<Log, StoreError> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(parse(&bytes, head)),
        Err(why) if why.kind() == io::ErrorKind::NotFound => Ok(parse(b"", head)),
        Err(why) => Err(StoreError::Read { path: path.to_owned(), why: why.to_string() }),
    }
}

/// The log in these bytes.
#[must_use]
pub fn parse(bytes: &[u8], head: ContentHash) -> Log {
    let mut log = Log { entries: Vec::new(), hash: head, length: 0, torn: 0, flaw: None };
    for (at, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let Some(text) = line.strip_suffix(b"\n") else {
            log.last(at + 1, line);
            break;
        };
        match entry(text, log.entries.len() as u64 + 1, log.hash) {
            Ok((entry, hash)) => {
                log.entries.push(entry);
                (log.hash, log.length) = (hash, log.length + line.len() as u64);
            }
            Err(why) => {
                log.flaw = Some(Flaw { line: at + 1, why });
                break;
            }
        }
    }
    log
}

impl Log {
    /// What stands behind the last end of a line: a torn write, unless it is a whole entry whose end was changed.
    fn last(&mut self, line: usize, text: &[u8]) {
        self.torn = text.len() as u64;
        let n = self.entries.len() as u64 + 1;
        let whole = text.len().checked_sub(1).and_then(|end| text.get(..end));
        if whole.is_some_and(|whole| entry(whole, n, self.hash).is_ok()) {
            self.flaw = Some(Flaw { line, why: "its end was changed".to_owned() });
        }
    }
}

/// Reads one line: its own hash, its place, and the hash of what was before.
fn entry(text: &[u8], n: u64, before: ContentHash) -> Result<(Entry, ContentHash), String> {
    let text = str::from_utf8(text).map_err(|_| "it is no text".to_owned())?;
    let sealed = text.strip_suffix(END).and_then(|text| text.split_at_checked(text.len().checked_sub(DIGITS)?));
    let (body, digits) = sealed.ok_or("it has no hash at its end")?;
    let body = body.strip_suffix(SEAL).ok_or("it has no hash at its end")?;
    let hash = ContentHash::of(body.as_bytes());
    if digits != hash.to_string() {
        return Err("its hash does not fit: it was changed after it was written".to_owned());
    }
    let entry: Entry = serde_json::from_str(&format!("{body}}}")).map_err(|why| why.to_string())?;
    if entry.before != before {
        return Err("it does not follow the line before it: a line was changed, taken out or put in".to_owned());
    }
    if entry.n != n {
        return Err(format!("it is entry {}, where {n} belongs", entry.n));
    }
    Ok((entry, hash))
}

/// An entry as its line, with the end of the line, and its hash.
fn line(entry: &Entry) -> Result<(String, ContentHash), String> {
    let text = serde_json::to_string(entry).map_err(|why| why.to_string())?;
    let body = text.strip_suffix('}').ok_or("an entry is an object")?;
    let hash = ContentHash::of(body.as_bytes());
    Ok((format!("{body}{SEAL}{hash}{END}\n"), hash))
}

/// A log that is open for appending.
#[derive(Debug)]
pub struct Appender {
    file: File,
    path: PathBuf,
    length: u64,
    hash: ContentHash,
    n: u64,
    /// Whether an append failed and could not be taken back: nothing more is written.
    is_broken: bool,
}

impl Appender {
    /// Opens a log that was read without a flaw; what a torn write left behind its last line is cut off.
    ///
    /// # Errors
    /// [`StoreError`] where it has a flaw, or the file cannot be written.
    pub fn open(path: &Path, log: &Log) -> Result<Self, StoreError> {
        if let Some(Flaw { line, why }) = &log.flaw {
            let why = format!("line {line}: {why}");
            return Err(StoreError::Damaged { path: path.to_owned(), why });
        }
        let failed = |why: io::Error| StoreError::Write { path: path.to_owned(), why: why.to_string() };
        let file = OpenOptions::new().create(true).append(true).open(path).map_err(failed)?;
        if log.torn > 0 {
            file.set_len(log.length).and_then(|()| file.sync_all()).map_err(failed)?;
        }
        let (length, n) = (log.length, log.entries.len() as u64);
        Ok(Self { file, path: path.to_owned(), length, hash: log.hash, n, is_broken: false })
    }

    /// The number that the next entry gets, and the hash that it holds.
    #[must_use]
    pub const fn next(&self) -> (u64, ContentHash) {
        (self.n + 1, self.hash)
    }

    /// Of all entries so far.
    #[must_use]
    pub const fn hash(&self) -> ContentHash {
        self.hash
    }

    /// Appends entries in one piece. When this returns they are on the disk. `make` gives each entry from its number and the
    /// hash of what is before it.
    ///
    /// # Errors
    /// [`StoreError::Write`]; the log is then as it was.
    pub fn append(
        &mut self,
        count: usize,
        mut make: impl FnMut(usize, u64, ContentHash) -> Entry,
    ) -> Result<Vec<Entry>, StoreError> {
        let failed = |path: &Path, why: String| StoreError::Write { path: path.to_owned(), why };
        if self.is_broken {
            let why = "an earlier write broke off: open the session again".to_owned();
            return Err(failed(&self.path, why));
        }
        if self.file.metadata().is_ok_and(|file| file.len() != self.length) {
            let why = "something else wrote into it since it was opened: open the session again";
            return Err(failed(&self.path, why.to_owned()));
        }
        let (mut text, mut entries, mut hash) = (String::new(), Vec::with_capacity(count), self.hash);
        for at in 0..count {
            let entry = make(at, self.n + 1 + at as u64, hash);
            let (line, of) = line(&entry).map_err(|why| failed(&self.path, why))?;
            text.push_str(&line);
            hash = of;
            entries.push(entry);
        }
        if let Err(why) = self.file.write_all(text.as_bytes()).and_then(|()| self.file.sync_data()) {
            self.is_broken = self.file.set_len(self.length).and_then(|()| self.file.sync_data()).is_err();
            return Err(failed(&self.path, why.to_string()));
        }
        (self.hash, self.length, self.n) = (hash, self.length + text.len() as u64, self.n + count as u64);
        Ok(entries)
    }
}

#[cfg(test)]
mod tests;
