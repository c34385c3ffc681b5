//! One program at a time trains in a run's folder, and one window at a time keeps settings.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    path::{Path, PathBuf},
};

use super::error::StoreError;
use crate::data::atomic;

/// The file that is locked by whoever trains a run in its folder; the lock of a program that was killed is nobody's.
pub const TRAINING: &str = ".training";
/// The file that is locked by the window that keeps settings and waiting runs in a folder.
pub const WINDOW: &str = ".window";

/// The right to write into a folder, as long as it lives.
#[derive(Debug)]
pub struct Held {
    file: Option<File>,
    folder: PathBuf,
    mark: &'static str,
}

/// Takes a folder to work in, which is made where it is missing; `None` where another program has it. What one that was killed
/// left half written there goes.
///
/// # Errors
/// [`StoreError`] where the disk refuses. A disk that knows no locks is no reason to refuse.
pub fn hold(folder: &Path, mark: &'static str) -> Result<Option<Held>, StoreError> {
    let path = folder.join(mark);
    let open = || {
        fs::create_dir_all(folder)?;
        OpenOptions::new().create(true).truncate(false).write(true).open(&path)
    };
    let file = open().map_err(|why| StoreError::Write { path: path.clone(), why: why.to_string() })?;
    let is_free = !matches!(file.try_lock(), Err(TryLockError::WouldBlock));
    if is_free {
        atomic::sweep(folder);
    }
    Ok(is_free.then(|| Held { file: Some(file), folder: folder.to_owned(), mark }))
}

impl Drop for Held {
    fn drop(&mut self) {
        // Closed first, since some systems keep a file that is open.
        drop(self.file.take());
        let _ = fs::remove_file(self.folder.join(self.mark));
        // Where nothing was written, nothing stays; a folder that holds anything cannot go.
        let _ = fs::remove_dir(&self.folder);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_held_by_one_and_left_as_it_was() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("runs/one");
        let first = hold(&folder, TRAINING).unwrap().unwrap();
        assert!(hold(&folder, TRAINING).unwrap().is_none());
        drop(first);
        assert!(!folder.exists(), "nothing was written there");
        let again = hold(&folder, TRAINING).unwrap().unwrap();
        fs::write(folder.join("run.ron"), "").unwrap();
        drop(again);
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
        // What a killed program leaves is held by nobody.
        fs::write(folder.join(TRAINING), "").unwrap();
        fs::write(folder.join(".writing-abc"), "").unwrap();
        assert!(hold(&folder, TRAINING).unwrap().is_some());
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
    }
}
