//! The window's observer: passes events on at most ten times a second and wakes the window.

use std::{
    sync::{Arc, Mutex, PoisonError, mpsc::Sender},
    time::{Duration, Instant},
};

use super::message::{JobId, Told, Update};
use crate::{
    domain::prediction::Classified,
    progress::{Event, Observer, Task},
};

/// The shortest time between two progress updates of one job.
const FLUSH: Duration = Duration::from_millis(100);

/// Asks the window to look at the channel.
pub(super) type Wake = Arc<dyn Fn() + Send + Sync>;

/// Sends updates and wakes the window; whether anybody still listens does not matter.
#[derive(Clone)]
pub(super) struct Post {
    pub sender: Sender<Update>,
    pub wake: Wake,
}

impl Post {
    pub fn send(&self, update: Update) {
        // The window may be closed already; a job then simply ends.
        let _ = self.sender.send(update);
        (self.wake)();
    }
}

/// Observes one job.
pub(super) struct Teller {
    job: JobId,
    post: Post,
    /// Shared among the job's own threads only, never with the window.
    last: Mutex<Option<(Task, Instant)>>,
}

impl Teller {
    pub fn new(job: JobId, post: Post) -> Self {
        Self { job, post, last: Mutex::new(None) }
    }

    /// Passes on what is no event.
    pub fn say(&self, told: Told) {
        self.post.send(Update::Told(self.job, told));
    }

    /// Whether a progress event may go out now: always when the task changed or is complete.
    fn due(&self, task: Task, complete: bool) -> bool {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let due = complete || last.is_none_or(|(before, at)| before != task || at.elapsed() >= FLUSH);
        if due {
            *last = Some((task, Instant::now()));
        }
        due
    }
}

impl Observer for Teller {
    fn tell(&self, event: Event) {
        let due = match &event {
            Event::Progress { task, done, total } => self.due(*task, done == total),
            Event::Step(step) => self.due(Task::Training, step.step == step.steps),
            Event::Warning { .. } | Event::Plan(_) | Event::Epoch(_) => true,
        };
        if due {
            self.say(Told::Event(event));
        }
    }
}

/// Classified images on their way to the window, a handful at a time: one message each would draw a frame for each.
pub(super) struct Gathered<'a> {
    teller: &'a Teller,
    items: Vec<Classified>,
    /// When the last ones went out; the first goes at once.
    last: Option<Instant>,
}

impl<'a> Gathered<'a> {
    pub const fn new(teller: &'a Teller) -> Self {
        Self { teller, items: Vec::new(), last: None }
    }

    pub fn add(&mut self, one: Classified) {
        self.items.push(one);
        if self.last.is_none_or(|last| last.elapsed() >= FLUSH) {
            self.flush();
        }
    }

    /// Sends what is there.
    pub fn flush(&mut self) {
        if !self.items.is_empty() {
            self.last = Some(Instant::now());
            self.teller.say(Told::Classified(std::mem::take(&mut self.items)));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;
    use crate::domain::prediction::Outcome;

    #[test]
    fn images_are_sent_in_order_and_in_few_messages() {
        let (sender, updates) = channel();
        let teller = Teller::new(JobId(1), Post { sender, wake: Arc::new(|| {}) });
        let mut gathered = Gathered::new(&teller);
        let one = |at: u32| Classified { path: at.to_string().into(), outcome: Outcome::Refused(String::new()) };
        gathered.add(one(0));
        // As if no time went by.
        gathered.last = Some(Instant::now() + Duration::from_secs(3600));
        (1..100).for_each(|at| gathered.add(one(at)));
        gathered.flush();
        gathered.flush();
        let messages: Vec<Vec<Classified>> = updates
            .try_iter()
            .filter_map(|update| match update {
                Update::Told(_, Told::Classified(items)) => Some(items),
                _ => None,
            })
            .collect();
        assert_eq!(messages.iter().map(Vec::len).collect::<Vec<_>>(), [1, 99]);
        assert_eq!(messages.concat(), (0..100).map(one).collect::<Vec<_>>());
    }
}
