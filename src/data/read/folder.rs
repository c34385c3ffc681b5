//! Files and folders as a person drops them, to the image files among them in natural order.

use std::{
    cmp::Ordering,
    collections::HashSet,
    path::{Path, PathBuf},
};

use walkdir::WalkDir;

use crate::fault::{Failure, Halt, StopToken};

/// Endings of files that are taken for images, in lower case.
pub const ENDINGS: [&str; 13] =
    ["jpg", "jpeg", "jpe", "jfif", "png", "bmp", "gif", "webp", "tif", "tiff", "pnm", "ppm", "pgm"];
/// Most images that are listed. A dropped drive has more, and nobody waits for those.
const MOST: usize = 500_000;

/// The image files among some files and folders.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// Order: as given, within a folder by [`natural`]; each file once.
    pub images: Vec<PathBuf>,
    /// Folders and files that could not be looked at, with the reason.
    pub unread: Vec<(PathBuf, String)>,
    /// Whether there are more images than are listed.
    pub is_cut: bool,
}

impl Listed {
    /// What a person should know of what is not listed.
    #[must_use]
    pub fn warning(&self) -> Option<Failure> {
        if let Some((path, why)) = self.unread.first() {
            let count = self.unread.len();
            let of = if count == 1 { "a file or folder" } else { "some files or folders" };
            let why = format!("{why}{}", if count > 1 { format!(", and {} more", count - 1) } else { String::new() });
            let failure = Failure::new(format!("{of} could not be looked at"), why, "images in there are left out");
            return Some(failure.at(path));
        }
        self.is_cut.then(|| {
            let why = format!("only the first {MOST} were taken");
            Failure::new("there are too many images", why, "choose a folder further down")
        })
    }
}

/// Image files among `paths`: a file counts whatever its name, since a person chose it; a folder gives its image files,
/// its sub-folders' too, without hidden ones.
///
/// # Errors
/// [`Halt::Stopped`]. What cannot be read is a row of the list.
pub fn list(paths: &[PathBuf], stop: &StopToken) -> Result<Listed, Halt> {
    list_up_to(MOST, paths, stop)
}

fn list_up_to(most: usize, paths: &[PathBuf], stop: &StopToken) -> Result<Listed, Halt> {
    let (mut seen, mut listed) = (HashSet::new(), Listed::default());
    for path in paths {
        if !path.is_dir() {
            if seen.insert(path.clone()) {
                listed.images.push(path.clone());
            }
            continue;
        }
        let mut files = Vec::new();
        let walk = WalkDir::new(path).follow_links(true).into_iter();
        for entry in walk.filter_entry(|entry| entry.depth() == 0 || !is_hidden(&entry.file_name().to_string_lossy())) {
            stop.check()?;
            match entry {
                Ok(entry) if entry.file_type().is_file() && has_image_name(entry.path()) => {
                    if listed.images.len() + files.len() >= most {
                        listed.is_cut = true;
                        break;
                    }
                    files.push(entry.into_path());
                }
                Ok(_) => {}
                // A link back to a folder above it shows nothing that is not listed already.
                Err(why) if why.loop_ancestor().is_some() => {}
                Err(why) => listed.unread.push((why.path().unwrap_or(path).to_owned(), reason(&why))),
            }
        }
        files.sort_by(|a, b| natural(&a.to_string_lossy(), &b.to_string_lossy()).then_with(|| a.cmp(b)));
        listed.images.extend(files.into_iter().filter(|file| seen.insert(file.clone())));
    }
    Ok(listed)
}

/// The images of a folder that is known to be readable and small, such as the program's own.
#[must_use]
pub fn images(paths: &[PathBuf]) -> Vec<PathBuf> {
    list(paths, &StopToken::default()).map(|listed| listed.images).unwrap_or_default()
}

fn reason(why: &walkdir::Error) -> String {
    match why.io_error().map(std::io::Error::kind) {
        Some(std::io::ErrorKind::PermissionDenied) => "permission denied".to_owned(),
        Some(std::io::ErrorKind::NotFound) => "it is not there any more".to_owned(),
        _ => why.io_error().map_or_else(|| why.to_string(), ToString::to_string),
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::StopMode;

    #[test]
    fn a_stopped_walk_ends_and_a_link_to_nothing_is_named() {
        let place = tempfile::tempdir().unwrap();
        std::fs::write(place.path().join("a10.png"), b"").unwrap();
        std::fs::write(place.path().join("a9.png"), b"").unwrap();
        let paths = [place.path().to_owned()];
        let listed = list(&paths, &StopToken::default()).unwrap();
        assert_eq!(listed.images, ["a9.png", "a10.png"].map(|name| place.path().join(name)));
        assert_eq!(listed.warning(), None);
        let cut = list_up_to(1, &paths, &StopToken::default()).unwrap();
        assert_eq!((cut.images.len(), cut.warning().is_some()), (1, true));
        let stop = StopToken::default();
        stop.stop(StopMode::Discard);
        assert_eq!(list(&paths, &stop), Err(Halt::Stopped));
        #[cfg(unix)]
        {
            let link = place.path().join("gone");
            std::os::unix::fs::symlink("/no/such/folder", &link).unwrap();
            let listed = list(&paths, &StopToken::default()).unwrap();
            assert_eq!((listed.images.len(), listed.unread[0].0.clone()), (2, link.clone()));
            assert_eq!(listed.warning().unwrap().paths, [link]);
        }
    }
}
