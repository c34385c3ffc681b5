//! Short messages: a toast for a while, the last one in the status line, and all of them in a list with their offers.

use super::Action;
use crate::{fault::Failure, language};

/// Seconds that a toast stays; errors and offers that wait for a person stay until they are closed.
const STAY: f64 = 6.0;
/// Messages that are kept.
const KEPT: usize = 200;

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
    /// A button beside the text, such as undo, with its word; gone once it was taken.
    pub offer: Option<(String, Action)>,
    /// When the toast goes, on the window's clock; `None` when it stays.
    pub until: Option<f64>,
    /// The toast is up.
    pub shown: bool,
    /// A person closed it or saw it in the list.
    pub read: bool,
}

/// What was said, the newest last.
#[derive(Clone, Debug, Default)]
pub struct Notices {
    log: Vec<Notice>,
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
    pub fn offer(&mut self, level: Level, text: impl Into<String>, word: impl Into<String>, action: impl Into<Action>) {
        self.push(level, text.into(), None, Some((word.into(), action.into())));
    }

    /// Says something with a button, until a person takes it or closes it.
    pub fn propose(&mut self, text: impl Into<String>, word: impl Into<String>, action: impl Into<Action>) {
        self.push(Level::Info, text.into(), None, Some((word.into(), action.into())));
        if let Some(last) = self.log.last_mut() {
            last.until = None;
        }
    }

    /// Says what failed, why, and what to do.
    pub fn failed(&mut self, failure: &Failure) {
        self.push(Level::Error, sentence(&failure.what), Some(reasons(failure)), None);
    }

    fn push(&mut self, level: Level, text: String, detail: Option<String>, offer: Option<(String, Action)>) {
        let until = (level != Level::Error).then_some(self.now + STAY);
        self.log.push(Notice { id: self.next, level, text, detail, offer, until, shown: true, read: false });
        self.next += 1;
        if self.log.len() > KEPT {
            // An error that nobody has read goes last.
            let unread = |notice: &Notice| notice.level == Level::Error && !notice.read;
            let oldest = self.log.iter().position(|notice| !unread(notice)).unwrap_or(0);
            self.log.remove(oldest);
        }
    }

    /// Drops toasts whose time is over; returns the seconds until the next one goes.
    pub fn tick(&mut self, now: f64) -> Option<f64> {
        self.now = now;
        for notice in &mut self.log {
            notice.shown &= notice.until.is_none_or(|until| until > now);
        }
        self.toasts().filter_map(|toast| toast.until).map(|until| until - now).reduce(f64::min)
    }

    /// Everything that was said and is kept, the newest last.
    #[must_use]
    pub fn log(&self) -> &[Notice] {
        &self.log
    }

    /// The messages that are up, the newest last.
    pub fn toasts(&self) -> impl Iterator<Item = &Notice> {
        self.log.iter().filter(|notice| notice.shown)
    }

    /// For the status line.
    #[must_use]
    pub fn last(&self) -> Option<&Notice> {
        self.log.last()
    }

    /// Warnings and errors that nobody has read.
    #[must_use]
    pub fn unread(&self) -> usize {
        let loud = |notice: &&Notice| !notice.read && matches!(notice.level, Level::Warning | Level::Error);
        self.log.iter().filter(loud).count()
    }

    /// The list was looked at.
    pub fn read_all(&mut self) {
        self.log.iter_mut().for_each(|notice| notice.read = true);
    }

    /// Closes a toast.
    pub fn dismiss(&mut self, id: u64) {
        self.log.iter_mut().filter(|notice| notice.id == id).for_each(|notice| {
            (notice.shown, notice.read) = (false, true);
        });
    }

    /// What a message offers, while nobody has taken it.
    #[must_use]
    pub fn offered(&self, id: u64) -> Option<&Action> {
        let notice = self.log.iter().find(|notice| notice.id == id)?;
        notice.offer.as_ref().map(|(_, action)| action)
    }

    /// The offers of some messages were taken; those of the others stand.
    pub fn spend(&mut self, which: impl Fn(&Notice) -> bool) {
        self.log.iter_mut().filter(|notice| which(notice)).for_each(|notice| {
            (notice.offer, notice.shown, notice.read) = (None, false, true);
        });
    }
}

/// The word of an offer that takes a step back.
pub const UNDO: &str = key!("Undo");

/// What a layer below says, in the language of the window and with a capital at its start.
#[must_use]
pub fn sentence(text: &str) -> String {
    let text = language::heard(text);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::window::Message;

    fn failure(what: &str) -> Failure {
        Failure::new(what, "why", "what to do")
    }

    #[test]
    fn an_error_stays_until_it_is_closed_whatever_is_said_after_it() {
        let mut notices = Notices::default();
        notices.failed(&failure("seed 1 was not trained"));
        (0..KEPT + 50).for_each(|seed| notices.say(Level::Success, format!("seed {seed} is trained")));
        notices.tick(3600.0);
        let up: Vec<_> = notices.toasts().map(|toast| toast.text.as_str()).collect();
        assert_eq!(up, ["Seed 1 was not trained"]);
        assert_eq!((notices.unread(), notices.log().len()), (1, KEPT));
        let id = notices.toasts().next().unwrap().id;
        notices.dismiss(id);
        assert_eq!((notices.unread(), notices.toasts().count()), (0, 0));
    }

    #[test]
    fn an_offer_is_spent_alone() {
        let mut notices = Notices::default();
        for page in [super::super::Page::Train, super::super::Page::Dataset] {
            notices.offer(Level::Info, "Deleted", UNDO, Message::Go(page));
        }
        let [first, second] = [0, 1].map(|at: usize| notices.log()[at].id);
        notices.spend(|notice| notice.id == second);
        assert_eq!(notices.offered(second), None);
        assert_eq!(notices.offered(first), Some(&Message::Go(super::super::Page::Train).into()));
    }
}
