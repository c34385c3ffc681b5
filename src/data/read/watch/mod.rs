//! A folder that something writes images into: each is handed over once, by its content, when it is whole.
//!
//! The system tells of new files where it can, and the folder is looked through now and then in any case: network folders
//! tell nothing, and what is told may be lost.

mod settle;
mod tell;

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use walkdir::WalkDir;

use self::{
    settle::{Settling, Stamp},
    tell::Teller,
};
use super::folder::{has_image_name, is_hidden};
use crate::{
    domain::hash::ContentHash,
    fault::{Failure, Halt},
    progress::{Event, Observer, Watch as Watching},
};

/// The longest time in which a stop is not noticed.
const TICK: Duration = Duration::from_millis(50);
/// Between two looks through the folder where the system tells of its files, and where it does not.
const TOLD: Duration = Duration::from_secs(3);
const UNTOLD: Duration = Duration::from_secs(1);
/// A look through the folder takes at most one part in so many of the time.
const SHARE: u32 = 20;
/// Images that are handed over at once at most.
const TOGETHER: usize = 16;

/// A file that is there and will not change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrived {
    pub path: PathBuf,
    /// Of its bytes; `None` for a file that was waited for and still is no image.
    pub content: Option<ContentHash>,
}

/// A folder that is watched, its sub-folders too.
pub struct FolderWatch {
    root: PathBuf,
    settling: Settling,
    /// What the system tells; `None` where it tells nothing.
    teller: Option<Teller>,
    /// When the folder is looked through next.
    look_at: Instant,
    /// Since when the folder is not there.
    is_gone: bool,
}

impl FolderWatch {
    /// Begins to watch. Files that are there already are handed over first where `existing` asks for it, else never, unless
    /// they change.
    ///
    /// # Errors
    /// [`Failure`] where there is no such folder.
    pub fn open(root: &Path, existing: bool) -> Result<Self, Failure> {
        if !root.is_dir() {
            let why = "there is no such folder";
            return Err(Failure::new("no folder is watched", why, "check the path, or make the folder first").at(root));
        }
        // Told of first, listed then: what comes in between is found twice and not lost.
        let teller = Teller::of(root);
        let mut settling = Settling::default();
        for (path, stamp) in listed(root) {
            settling.found(path, stamp, existing);
        }
        let pause = if teller.is_some() { TOLD } else { UNTOLD };
        Ok(Self { root: root.to_owned(), settling, teller, look_at: Instant::now() + pause, is_gone: false })
    }

    /// Whether the system tells of new files, so that they are seen at once.
    #[must_use]
    pub const fn is_told(&self) -> bool {
        self.teller.is_some()
    }

    /// Waits until images are whole; some of them, the ones written first at the front. A folder that goes away is waited
    /// for, with a warning.
    ///
    /// # Errors
    /// [`Halt::Stopped`].
    pub fn next(&mut self, Watching { observer, stop }: Watching<'_>) -> Result<Vec<Arrived>, Halt> {
        loop {
            stop.check()?;
            let touched = self.wait();
            let now = Instant::now();
            for path in touched.into_iter().filter(|path| is_wanted(&self.root, path)) {
                match Stamp::of(&path) {
                    Some(stamp) => self.settling.changed(path, stamp, now),
                    None => self.settling.gone(&path),
                }
            }
            if now >= self.look_at {
                self.look(observer);
            }
            let ready = self.settling.ready(Instant::now(), TOGETHER);
            if !ready.is_empty() {
                return Ok(ready);
            }
        }
    }

    /// A file that was handed over could not be read any more: under another name the same content is taken again.
    pub fn missed(&mut self, arrived: &Arrived) {
        self.settling.missed(arrived);
    }

    /// What the system told within a moment.
    fn wait(&mut self) -> HashSet<PathBuf> {
        let Some(teller) = &self.teller else {
            std::thread::sleep(TICK);
            return HashSet::new();
        };
        let told = teller.within(TICK);
        if told.lost {
            self.look_at = Instant::now();
        }
        told.paths
    }

    /// Looks through the whole folder.
    fn look(&mut self, observer: &dyn Observer) {
        let start = Instant::now();
        if self.root.is_dir() {
            if self.is_gone {
                // The system tells nothing more of a folder that was taken away, though it came back under its name.
                (self.teller, self.is_gone) = (Teller::of(&self.root), false);
            }
            for (path, stamp) in listed(&self.root) {
                self.settling.changed(path, stamp, start);
            }
        } else if !self.is_gone {
            self.is_gone = true;
            let hint = "it is waited for; stop watching if it does not come back";
            let warning = Failure::new("the watched folder is gone", "it was moved or its drive left", hint);
            observer.tell(Event::Warning { warning: warning.at(&self.root) });
        }
        let pause = if self.teller.is_some() && !self.is_gone { TOLD } else { UNTOLD };
        self.look_at = Instant::now() + pause.max(start.elapsed() * SHARE);
    }
}

/// The image files of a folder by their names; what cannot be looked at is looked at the next time.
fn listed(root: &Path) -> impl Iterator<Item = (PathBuf, Stamp)> {
    let shown = |entry: &walkdir::DirEntry| entry.depth() == 0 || !is_hidden(&entry.file_name().to_string_lossy());
    let entries = WalkDir::new(root).follow_links(true).into_iter().filter_entry(shown).flatten();
    entries.filter(|entry| entry.file_type().is_file() && has_image_name(entry.path())).filter_map(|entry| {
        let stamp = Stamp::new(&entry.metadata().ok()?);
        Some((entry.into_path(), stamp))
    })
}

/// Whether a path is named like an image and nothing between the folder and it is hidden.
fn is_wanted(root: &Path, path: &Path) -> bool {
    let below = path.strip_prefix(root).unwrap_or(path);
    has_image_name(path) && !below.components().any(|part| is_hidden(&part.as_os_str().to_string_lossy()))
}

#[cfg(test)]
mod tests {
    use std::{fs, thread};

    use super::*;
    use crate::{
        data::synthetic,
        fault::{StopMode, StopToken},
        progress::Silent,
    };

    fn png(seed: u64) -> Vec<u8> {
        let mut bytes = std::io::Cursor::new(Vec::new());
        synthetic::draw("monocyte", seed).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
        bytes.into_inner()
    }

    /// The names that come until there are so many, or a few seconds went by.
    fn names(watch: &mut FolderWatch, count: usize) -> Vec<String> {
        let (stop, mut names) = (StopToken::default(), Vec::new());
        let (alarm, start) = (stop.clone(), Instant::now());
        let wait = move || {
            while start.elapsed() < Duration::from_secs(20) && alarm.requested().is_none() {
                thread::sleep(Duration::from_millis(20));
            }
            alarm.stop(StopMode::Keep);
        };
        let timer = thread::Builder::new().name("alarm".to_owned()).spawn(wait).unwrap();
        while names.len() < count {
            let Ok(arrived) = watch.next(Watching { observer: &Silent, stop: &stop }) else { break };
            names.extend(arrived.iter().map(|one| one.path.file_name().unwrap().to_string_lossy().into_owned()));
        }
        stop.stop(StopMode::Keep);
        timer.join().unwrap();
        names
    }

    #[test]
    fn what_was_there_is_left_and_what_comes_is_taken_once_when_it_is_whole() {
        let place = tempfile::tempdir().unwrap();
        let at = |name: &str| place.path().join(name);
        fs::write(at("before.png"), png(1)).unwrap();
        let mut watch = FolderWatch::open(place.path(), false).unwrap();
        let (first, second) = (png(2), png(3));
        // Half of one file, a copy of it under another name, and one under a name that it keeps for a while only.
        fs::write(at("half.png"), &first[..first.len() / 2]).unwrap();
        fs::write(at("c.png.part"), &second).unwrap();
        fs::create_dir(at("slide 2")).unwrap();
        fs::write(at("slide 2/d.png"), png(4)).unwrap();
        assert_eq!(names(&mut watch, 1), ["d.png"]);
        fs::write(at("half.png"), &first).unwrap();
        assert_eq!(names(&mut watch, 1), ["half.png"]);
        fs::write(at("copy.png"), &first).unwrap();
        fs::rename(at("c.png.part"), at("c.png")).unwrap();
        assert_eq!(names(&mut watch, 1), ["c.png"]);
        fs::remove_file(at("c.png")).unwrap();
        fs::write(at("last.png"), png(5)).unwrap();
        assert_eq!(names(&mut watch, 1), ["last.png"], "the copy never came");
    }

    #[test]
    fn existing_files_come_first_where_they_are_asked_for() {
        let place = tempfile::tempdir().unwrap();
        for seed in 0..3 {
            fs::write(place.path().join(format!("{seed}.png")), png(seed)).unwrap();
        }
        let mut watch = FolderWatch::open(place.path(), true).unwrap();
        let mut found = names(&mut watch, 3);
        found.sort();
        assert_eq!(found, ["0.png", "1.png", "2.png"]);
        assert!(FolderWatch::open(&place.path().join("nowhere"), true).is_err());
    }

    #[test]
    fn a_folder_that_goes_away_is_told_of_once_and_waited_for() {
        let place = tempfile::tempdir().unwrap();
        let (root, moved) = (place.path().join("camera"), place.path().join("away"));
        fs::create_dir(&root).unwrap();
        fs::write(root.join("old.png"), png(1)).unwrap();
        let mut watch = FolderWatch::open(&root, false).unwrap();
        fs::rename(&root, &moved).unwrap();
        let told = std::sync::Mutex::new(Vec::new());
        let observer = |event: Event| told.lock().unwrap().push(event);
        watch.look(&observer);
        watch.look(&observer);
        assert!(matches!(&told.lock().unwrap()[..], [Event::Warning { warning }] if warning.paths == [root.clone()]));
        fs::rename(&moved, &root).unwrap();
        watch.look(&observer);
        fs::write(root.join("new.png"), png(2)).unwrap();
        assert_eq!(names(&mut watch, 1), ["new.png"]);
    }
}
