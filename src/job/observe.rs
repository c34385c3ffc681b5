//! The window's observer: passes events on at most ten times a second and wakes the window.

use std::{
    sync::{Arc, Mutex, PoisonError, mpsc::Sender},
    time::{Duration, Instant},
};

use super::message::{JobId, Told, Update};
use crate::progress::{Event, Observer, Task};

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
