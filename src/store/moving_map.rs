//! Where validation cells lay after each epoch of a run: a file in its folder, which runs of before it was kept do not have.

use std::{fs, io::ErrorKind, path::Path};

use super::{
    error::StoreError,
    run_dir::{self, MAP},
};
use crate::domain::moving_map::MovingMap;

/// Bytes of a file at most: ten times as many as a thousand epochs take.
const MOST_BYTES: u64 = 64 << 20;

/// Writes the map as it is after an epoch.
///
/// # Errors
/// [`StoreError::Write`].
pub fn save(folder: &Path, map: &MovingMap) -> Result<(), StoreError> {
    let path = folder.join(MAP);
    let text = serde_json::to_vec(map);
    let text = text.map_err(|why| StoreError::Write { path: path.clone(), why: why.to_string() })?;
    run_dir::write(&path, &text)
}

/// A run's map; `None` where it keeps none.
///
/// # Errors
/// [`StoreError`] where one is there and cannot be read whole.
pub fn load(folder: &Path) -> Result<Option<MovingMap>, StoreError> {
    let path = folder.join(MAP);
    let unreadable = |why: std::io::Error| StoreError::Read { path: path.clone(), why: why.to_string() };
    let damaged = |why: String| StoreError::Damaged { path: path.clone(), why };
    match fs::metadata(&path) {
        Ok(found) if found.len() > MOST_BYTES => {
            return Err(damaged(format!("it is too large for a map ({} bytes)", found.len())));
        }
        Ok(_) => {}
        Err(why) if why.kind() == ErrorKind::NotFound => return Ok(None),
        Err(why) => return Err(unreadable(why)),
    }
    let bytes = fs::read(&path).map_err(unreadable)?;
    let map: MovingMap = serde_json::from_slice(&bytes).map_err(|why| damaged(why.to_string()))?;
    map.problem().map_or(Ok(Some(map)), |why| Err(damaged(why)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{classes::ClassList, moving_map::MovingCell};

    #[test]
    fn a_map_comes_back_none_is_none_and_a_damaged_one_is_told() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(load(folder.path()).unwrap(), None);
        let cells = ["a/1.png", "b/2.png", "a/3.png"].map(|path| MovingCell { path: path.to_owned(), truth: 1 });
        let classes = ClassList::new(["ig", "platelet"].map(str::to_owned));
        let mut map = MovingMap { classes, cells: cells.into(), epochs: Vec::new() };
        for epoch in [1, 2] {
            map.add(epoch, &[0.0, 1.0, 2.5, epoch as f32, -1.0, 0.1], vec![0, 1, 1]);
        }
        save(folder.path(), &map).unwrap();
        assert_eq!(load(folder.path()).unwrap().as_ref(), Some(&map));
        let path = folder.path().join(MAP);
        let whole = fs::read_to_string(&path).unwrap();
        let lacking = MovingMap { cells: map.cells[..2].to_vec(), ..map };
        let lacking = serde_json::to_string(&lacking).unwrap();
        for text in ["", "{}", "[1, 2]", &whole[..whole.len() / 2], &lacking, &whole.replace("given", "taken")] {
            fs::write(&path, text).unwrap();
            assert!(matches!(load(folder.path()), Err(StoreError::Damaged { .. })), "{text}");
        }
        fs::write(&path, [0xFF, 0xFE]).unwrap();
        assert!(load(folder.path()).is_err());
    }
}
