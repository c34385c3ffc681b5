//! The list of what a model learned from: in its run folder, or in the program for a bundled one.

use std::{fs, io::ErrorKind, path::Path, sync::Arc};

use super::{
    error::StoreError,
    run_dir::{self, LEARNED},
};
use crate::{
    domain::learned::{Learned, MOST_BYTES},
    fault::Failure,
    model::bundled,
};

/// What a bundled model, by its name, or the model of a run folder learned from.
///
/// # Errors
/// [`Failure`] where its list is damaged.
pub fn of(model: &str) -> Result<Arc<Learned>, Failure> {
    match bundled::find(model) {
        Some(bundled) => Ok(bundled.learned()?),
        None => Ok(Arc::new(load(Path::new(model))?)),
    }
}

/// # Errors
/// [`StoreError::Write`].
pub fn save(folder: &Path, list: &Learned) -> Result<(), StoreError> {
    run_dir::write(&folder.join(LEARNED), &list.to_bytes())
}

/// What the model of a run folder learned from: by its list, else by its split; an empty list where the folder keeps neither.
///
/// # Errors
/// [`StoreError`] where either is there and cannot be read whole: a list that lacks something would call cells unseen.
pub fn load(folder: &Path) -> Result<Learned, StoreError> {
    let path = folder.join(LEARNED);
    let damaged = |why: String| StoreError::Damaged { path: path.clone(), why };
    let unreadable = |why: std::io::Error| StoreError::Read { path: path.clone(), why: why.to_string() };
    let length = match fs::metadata(&path) {
        Ok(found) => found.len(),
        Err(why) if why.kind() == ErrorKind::NotFound => {
            let rows = run_dir::split_rows(folder)?;
            return Ok(Learned::of_files(rows.into_iter().map(|row| (row.hash, row.split))));
        }
        Err(why) => return Err(unreadable(why)),
    };
    if length > MOST_BYTES as u64 {
        return Err(damaged(format!("it is too large for a list of cells ({length} bytes)")));
    }
    Learned::from_bytes(&fs::read(&path).map_err(unreadable)?).map_err(damaged)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{hash::ContentHash, learned::Known, part::Part};

    #[test]
    fn an_old_folders_split_stands_in_and_a_damaged_one_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        assert!(load(folder.path()).unwrap().is_empty(), "a folder that keeps neither says nothing");
        let split = folder.path().join(run_dir::SPLIT);
        let row = |split: &str| format!("path,hash,class,split\na.png,{},ig,{split}\n", ContentHash::of(b"a"));
        fs::write(&split, row("train")).unwrap();
        assert_eq!(
            load(folder.path()).unwrap().to_bytes(),
            Learned::of_files([(ContentHash::of(b"a"), Part::Train)]).to_bytes()
        );
        fs::write(&split, row("trian")).unwrap();
        assert!(
            matches!(load(folder.path()), Err(StoreError::Read { .. })),
            "a row that cannot be read is not passed over"
        );
    }

    #[test]
    fn a_damaged_or_too_large_list_is_an_error_even_beside_a_split() {
        let folder = tempfile::tempdir().unwrap();
        let mut list = Learned::default();
        list.add_cell(
            &ContentHash::of(b"a"),
            crate::domain::fingerprint::Fingerprint([7; crate::domain::fingerprint::BYTES]),
            Known::guest(),
        );
        save(folder.path(), &list).unwrap();
        assert_eq!(load(folder.path()).unwrap().to_bytes(), list.to_bytes());
        let path = folder.path().join(LEARNED);
        fs::write(folder.path().join(run_dir::SPLIT), "path,hash,class,split\n").unwrap();
        let bytes = list.to_bytes();
        fs::write(&path, &bytes[..bytes.len() - 1]).unwrap();
        assert!(matches!(load(folder.path()), Err(StoreError::Damaged { .. })));
        fs::File::create(&path).unwrap().set_len(MOST_BYTES as u64 + 1).unwrap();
        let Err(StoreError::Damaged { why, .. }) = load(folder.path()) else { panic!("taken") };
        assert!(why.contains("too large"), "{why}");
    }
}
