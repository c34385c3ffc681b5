//! A session's folder: its head, the log of all that happened, and what was signed.
//!
//! `case.ron` is written once. `entries.jsonl` is only appended to. `signed-N.ron` says what version N was when it was signed,
//! in a file that reads without this program. `lock` is held by whoever may write; a second window reads.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::{
    audit::{self, Appender, Flaw, Log},
    error::StoreError,
    run_dir,
};
use crate::{
    domain::{
        differential::Differential,
        hash::ContentHash,
        review::{
            case::{CASE_VERSION, Case},
            entry::{Entry, What},
            obstacle::obstacle,
            tally::Tally,
            view::{Signature, View},
        },
    },
    fault::Failure,
};

pub const CASE: &str = "case.ron";
pub const ENTRIES: &str = "entries.jsonl";
const LOCK: &str = "lock";
/// Hint of what is about a session's folder.
const RESTORE: &str = "restore the folder from a copy; `leuko session verify` tells more";

/// A session that is open, for writing or for reading.
#[derive(Debug)]
pub struct Session {
    folder: PathBuf,
    case: Case,
    entries: Vec<Entry>,
    view: View,
    writer: Result<Writer, String>,
    /// Bytes of a broken-off write that were cut off.
    cut: u64,
    /// Of all entries that were read.
    hash: ContentHash,
}

#[derive(Debug)]
struct Writer {
    log: Appender,
    /// Unlocked when it is closed, by the system where the program is killed.
    _lock: File,
}

/// What was signed, as it was then.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SignedResult {
    pub session: String,
    pub version: u32,
    pub reason: String,
    pub who: String,
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// The entry that says so.
    pub entry: u64,
    /// Of everything before that entry.
    pub hash: ContentHash,
    pub suggested: Differential,
    pub reviewed: Differential,
}

impl Session {
    /// Begins a session in a folder that is empty or not there yet.
    ///
    /// # Errors
    /// [`Failure`] where something lies there, or it cannot be written.
    pub fn create(folder: &Path, case: &Case) -> Result<Self, Failure> {
        if !run_dir::is_vacant(folder) {
            let (what, why) = ("the session was not begun", "something lies in its folder already");
            return Err(Failure::new(what, why, "choose an empty folder or a new one").at(folder));
        }
        run_dir::write_ron(&folder.join(CASE), case)?;
        Self::open(folder)
    }

    /// Opens a session; for writing where nobody else does, else for reading.
    ///
    /// # Errors
    /// [`Failure`] where it is no session, of a later version, or its files do not hold together: the line is named.
    pub fn open(folder: &Path) -> Result<Self, Failure> {
        // The lock comes first, so that nobody appends between reading and opening; no other folder gets one.
        let lock = if is_session(folder) { lock(folder) } else { Err(String::new()) };
        Self::with(folder, lock)
    }

    /// Opens a session to look at it, whoever else has it open.
    ///
    /// # Errors
    /// As [`Session::open`].
    pub fn open_to_read(folder: &Path) -> Result<Self, Failure> {
        Self::with(folder, Err("it was opened to be read".to_owned()))
    }

    fn with(folder: &Path, lock: Result<File, String>) -> Result<Self, Failure> {
        let (case, log) = read(folder)?;
        if let Some(Flaw { line, why }) = &log.flaw {
            let what = format!("line {line} of the session's log is not as it was written");
            return Err(Failure::new(what, why, RESTORE).at(folder.join(ENTRIES)));
        }
        let mut cut = 0;
        let writer = match lock {
            Ok(lock) => match Appender::open(&folder.join(ENTRIES), &log) {
                Ok(open) => {
                    cut = log.torn;
                    Ok(Writer { log: open, _lock: lock })
                }
                Err(why) => Err(Failure::from(why).to_string()),
            },
            Err(why) => Err(why),
        };
        let (folder, view) = (folder.to_owned(), View::of(&log.entries));
        let session = Self { folder, view, case, entries: log.entries, writer, cut, hash: log.hash };
        session.restore_signed()?;
        Ok(session)
    }

    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    #[must_use]
    pub const fn case(&self) -> &Case {
        &self.case
    }

    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    #[must_use]
    pub const fn view(&self) -> &View {
        &self.view
    }

    /// Why nothing can be written, in words; `None` where it can.
    #[must_use]
    pub fn reads_only(&self) -> Option<&str> {
        self.writer.as_ref().err().map(String::as_str)
    }

    /// Of all entries: whoever has it on paper can tell whether the log is the same.
    #[must_use]
    pub fn hash(&self) -> ContentHash {
        self.writer.as_ref().map_or(self.hash, |writer| writer.log.hash())
    }

    /// Bytes that a broken-off write had left and that were cut off when it was opened.
    #[must_use]
    pub const fn cut(&self) -> u64 {
        self.cut
    }

    /// Enters what happened now. When this returns it is on the disk.
    ///
    /// # Errors
    /// As [`Session::enter_at`].
    pub fn enter(&mut self, who: &str, what: What) -> Result<&Entry, Failure> {
        self.enter_at(who, OffsetDateTime::now_utc(), vec![what])?;
        self.entries.last().ok_or_else(|| refused("nothing was entered", "try again"))
    }

    /// Enters several things in one piece.
    ///
    /// # Errors
    /// [`Failure`] where the session is only read, something stands against one of them, or the disk fails; nothing is
    /// entered then.
    pub fn enter_at(&mut self, who: &str, at: OffsetDateTime, all: Vec<What>) -> Result<&[Entry], Failure> {
        let before = self.entries.len();
        if let Some(why) = self.reads_only() {
            return Err(refused(why, "close the other window, or go on reading").at(&self.folder));
        }
        let against = all.iter().find_map(|what| obstacle(&self.view, who, what));
        if let Some(why) = against {
            return Err(refused(&why, "`leuko session show` tells how it stands").at(&self.folder));
        }
        let Ok(writer) = &mut self.writer else { return Ok(&[]) };
        let mut all: Vec<Option<What>> = all.into_iter().map(Some).collect();
        let entries = writer.log.append(all.len(), |place, n, before| {
            let what = all.get_mut(place).and_then(Option::take).unwrap_or(What::Seen { cells: Vec::new() });
            Entry { n, at, who: who.trim().to_owned(), what, before }
        })?;
        entries.iter().for_each(|entry| self.view.apply(entry));
        self.entries.extend(entries);
        self.restore_signed()?;
        Ok(self.entries.get(before..).unwrap_or_default())
    }

    /// Writes what was signed beside the log where that is not there yet, as after a kill between the two.
    fn restore_signed(&self) -> Result<(), Failure> {
        if self.writer.is_err() {
            return Ok(());
        }
        for version in self.view.versions() {
            let Some(signature) = &version.signed else { continue };
            let file = self.folder.join(signed_file(version.number));
            if !file.exists()
                && let Some(view) = View::as_signed(&self.entries, version.number)
            {
                run_dir::write_ron(&file, &result(&self.case, &view, version.number, &version.reason, signature))?;
            }
        }
        Ok(())
    }
}

fn refused(why: &str, hint: &str) -> Failure {
    Failure::new("nothing was entered into the session", why, hint)
}

fn signed_file(version: u32) -> String {
    format!("signed-{version}.ron")
}

fn result(case: &Case, view: &View, version: u32, reason: &str, signature: &Signature) -> SignedResult {
    let tally = Tally::of(case, view);
    SignedResult {
        session: case.id.clone(),
        version,
        reason: reason.to_owned(),
        who: signature.who.clone(),
        at: signature.at,
        entry: signature.n,
        hash: signature.hash,
        suggested: tally.suggested,
        reviewed: tally.reviewed,
    }
}

/// Whether a folder is a session's.
#[must_use]
pub fn is_session(folder: &Path) -> bool {
    folder.join(CASE).is_file()
}

/// Whether a version of it was signed.
#[must_use]
pub fn is_signed(folder: &Path) -> bool {
    folder.join(signed_file(1)).is_file()
}

/// Takes the session for writing, or says who has it.
fn lock(folder: &Path) -> Result<File, String> {
    let path = folder.join(LOCK);
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
    let file = file.map_err(|why| format!("the folder cannot be written to ({why}): it is only read"))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err("another window has it open: it is only read here".to_owned()),
        Err(TryLockError::Error(why)) => Err(format!("it cannot be locked ({why}): it is only read")),
    }
}

/// The head and the log as they lie there.
fn read(folder: &Path) -> Result<(Case, Log), Failure> {
    let path = folder.join(CASE);
    let head = fs::read(&path).map_err(|why| {
        let (what, hint) = ("the session could not be opened", "name a folder that `leuko session new` made");
        Failure::new(what, why, hint).at(&path)
    })?;
    let damaged = |why: String| Failure::from(StoreError::Damaged { path: path.clone(), why });
    let text = str::from_utf8(&head).map_err(|why| damaged(why.to_string()))?;
    let case: Case = ron::from_str(text).map_err(|why| damaged(why.to_string()))?;
    if case.version > CASE_VERSION {
        return Err(damaged(format!("version {} is newer than this program", case.version)));
    }
    Ok((case, audit::read(&folder.join(ENTRIES), ContentHash::of(&head))?))
}

/// What a check of a session's files found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verified {
    pub entries: usize,
    /// Of all entries: whoever has it on paper can tell whether the log is the same.
    pub hash: ContentHash,
    /// Bytes of a broken-off write behind the last line, which count for nothing.
    pub torn: u64,
    /// What is not as it was written: a file, the line where it is the log, and why.
    pub flaws: Vec<Found>,
}

/// Something that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Found {
    pub file: String,
    pub line: Option<usize>,
    pub why: String,
}

/// Checks a session byte by byte and changes nothing.
///
/// # Errors
/// [`Failure`] where its head cannot be read at all.
pub fn verify(folder: &Path) -> Result<Verified, Failure> {
    let (case, log) = read(folder)?;
    let mut flaws = Vec::new();
    if let Some(Flaw { line, why }) = log.flaw {
        let head = "; or case.ron was changed, whose hash it holds";
        let why = if line == 1 && why.starts_with("it does not follow") { why + head } else { why };
        flaws.push(Found { file: ENTRIES.to_owned(), line: Some(line), why });
    }
    flaws.extend(signed_flaws(folder, &case, &log.entries));
    Ok(Verified { entries: log.entries.len(), hash: log.hash, torn: log.torn, flaws })
}

/// Signed results that do not agree with the log.
fn signed_flaws(folder: &Path, case: &Case, entries: &[Entry]) -> Vec<Found> {
    let view = View::of(entries);
    let versions = (1..).take_while(|n| folder.join(signed_file(*n)).exists());
    let check = |number: u32| {
        let file = signed_file(number);
        let found = |why: &str| Found { file: file.clone(), line: None, why: why.to_owned() };
        let Ok(kept) = run_dir::read_ron::<SignedResult>(&folder.join(&file)) else {
            return Some(found("it cannot be read: it was changed"));
        };
        let version = view.versions().iter().find(|version| version.number == number);
        let signature = version.and_then(|version| Some((version, version.signed.as_ref()?)));
        let Some(((version, signature), as_signed)) = signature.zip(View::as_signed(entries, number)) else {
            return Some(found("the log does not hold this signature: lines were taken out"));
        };
        let differs = kept != result(case, &as_signed, number, &version.reason, signature);
        differs.then(|| found("it is not what the log says was signed"))
    };
    versions.filter_map(check).collect()
}

#[cfg(test)]
mod tests;
