//! Folders of images: opened as datasets, split, and told from loose images.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{
    data::{
        read::{folder, scan},
        synthetic,
    },
    domain::{dataset::Dataset, findings::findings, split::Split},
    fault::{Failure, Halt},
    job::{Found, Opened, desk::Desk},
    progress::Event,
    store::{case_dir, paths},
};

/// Reads a folder, from what is remembered of it where that still holds.
///
/// # Errors
/// [`Halt`] when it was stopped or the folder is no dataset.
pub fn scan(root: &Path, desk: &Desk<'_>) -> Result<Dataset, Halt> {
    scan::scan(root, Some(&paths::scan_cache(root)), desk.observer, desk.stop)
}

/// Scans a folder and works out everything that the window shows of it.
///
/// # Errors
/// As [`scan()`].
pub fn open(root: &Path, seed: u64, desk: &Desk<'_>) -> Result<Opened, Halt> {
    let dataset = scan(root, desk)?;
    let mut by_class = vec![Vec::new(); dataset.classes.len()];
    for (index, item) in dataset.items.iter().enumerate() {
        if let Some(of) = by_class.get_mut(item.label) {
            of.push(index);
        }
    }
    let findings = findings(&dataset);
    let split = Split::stratified(&dataset, seed);
    let counts = dataset.counts();
    Ok(Opened { dataset, findings, split, counts, by_class })
}

/// Splits an opened dataset by another seed; the copy is made here, where no frame waits for it.
#[must_use]
pub fn split(opened: &Opened, seed: u64) -> Arc<Opened> {
    Arc::new(Opened { split: Split::stratified(&opened.dataset, seed), ..opened.clone() })
}

/// The folder of the synthetic slides that come with the program, drawn where they are missing.
///
/// # Errors
/// [`Halt`] when it was stopped or they cannot be written.
pub fn synthetic(desk: &Desk<'_>) -> Result<PathBuf, Halt> {
    synthetic::bundled_dir(&paths::data_dir(), desk.observer, desk.stop)
}

/// The folder of the synthetic fields of view, drawn where they are missing.
///
/// # Errors
/// [`Halt`] when it was stopped or they cannot be written.
pub fn synthetic_fields(desk: &Desk<'_>) -> Result<PathBuf, Halt> {
    synthetic::fields_dir(&paths::data_dir(), desk.observer, desk.stop)
}

/// The file of one synthetic slide; numbers that follow each other give other classes.
///
/// # Errors
/// As [`synthetic()`].
pub fn slide(number: u64, desk: &Desk<'_>) -> Result<PathBuf, Halt> {
    /// Shares no divisor with the number of slides of the set, so that all of them come.
    const STEP: u64 = 37;
    let mut slides = images_of(&[synthetic(desk)?], desk)?;
    slides.sort();
    let at = ((number + 1) * STEP) as usize % slides.len().max(1);
    let none = || Failure::new("there is no synthetic slide", "their folder is empty", "delete it and try again");
    Ok(slides.into_iter().nth(at).ok_or_else(none)?)
}

/// What paths from outside are: a review session's folder, one with sub-folders, which is a dataset; everything else are
/// images, a folder of loose ones too.
///
/// # Errors
/// [`Halt::Stopped`].
pub fn sort(paths: &[PathBuf], desk: &Desk<'_>) -> Result<Found, Halt> {
    let holds_folders = |folder: &Path| {
        let entries = folder.read_dir().into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).any(|path| path.is_dir())
    };
    match paths {
        [folder] if case_dir::is_session(folder) => Ok(Found::Session(folder.clone())),
        [folder] if folder.is_dir() => {
            let images = if holds_folders(folder) { Vec::new() } else { images_of(paths, desk)? };
            Ok(if images.is_empty() { Found::Dataset(folder.clone()) } else { Found::Images(images) })
        }
        paths => Ok(Found::Images(images_of(paths, desk)?)),
    }
}

/// The images among files and folders; what could not be looked at is a warning.
///
/// # Errors
/// [`Halt::Stopped`].
pub fn images_of(paths: &[PathBuf], desk: &Desk<'_>) -> Result<Vec<PathBuf>, Halt> {
    let listed = folder::list(paths, desk.stop)?;
    if let Some(warning) = listed.warning() {
        desk.observer.tell(Event::Warning { warning });
    }
    Ok(listed.images)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::desk::tests::at_a_desk;

    #[test]
    fn a_folder_of_loose_images_is_no_dataset_and_a_file_needs_no_extension_to_be_one() {
        let place = tempfile::tempdir().unwrap();
        let (loose, nested) = (place.path().join("loose"), place.path().join("nested"));
        let classes = nested.join("ig");
        [&loose, &classes].into_iter().for_each(|folder| std::fs::create_dir_all(folder).unwrap());
        for file in [loose.join("a.png"), classes.join("a.png"), place.path().join("slide")] {
            std::fs::write(file, b"").unwrap();
        }
        let sort = |paths: &[PathBuf]| at_a_desk(|desk| sort(paths, desk)).unwrap();
        assert_eq!(sort(std::slice::from_ref(&loose)), Found::Images(vec![loose.join("a.png")]));
        assert_eq!(sort(std::slice::from_ref(&nested)), Found::Dataset(nested));
        assert!(matches!(sort(&[place.path().join("slide")]), Found::Images(_)));
    }
}
