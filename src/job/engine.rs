//! Two named threads that run jobs one after the other, and the channel that their updates come out of.

use std::{
    any::Any,
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        mpsc::{Receiver, Sender, channel},
    },
    thread,
};

use super::{
    message::{Ended, Job, JobId, Lane, Update},
    observe::{Post, Teller},
    work,
};
use crate::progress::{Failure, Halt, StopMode, StopToken};

/// A job on its way to a thread.
struct Ticket {
    id: JobId,
    job: Job,
    stop: StopToken,
}

/// Takes jobs and hands out updates; lives on the window's thread and never waits.
pub struct Engine {
    trainer: Sender<Ticket>,
    desk: Sender<Ticket>,
    updates: Receiver<Update>,
    post: Post,
    stops: BTreeMap<JobId, StopToken>,
    next: u64,
}

impl Engine {
    /// Starts the threads. `wake` is called from them whenever an update waits.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(wake: impl Fn() + Send + Sync + 'static) -> std::io::Result<Self> {
        let (sender, updates) = channel();
        let post = Post { sender, wake: Arc::new(wake) };
        Ok(Self {
            trainer: thread_of("trainer", post.clone())?,
            desk: thread_of("desk", post.clone())?,
            updates,
            post,
            stops: BTreeMap::new(),
            next: 1,
        })
    }

    /// Queues a job on its thread.
    pub fn submit(&mut self, job: Job) -> JobId {
        let id = JobId(self.next);
        self.next += 1;
        let stop = StopToken::default();
        self.stops.insert(id, stop.clone());
        let lane = match job.lane() {
            Lane::Trainer => &self.trainer,
            Lane::Desk => &self.desk,
        };
        if lane.send(Ticket { id, job, stop }).is_err() {
            let why = Failure::new("the job could not start", "its thread has ended", "restart Leukoscope");
            self.post.send(Update::Finished(id, Ended::Failed(why)));
        }
        id
    }

    /// Asks a job to end, whether it runs or waits; an ended one is left alone.
    pub fn stop(&self, id: JobId, mode: StopMode) {
        if let Some(token) = self.stops.get(&id) {
            token.stop(mode);
        }
    }

    /// Asks all jobs to end.
    pub fn stop_all(&self, mode: StopMode) {
        self.stops.values().for_each(|token| token.stop(mode));
    }

    /// The next update that is there already.
    pub fn poll(&mut self) -> Option<Update> {
        let update = self.updates.try_recv().ok()?;
        if let Update::Finished(id, _) = &update {
            self.stops.remove(id);
        }
        Some(update)
    }

    /// For what reports beside the jobs, such as a file dialog.
    pub(crate) fn reporter(&self) -> impl Fn(Update) + Send + use<> {
        let post = self.post.clone();
        move |update| post.send(update)
    }
}

/// A thread that works through its queue until the engine is gone.
fn thread_of(name: &str, post: Post) -> std::io::Result<Sender<Ticket>> {
    let (sender, queue) = channel::<Ticket>();
    thread::Builder::new().name(name.to_owned()).spawn(move || {
        for ticket in queue {
            post.send(Update::Started(ticket.id));
            let ended = run(&ticket, &post);
            post.send(Update::Finished(ticket.id, ended));
        }
    })?;
    Ok(sender)
}

/// Runs one job; a panic in it ends as a failure in the window.
fn run(ticket: &Ticket, post: &Post) -> Ended {
    if ticket.stop.requested().is_some() {
        return Ended::Stopped;
    }
    let teller = Teller::new(ticket.id, post.clone());
    match catch_unwind(AssertUnwindSafe(|| work::run(&ticket.job, &teller, &ticket.stop))) {
        Ok(Ok(output)) => Ended::Done(output),
        Ok(Err(Halt::Stopped)) => Ended::Stopped,
        Ok(Err(Halt::Failed(failure))) => Ended::Failed(failure),
        Err(panic) => Ended::Failed(Failure::new(
            "the job ended unexpectedly",
            panic_words(&*panic),
            "try again; where a GPU was used, choose the CPU in Settings",
        )),
    }
}

fn panic_words(panic: &(dyn Any + Send)) -> String {
    let words = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    words.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no reason was given".to_owned())
}
