//! Which files have stopped changing and are whole images, each once by its content.

use std::{
    collections::{HashMap, HashSet},
    fs::Metadata,
    path::{Path, PathBuf},
    time::{Duration, Instant, SystemTime},
};

use rayon::prelude::*;

use super::Arrived;
use crate::{
    data::read::{decode::DecodeError, sheet::Sheet},
    domain::hash::ContentHash,
};

/// A file that did not change for so long may be whole.
const QUIET: Duration = Duration::from_millis(400);
/// Between two tries of a file that is not whole; each is twice as long as the one before.
const AGAIN: Duration = Duration::from_millis(800);
/// A file that did not change for so long and is no image will not become one.
const GIVEN_UP: Duration = Duration::from_secs(10);

/// What tells that a file was written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    bytes: u64,
    modified: Option<SystemTime>,
}

impl Stamp {
    pub(super) fn new(data: &Metadata) -> Self {
        Self { bytes: data.len(), modified: data.modified().ok() }
    }

    /// Of a file that is there.
    pub(super) fn of(path: &Path) -> Option<Self> {
        let data = std::fs::metadata(path).ok()?;
        data.is_file().then(|| Self::new(&data))
    }
}

/// A file of the folder as it was last seen.
struct File {
    stamp: Stamp,
    /// `None` once it was handed over or left alone, until it changes.
    waiting: Option<Waiting>,
}

/// How long a file is waited for.
struct Waiting {
    /// When it was last seen to change.
    since: Instant,
    try_at: Instant,
    pause: Duration,
}

impl Waiting {
    fn from(now: Instant) -> Self {
        Self { since: now, try_at: now + QUIET, pause: AGAIN }
    }
}

/// The files of a folder, and the contents that were handed over.
#[derive(Default)]
pub(super) struct Settling {
    files: HashMap<PathBuf, File>,
    seen: HashSet<ContentHash>,
}

/// What a look into a file says.
enum Look {
    Whole(ContentHash),
    /// It may still be written.
    Unfinished,
    /// It will not become an image that can be used.
    Hopeless,
}

impl Settling {
    /// A file that was there before; without `wanted` it is left alone until it changes.
    pub(super) fn found(&mut self, path: PathBuf, stamp: Stamp, wanted: bool) {
        let now = Instant::now();
        let rested = stamp.modified.and_then(|time| time.elapsed().ok()).is_some_and(|age| age > QUIET);
        let try_at = if rested { now } else { now + QUIET };
        let waiting = wanted.then(|| Waiting { try_at, ..Waiting::from(now) });
        self.files.insert(path, File { stamp, waiting });
    }

    /// A file that is new or may have changed.
    pub(super) fn changed(&mut self, path: PathBuf, stamp: Stamp, now: Instant) {
        match self.files.get_mut(&path) {
            Some(file) if file.stamp == stamp => {}
            Some(file) => *file = File { stamp, waiting: Some(Waiting::from(now)) },
            None => drop(self.files.insert(path, File { stamp, waiting: Some(Waiting::from(now)) })),
        }
    }

    /// A file that is not there any more. One that was handed over is remembered, for a drive may come back.
    pub(super) fn gone(&mut self, path: &Path) {
        if self.files.get(path).is_some_and(|file| file.waiting.is_some()) {
            self.files.remove(path);
        }
    }

    /// Forgets the content of a file that could not be read in the end.
    pub(super) fn missed(&mut self, arrived: &Arrived) {
        if let Some(content) = &arrived.content {
            self.seen.remove(content);
        }
        self.files.remove(&arrived.path);
    }

    /// The files that are whole by now, at most so many, the ones written first at the front.
    pub(super) fn ready(&mut self, now: Instant, most: usize) -> Vec<Arrived> {
        let due = self.due(now, most);
        let looked: Vec<(PathBuf, Option<(Stamp, Look)>)> = due
            .into_par_iter()
            .map(|(path, stamp)| (looked(&path, stamp), path))
            .map(|(seen, path)| (path, seen))
            .collect();
        looked.into_iter().filter_map(|(path, seen)| self.judge(path, seen, now)).collect()
    }

    fn due(&self, now: Instant, most: usize) -> Vec<(PathBuf, Stamp)> {
        let is_due = |file: &File| file.waiting.as_ref().is_some_and(|waiting| waiting.try_at <= now);
        let mut due: Vec<_> =
            self.files.iter().filter(|(_, file)| is_due(file)).map(|(path, file)| (path.clone(), file.stamp)).collect();
        due.sort_by(|(a, one), (b, other)| (one.modified, a).cmp(&(other.modified, b)));
        due.truncate(most);
        due
    }

    /// Takes in what a look said; an image where it is one that is new.
    fn judge(&mut self, path: PathBuf, seen: Option<(Stamp, Look)>, now: Instant) -> Option<Arrived> {
        let Some((stamp, look)) = seen else {
            self.files.remove(&path);
            return None;
        };
        let file = self.files.get_mut(&path)?;
        let waiting = file.waiting.as_mut()?;
        if file.stamp != stamp {
            *file = File { stamp, waiting: Some(Waiting::from(now)) };
            return None;
        }
        let content = match look {
            Look::Whole(content) => Some(content),
            Look::Unfinished if now.duration_since(waiting.since) < GIVEN_UP => {
                waiting.try_at = now + waiting.pause;
                waiting.pause *= 2;
                return None;
            }
            Look::Unfinished | Look::Hopeless => None,
        };
        file.waiting = None;
        let is_new = content.is_none_or(|content| self.seen.insert(content));
        is_new.then_some(Arrived { path, content })
    }
}

/// Reads a file to its end and decodes it; with its stamp after that, `None` where it is gone.
fn looked(path: &Path, before: Stamp) -> Option<(Stamp, Look)> {
    let now = Stamp::of(path)?;
    if now != before {
        return Some((now, Look::Unfinished));
    }
    let look = match Sheet::check(path) {
        Ok(content) => Look::Whole(content),
        Err(
            DecodeError::TooManyBytes(_)
            | DecodeError::TooLarge(..)
            | DecodeError::TooLargeField(..)
            | DecodeError::TooLargeWhole(..)
            | DecodeError::NoPixels(..)
            | DecodeError::Unsupported(_)
            | DecodeError::Resize(_),
        ) => Look::Hopeless,
        Err(
            DecodeError::Unreadable(_)
            | DecodeError::Empty
            | DecodeError::NotAnImage(_)
            | DecodeError::Truncated
            | DecodeError::Damaged(_),
        ) => Look::Unfinished,
    };
    Some((Stamp::of(path)?, look))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::data::synthetic;

    #[test]
    fn a_file_is_tried_once_it_rests_and_given_up_in_the_end() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("a.png");
        fs::write(&path, "half").unwrap();
        let (mut settling, start) = (Settling::default(), Instant::now());
        settling.changed(path.clone(), Stamp::of(&path).unwrap(), start);
        let after = |millis| start + Duration::from_millis(millis);
        assert!(settling.ready(after(399), 9).is_empty());
        assert!(settling.ready(after(400), 9).is_empty(), "it is no image yet");
        synthetic::draw("ig", 1).save(&path).unwrap();
        // Nobody told of the change: the look itself notices, and waits anew.
        assert!(settling.ready(after(1300), 9).is_empty());
        assert!(settling.ready(after(1600), 9).is_empty());
        let ready = settling.ready(after(1700), 9);
        assert!(matches!(&ready[..], [Arrived { content: Some(_), .. }]), "{ready:?}");
        assert!(settling.ready(after(9000), 9).is_empty());
        fs::write(&path, "no image").unwrap();
        settling.changed(path.clone(), Stamp::of(&path).unwrap(), after(10_000));
        let told: Vec<u64> =
            (10_000..40_000).step_by(100).filter(|at| !settling.ready(after(*at), 9).is_empty()).collect();
        assert!(matches!(told[..], [at] if (20_000..30_000).contains(&at)), "{told:?}");
    }

    #[test]
    fn a_file_that_was_renamed_before_it_was_read_is_taken_under_its_new_name() {
        let place = tempfile::tempdir().unwrap();
        let [temporary, last] = ["tmp1.png", "cell.png"].map(|name| place.path().join(name));
        synthetic::draw("ig", 1).save(&temporary).unwrap();
        let (mut settling, start) = (Settling::default(), Instant::now());
        settling.changed(temporary.clone(), Stamp::of(&temporary).unwrap(), start);
        let ready = settling.ready(start + QUIET, 9);
        fs::rename(&temporary, &last).unwrap();
        settling.missed(&ready[0]);
        settling.gone(&temporary);
        settling.changed(last.clone(), Stamp::of(&last).unwrap(), start);
        assert_eq!(settling.ready(start + QUIET, 9)[0].path, last);
    }
}
