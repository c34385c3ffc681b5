//! What an update wants done beyond the state: jobs, stops, dialogs and further wishes, as values in their order.

use std::{fmt, path::PathBuf};

use super::{Action, News};
use crate::{
    fault::StopMode,
    job::{JobId, Work},
};

/// One thing that the core does for an update.
pub enum Effect {
    Submit(JobId, Work<News>),
    Stop(JobId, StopMode),
    /// Does this next, where nothing stands in its way.
    Then(Action),
    /// Opens a file dialog.
    Ask(Dialog),
}

/// What a file dialog offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offer {
    Folder,
    /// One file with one of these endings.
    File(&'static str, &'static [&'static str]),
    Files(&'static str, &'static [&'static str]),
    /// A new file with this ending.
    Save(&'static str),
}

/// A file dialog, and what becomes of its answer.
pub struct Dialog {
    pub title: &'static str,
    pub offer: Offer,
    /// The name that a new file is offered.
    pub name: String,
    /// What to do where it cannot open.
    pub hint: &'static str,
    /// From what was chosen; nothing where it was cancelled.
    pub then: Box<dyn FnOnce(Vec<PathBuf>) -> Option<Action> + Send>,
}

impl fmt::Debug for Dialog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.title)
    }
}

impl Dialog {
    /// What follows from these paths, as chosen in a dialog or typed in its place.
    pub fn answered(self, paths: Vec<PathBuf>) -> Option<Action> {
        let paths = match self.offer {
            Offer::Save(ending) => paths.into_iter().map(|path| with_ending(path, ending)).collect(),
            Offer::Folder | Offer::File(..) | Offer::Files(..) => paths,
        };
        (self.then)(paths)
    }

    /// A dialog whose first path becomes an action.
    pub fn first(title: &'static str, offer: Offer, then: impl FnOnce(PathBuf) -> Action + Send + 'static) -> Self {
        Self::all(title, offer, |paths| paths.into_iter().next().map(then))
    }

    /// A dialog whose paths become an action.
    pub fn all(
        title: &'static str,
        offer: Offer,
        then: impl FnOnce(Vec<PathBuf>) -> Option<Action> + Send + 'static,
    ) -> Self {
        let hint = key!("drop the files here instead");
        Self { title, offer, name: String::new(), hint, then: Box::new(then) }
    }
}

/// The path with an ending. The system asked about a file of the name that was typed, so that one of the whole name is not
/// written over: the new file gets a number.
fn with_ending(path: PathBuf, ending: &str) -> PathBuf {
    if path.extension().is_some() {
        return path;
    }
    let stem = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let numbered = (2..1000).map(|n| path.with_file_name(format!("{stem}-{n}.{ending}")));
    let first = path.with_file_name(format!("{stem}.{ending}"));
    std::iter::once(first.clone()).chain(numbered).find(|path| !path.exists()).unwrap_or(first)
}

/// The effects of one update, and the numbers of jobs.
#[derive(Default)]
pub struct Effects {
    wanted: Vec<Effect>,
    jobs: u64,
}

impl Effects {
    /// Queues a job; its number is known at once.
    pub fn submit(&mut self, work: Work<News>) -> JobId {
        self.jobs += 1;
        let id = JobId(self.jobs);
        self.wanted.push(Effect::Submit(id, work));
        id
    }

    /// Asks a job to end.
    pub fn stop(&mut self, job: JobId, mode: StopMode) {
        self.wanted.push(Effect::Stop(job, mode));
    }

    /// Does this next, where nothing stands in its way.
    pub fn then(&mut self, action: impl Into<Action>) {
        self.wanted.push(Effect::Then(action.into()));
    }

    pub fn ask(&mut self, dialog: Dialog) {
        self.wanted.push(Effect::Ask(dialog));
    }

    /// What was wanted since the last call, in order.
    pub(super) fn take(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.wanted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_nobody_was_asked_about_is_not_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let typed = folder.path().join("curve");
        assert_eq!(with_ending(typed.clone(), "png"), folder.path().join("curve.png"));
        std::fs::write(folder.path().join("curve.png"), b"").unwrap();
        assert_eq!(with_ending(typed, "png"), folder.path().join("curve-2.png"));
        let whole = folder.path().join("curve.png");
        assert_eq!(with_ending(whole.clone(), "png"), whole, "the system asked about this one");
    }
}
