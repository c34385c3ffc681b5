//! `attributes.csv` beside a dataset: a column of files and one column an attribute; an empty field says nothing.

use std::path::{Path, PathBuf};

use crate::{domain::attributes::Described, fault::Failure};

/// The file's name.
pub const FILE: &str = "attributes.csv";
/// Columns at most: more are no words on a cell.
const MOST_COLUMNS: usize = 200;

/// What is said of a dataset's cells, by their path in it with `/` between folders; `None` where the folder has no such file.
///
/// # Errors
/// [`Failure`] where the file cannot be read or is no such table.
pub fn beside(dataset: &Path) -> Result<Option<Described>, Failure> {
    let file = dataset.join(FILE);
    if file.is_file() { read(&file).map(Some) } else { Ok(None) }
}

/// The same of a file anywhere.
///
/// # Errors
/// As [`beside`].
pub fn read(file: &Path) -> Result<Described, Failure> {
    let wrong = |why: String| {
        let hint = "its first column names files in the dataset's folder, each further one is an attribute";
        Failure::new("the attributes were not read", why, hint).at(PathBuf::from(file))
    };
    let mut reader = csv::Reader::from_path(file).map_err(|why| wrong(why.to_string()))?;
    let head = reader.headers().map_err(|why| wrong(why.to_string()))?;
    let head: Vec<String> = head.iter().skip(1).map(|name| name.trim().to_owned()).collect();
    if head.is_empty() || head.len() > MOST_COLUMNS {
        return Err(wrong(format!("it has {} attributes", head.len())));
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|why| wrong(why.to_string()))?;
        let mut fields = record.iter().map(|field| field.trim().to_owned());
        let path = fields.next().unwrap_or_default().replace('\\', "/");
        rows.push((path, fields.collect()));
    }
    Described::of_rows(&head, &rows).map_err(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_without_the_file_says_nothing_and_a_damaged_one_is_a_clear_line() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(beside(dir.path()), Ok(None));
        let file = dir.path().join(FILE);
        std::fs::write(&file, "file,shape,colour\na\\1.png,round,\nb/2.png, lobed ,pink\n").unwrap();
        let described = beside(dir.path()).unwrap().unwrap();
        assert_eq!(described.cells["a/1.png"], [Some(1), None]);
        assert_eq!(described.cells["b/2.png"], [Some(0), Some(0)]);
        std::fs::write(&file, "file\na/1.png\n").unwrap();
        assert!(beside(dir.path()).unwrap_err().to_string().contains("it has 0 attributes"));
        std::fs::write(&file, "file,shape\na/1.png,round,extra\n").unwrap();
        assert!(beside(dir.path()).unwrap_err().to_string().contains("attributes were not read"));
    }
}
