//! The images that are chosen, whichever page shows them: what is chosen on one page is found again on the next.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::Arc,
};

/// What is chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Another number for another choice; 0 before anything was chosen.
    pub stamp: u64,
    files: Arc<BTreeSet<PathBuf>>,
    /// The one that was chosen last.
    current: Option<PathBuf>,
}

impl Selection {
    #[must_use]
    pub fn new(stamp: u64, files: impl IntoIterator<Item = PathBuf>, current: Option<PathBuf>) -> Self {
        Self { stamp, files: Arc::new(files.into_iter().collect()), current }
    }

    #[must_use]
    pub fn holds(&self, file: &Path) -> bool {
        self.files.contains(file)
    }

    #[must_use]
    pub fn current(&self) -> Option<&Path> {
        self.current.as_deref()
    }
}
