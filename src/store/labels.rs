//! Labels that a person gave single images: a CSV with the columns `file` and `class`, written whole or not at all.

use std::{
    io,
    path::{Path, PathBuf},
};

use super::paths;
use crate::{
    data::atomic,
    domain::{classes::canonical, hash::ContentHash},
    fault::{Failure, path_text},
};

const COLUMNS: [&str; 2] = ["file", "class"];

/// Where the window keeps the labels of a lab's folder.
#[must_use]
pub fn of_folder(lab: &Path) -> PathBuf {
    let place = std::path::absolute(lab).unwrap_or_else(|_| lab.to_owned());
    let name = ContentHash::of(place.as_os_str().as_encoded_bytes()).short();
    paths::data_dir().join("labels").join(format!("{name}.csv"))
}

/// Reads labels; paths are told from the folder that the file lies in, unless they are whole ones.
///
/// # Errors
/// [`Failure`] where there is no such file, or it has other columns.
pub fn read(file: &Path) -> Result<Vec<(PathBuf, String)>, Failure> {
    let hint = "give it the columns file and class, one image a row";
    let failed = |why: String| Failure::new("the labels could not be read", why, hint).at(file);
    let bytes = std::fs::read(file).map_err(|why| failed(why.to_string()))?;
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes);
    let columns = reader.headers().map_err(|why| failed(why.to_string()))?.clone();
    let place = |name: &str| columns.iter().position(|column| column.eq_ignore_ascii_case(name));
    let (Some(path), Some(class)) = (place(COLUMNS[0]), place(COLUMNS[1])) else {
        return Err(failed(format!("its columns are {}", columns.iter().collect::<Vec<_>>().join(", "))));
    };
    let folder = file.parent().unwrap_or(Path::new(""));
    let mut labels = Vec::new();
    for row in reader.records() {
        let row = row.map_err(|why| failed(why.to_string()))?;
        // An image without a class was not labelled.
        if let (Some(path), Some(class)) = (row.get(path), row.get(class).filter(|class| !class.is_empty())) {
            labels.push((folder.join(path_text::path(path)), canonical(class)));
        }
    }
    Ok(labels)
}

/// The labels that the window kept of a lab; none where there is no file.
///
/// # Errors
/// As [`read`].
pub fn kept(lab: &Path) -> Result<Vec<(PathBuf, String)>, Failure> {
    let file = of_folder(lab);
    if file.exists() { read(&file) } else { Ok(Vec::new()) }
}

/// Writes labels with whole paths.
///
/// # Errors
/// [`Failure`] where the disk refuses.
pub fn write(file: &Path, labels: &[(PathBuf, String)]) -> Result<(), Failure> {
    let hint = "check that there is room on the disk and that you may write there";
    let failed = |why: &dyn std::fmt::Display| Failure::new("the labels could not be kept", why, hint).at(file);
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS).map_err(|why| failed(&why))?;
    for (path, class) in labels {
        writer.write_record([path_text::of(path).as_str(), class]).map_err(|why| failed(&why))?;
    }
    let bytes = writer.into_inner().map_err(|why| failed(&io::Error::other(why.to_string())))?;
    atomic::write(file, &bytes).map_err(|why| failed(&why))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_come_back_and_other_tables_are_refused() {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("labels.csv");
        let labels =
            vec![(place.path().join("a, b.png"), "ig".to_owned()), ("/lab/c.png".into(), "monocyte".to_owned())];
        write(&file, &labels).unwrap();
        assert_eq!(read(&file).unwrap(), labels);
        // As a person writes it: names beside the file, an alias, one not labelled yet.
        std::fs::write(&file, "\u{feff}class,File\nNeutrophils,d.png\n,e.png\n").unwrap();
        assert_eq!(read(&file).unwrap(), [(place.path().join("d.png"), "neutrophil".to_owned())]);
        std::fs::write(&file, "path,label\na.png,ig\n").unwrap();
        assert!(read(&file).unwrap_err().why.contains("path, label"));
        assert!(read(&place.path().join("gone.csv")).is_err());
    }
}
