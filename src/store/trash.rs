//! Deleted runs: moved into a folder of their own beside the other runs, and gone for good only a month later.
//!
//! The system's trash would be the usual place, yet not every system lets a program take a thing out of it again, and a
//! server or another disk may have none. A rename within one folder works everywhere, at once, and back.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use super::run_dir::{self, RECORD};
use crate::progress::Failure;

/// The folder in the runs' folder.
pub const TRASH: &str = ".trash";
/// How long a deleted run can be brought back.
pub const KEPT: Duration = Duration::from_secs(30 * 24 * 3600);

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
    let now = now();
    let mut failure = None;
    for entry in entries(outputs) {
        let old = thrown(&entry).is_some_and(|when| now.saturating_sub(when) > KEPT);
        if let (true, Some(run)) = (old, held(&entry)) {
            let deleted = fs::remove_dir_all(&run.path);
            clear(&entry);
            failure = failure.or(deleted.err().map(|why| {
                Failure::new("a run in the trash could not be deleted", why, "delete its folder yourself").at(run.path)
            }));
        }
    }
    failure.map_or(Ok(()), Err)
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
        assert!(!old.exists() && foreign.exists() && fresh.path.exists());
    }

    #[test]
    fn what_is_no_run_is_not_deleted() {
        let outputs = tempfile::tempdir().unwrap();
        let folder = outputs.path().join("pictures");
        fs::create_dir(&folder).unwrap();
        assert!(throw(&folder).is_err() && folder.exists());
    }
}
