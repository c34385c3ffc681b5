//! Files and folders as a person drops them, to the image files among them in natural order.

use std::{
    cmp::Ordering,
    path::{Path, PathBuf},
};

use walkdir::WalkDir;

/// Endings of files that are taken for images, in lower case.
pub const ENDINGS: [&str; 13] =
    ["jpg", "jpeg", "jpe", "jfif", "png", "bmp", "gif", "webp", "tif", "tiff", "pnm", "ppm", "pgm"];

/// Image files among `paths`: a file counts whatever its name, since a person chose it; a folder gives its image files,
/// its sub-folders' too, without hidden ones. Order: as given, within a folder by [`natural`]; each file once.
#[must_use]
pub fn images(paths: &[PathBuf]) -> Vec<PathBuf> {
    let mut seen = std::collections::HashSet::new();
    let mut found = Vec::new();
    for path in paths {
        if path.is_dir() {
            let walk = WalkDir::new(path).follow_links(true).into_iter();
            let shown =
                walk.filter_entry(|entry| entry.depth() == 0 || !is_hidden(&entry.file_name().to_string_lossy()));
            let mut files: Vec<PathBuf> = shown
                .filter_map(Result::ok)
                .filter(|entry| entry.file_type().is_file() && has_image_name(entry.path()))
                .map(walkdir::DirEntry::into_path)
                .collect();
            files.sort_by(|a, b| natural(&a.to_string_lossy(), &b.to_string_lossy()));
            found.extend(files.into_iter().filter(|file| seen.insert(file.clone())));
        } else if seen.insert(path.clone()) {
            found.push(path.clone());
        }
    }
    found
}

/// Whether a file's ending is an image's.
#[must_use]
pub fn has_image_name(path: &Path) -> bool {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str()))
}

/// Whether a file or folder belongs to the system and not to the person.
#[must_use]
pub fn is_hidden(name: &str) -> bool {
    name.starts_with('.') || name == "__MACOSX" || name.eq_ignore_ascii_case("thumbs.db")
}

/// Compares names as a person sorts them: digits by their value (`img2` before `img10`), letters without case.
#[must_use]
pub fn natural(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a.chars().peekable(), b.chars().peekable());
    loop {
        match (left.peek().copied(), right.peek().copied()) {
            (None, None) => return a.cmp(b),
            (None, _) => return Ordering::Less,
            (_, None) => return Ordering::Greater,
            (Some(x), Some(y)) if x.is_ascii_digit() && y.is_ascii_digit() => {
                let (x, y) = (digits(&mut left), digits(&mut right));
                let order = x.len().cmp(&y.len()).then_with(|| x.cmp(&y));
                if order.is_ne() {
                    return order;
                }
            }
            (Some(x), Some(y)) => {
                let order = x.to_lowercase().cmp(y.to_lowercase());
                if order.is_ne() {
                    return order;
                }
                left.next();
                right.next();
            }
        }
    }
}

/// Takes a run of digits, without leading zeros.
fn digits(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> String {
    let mut run = String::new();
    while let Some(digit) = chars.next_if(char::is_ascii_digit) {
        run.push(digit);
    }
    run.trim_start_matches('0').to_owned()
}
