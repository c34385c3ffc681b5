//! One named thread a lane, each running its jobs one after the other, and the channel that their updates come out of.

use std::{
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
    Ended, JobId, Lane, Update, Work,
    desk::Desk,
    host::ModelHost,
    observe::{Post, Teller},
};
use crate::{
    fault::{Failure, Halt, StopMode, StopToken, panicked},
    model::kernels,
    progress::Event,
};

/// A job on its way to its lane.
struct Ticket<N> {
    id: JobId,
    work: Work<N>,
    stop: StopToken,
    claim: Claim,
}

/// Whoever claims a job first has it: its lane, which then runs it, or the window, which then says that it was stopped.
#[derive(Clone, Default)]
struct Claim(Arc<AtomicBool>);

impl Claim {
    /// Whether nobody had it before.
    fn take(&self) -> bool {
        !self.0.swap(true, Ordering::Relaxed)
    }
}

/// What the window keeps of a job that has not ended.
struct Alive<N> {
    stop: StopToken,
    claim: Claim,
    halted: fn(JobId, Halt) -> N,
    heard: Option<fn(JobId, Event) -> N>,
}

/// Takes jobs and hands out updates; lives on the window's thread and never waits.
pub struct Engine<N> {
    /// Empty once the window closes.
    lanes: Vec<(Lane, Sender<Ticket<N>>)>,
    threads: Vec<JoinHandle<()>>,
    updates: Receiver<Update<N>>,
    post: Post<N>,
    alive: BTreeMap<JobId, Alive<N>>,
    /// The wish on the live lane that was last submitted.
    latest: Option<JobId>,
}

impl<N: Send + 'static> Engine<N> {
    /// Starts the threads. `wake` is called from them whenever an update waits.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(wake: impl Fn() + Send + Sync + 'static) -> std::io::Result<Self> {
        let (sender, updates) = channel();
        let post = Post { sender, wake: Arc::new(wake) };
        let host = Arc::new(ModelHost::default());
        let (mut lanes, mut threads) = (Vec::new(), Vec::new());
        for lane in Lane::ALL {
            let (queue, thread) = thread_of(lane, post.clone(), Arc::clone(&host))?;
            lanes.push((lane, queue));
            threads.push(thread);
        }
        Ok(Self { lanes, threads, updates, post, alive: BTreeMap::new(), latest: None })
    }

    /// Queues a job on its lane, under a number that no other job has.
    pub fn submit(&mut self, id: JobId, work: Work<N>) {
        if work.lane == Lane::Live
            && let Some(before) = self.latest.replace(id)
        {
            self.stop(before, StopMode::Discard);
        }
        let (stop, claim) = (StopToken::default(), Claim::default());
        let (halted, heard) = (work.halted, work.heard);
        self.alive.insert(id, Alive { stop: stop.clone(), claim: claim.clone(), halted, heard });
        let lane = self.lanes.iter().find(|(lane, _)| *lane == work.lane);
        let ticket = Ticket { id, work, stop, claim: claim.clone() };
        let taken = lane.is_some_and(|(_, queue)| queue.send(ticket).is_ok());
        if !taken && claim.take() {
            let why = Failure::new("the job could not start", "its thread has ended", "restart Leukoscope");
            self.end(id, halted, Halt::Failed(why));
        }
    }

    /// Asks a job to end; one that waits has ended with that, and an ended one is left alone.
    pub fn stop(&self, id: JobId, mode: StopMode) {
        if let Some(job) = self.alive.get(&id) {
            job.stop.stop(mode);
            if job.claim.take() {
                self.end(id, job.halted, Halt::Stopped);
            }
        }
    }

    /// Says how a job ended that never ran.
    fn end(&self, id: JobId, halted: fn(JobId, Halt) -> N, halt: Halt) {
        self.post.send(Update::Finished(id, Ended::of(&halt), halted(id, halt)));
    }

    /// Asks all jobs to end.
    pub fn stop_all(&self, mode: StopMode) {
        self.alive.keys().for_each(|id| self.stop(*id, mode));
    }

    /// Asks all jobs to end, takes no new ones, and waits until the threads are through or `grace` is over.
    pub fn close(&mut self, mode: StopMode, grace: Duration) {
        self.stop_all(mode);
        self.lanes.clear();
        let start = Instant::now();
        while self.threads.iter().any(|thread| !thread.is_finished()) && start.elapsed() < grace {
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// The next update that is there already.
    pub fn poll(&mut self) -> Option<Update<N>> {
        let update = self.updates.try_recv().ok()?;
        if let Update::Finished(id, ..) = &update {
            self.alive.remove(id);
        }
        Some(update)
    }

    /// What a job's progress is to the room that asked for it.
    #[must_use]
    pub fn heard(&self, id: JobId, event: &Event) -> Option<N> {
        let heard = self.alive.get(&id)?.heard?;
        Some(heard(id, event.clone()))
    }

    /// For what reports beside the jobs, such as a file dialog.
    #[cfg(feature = "gui")]
    pub(crate) fn reporter(&self) -> impl Fn(N) + Send + use<N> {
        let post = self.post.clone();
        move |news| post.send(Update::Said(news))
    }
}

/// A thread that works through its queue until the engine is gone.
fn thread_of<N: Send + 'static>(
    lane: Lane,
    post: Post<N>,
    host: Arc<ModelHost>,
) -> std::io::Result<(Sender<Ticket<N>>, JoinHandle<()>)> {
    let (sender, queue) = channel::<Ticket<N>>();
    let thread = thread::Builder::new().name(lane.name().to_owned()).spawn(move || {
        for ticket in queue.into_iter().filter(|ticket| ticket.claim.take()) {
            post.send(Update::Started(ticket.id));
            let (id, halted, began) = (ticket.id, ticket.work.halted, Instant::now());
            let ended = run(ticket, &post, &host);
            note(lane, id, began, ended.as_ref().err());
            let (ended, news) = match ended {
                Ok(news) => (Ended::Done, news),
                Err(halt) => (Ended::of(&halt), halted(id, halt)),
            };
            post.send(Update::Finished(id, ended, news));
        }
    })?;
    Ok((sender, thread))
}

/// Writes into the log how a job ended; what a person waits for is of interest, and what happens at each step is not.
fn note(lane: Lane, id: JobId, began: Instant, halt: Option<&Halt>) {
    let level = if matches!(lane, Lane::Quick | Lane::Live) { log::Level::Debug } else { log::Level::Info };
    let (name, id, secs) = (lane.name(), id.0, began.elapsed().as_secs_f64());
    match halt {
        None => log::log!(level, "{name}: job {id} done after {secs:.1} s"),
        Some(Halt::Stopped) => log::log!(level, "{name}: job {id} stopped after {secs:.1} s"),
        // Not its paths, which may bear a patient's name.
        Some(Halt::Failed(Failure { what, why, .. })) => {
            log::error!("{name}: job {id} after {secs:.1} s: {what}: {why}")
        }
    }
}

/// Runs one job; a panic in it ends as a failure in the window.
fn run<N: Send>(ticket: Ticket<N>, post: &Post<N>, host: &ModelHost) -> Result<N, Halt> {
    let Ticket { id, work, stop, .. } = ticket;
    stop.check()?;
    // However the job ends, what its kernels kept at hand goes back to the system once no other job computes.
    let _buffers = kernels::Use::begin();
    let teller = Teller::new(id, post.clone());
    let on_device = |chosen, device| post.send(Update::Device(chosen, device));
    let desk = Desk { job: id, observer: &teller, stop: &stop, host, on_device: &on_device };
    let say = |news| post.send(Update::Said(news));
    catch_unwind(AssertUnwindSafe(|| (work.deed)(&desk, &say))).unwrap_or_else(|panic| {
        // What broke off may have left its device unusable.
        host.forget();
        let hint = "try again; where a GPU was used, choose the CPU in Settings";
        Err(Failure::new("the job ended unexpectedly", panicked::words(&*panic), hint).into())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq)]
    enum News {
        Done(u32),
        Halted(JobId, Halt),
        Heard(JobId),
    }

    fn engine() -> Engine<News> {
        Engine::start(|| {}).unwrap()
    }

    fn at_once(lane: Lane, answer: u32) -> Work<News> {
        Work::new(lane, move |_| Ok(News::Done(answer)), News::Halted)
    }

    /// A job that works until it is stopped.
    fn endless(lane: Lane) -> Work<News> {
        let wait = |desk: &Desk<'_>| loop {
            desk.stop.check()?;
            thread::sleep(Duration::from_millis(1));
        };
        Work::new(lane, wait, News::Halted)
    }

    /// What comes out until a job has ended, and how it did.
    fn until_end(engine: &mut Engine<News>, job: JobId) -> (Vec<Update<News>>, News) {
        let start = Instant::now();
        let mut before = Vec::new();
        loop {
            assert!(start.elapsed() < Duration::from_secs(60), "the job never ended");
            match engine.poll() {
                Some(Update::Finished(id, _, news)) if id == job => return (before, news),
                Some(update) => before.push(update),
                None => thread::sleep(Duration::from_millis(1)),
            }
        }
    }

    fn started(updates: &[Update<News>], job: JobId) -> bool {
        updates.iter().any(|update| matches!(update, Update::Started(id) if *id == job))
    }

    #[test]
    fn a_job_that_waits_ends_at_once_when_it_is_stopped_and_never_starts() {
        let mut engine = engine();
        let [first, second, third] = [1, 2, 3].map(JobId);
        engine.submit(first, endless(Lane::Batch));
        engine.submit(second, endless(Lane::Batch));
        engine.stop(second, StopMode::Keep);
        let (before, ended) = until_end(&mut engine, second);
        assert_eq!(ended, News::Halted(second, Halt::Stopped));
        engine.stop(first, StopMode::Keep);
        let (after, _) = until_end(&mut engine, first);
        engine.submit(third, at_once(Lane::Batch, 3));
        let (rest, ended) = until_end(&mut engine, third);
        assert_eq!(ended, News::Done(3));
        assert!(![before, after, rest].iter().any(|updates| started(updates, second)));
    }

    #[test]
    fn a_lane_does_not_wait_for_another() {
        let mut engine = engine();
        for (at, lane) in Lane::ALL.into_iter().enumerate() {
            engine.submit(JobId(at as u64), endless(lane));
        }
        for at in 0..Lane::ALL.len() {
            engine.stop(JobId(at as u64), StopMode::Keep);
            let (before, _) = until_end(&mut engine, JobId(at as u64));
            let others = before.iter().filter(|update| matches!(update, Update::Finished(..))).count();
            assert_eq!(others, 0, "lane {at}");
        }
    }

    #[test]
    fn a_live_wish_ends_the_one_before_and_no_other_lane_does() {
        let mut engine = engine();
        engine.submit(JobId(1), endless(Lane::Quick));
        engine.submit(JobId(2), endless(Lane::Live));
        engine.submit(JobId(3), at_once(Lane::Live, 3));
        let (before, ended) = until_end(&mut engine, JobId(3));
        assert_eq!(ended, News::Done(3));
        let stopped = |update: &Update<News>| matches!(update, Update::Finished(JobId(2), Ended::Stopped, _));
        assert!(before.iter().any(stopped));
        assert!(!before.iter().any(|update| matches!(update, Update::Finished(JobId(1), ..))));
        engine.stop(JobId(1), StopMode::Keep);
    }

    #[test]
    fn a_job_that_breaks_off_fails_and_the_next_one_on_its_lane_runs() {
        let mut engine = engine();
        engine.submit(JobId(1), Work::new(Lane::Quick, |_| panic!("on purpose"), News::Halted));
        let (_, ended) = until_end(&mut engine, JobId(1));
        assert!(matches!(ended, News::Halted(JobId(1), Halt::Failed(failure)) if failure.why == "on purpose"));
        engine.submit(JobId(2), at_once(Lane::Quick, 2));
        assert_eq!(until_end(&mut engine, JobId(2)).1, News::Done(2));
    }

    #[test]
    fn progress_is_news_to_whoever_asked_for_it_while_the_job_lives() {
        let mut engine = engine();
        let event = Event::Progress { task: crate::progress::Task::Preparing, done: 0, total: 1 };
        engine.submit(JobId(1), endless(Lane::Quick).heard_as(|job, _| News::Heard(job)));
        engine.submit(JobId(2), endless(Lane::Batch));
        assert_eq!(engine.heard(JobId(1), &event), Some(News::Heard(JobId(1))));
        assert_eq!(engine.heard(JobId(2), &event), None);
        engine.stop_all(StopMode::Discard);
        until_end(&mut engine, JobId(1));
        assert_eq!(engine.heard(JobId(1), &event), None);
    }
}
