//! Where things lie: results beside the person's work, caches where the system keeps caches.

use std::{
    env,
    path::{Path, PathBuf},
};

use crate::domain::hash::ContentHash;

/// Runs, plots and tables: `LEUKO_OUTPUTS`, else `outputs` in the current folder.
#[must_use]
pub fn outputs() -> PathBuf {
    env::var_os("LEUKO_OUTPUTS").map_or_else(|| PathBuf::from("outputs"), PathBuf::from)
}

/// Long-lived data of the program itself: `LEUKO_DATA_DIR`, else the system's place for it.
#[must_use]
pub fn data_dir() -> PathBuf {
    system("LEUKO_DATA_DIR", directories::ProjectDirs::data_local_dir)
}

/// What may be deleted at any time: `LEUKO_CACHE_DIR`, else the system's place for it.
#[must_use]
pub fn cache_dir() -> PathBuf {
    system("LEUKO_CACHE_DIR", directories::ProjectDirs::cache_dir)
}

/// The cache of one dataset folder's scan.
#[must_use]
pub fn scan_cache(root: &Path) -> PathBuf {
    let place = std::path::absolute(root).unwrap_or_else(|_| root.to_owned());
    let name = ContentHash::of(place.as_os_str().as_encoded_bytes()).short();
    cache_dir().join("scans").join(name)
}

fn system(variable: &str, place: impl Fn(&directories::ProjectDirs) -> &Path) -> PathBuf {
    if let Some(folder) = env::var_os(variable) {
        return folder.into();
    }
    let project = directories::ProjectDirs::from("org", "Leukoscope", "leukoscope");
    project.map_or_else(|| env::temp_dir().join("leukoscope"), |project| place(&project).to_owned())
}
