//! Rows of numbers that took long to work out, under the hash of what they follow from; a damaged file is none.

use std::{fs, path::Path};

use crate::{data::atomic, domain::hash::ContentHash};

/// Changes with the layout and with what the numbers mean.
const MAGIC: &[u8; 8] = b"LEUKOEM1";
/// Files that are kept; the oldest go first.
const KEPT: usize = 16;

/// The numbers under a key; `None` where there are none, or not so many.
pub(super) fn load(folder: &Path, key: &ContentHash, count: usize) -> Option<Vec<f32>> {
    let bytes = fs::read(folder.join(key.to_string())).ok()?;
    let (sum, body) = bytes.strip_prefix(MAGIC)?.split_at_checked(32)?;
    if ContentHash::of(body).0 != sum || body.len() != 4 * count {
        return None;
    }
    Some(body.as_chunks().0.iter().map(|four| f32::from_le_bytes(*four)).collect())
}

/// Keeps numbers under a key. That it could not be done costs time the next time and nothing else.
pub(super) fn save(folder: &Path, key: &ContentHash, numbers: &[f32]) {
    let body: Vec<u8> = numbers.iter().flat_map(|x| x.to_le_bytes()).collect();
    let bytes = [&MAGIC[..], &ContentHash::of(&body).0, &body].concat();
    let file = folder.join(key.to_string());
    if atomic::write(&file, &bytes).is_ok() {
        make_room(folder, &file);
    }
}

/// Lets the oldest files go; the one that was just written stays, however coarse the disk's times are.
fn make_room(folder: &Path, newest: &Path) {
    let age = |file: fs::DirEntry| Some((file.metadata().ok()?.modified().ok()?, file.path()));
    let mut files: Vec<_> = fs::read_dir(folder).into_iter().flatten().flatten().filter_map(age).collect();
    files.retain(|(_, file)| file != newest);
    files.sort();
    for (_, file) in files.iter().rev().skip(KEPT - 1) {
        let _ = fs::remove_file(file);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back_and_a_damaged_or_another_file_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let key = |n: u8| ContentHash::of(&[n]);
        save(folder.path(), &key(1), &[1.5, -2.0, f32::MIN_POSITIVE]);
        assert_eq!(load(folder.path(), &key(1), 3).unwrap(), [1.5, -2.0, f32::MIN_POSITIVE]);
        assert!(load(folder.path(), &key(1), 2).is_none() && load(folder.path(), &key(2), 3).is_none());
        let file = folder.path().join(key(1).to_string());
        let mut bytes = fs::read(&file).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        fs::write(&file, bytes).unwrap();
        assert!(load(folder.path(), &key(1), 3).is_none());
        (0..40).for_each(|n| save(folder.path(), &key(n), &[f32::from(n)]));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), KEPT);
        assert!(load(folder.path(), &key(39), 1).is_some());
    }
}
