//! Two named threads that run jobs one after the other, and the channel that their updates come out of.

use std::{
    any::Any,
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, Sender, channel},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
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
    claim: Claim,
}

/// Whoever claims a job first has it: its thread, which then runs it, or the window, which then says that it was stopped.
#[derive(Clone, Default)]
struct Claim(Arc<AtomicBool>);

impl Claim {
    /// Whether nobody had it before.
    fn take(&self) -> bool {
        !self.0.swap(true, Ordering::Relaxed)
    }
}

struct Lanes {
    trainer: Sender<Ticket>,
    desk: Sender<Ticket>,
}

/// Takes jobs and hands out updates; lives on the window's thread and never waits.
pub struct Engine {
    /// `None` once the window closes.
    lanes: Option<Lanes>,
    threads: Vec<JoinHandle<()>>,
    updates: Receiver<Update>,
    post: Post,
    stops: BTreeMap<JobId, (StopToken, Claim)>,
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
        let (trainer, training) = thread_of("trainer", post.clone())?;
        let (desk, working) = thread_of("desk", post.clone())?;
        Ok(Self {
            lanes: Some(Lanes { trainer, desk }),
            threads: vec![training, working],
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
        let (stop, claim) = (StopToken::default(), Claim::default());
        self.stops.insert(id, (stop.clone(), claim.clone()));
        let lane = self.lanes.as_ref().map(|lanes| match job.lane() {
            Lane::Trainer => &lanes.trainer,
            Lane::Desk => &lanes.desk,
        });
        let taken = lane.is_some_and(|lane| lane.send(Ticket { id, job, stop, claim: claim.clone() }).is_ok());
        if !taken && claim.take() {
            let why = Failure::new("the job could not start", "its thread has ended", "restart Leukoscope");
            self.post.send(Update::Finished(id, Ended::Failed(why)));
        }
        id
    }

    /// Asks a job to end; one that waits has ended with that, and an ended one is left alone.
    pub fn stop(&self, id: JobId, mode: StopMode) {
        if let Some((token, claim)) = self.stops.get(&id) {
            token.stop(mode);
            if claim.take() {
                self.post.send(Update::Finished(id, Ended::Stopped));
            }
        }
    }

    /// Asks all jobs to end.
    pub fn stop_all(&self, mode: StopMode) {
        self.stops.keys().for_each(|id| self.stop(*id, mode));
    }

    /// Asks all jobs to end, takes no new ones, and waits until the threads are through or `grace` is over.
    pub fn close(&mut self, mode: StopMode, grace: Duration) {
        self.stop_all(mode);
        self.lanes = None;
        let start = Instant::now();
        while self.threads.iter().any(|thread| !thread.is_finished()) && start.elapsed() < grace {
            thread::sleep(Duration::from_millis(5));
        }
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
    #[cfg(feature = "gui")]
    pub(crate) fn reporter(&self) -> impl Fn(Update) + Send + use<> {
        let post = self.post.clone();
        move |update| post.send(update)
    }
}

/// A thread that works through its queue until the engine is gone.
fn thread_of(name: &str, post: Post) -> std::io::Result<(Sender<Ticket>, JoinHandle<()>)> {
    let (sender, queue) = channel::<Ticket>();
    let thread = thread::Builder::new().name(name.to_owned()).spawn(move || {
        for ticket in queue.into_iter().filter(|ticket| ticket.claim.take()) {
            post.send(Update::Started(ticket.id));
            let ended = run(&ticket, &post);
            post.send(Update::Finished(ticket.id, ended));
        }
    })?;
    Ok((sender, thread))
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

#[cfg(test)]
mod tests {
    use super::{super::message::Output, *};

    /// What comes out until a job has ended, and how it did.
    fn until_end(engine: &mut Engine, job: JobId) -> (Vec<Update>, Ended) {
        let start = Instant::now();
        let mut before = Vec::new();
        loop {
            assert!(start.elapsed() < Duration::from_secs(60), "the job never ended");
            match engine.poll() {
                Some(Update::Finished(id, ended)) if id == job => return (before, ended),
                Some(update) => before.push(update),
                None => thread::sleep(Duration::from_millis(2)),
            }
        }
    }

    /// A job that works until it is stopped.
    fn endless() -> Job {
        let config = crate::domain::config::TrainConfig {
            size: 32,
            width: 0.25,
            device: crate::domain::config::DeviceChoice::Cpu,
            ..crate::domain::config::TrainConfig::default()
        };
        Job::MeasurePace { config: Box::new(config), classes: 8 }
    }

    #[test]
    fn a_job_that_waits_ends_at_once_when_it_is_stopped_and_never_starts() {
        let mut engine = Engine::start(|| {}).unwrap();
        let (first, second) = (engine.submit(endless()), engine.submit(endless()));
        engine.stop(second, StopMode::Keep);
        let (before, ended) = until_end(&mut engine, second);
        assert_eq!(ended, Ended::Stopped);
        let first_ended = |update: &Update| matches!(update, Update::Finished(id, _) if *id == first);
        assert!(!before.iter().any(first_ended), "it did not wait for its turn");
        engine.stop(first, StopMode::Keep);
        let (after, _) = until_end(&mut engine, first);
        let third = engine.submit(Job::Sort(Vec::new()));
        let (rest, _) = until_end(&mut engine, third);
        let started = |update: &&Update| **update == Update::Started(second);
        assert_eq!(before.iter().chain(&after).chain(&rest).filter(started).count(), 0);
    }

    #[test]
    fn a_job_that_fails_says_so_and_the_next_one_runs() {
        let mut engine = Engine::start(|| {}).unwrap();
        let failing = engine.submit(Job::ReadCard { model: "nowhere".to_owned() });
        assert!(matches!(until_end(&mut engine, failing).1, Ended::Failed(_)));
        let next = engine.submit(Job::ReadCard { model: "mobilenet".to_owned() });
        assert!(matches!(until_end(&mut engine, next).1, Ended::Done(Output::Card(_))));
    }
}
