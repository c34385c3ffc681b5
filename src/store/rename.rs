//! A run under another name: its folder is its name, and the model card within says it too.

use std::{fs, io, path::Path};

use super::run_dir::{self, CARD};
use crate::{domain::run::RunRecord, fault::Failure, model::card::ModelCard};

/// Longest name in characters; longer ones are cut off in every list and some disks refuse them.
const LONGEST: usize = 80;
/// Names that Windows keeps for its devices, whatever the ending; the last two with a digit behind them.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "com", "lpt"];

/// Why a run cannot bear a name on every system that its folder may be copied to; `None` when it can.
#[must_use]
pub fn problem(name: &str) -> Option<&'static str> {
    let foreign = |letter: char| letter.is_control() || r#"/\:*?"<>|"#.contains(letter);
    if name.trim().is_empty() {
        Some("A run needs a name")
    } else if name != name.trim() || name.starts_with('.') || name.ends_with('.') {
        Some("A name has no space or dot at its ends")
    } else if name.contains(foreign) {
        Some(r#"A name is a folder's: without / \ : * ? " < > |"#)
    } else if name.chars().count() > LONGEST {
        Some("A name has at most 80 characters")
    } else if is_device(name) {
        Some("Windows keeps that name for a device")
    } else {
        None
    }
}

fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().to_lowercase();
    let numbered = |start: &&str| matches!(*start, "com" | "lpt");
    DEVICES.iter().any(|device| {
        let rest = stem.strip_prefix(device);
        rest.is_some_and(|rest| match rest.as_bytes() {
            [] => !numbered(device),
            [digit] => numbered(device) && digit.is_ascii_digit(),
            _ => false,
        })
    })
}

/// Renames a run's folder within the folder that it lies in; gives its record there.
///
/// # Errors
/// [`Failure`] where the name is unusable or taken or the disk refuses; the run then has its old name.
pub fn rename(folder: &Path, name: &str) -> Result<RunRecord, Failure> {
    let hint = "choose another name";
    let failed = |why: &dyn std::fmt::Display| Failure::new("the run could not be renamed", why, hint).at(folder);
    if let Some(why) = problem(name) {
        return Err(failed(&why));
    }
    let target = folder.with_file_name(name);
    if target.exists() && !same(folder, &target) {
        return Err(failed(&"a file or folder of that name is there already"));
    }
    fs::rename(folder, &target).map_err(|why| failed(&why))?;
    settle(&target).inspect_err(|_| {
        // Half a rename would leave two names: the old one comes back.
        let _ = fs::rename(&target, folder);
    })
}

/// Lets a run's model card say the name that its folder has now; gives the run's record.
///
/// # Errors
/// [`Failure`] where record or card cannot be read, or the card not be written.
pub fn settle(folder: &Path) -> Result<RunRecord, Failure> {
    let run = run_dir::load(folder)?;
    let card_file = folder.join(CARD);
    if card_file.is_file() {
        let mut card: ModelCard = run_dir::read_ron(&card_file)?;
        if card.name != run.name {
            card.name.clone_from(&run.name);
            run_dir::write_ron(&card_file, &card)?;
        }
    }
    Ok(run)
}

/// Whether two paths are one folder, as on disks that do not tell capitals from small letters.
fn same(a: &Path, b: &Path) -> bool {
    let real = |path: &Path| -> io::Result<_> { fs::canonicalize(path) };
    matches!((real(a), real(b)), (Ok(a), Ok(b)) if a == b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_some_system_refuses_are_told() {
        for name in ["", " ", "a/b", r"a\b", "a:b", ".hidden", "end.", " a", "a ", "nul", "COM1", "aux.txt", "a\nb"] {
            assert!(problem(name).is_some(), "{name:?}");
        }
        assert!(problem(&"n".repeat(81)).is_some());
        for name in ["mobilenet-seed1", "Größe 96 px, Färbung 2", "console", "com", "companion", "a.b"] {
            assert_eq!(problem(name), None, "{name:?}");
        }
    }

    #[test]
    fn a_taken_name_and_a_missing_run_leave_everything_as_it_was() {
        let outputs = tempfile::tempdir().unwrap();
        let [one, two] = ["one", "two"].map(|name| outputs.path().join(name));
        [&one, &two].into_iter().for_each(|folder| fs::create_dir(folder).unwrap());
        let why = rename(&one, "two").unwrap_err().to_string();
        assert!(why.contains("is there already"), "{why}");
        assert!(rename(&one, "three").is_err(), "it holds no record");
        assert!(one.is_dir() && two.is_dir() && !outputs.path().join("three").exists());
    }
}
