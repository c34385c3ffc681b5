//! Where things lie: results beside the person's work, caches where the system keeps caches.

use std::{
    env,
    io::{self, IsTerminal},
    path::{Path, PathBuf},
    sync::OnceLock,
};

use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use crate::domain::hash::ContentHash;

/// A folder of this name beside the program holds everything that the program keeps, as on a memory stick.
const PORTABLE: &str = "leukoscope-data";

/// Folders that take the place of the system's, such as those of a test.
static ELSEWHERE: OnceLock<PathBuf> = OnceLock::new();

/// Keeps caches and data of this process below a folder of its own; whether nobody had chosen one before.
pub fn keep_below(folder: &Path) -> bool {
    ELSEWHERE.set(folder.to_owned()).is_ok()
}

/// The folder `leukoscope-data` beside the program, where somebody made it: it is used in place of the system's folders.
#[must_use]
pub fn portable() -> Option<PathBuf> {
    beside(&env::current_exe().ok()?)
}

fn beside(program: &Path) -> Option<PathBuf> {
    Some(program.parent()?.join(PORTABLE)).filter(|folder| folder.is_dir())
}

/// Runs, plots and tables: `LEUKO_OUTPUTS`, else `outputs` in the portable folder or the current one.
#[must_use]
pub fn outputs() -> PathBuf {
    env::var_os("LEUKO_OUTPUTS").map_or_else(|| portable().unwrap_or_default().join("outputs"), PathBuf::from)
}

/// The same for the window, whose current folder may be anything: as in the terminal where it is portable, was started from
/// a terminal or finds `outputs` there already, else a folder among the person's documents.
#[must_use]
pub fn window_outputs() -> PathBuf {
    let here = outputs();
    let chosen = env::var_os("LEUKO_OUTPUTS").is_some() || here.is_dir() || portable().is_some();
    let from_terminal = io::stdin().is_terminal() || io::stdout().is_terminal() || io::stderr().is_terminal();
    let place = if chosen || from_terminal { here } else { documents().unwrap_or_else(data_dir).join("outputs") };
    std::path::absolute(&place).unwrap_or(place)
}

/// The program's folder among the person's documents, where the system has such a place.
fn documents() -> Option<PathBuf> {
    Some(directories::UserDirs::new()?.document_dir()?.join("Leukoscope"))
}

/// What the window remembers: `LEUKO_CONFIG_DIR`, else the portable folder's or the system's place for it; `None` without a
/// home.
#[must_use]
pub fn config_dir() -> Option<PathBuf> {
    if let Some(folder) = env::var_os("LEUKO_CONFIG_DIR") {
        return Some(folder.into());
    }
    let own = || directories::ProjectDirs::from("", "", "leukoscope").map(|dirs| dirs.config_dir().to_owned());
    portable().map(|folder| folder.join("config")).or_else(own)
}

/// The token for devices of other machines, beside what the window remembers.
#[cfg(feature = "remote")]
#[must_use]
pub fn token() -> Option<PathBuf> {
    Some(config_dir()?.join("token"))
}

/// The key by which other machines know this one where it offers its device.
#[cfg(feature = "remote")]
#[must_use]
pub fn serving_key() -> PathBuf {
    data_dir().join("serve.key")
}

/// Long-lived data of the program itself: `LEUKO_DATA_DIR`, else the portable folder's or the system's place for it.
#[must_use]
pub fn data_dir() -> PathBuf {
    system("LEUKO_DATA_DIR", "data", directories::ProjectDirs::data_local_dir)
}

/// What the window did and what went wrong.
#[must_use]
pub fn log_dir() -> PathBuf {
    data_dir().join("log")
}

/// Reports of starts of the window that ended unexpectedly.
#[must_use]
pub fn crashes() -> PathBuf {
    data_dir().join("crashes")
}

/// Review sessions that were begun in the window.
#[must_use]
pub fn sessions() -> PathBuf {
    data_dir().join("sessions")
}

/// What may be deleted at any time: `LEUKO_CACHE_DIR`, else the portable folder's or the system's place for it.
#[must_use]
pub fn cache_dir() -> PathBuf {
    system("LEUKO_CACHE_DIR", "cache", directories::ProjectDirs::cache_dir)
}

/// GPU kernels as they were tuned for this machine.
#[must_use]
pub fn kernels() -> PathBuf {
    cache_dir().join("kernels")
}

/// The time as a part of a name: year to second in UTC, fourteen digits.
#[must_use]
pub fn stamp() -> String {
    let now = OffsetDateTime::now_utc().format(&Rfc3339).unwrap_or_default();
    now.chars().filter(char::is_ascii_digit).take(14).collect()
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
    if let Some(folder) = portable() {
        return folder.join(name);
    }
    let project = directories::ProjectDirs::from("org", "Leukoscope", "leukoscope");
    project.map_or_else(|| env::temp_dir().join("leukoscope"), |project| place(&project).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_beside_the_program_is_its_own_and_a_file_of_that_name_is_none() {
        let place = tempfile::tempdir().unwrap();
        let (program, folder) = (place.path().join("leuko"), place.path().join(PORTABLE));
        assert_eq!(beside(&program), None);
        std::fs::write(&folder, "").unwrap();
        assert_eq!(beside(&program), None);
        std::fs::remove_file(&folder).unwrap();
        std::fs::create_dir(&folder).unwrap();
        assert_eq!(beside(&program), Some(folder));
    }
}
