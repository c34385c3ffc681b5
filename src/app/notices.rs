//! Short messages: a toast for a while, the last one in the status line for as long as nothing newer is said.

use super::Action;
use crate::progress::Failure;

/// Seconds that a toast stays; errors stay until they are closed.
const STAY: f64 = 6.0;

/// How loud a notice is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    Info,
    Success,
    Warning,
    Error,
}

/// One message.
#[derive(Clone, Debug)]
pub struct Notice {
    pub id: u64,
    pub level: Level,
    pub text: String,
    /// Why and what to do, below the text.
    pub detail: Option<String>,
    /// A button beside the text, such as undo, with its word.
    pub offer: Option<(String, Action)>,
    /// When the toast goes, on the window's clock; `None` when it stays.
    pub until: Option<f64>,
}

/// The messages that are shown.
#[derive(Clone, Debug, Default)]
pub struct Notices {
    pub toasts: Vec<Notice>,
    /// For the status line.
    pub last: Option<Notice>,
    /// The window's clock in seconds.
    pub now: f64,
    next: u64,
}

impl Notices {
    /// Says something without a button.
    pub fn say(&mut self, level: Level, text: impl Into<String>) {
        self.push(level, text.into(), None, None);
    }

    /// Says something with a button, such as undo.
    pub fn offer(&mut self, level: Level, text: impl Into<String>, word: impl Into<String>, action: Action) {
        self.push(level, text.into(), None, Some((word.into(), action)));
    }

    /// Says what failed, why, and what to do.
    pub fn failed(&mut self, failure: &Failure) {
        self.push(Level::Error, sentence(&failure.what), Some(reasons(failure)), None);
    }

    fn push(&mut self, level: Level, text: String, detail: Option<String>, offer: Option<(String, Action)>) {
        let until = (level != Level::Error).then_some(self.now + STAY);
        let notice = Notice { id: self.next, level, text, detail, offer, until };
        self.next += 1;
        self.last = Some(notice.clone());
        self.toasts.push(notice);
        let surplus = self.toasts.len().saturating_sub(4);
        self.toasts.drain(..surplus);
    }

    /// Drops toasts whose time is over; returns the seconds until the next one goes.
    pub fn tick(&mut self, now: f64) -> Option<f64> {
        self.now = now;
        self.toasts.retain(|toast| toast.until.is_none_or(|until| until > now));
        self.toasts.iter().filter_map(|toast| toast.until).map(|until| until - now).reduce(f64::min)
    }

    /// Closes a toast.
    pub fn dismiss(&mut self, id: u64) {
        self.toasts.retain(|toast| toast.id != id);
    }

    /// The offer of the status line was taken.
    pub fn spend_offer(&mut self) {
        if let Some(last) = &mut self.last {
            last.offer = None;
        }
        self.toasts.iter_mut().for_each(|toast| toast.offer = None);
    }
}

/// With a capital at its start.
#[must_use]
pub fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Why and what to do, one line each, and the paths last.
#[must_use]
pub fn reasons(failure: &Failure) -> String {
    let mut lines = vec![sentence(&failure.why), sentence(&failure.hint)];
    lines.extend(failure.paths.iter().map(|path| path.display().to_string()));
    lines.retain(|line| !line.is_empty());
    lines.join("\n")
}
