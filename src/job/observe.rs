//! What jobs say on its way to the window: at most ten times a second.

use std::{
    sync::{Arc, Mutex, PoisonError, mpsc::Sender},
    time::{Duration, Instant},
};

use super::message::{JobId, Update};
use crate::progress::{Event, Observer, Task};

/// The shortest time between two progress updates of one job.
const FLUSH: Duration = Duration::from_millis(100);

/// Asks the window to look at the channel.
pub(super) type Wake = Arc<dyn Fn() + Send + Sync>;

/// Sends updates and wakes the window; whether anybody still listens does not matter.
pub(super) struct Post<N> {
    pub sender: Sender<Update<N>>,
    pub wake: Wake,
}

impl<N> Clone for Post<N> {
    fn clone(&self) -> Self {
        Self { sender: self.sender.clone(), wake: Arc::clone(&self.wake) }
    }
}

impl<N> Post<N> {
    pub fn send(&self, update: Update<N>) {
        // The window may be closed already; a job then simply ends.
        let _ = self.sender.send(update);
        (self.wake)();
    }
}

/// Observes one job.
pub(super) struct Teller<N> {
    job: JobId,
    post: Post<N>,
    /// Shared among the job's own threads only, never with the window.
    last: Mutex<Option<(Task, Instant)>>,
}

impl<N> Teller<N> {
    pub fn new(job: JobId, post: Post<N>) -> Self {
        Self { job, post, last: Mutex::new(None) }
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

impl<N: Send> Observer for Teller<N> {
    fn tell(&self, event: Event) {
        if let Event::Warning { warning } = &event {
            log::warn!("job {}: {}: {}", self.job.0, warning.what, warning.why);
        }
        let due = match &event {
            Event::Progress { task, done, total } => self.due(*task, done == total),
            Event::Step(step) => self.due(Task::Training, step.step == step.steps),
            Event::Warning { .. } | Event::Plan(_) | Event::Epoch(_) => true,
        };
        if due {
            self.post.send(Update::Event(self.job, event));
        }
    }
}

/// Items on their way to the window, a handful at a time: one message each would draw a frame for each.
pub struct Gathered<'a, T> {
    send: &'a dyn Fn(Vec<T>),
    items: Vec<T>,
    /// When the last ones went out; the first goes at once.
    last: Option<Instant>,
}

impl<'a, T> Gathered<'a, T> {
    pub const fn new(send: &'a dyn Fn(Vec<T>)) -> Self {
        Self { send, items: Vec::new(), last: None }
    }

    pub fn add(&mut self, one: T) {
        self.items.push(one);
        if self.last.is_none_or(|last| last.elapsed() >= FLUSH) {
            self.flush();
        }
    }

    /// Sends what is there.
    pub fn flush(&mut self) {
        if !self.items.is_empty() {
            self.last = Some(Instant::now());
            (self.send)(std::mem::take(&mut self.items));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    #[test]
    fn items_are_sent_in_order_and_in_few_messages() {
        let messages = RefCell::new(Vec::new());
        let send = |items: Vec<u32>| messages.borrow_mut().push(items);
        let mut gathered = Gathered::new(&send);
        gathered.add(0);
        // As if no time went by.
        gathered.last = Some(Instant::now() + Duration::from_secs(3600));
        (1..100).for_each(|at| gathered.add(at));
        gathered.flush();
        gathered.flush();
        assert_eq!(messages.borrow().iter().map(Vec::len).collect::<Vec<_>>(), [1, 99]);
        assert_eq!(messages.borrow().concat(), (0..100).collect::<Vec<_>>());
    }
}
