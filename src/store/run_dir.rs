//! A run's folder: its record, history and split, read and written whole. It holds no absolute path and can be moved.

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use serde::{Serialize, de::DeserializeOwned};

use super::error::StoreError;
use crate::{
    data::atomic,
    domain::{
        classes::ClassList,
        dataset::Dataset,
        hash::ContentHash,
        part::Part,
        run::{EpochRecord, RunRecord},
        split::Split,
    },
};

pub const RECORD: &str = "run.ron";
pub const CARD: &str = "card.ron";
pub const WEIGHTS: &str = "weights.bpk";
/// Cells that the model remembers; a run that has none was written before there were any, or was fitted without labels.
pub const MEMORY: &str = "memory.safetensors";
/// What tells the model's cells from other pictures.
pub const SIEVE: &str = "sieve.safetensors";
/// What says its cells in words, where it has them.
pub const WORDS: &str = "words.safetensors";
pub const HISTORY: &str = "history.csv";
pub const SPLIT: &str = "split.csv";
/// What the model learned from, by content; see [`super::learned`].
pub const LEARNED: &str = "learned.cells";
pub const EVALUATION: &str = "evaluation.json";
/// Where validation cells lay after each epoch; see [`super::moving_map`].
pub const MAP: &str = "map.json";
/// A whole comparison with every prediction.
pub const COMPARISON: &str = "comparison.json";
pub const PLOTS: &str = "plots";

/// Every run below a folder, the newest first; folders that hold no readable record are passed over.
#[must_use]
pub fn list(outputs: &Path) -> Vec<RunRecord> {
    let entries = fs::read_dir(outputs).into_iter().flatten().flatten();
    let mut runs: Vec<RunRecord> = entries.filter_map(|entry| load(&entry.path()).ok()).collect();
    runs.sort_by(|a, b| b.started.cmp(&a.started).then_with(|| a.name.cmp(&b.name)));
    runs
}

/// One run's record, with its path and name as they are now.
///
/// # Errors
/// [`StoreError`] where the folder holds no readable record.
pub fn load(folder: &Path) -> Result<RunRecord, StoreError> {
    let mut run: RunRecord = read_ron(&folder.join(RECORD))?;
    folder.clone_into(&mut run.path);
    if let Some(name) = folder.file_name() {
        run.name = name.to_string_lossy().into_owned();
    }
    Ok(run)
}

/// Writes the record and its history.
///
/// # Errors
/// [`StoreError::Write`].
pub fn save(run: &RunRecord) -> Result<(), StoreError> {
    write_ron(&run.path.join(RECORD), run)?;
    write_rows(&run.path.join(HISTORY), run.history.iter())
}

/// The record's history, one epoch a row.
///
/// # Errors
/// [`StoreError`].
pub fn history(folder: &Path) -> Result<Vec<EpochRecord>, StoreError> {
    let path = folder.join(HISTORY);
    let mut reader = csv::Reader::from_path(&path).map_err(|why| read_error(&path, &why))?;
    reader.deserialize().collect::<Result<_, _>>().map_err(|why| read_error(&path, &why))
}

/// A row of `split.csv`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct SplitRow {
    /// Relative to the dataset.
    pub path: String,
    pub hash: ContentHash,
    pub class: String,
    pub split: Part,
}

/// Writes which image went where.
///
/// # Errors
/// [`StoreError::Write`].
pub fn save_split(folder: &Path, dataset: &Dataset, split: &Split) -> Result<(), StoreError> {
    save_split_rows(folder, &rows_of(dataset, split))
}

/// # Errors
/// [`StoreError::Write`].
pub fn save_split_rows(folder: &Path, rows: &[SplitRow]) -> Result<(), StoreError> {
    write_rows(&folder.join(SPLIT), rows.iter())
}

/// The rows of a dataset's split.
#[must_use]
pub fn rows_of(dataset: &Dataset, split: &Split) -> Vec<SplitRow> {
    let rows = dataset.items.iter().zip(&split.parts).filter_map(|(item, part)| {
        let class = dataset.classes.name(item.label).to_owned();
        Some(SplitRow { path: item.path.clone(), hash: item.hash, class, split: (*part)? })
    });
    rows.collect()
}

/// The rows that a run keeps; none where its folder keeps no split.
///
/// # Errors
/// [`StoreError`] where a split is there and a row of it cannot be read.
pub fn split_rows(folder: &Path) -> Result<Vec<SplitRow>, StoreError> {
    match folder.join(SPLIT).try_exists() {
        Ok(false) => Ok(Vec::new()),
        _ => read_split(folder),
    }
}

fn read_split(folder: &Path) -> Result<Vec<SplitRow>, StoreError> {
    let path = folder.join(SPLIT);
    let mut reader = csv::Reader::from_path(&path).map_err(|why| read_error(&path, &why))?;
    reader.deserialize().collect::<Result<_, _>>().map_err(|why| read_error(&path, &why))
}

/// Images of each class in a run's split.
///
/// # Errors
/// [`StoreError`] where the split cannot be read.
pub fn split_counts(folder: &Path, classes: &ClassList) -> Result<Vec<usize>, StoreError> {
    let mut counts = vec![0; classes.len()];
    for row in read_split(folder)? {
        if let Some(count) = classes.label(&row.class).and_then(|label| counts.get_mut(label)) {
            *count += 1;
        }
    }
    Ok(counts)
}

/// Whether a run may begin in a folder: it is not there yet, or nothing lies in it but what systems leave of their own.
#[must_use]
pub fn is_vacant(folder: &Path) -> bool {
    let left_by_a_system = |name: &str| name.starts_with('.') || ["Thumbs.db", "desktop.ini"].contains(&name);
    match fs::read_dir(folder) {
        Ok(mut entries) => {
            entries.all(|entry| entry.is_ok_and(|entry| left_by_a_system(&entry.file_name().to_string_lossy())))
        }
        Err(why) => why.kind() == ErrorKind::NotFound,
    }
}

/// Removes what a run wrote, and the folder itself if nothing else lies in it. A run begins in a vacant folder, so files of
/// these names are its own.
pub fn discard(folder: &Path) {
    for file in [RECORD, HISTORY, SPLIT, LEARNED, CARD, WEIGHTS, MEMORY, SIEVE, WORDS, EVALUATION, MAP] {
        let _ = fs::remove_file(folder.join(file));
    }
    let _ = fs::remove_dir(folder);
}

/// A folder for a new run: the name, or the name with the first free number behind it.
#[must_use]
pub fn free(outputs: &Path, name: &str) -> PathBuf {
    let numbered = (2..).map(|n| outputs.join(format!("{name}-{n}")));
    std::iter::once(outputs.join(name))
        .chain(numbered)
        .find(|path| !path.exists())
        .unwrap_or_else(|| outputs.join(name))
}

/// The same, made at once, so that no other run that starts at this moment gets it. Where the disk refuses it is not made, which
/// is told when something is to be written there.
#[must_use]
pub fn claim(outputs: &Path, name: &str) -> PathBuf {
    let _ = fs::create_dir_all(outputs);
    loop {
        let folder = free(outputs, name);
        match fs::create_dir(&folder) {
            Err(why) if why.kind() == ErrorKind::AlreadyExists => {}
            _ => return folder,
        }
    }
}

/// # Errors
/// [`StoreError`].
pub fn read_ron<T: DeserializeOwned>(path: &Path) -> Result<T, StoreError> {
    let text = fs::read_to_string(path).map_err(|why| read_error(path, &why))?;
    ron::from_str(&text).map_err(|why| StoreError::Damaged { path: path.to_owned(), why: why.to_string() })
}

/// # Errors
/// [`StoreError::Write`].
pub fn write_ron<T: Serialize>(path: &Path, value: &T) -> Result<(), StoreError> {
    let text = ron::ser::to_string_pretty(value, ron::ser::PrettyConfig::default());
    let text = text.map_err(|why| write_error(path, &why))?;
    write(path, text.as_bytes())
}

/// # Errors
/// [`StoreError::Write`].
pub fn write_json<T: Serialize>(path: &Path, value: &T) -> Result<(), StoreError> {
    let text = serde_json::to_vec_pretty(value).map_err(|why| write_error(path, &why))?;
    write(path, &text)
}

/// # Errors
/// [`StoreError`].
pub fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, StoreError> {
    let text = fs::read(path).map_err(|why| read_error(path, &why))?;
    serde_json::from_slice(&text).map_err(|why| StoreError::Damaged { path: path.to_owned(), why: why.to_string() })
}

/// # Errors
/// [`StoreError::Write`].
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    atomic::write(path, bytes).map_err(|why| write_error(path, &why))
}

fn write_rows<T: Serialize>(path: &Path, rows: impl Iterator<Item = T>) -> Result<(), StoreError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.serialize(row).map_err(|why| write_error(path, &why))?;
    }
    write(path, &writer.into_inner().map_err(|why| write_error(path, &why))?)
}

fn write_error(path: &Path, why: &dyn std::fmt::Display) -> StoreError {
    StoreError::Write { path: path.to_owned(), why: why.to_string() }
}

fn read_error(path: &Path, why: &dyn std::fmt::Display) -> StoreError {
    StoreError::Read { path: path.to_owned(), why: why.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_that_start_at_the_same_moment_get_folders_of_their_own() {
        let place = tempfile::tempdir().unwrap();
        let outputs = place.path().join("outputs");
        let claimed = std::thread::scope(|scope| {
            let claims: Vec<_> = (0..8).map(|_| scope.spawn(|| claim(&outputs, "mobilenet-seed1"))).collect();
            claims.into_iter().map(|claim| claim.join().unwrap()).collect::<std::collections::BTreeSet<_>>()
        });
        assert_eq!(claimed.len(), 8);
        assert!(claimed.iter().all(|folder| is_vacant(folder)));
    }

    #[test]
    fn a_run_begins_where_nothing_lies_and_a_discarded_one_leaves_nothing_of_its_own() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("run");
        assert!(is_vacant(&folder));
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join(".DS_Store"), "").unwrap();
        assert!(is_vacant(&folder));
        fs::remove_file(folder.join(".DS_Store")).unwrap();
        for file in [RECORD, HISTORY, SPLIT, CARD, WEIGHTS, MEMORY, SIEVE, WORDS, EVALUATION, MAP] {
            fs::write(folder.join(file), "").unwrap();
            assert!(!is_vacant(&folder), "{file}");
        }
        discard(&folder);
        assert!(!folder.exists());
        fs::write(&folder, "a file").unwrap();
        assert!(!is_vacant(&folder));
    }
}
