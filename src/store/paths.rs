//! Where things lie: results beside the person's work, caches where the system keeps caches.

use std::{
    env,
    io::{self, IsTerminal},
    path::{Path, PathBuf},
    sync::OnceLock,
};

use crate::domain::hash::ContentHash;

/// Folders that take the place of the system's, such as those of a test.
static ELSEWHERE: OnceLock<PathBuf> = OnceLock::new();

/// Keeps caches and data of this process below a folder of its own; whether nobody had chosen one before.
pub fn keep_below(folder: &Path) -> bool {
    ELSEWHERE.set(folder.to_owned()).is_ok()
}

/// Runs, plots and tables: `LEUKO_OUTPUTS`, else `outputs` in the current folder.
#[must_use]
pub fn outputs() -> PathBuf {
    env::var_os("LEUKO_OUTPUTS").map_or_else(|| PathBuf::from("outputs"), PathBuf::from)
}

/// The same for the window, whose current folder may be anything: as in the terminal where it was started from one or
/// `outputs` is there already, else a folder among the person's documents.
#[must_use]
pub fn window_outputs() -> PathBuf {
    let here = outputs();
    let chosen = env::var_os("LEUKO_OUTPUTS").is_some() || here.is_dir();
    let from_terminal = io::stdin().is_terminal() || io::stdout().is_terminal() || io::stderr().is_terminal();
    let place = if chosen || from_terminal { here } else { documents().unwrap_or_else(data_dir).join("outputs") };
    std::path::absolute(&place).unwrap_or(place)
}

/// The program's folder among the person's documents, where the system has such a place.
fn documents() -> Option<PathBuf> {
    Some(directories::UserDirs::new()?.document_dir()?.join("Leukoscope"))
}

/// Long-lived data of the program itself: `LEUKO_DATA_DIR`, else the system's place for it.
#[must_use]
pub fn data_dir() -> PathBuf {
    system("LEUKO_DATA_DIR", "data", directories::ProjectDirs::data_local_dir)
}

/// Review sessions that were begun in the window.
#[must_use]
pub fn sessions() -> PathBuf {
    data_dir().join("sessions")
}

/// What may be deleted at any time: `LEUKO_CACHE_DIR`, else the system's place for it.
#[must_use]
pub fn cache_dir() -> PathBuf {
    system("LEUKO_CACHE_DIR", "cache", directories::ProjectDirs::cache_dir)
}

/// The cache of one dataset folder's scan.
#[must_use]
pub fn scan_cache(root: &Path) -> PathBuf {
    let place = std::path::absolute(root).unwrap_or_else(|_| root.to_owned());
    let name = ContentHash::of(place.as_os_str().as_encoded_bytes()).short();
    cache_dir().join("scans").join(name)
}

/// The cache of maps: how models see cells, and where these lie then.
#[must_use]
pub fn maps_cache() -> PathBuf {
    cache_dir().join("maps")
}

fn system(variable: &str, name: &str, place: impl Fn(&directories::ProjectDirs) -> &Path) -> PathBuf {
    if let Some(folder) = env::var_os(variable) {
        return folder.into();
    }
    if let Some(elsewhere) = ELSEWHERE.get() {
        return elsewhere.join(name);
    }
    let project = directories::ProjectDirs::from("org", "Leukoscope", "leukoscope");
    project.map_or_else(|| env::temp_dir().join("leukoscope"), |project| place(&project).to_owned())
}
