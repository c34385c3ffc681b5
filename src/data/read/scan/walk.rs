//! Lists the files of a dataset folder: which are candidates for images, of which class, and which were never images.

use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use walkdir::{DirEntry, WalkDir};

use super::{
    groups,
    layout::{Layout, Meaning},
};
use crate::{
    data::read::folder::{has_image_name, is_hidden},
    domain::{classes::canonical, dataset::LeftOut, part::Part},
    fault::{Halt, StopToken, path_text},
};

/// A file with an image's name inside a class folder.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub file: PathBuf,
    /// Relative, with `/`.
    pub path: String,
    pub class: String,
    pub part: Option<Part>,
    /// What the folders name beside it, such as a patient.
    pub group: Option<String>,
    pub bytes: u64,
    /// Nanoseconds since 1970, or 0 where the system does not tell.
    pub modified: u64,
}

/// Everything below a root.
#[derive(Debug, Default)]
pub(super) struct Listing {
    pub candidates: Vec<Candidate>,
    pub unreadable: Vec<LeftOut>,
    pub skipped: Vec<LeftOut>,
}

/// Walks the folder in a fixed order. Links are followed; a link that leads back to a folder above it is one row.
pub(super) fn list(root: &Path, stop: &StopToken) -> Result<Listing, Halt> {
    let mut listing = Listing::default();
    let (mut found, mut folders) = (Vec::new(), Vec::new());
    let mut walk = WalkDir::new(root).follow_links(true).sort_by_file_name().into_iter();
    while let Some(entry) = walk.next() {
        stop.check()?;
        match entry {
            Ok(entry) if entry.depth() == 0 => {}
            Ok(entry) if entry.file_type().is_dir() => {
                if is_hidden(&entry.file_name().to_string_lossy()) {
                    listing.skipped.push(row(root, entry.path(), "a folder of the system's own"));
                    walk.skip_current_dir();
                } else {
                    folders.push(entry.into_path());
                }
            }
            Ok(entry) if entry.depth() == 1 && entry.file_name() == groups::FILE => {}
            Ok(entry) => match not_an_image(&entry) {
                Some(why) => listing.skipped.push(row(root, entry.path(), why)),
                None => found.push(entry),
            },
            Err(why) => {
                // Whether a folder that cannot be read holds an image is not known.
                folders.retain(|folder: &PathBuf| Some(folder.as_path()) != why.path());
                listing.note(root, &why);
            }
        }
    }
    listing.note_empty(root, &folders, &found);
    let files = found.iter().map(|entry| parts_of(root, entry.path())).collect::<Vec<_>>();
    let layout = Layout::new(&files);
    let mut meanings = HashMap::new();
    for (entry, parts) in found.iter().zip(&files) {
        stop.check()?;
        let folders = parts.split_last().map(|(_, folders)| folders).unwrap_or_default();
        let meaning = meanings.entry(folders).or_insert_with(|| layout.meaning(folders));
        listing.place(root, entry, parts, meaning.clone());
    }
    Ok(listing)
}

/// Files that a person gave a class, one by one; what is gone by now is a row.
pub(super) fn labelled(root: &Path, cells: &[(PathBuf, String)]) -> Listing {
    let mut listing = Listing::default();
    for (file, class) in cells {
        let path = file.strip_prefix(root).map_or_else(|_| path_text::of(file), path_text::portable);
        match std::fs::metadata(file) {
            Ok(data) => listing.candidates.push(Candidate {
                file: file.clone(),
                path,
                class: canonical(class),
                part: None,
                group: None,
                bytes: data.len(),
                modified: modified(&data),
            }),
            Err(why) => listing.unreadable.push(LeftOut { path, why: format!("it cannot be read: {why}") }),
        }
    }
    listing
}

/// Nanoseconds since 1970, or 0 where the system does not tell.
fn modified(data: &std::fs::Metadata) -> u64 {
    let since = data.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    since.and_then(|since| u64::try_from(since.as_nanos()).ok()).unwrap_or(0)
}

impl Listing {
    fn note(&mut self, root: &Path, error: &walkdir::Error) {
        let path = error.path().unwrap_or(root);
        if error.loop_ancestor().is_some() {
            self.skipped.push(row(root, path, "a link that leads back to a folder above it"));
        } else {
            let why = match error.io_error() {
                Some(why) if why.kind() == std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
                Some(why) if why.kind() == std::io::ErrorKind::NotFound => "a link to nothing".to_owned(),
                _ => error.to_string(),
            };
            self.unreadable.push(row(root, path, &format!("it cannot be read: {why}")));
        }
    }

    /// A folder without an image anywhere in it may have been meant as a class; of one within another the outer one is named.
    fn note_empty(&mut self, root: &Path, folders: &[PathBuf], found: &[DirEntry]) {
        let full: HashSet<&Path> = found.iter().flat_map(|entry| entry.path().ancestors().skip(1)).collect();
        let is_full = |folder: &Path| folder == root || full.contains(folder);
        for folder in folders {
            if !is_full(folder) && folder.parent().is_some_and(is_full) {
                self.skipped.push(row(root, folder, "a folder without an image"));
            }
        }
    }

    fn place(&mut self, root: &Path, entry: &DirEntry, parts: &[String], meaning: Option<Meaning>) {
        let Some(Meaning { class, part, group }) = meaning else {
            self.skipped.push(row(root, entry.path(), "an image outside the class folders"));
            return;
        };
        match entry.metadata() {
            Ok(data) => self.candidates.push(Candidate {
                file: entry.path().to_owned(),
                path: parts.join("/"),
                class,
                part,
                group,
                bytes: data.len(),
                modified: modified(&data),
            }),
            Err(why) => self.note(root, &why),
        }
    }
}

fn row(root: &Path, path: &Path, why: &str) -> LeftOut {
    LeftOut { path: path_text::portable(path.strip_prefix(root).unwrap_or(path)), why: why.to_owned() }
}

fn parts_of(root: &Path, path: &Path) -> Vec<String> {
    let relative = path.strip_prefix(root).unwrap_or(path);
    relative.components().map(|part| path_text::of(part.as_os_str().as_ref())).collect()
}

/// Why a file was never meant to be an image, if so.
fn not_an_image(entry: &DirEntry) -> Option<&'static str> {
    let name = entry.file_name().to_string_lossy();
    if !entry.file_type().is_file() {
        Some("not a regular file")
    } else if name.starts_with("._") {
        Some("a macOS companion file")
    } else if is_hidden(&name) {
        Some("a hidden file of the system")
    } else if !has_image_name(entry.path()) {
        Some("not an image by its name")
    } else {
        None
    }
}

/// The finer type that a file's name carries, where it is one that its class knows: PBC's prefixes.
pub(super) fn sub_type(class: &str, path: &str) -> Option<String> {
    let known: &[&str] = match class {
        "basophil" => &["BA"],
        "eosinophil" => &["EO"],
        "erythroblast" => &["ERB"],
        "ig" => &["IG", "MMY", "MY", "PMY"],
        "lymphocyte" => &["LY"],
        "monocyte" => &["MO"],
        "neutrophil" => &["BNE", "SNE", "NEUTROPHIL"],
        "platelet" => &["PLATELET"],
        _ => &[],
    };
    let name = path.rsplit('/').next().unwrap_or(path);
    let end = name.find(|letter: char| !letter.is_ascii_alphabetic())?;
    let (prefix, rest) = name.split_at_checked(end)?;
    let ends_well = rest.starts_with(|letter: char| letter == '_' || letter.is_ascii_digit());
    let prefix = prefix.to_ascii_uppercase();
    (ends_well && known.contains(&prefix.as_str())).then_some(prefix)
}
