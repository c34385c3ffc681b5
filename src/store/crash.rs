//! How a start of the window is known to have ended unexpectedly, and what is left to tell of it.
//!
//! A start holds a locked file as long as it lives, and takes it away when it ends by itself. A file that nobody holds any
//! more is what a panic, a driver that crashed, a kill or a power cut left behind.

use std::{
    backtrace::Backtrace,
    fmt::Write as _,
    fs::{self, File},
    io,
    panic::{self, PanicHookInfo},
    path::{Path, PathBuf},
    process, thread,
};

use super::paths;
use crate::data::atomic;

/// Reports that are kept, the newest ones.
const KEPT: usize = 10;
/// How much of the log's end stands in a report, in bytes.
const TAIL: usize = 16 << 10;

/// A start of the window that lives.
pub struct Running {
    /// Locked as long as it is open.
    file: File,
    mark: PathBuf,
    report: PathBuf,
    log: Option<PathBuf>,
}

impl Running {
    /// Marks that the window runs. The newest report of a start that ended unexpectedly comes with it, where there is one
    /// that nobody was told of.
    ///
    /// # Errors
    /// Whatever the disk says; the program works without.
    pub fn begin(folder: &Path, log: Option<PathBuf>) -> io::Result<(Self, Option<PathBuf>)> {
        fs::create_dir_all(folder)?;
        let left = left_over(folder, log.as_deref())?;
        let mark = folder.join(format!("{}-{}.running", paths::stamp(), process::id()));
        let file = File::create(&mark)?;
        file.try_lock()?;
        Ok((Self { file, report: mark.with_extension("txt"), mark, log }, left))
    }

    /// From now on a panic of this thread, which is the window's, is written down before it ends the program. Panics of other
    /// threads are caught and told by their jobs; the log alone hears of them.
    pub fn watch(&self) {
        let (window, report, log) = (thread::current().id(), self.report.clone(), self.log.clone());
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            let thread = thread::current();
            if thread.id() == window {
                log::error!("the window panicked: {panic}");
                let cause = format!("{panic}\n\n{}", Backtrace::force_capture());
                let _ = atomic::write(&report, text(&cause, log.as_deref()).as_bytes());
                before(panic);
            } else {
                heard_of(thread.name(), panic);
            }
        }));
    }

    /// From now on a person or a system that asks the program to end is no accident.
    ///
    /// # Errors
    /// When the system gives no handler.
    pub fn end_when_asked(&self) -> Result<(), ctrlc::Error> {
        let mark = self.mark.clone();
        ctrlc::set_handler(move || {
            log::info!("asked to end");
            let _ = fs::remove_file(&mark);
            process::exit(130);
        })
    }

    /// The program ends as it should, whatever a panic said before.
    pub fn end(self) {
        drop(self.file);
        // One that stays is looked at by the next start, which finds a report beside it or makes one.
        let _ = fs::remove_file(&self.mark);
    }
}

/// A damaged picture may end in a panic of its decoder, which is nothing to worry about.
fn heard_of(thread: Option<&str>, panic: &PanicHookInfo<'_>) {
    log::debug!("thread {} panicked: {panic}", thread.unwrap_or("without a name"));
}

/// The newest report of the starts that nobody holds any more; their marks go.
fn left_over(folder: &Path, log: Option<&Path>) -> io::Result<Option<PathBuf>> {
    let mut newest = None;
    for mark in named(folder, "running")? {
        // Another window holds its own.
        if File::open(&mark).is_ok_and(|file| file.try_lock().is_err()) {
            continue;
        }
        let report = mark.with_extension("txt");
        if !report.is_file() {
            let cause = "It ended without a word: it was killed, a graphics driver crashed, or the power went.";
            atomic::write(&report, text(cause, log).as_bytes())?;
        }
        fs::remove_file(&mark)?;
        newest = Some(report);
    }
    let reports = named(folder, "txt")?;
    for old in reports.iter().take(reports.len().saturating_sub(KEPT)) {
        fs::remove_file(old)?;
    }
    Ok(newest)
}

/// The files of an ending, by name and thereby by time.
fn named(folder: &Path, ending: &str) -> io::Result<Vec<PathBuf>> {
    let files = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    let mut files: Vec<_> = files.into_iter().filter(|file| file.extension().is_some_and(|of| of == ending)).collect();
    files.sort();
    Ok(files)
}

/// What a person can send to whoever can mend it.
fn text(cause: &str, log: Option<&Path>) -> String {
    let (version, os, arch) = (env!("CARGO_PKG_VERSION"), std::env::consts::OS, std::env::consts::ARCH);
    let mut text = format!("Leukoscope {version} on {os}, {arch}, ended unexpectedly\n\n{cause}\n");
    let end = log.and_then(|log| fs::read(log).ok()).unwrap_or_default();
    if let Some(end) = end.get(end.len().saturating_sub(TAIL)..).filter(|end| !end.is_empty()) {
        let _ = write!(text, "\nThe end of the log:\n\n{}", String::from_utf8_lossy(end));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begin(folder: &Path) -> (Running, Option<PathBuf>) {
        let log = folder.join("leukoscope.log");
        fs::write(&log, "the last line\n").unwrap();
        Running::begin(folder, Some(log)).unwrap()
    }

    #[test]
    fn what_was_killed_is_told_once_and_what_ended_or_lives_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let (first, told) = begin(folder.path());
        assert_eq!(told, None);
        // Another window beside it.
        fs::rename(&first.mark, folder.path().join("20260101000000-1.running")).unwrap();
        let (second, told) = begin(folder.path());
        assert_eq!(told, None, "the first one lives");
        second.end();
        // As a kill leaves it: the lock is gone, the mark is not.
        drop(first);
        let (third, told) = begin(folder.path());
        let report = fs::read_to_string(told.unwrap()).unwrap();
        assert!(report.contains("ended without a word") && report.ends_with("the last line\n"), "{report}");
        third.end();
        assert_eq!(begin(folder.path()).1, None);
    }

    #[test]
    fn a_report_that_a_panic_wrote_is_the_one_that_is_told_and_old_ones_go() {
        let folder = tempfile::tempdir().unwrap();
        for day in 10..22 {
            fs::write(folder.path().join(format!("202601{day}000000-1.txt")), "a panic").unwrap();
        }
        fs::write(folder.path().join("20260121000000-1.running"), "").unwrap();
        let (_running, told) = begin(folder.path());
        assert_eq!(told, Some(folder.path().join("20260121000000-1.txt")));
        let left = named(folder.path(), "txt").unwrap();
        assert_eq!((left.len(), fs::read_to_string(&left[0]).unwrap().as_str()), (KEPT, "a panic"));
        assert_eq!(left.first(), Some(&folder.path().join("20260112000000-1.txt")));
    }
}
