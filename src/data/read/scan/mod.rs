//! Opens a dataset folder: every file judged, every image hashed by bytes and by pixels, nothing changed.

mod cache;
mod check;
mod copies;
mod groups;
mod layout;
mod outcome;
mod remarks;
mod walk;

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
};

use crate::{
    domain::{
        classes::ClassList,
        dataset::{Dataset, Item, LeftOut},
        hash::ContentHash,
    },
    fault::{Failure, Halt, StopToken},
    progress::{Event, Observer, Task},
};
pub use check::identify;
pub use outcome::Image;
use outcome::{Checked, Outcome};
use walk::Candidate;

/// Why a folder is no dataset.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    #[error("the folder does not exist")]
    Missing(PathBuf),
    #[error("it is a file, not a folder")]
    IsFile(PathBuf),
    #[error("the folder cannot be read: {0}")]
    Unreadable(io::Error, PathBuf),
    #[error("there is no class folder with images in it")]
    NoImages(PathBuf),
    #[error("none of its {0} image files can be read")]
    AllUnreadable(usize, PathBuf),
    #[error("{0}")]
    Pattern(String, PathBuf),
    #[error("its {file} cannot be used: {0}", file = groups::FILE)]
    Groups(String, PathBuf),
}

impl From<ScanError> for Failure {
    fn from(error: ScanError) -> Self {
        let (hint, path) = match &error {
            ScanError::Missing(path) => ("check the spelling, or whether its drive is still connected", path),
            ScanError::IsFile(path) => ("choose the folder that holds the class folders", path),
            ScanError::Unreadable(_, path) => ("check that you may read it and that its drive is connected", path),
            ScanError::NoImages(path) => ("choose a folder with one sub-folder of images for each class", path),
            ScanError::AllUnreadable(_, path) => ("fetch the dataset again from its source", path),
            ScanError::Pattern(_, path) => (r"write a regular expression such as P(\d+)_", path),
            ScanError::Groups(_, path) => {
                ("give it the columns file and group, one image a row, or take it away", path)
            }
        };
        let path = path.clone();
        Self::new("the dataset could not be opened", error, hint).at(path)
    }
}

/// Scans `root`. `cache` is a file that makes the next scan quick; without it, or when it is damaged, all is read anew.
/// Patients or slides are those of `groups.csv` in the folder, else those that the folders name.
///
/// # Errors
/// [`Halt::Stopped`], or a [`ScanError`] in words. A bad file is never an error: it is a row of the dataset.
pub fn scan(root: &Path, cache: Option<&Path>, observer: &dyn Observer, stop: &StopToken) -> Result<Dataset, Halt> {
    scan_by(None, root, cache, observer, stop)
}

/// Scans `root` as [`scan`] does; `pattern`, where there is one, finds the patient or slide in each file's name.
///
/// # Errors
/// As [`scan`], and where the pattern is none.
pub fn scan_by(
    pattern: Option<&str>,
    root: &Path,
    cache: Option<&Path>,
    observer: &dyn Observer,
    stop: &StopToken,
) -> Result<Dataset, Halt> {
    observer.tell(Event::Progress { task: Task::Listing, done: 0, total: 0 });
    check_root(root)?;
    let source = groups::Source::new(root, pattern)?;
    let listing = walk::list(root, stop)?;
    if listing.candidates.is_empty() {
        return Err(ScanError::NoImages(root.to_owned()).into());
    }
    let known = cache.map(cache::load).unwrap_or_default();
    let checked = check::all(&listing.candidates, &known, observer, stop)?;
    if !root.is_dir() {
        return Err(ScanError::Missing(root.to_owned()).into());
    }
    if let Some(cache) = cache
        && !checked.iter().all(|checked| checked.cached)
        && let Err(why) = cache::save(cache, &listing.candidates, &checked)
    {
        let hint = "the next opening will take as long as this one";
        let warning = Failure::new("what the scan found could not be kept", why, hint).at(cache);
        observer.tell(Event::Warning { warning });
    }
    assemble((root, cache), listing, checked, &source, stop)
}

/// Files with the class that a person gave each, wherever they lie, as a dataset; paths are told from `root`.
///
/// # Errors
/// [`Halt::Stopped`], or a [`ScanError`] in words where none can be read.
pub fn labelled(
    root: &Path,
    cells: &[(PathBuf, String)],
    observer: &dyn Observer,
    stop: &StopToken,
) -> Result<Dataset, Halt> {
    let listing = walk::labelled(root, cells);
    if listing.candidates.is_empty() {
        return Err(ScanError::NoImages(root.to_owned()).into());
    }
    let checked = check::all(&listing.candidates, &cache::Known::default(), observer, stop)?;
    assemble((root, None), listing, checked, &groups::Source::Folders, stop)
}

fn check_root(root: &Path) -> Result<(), ScanError> {
    match std::fs::metadata(root) {
        Ok(data) if !data.is_dir() => Err(ScanError::IsFile(root.to_owned())),
        Ok(_) => match std::fs::read_dir(root) {
            Ok(_) => Ok(()),
            Err(why) => Err(ScanError::Unreadable(why, root.to_owned())),
        },
        Err(why) if why.kind() == io::ErrorKind::NotFound => Err(ScanError::Missing(root.to_owned())),
        Err(why) => Err(ScanError::Unreadable(why, root.to_owned())),
    }
}

/// Puts what was found together; pure apart from making `root` absolute.
fn assemble(
    (root, cache): (&Path, Option<&Path>),
    listing: walk::Listing,
    checked: Vec<Checked>,
    source: &groups::Source,
    stop: &StopToken,
) -> Result<Dataset, Halt> {
    let classes = ClassList::new(listing.candidates.iter().map(|candidate| candidate.class.clone()));
    let mut unreadable = listing.unreadable;
    let mut items = Vec::with_capacity(checked.len());
    let count = checked.len();
    for (candidate, checked) in listing.candidates.into_iter().zip(checked) {
        match checked.outcome {
            Outcome::Image(image) => items.push(item(candidate, &classes, &image)),
            Outcome::Bad(why) => unreadable.push(LeftOut { path: candidate.path, why }),
        }
    }
    if items.is_empty() {
        return Err(ScanError::AllUnreadable(count, root.to_owned()).into());
    }
    items.sort_by(|a, b| a.path.cmp(&b.path));
    source.name(&mut items, classes.len());
    unreadable.sort_by(|a, b| a.path.cmp(&b.path));
    let mut skipped = listing.skipped;
    skipped.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(Dataset {
        root: std::path::absolute(root).unwrap_or_else(|_| root.to_owned()),
        duplicates: copies::duplicates(&items),
        near_copies: copies::near_copies(&items, cache, stop)?,
        remarks: remarks::of(root, &items),
        odd_sizes: odd_sizes(&items),
        hash: dataset_hash(&items, &classes),
        classes,
        items,
        unreadable,
        skipped,
    })
}

fn item(candidate: Candidate, classes: &ClassList, image: &Image) -> Item {
    Item {
        label: classes.label(&candidate.class).unwrap_or_default(),
        sub_type: walk::sub_type(&candidate.class, &candidate.path),
        path: candidate.path,
        hash: image.hash,
        pixels: image.pixels,
        width: image.width,
        height: image.height,
        bytes: candidate.bytes,
        folder_part: candidate.part,
        fingerprint: image.fingerprint,
        group: candidate.group,
    }
}

/// Items whose size is not the most frequent one; of equally frequent sizes the larger counts as usual.
fn odd_sizes(items: &[Item]) -> Vec<usize> {
    let mut counts: BTreeMap<(u32, u32), usize> = BTreeMap::new();
    for item in items {
        *counts.entry((item.width, item.height)).or_default() += 1;
    }
    let usual = counts.into_iter().max_by_key(|(size, count)| (*count, *size)).map(|(size, _)| size);
    let odd = |(index, item): (usize, &Item)| (Some((item.width, item.height)) != usual).then_some(index);
    items.iter().enumerate().filter_map(odd).collect()
}

/// Of every (content hash, class name) pair in sorted order, so that names and places of files don't matter.
fn dataset_hash(items: &[Item], classes: &ClassList) -> ContentHash {
    let mut pairs: Vec<(ContentHash, &str)> = items.iter().map(|item| (item.hash, classes.name(item.label))).collect();
    pairs.sort_unstable();
    ContentHash::of_parts(pairs.iter().flat_map(|(hash, class)| [&hash.0[..], class.as_bytes()]))
}
