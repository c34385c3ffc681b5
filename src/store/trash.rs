//! Deleted runs: moved into a folder of their own beside the other runs, and gone for good only a month later.
//!
//! The system's trash would be the usual place, yet not every system lets a program take a thing out of it again, and a
//! server or another disk may have none. A rename within one folder works everywhere, at once, and back.
//!
//! A clock can be wrong for a while, and a run is months of work: an old entry is only marked first, and goes when it is
//! still old a day later by the same clock. A clock that was put right in between takes the mark away.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use super::{
    held,
    run_dir::{self, RECORD},
};
use crate::fault::Failure;

/// The folder in the runs' folder.
pub const TRASH: &str = ".trash";
/// How long a deleted run can be brought back.
pub const KEPT: Duration = Duration::from_secs(30 * 24 * 3600);

/// A file in an entry that holds when it was first found to be old enough to go, in seconds since 1970.
const MARK: &str = "due";
/// How long an entry stays after it was marked.
const DOUBT: Duration = Duration::from_secs(24 * 3600);

/// A run in the trash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trashed {
    pub name: String,
    /// Where it lies now.
    pub path: PathBuf,
}

/// Moves a run's folder into the trash beside it.
///
/// # Errors
/// [`Failure`] where the disk refuses; the run is then where it was.
pub fn throw(folder: &Path) -> Result<Trashed, Failure> {
    let failed = |why: io::Error| {
        Failure::new("the run could not be deleted", why, "close what has it open and try again").at(folder)
    };
    let (Some(outputs), Some(name)) = (folder.parent(), folder.file_name()) else {
        return Err(failed(io::Error::other("it is no folder within another one")));
    };
    if !folder.join(RECORD).is_file() {
        return Err(failed(io::Error::other("it is no run folder any more")));
    }
    if matches!(held::hold(folder, held::TRAINING), Ok(None)) {
        return Err(failed(io::Error::other("another program is training it")));
    }
    // An entry bears the time and holds one run, so that runs of one name can lie side by side.
    let entry = run_dir::free(&outputs.join(TRASH), &now().as_secs().to_string());
    fs::create_dir_all(&entry).map_err(failed)?;
    let path = entry.join(name);
    if let Err(why) = fs::rename(folder, &path) {
        clear(&entry);
        return Err(failed(why));
    }
    Ok(Trashed { name: name.to_string_lossy().into_owned(), path })
}

/// Brings a run back to where it was, under the first free name where its own is taken by now; gives its folder.
///
/// # Errors
/// [`Failure`] where it is no longer there or the disk refuses.
pub fn restore(path: &Path) -> Result<PathBuf, Failure> {
    let failed = |why: io::Error| {
        Failure::new("the run could not be brought back", why, "look into the runs' folder for it").at(path)
    };
    let (entry, name) = (path.parent(), path.file_name());
    let outputs = path.ancestors().nth(3);
    let (Some(entry), Some(name), Some(outputs)) = (entry, name, outputs) else {
        return Err(failed(io::Error::other("it does not lie in the trash")));
    };
    let folder = run_dir::free(outputs, &name.to_string_lossy());
    fs::rename(path, &folder).map_err(failed)?;
    clear(entry);
    Ok(folder)
}

/// The runs in a folder's trash, the one deleted last first.
#[must_use]
pub fn list(outputs: &Path) -> Vec<Trashed> {
    let mut entries = entries(outputs);
    entries.sort_by(|a, b| thrown(b).cmp(&thrown(a)).then_with(|| b.cmp(a)));
    entries.iter().filter_map(|entry| held(entry)).collect()
}

/// Deletes for good what was thrown away longer ago than [`KEPT`]; what the trash did not put there itself stays.
///
/// # Errors
/// [`Failure`] for the first entry that cannot be deleted; the others are.
pub fn empty(outputs: &Path) -> Result<(), Failure> {
    empty_at(now(), outputs)
}

fn empty_at(now: Duration, outputs: &Path) -> Result<(), Failure> {
    let mut failure = None;
    for entry in entries(outputs) {
        if let (true, Some(run)) = (is_due(&entry, now), held(&entry)) {
            let deleted = fs::remove_dir_all(&run.path);
            clear(&entry);
            failure = failure.or(deleted.err().map(|why| {
                Failure::new("a run in the trash could not be deleted", why, "delete its folder yourself").at(run.path)
            }));
        }
    }
    failure.map_or(Ok(()), Err)
}

/// Whether an entry is old and was so a day ago; marks it where it is old for the first time.
fn is_due(entry: &Path, now: Duration) -> bool {
    let mark = entry.join(MARK);
    if thrown(entry).is_none_or(|when| now.saturating_sub(when) <= KEPT) {
        let _ = fs::remove_file(&mark);
        return false;
    }
    let marked = fs::read_to_string(&mark).ok().and_then(|secs| secs.parse().ok().map(Duration::from_secs));
    match marked.filter(|marked| *marked <= now) {
        Some(marked) => now.saturating_sub(marked) > DOUBT,
        None => {
            // Without its mark the entry stays, which is the better of the two mistakes.
            let _ = fs::write(&mark, now.as_secs().to_string());
            false
        }
    }
}

/// Folders of the trash that bear a time.
fn entries(outputs: &Path) -> Vec<PathBuf> {
    let found = fs::read_dir(outputs.join(TRASH)).into_iter().flatten().flatten().map(|entry| entry.path());
    found.filter(|path| thrown(path).is_some()).collect()
}

/// When an entry was made, since 1970.
fn thrown(entry: &Path) -> Option<Duration> {
    let name = entry.file_name()?.to_str()?;
    let secs = name.split('-').next().filter(|digits| digits.len() >= 9)?;
    Some(Duration::from_secs(secs.parse().ok()?))
}

fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// The run in an entry.
fn held(entry: &Path) -> Option<Trashed> {
    let mut inside = fs::read_dir(entry).ok()?.flatten().map(|inner| inner.path());
    let path = inside.find(|path| path.join(RECORD).is_file())?;
    Some(Trashed { name: path.file_name()?.to_string_lossy().into_owned(), path })
}

/// Removes an entry that holds nothing any more, and the trash with the last one.
fn clear(entry: &Path) {
    // Each fails where something is left inside, which is then meant to stay.
    if held(entry).is_none() {
        let _ = fs::remove_file(entry.join(MARK));
    }
    let _ = fs::remove_dir(entry);
    let _ = entry.parent().map(fs::remove_dir);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(outputs: &Path, name: &str) -> PathBuf {
        let folder = outputs.join(name);
        fs::create_dir_all(folder.join("plots")).unwrap();
        fs::write(folder.join(RECORD), name).unwrap();
        folder
    }

    #[test]
    fn a_deleted_run_comes_back_whole_and_leaves_no_trash_behind() {
        let outputs = tempfile::tempdir().unwrap();
        let folder = run(outputs.path(), "one");
        let trashed = throw(&folder).unwrap();
        assert_eq!((trashed.name.as_str(), folder.exists()), ("one", false));
        assert_eq!(list(outputs.path()), std::slice::from_ref(&trashed));
        empty(outputs.path()).unwrap();
        assert_eq!(restore(&trashed.path).unwrap(), folder);
        assert_eq!(fs::read_to_string(folder.join(RECORD)).unwrap(), "one");
        assert!(folder.join("plots").is_dir() && !outputs.path().join(TRASH).exists());
        assert!(restore(&trashed.path).is_err(), "it can only be brought back once");
    }

    #[test]
    fn runs_of_one_name_lie_side_by_side_and_come_back_beside_a_newer_one() {
        let outputs = tempfile::tempdir().unwrap();
        let first = throw(&run(outputs.path(), "one")).unwrap();
        let second = throw(&run(outputs.path(), "one")).unwrap();
        run(outputs.path(), "one");
        assert_ne!(first.path, second.path);
        assert_eq!(restore(&first.path).unwrap(), outputs.path().join("one-2"));
        assert_eq!(restore(&second.path).unwrap(), outputs.path().join("one-3"));
    }

    #[test]
    fn only_what_was_deleted_long_ago_is_gone_for_good() {
        let outputs = tempfile::tempdir().unwrap();
        let trash = outputs.path().join(TRASH);
        let old = run(&trash.join("1577880000"), "old");
        let foreign = run(&trash.join("keepsake"), "mine");
        let fresh = throw(&run(outputs.path(), "fresh")).unwrap();
        empty(outputs.path()).unwrap();
        assert!(old.exists(), "what is old for the first time is marked");
        empty_at(now() + DOUBT + Duration::from_secs(60), outputs.path()).unwrap();
        assert!(!old.exists() && !trash.join("1577880000").exists() && foreign.exists() && fresh.path.exists());
    }

    #[test]
    fn a_wrong_clock_empties_nothing_once_it_is_right_again() {
        let outputs = tempfile::tempdir().unwrap();
        let trashed = throw(&run(outputs.path(), "one")).unwrap();
        let far = now() + 400 * DOUBT;
        for start in [far, now(), far + 2 * DOUBT, now()] {
            empty_at(start, outputs.path()).unwrap();
        }
        assert!(trashed.path.exists());
        empty_at(far, outputs.path()).unwrap();
        restore(&trashed.path).unwrap();
        assert!(!outputs.path().join(TRASH).exists(), "a mark is no reason for the trash to stay");
    }

    #[test]
    fn what_is_no_run_is_not_deleted() {
        let outputs = tempfile::tempdir().unwrap();
        let folder = outputs.path().join("pictures");
        fs::create_dir(&folder).unwrap();
        assert!(throw(&folder).is_err() && folder.exists());
    }
}
