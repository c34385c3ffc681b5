//! A list of files to the looks of their images, and samples of such lists.

use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::decode;
use crate::{
    data::measure::look,
    domain::look::ImageLook,
    fault::{Halt, StopToken},
};

/// Measures files on all cores; those that cannot be read are passed over.
///
/// # Errors
/// [`Halt::Stopped`].
pub fn looks<P: AsRef<Path> + Sync>(files: &[P], stop: &StopToken) -> Result<Vec<ImageLook>, Halt> {
    let one = |file: &P| {
        stop.check()?;
        Ok(decode::open(file.as_ref()).ok().and_then(|image| look::measure(&image).ok()))
    };
    let looks: Result<Vec<Option<ImageLook>>, Halt> = files.par_iter().map(one).collect();
    Ok(looks?.into_iter().flatten().collect())
}

/// At most so many files, spread evenly over the list: folders in order give each class its share.
#[must_use]
pub fn spread(files: &[PathBuf], most: usize) -> Vec<PathBuf> {
    let take = files.len().min(most);
    (0..take).filter_map(|index| files.get(index * files.len() / take)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::synthetic;

    #[test]
    fn a_sample_is_spread_and_no_longer_than_the_list() {
        let files: Vec<PathBuf> = (0..10).map(|n| PathBuf::from(n.to_string())).collect();
        let names = |most| spread(&files, most).iter().map(|file| file.display().to_string()).collect::<Vec<_>>();
        assert_eq!(names(3), ["0", "3", "6"]);
        assert_eq!(names(99).len(), 10);
        assert!(spread(&[], 5).is_empty());
    }

    #[test]
    fn an_unreadable_file_is_passed_over() {
        let dir = tempfile::tempdir().unwrap();
        let good = dir.path().join("a.png");
        synthetic::draw("monocyte", 1).save(&good).unwrap();
        let files = [good, dir.path().join("gone.png")];
        assert_eq!(looks(&files, &StopToken::default()).unwrap().len(), 1);
    }
}
