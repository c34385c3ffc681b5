//! Every job that somebody waits for: how far it is, what it said, how it ended.

use crate::{
    fault::Failure,
    job::{Ended, JobId},
    progress::{self, Event, Step},
};

/// How many ended jobs stay in the list.
const KEPT: usize = 20;

/// Where a job stands.
#[derive(Clone, Debug, PartialEq)]
pub enum Standing {
    Waiting,
    Running,
    Done,
    Stopped,
    Failed(Failure),
}

/// One line of the activity list.
#[derive(Clone, Debug)]
pub struct Task {
    pub job: JobId,
    pub title: String,
    /// The models that it reads: their folders stay where they are until it has ended.
    pub reads: Vec<String>,
    pub standing: Standing,
    /// A stop was asked for and the job has not ended yet.
    pub stopping: bool,
    /// It makes way for another one: its end is no news.
    pub superseded: bool,
    /// What it does now, such as `Checking images`.
    pub doing: &'static str,
    pub done: u64,
    pub total: u64,
    pub step: Option<Step>,
    pub epochs: usize,
    /// What it said that a person must know of, though it went on.
    pub warnings: Vec<Failure>,
    /// When what it does now began, on the window's clock in seconds.
    pub since: f64,
}

impl Task {
    /// Whether the job can still be stopped.
    #[must_use]
    pub fn alive(&self) -> bool {
        matches!(self.standing, Standing::Waiting | Standing::Running)
    }

    /// 0 to 1; `None` where nobody knows yet.
    #[must_use]
    pub fn share(&self) -> Option<f32> {
        if let Some(step) = &self.step {
            let epochs = self.epochs.max(1) as f32;
            let within = step.step as f32 / step.steps.max(1) as f32;
            return Some(((step.epoch.saturating_sub(1) as f32 + within) / epochs).min(1.0));
        }
        (self.total > 0).then(|| (self.done as f32 / self.total as f32).min(1.0))
    }

    /// Until the end of what it does now, at the present pace.
    #[must_use]
    pub fn secs_left(&self, now: f64) -> Option<f64> {
        if let Some(step) = &self.step {
            return Some(step.secs_left);
        }
        let share = f64::from(self.share()?);
        let spent = now - self.since;
        (share > 0.02 && spent > 1.0).then(|| spent * (1.0 - share) / share)
    }
}

/// All jobs, the newest first.
#[derive(Clone, Debug, Default)]
pub struct Activity {
    pub tasks: Vec<Task>,
    /// Warnings that came since the list was last looked at.
    pub unread: usize,
}

impl Activity {
    /// Adds a job that waits for its thread.
    pub fn add(&mut self, job: JobId, title: String, reads: Vec<String>, now: f64) {
        let task = Task {
            job,
            title,
            reads,
            standing: Standing::Waiting,
            stopping: false,
            superseded: false,
            doing: key!("Waiting"),
            done: 0,
            total: 0,
            step: None,
            epochs: 0,
            warnings: Vec::new(),
            since: now,
        };
        self.tasks.insert(0, task);
        // What runs or waits stays, however much was done since.
        let mut ended = 0;
        self.tasks.retain(|task| {
            ended += usize::from(!task.alive());
            task.alive() || ended <= KEPT
        });
    }

    /// A job has its thread now.
    pub fn start(&mut self, job: JobId, now: f64) {
        if let Some(task) = self.task_mut(job) {
            (task.standing, task.doing, task.since) = (Standing::Running, key!("Starting"), now);
        }
    }

    /// A job ended; whether that it was stopped is news: not where it made way for another one, and once for several that
    /// are stopped together.
    pub fn end(&mut self, job: JobId, ended: &Ended) -> bool {
        let Some(task) = self.task_mut(job) else { return false };
        task.standing = match ended {
            Ended::Done => Standing::Done,
            Ended::Stopped => Standing::Stopped,
            Ended::Failed(failure) => Standing::Failed(failure.clone()),
        };
        let stopped = *ended == Ended::Stopped && !task.superseded;
        stopped && !self.tasks.iter().any(|task| task.alive() && task.stopping)
    }

    /// Whether any job runs or waits.
    #[must_use]
    pub fn busy(&self) -> bool {
        self.tasks.iter().any(Task::alive)
    }

    /// Whether a job that has not ended reads this model.
    #[must_use]
    pub fn reads(&self, model: &str) -> bool {
        self.tasks.iter().any(|task| task.alive() && task.reads.iter().any(|id| id == model))
    }

    #[must_use]
    pub fn task(&self, job: JobId) -> Option<&Task> {
        self.tasks.iter().find(|task| task.job == job)
    }

    pub fn task_mut(&mut self, job: JobId) -> Option<&mut Task> {
        self.tasks.iter_mut().find(|task| task.job == job)
    }

    /// The job that the chip shows: the one under way for longest, before those that nobody knows the end of.
    #[must_use]
    pub fn foremost(&self) -> Option<&Task> {
        let running = || self.tasks.iter().rev().filter(|task| task.standing == Standing::Running);
        running().find(|task| task.share().is_some()).or_else(|| running().next())
    }

    /// Takes in what a job said.
    pub fn hear(&mut self, job: JobId, event: &Event, now: f64) {
        let Some(task) = self.tasks.iter_mut().find(|task| task.job == job) else { return };
        match event {
            Event::Progress { task: doing, done, total } => {
                if task.doing != doing.title() {
                    // Loading and warming up say nothing of how fast the rest is.
                    (task.doing, task.since) = (doing.title(), now);
                }
                (task.done, task.total) = (*done, *total);
                if matches!(doing, progress::Task::Evaluating | progress::Task::Drawing | progress::Task::Saving) {
                    // The epochs are over.
                    task.step = None;
                }
            }
            Event::Warning { warning } => {
                self.unread += 1;
                task.warnings.push(warning.clone());
            }
            Event::Plan(plan) => task.epochs = plan.epochs,
            Event::Step(step) => {
                task.doing = progress::Task::Training.title();
                task.step = Some(step.clone());
            }
            Event::Epoch(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn progress(task: progress::Task, done: u64) -> Event {
        Event::Progress { task, done, total: 100 }
    }

    #[test]
    fn a_job_that_runs_stays_however_many_end_after_it() {
        let mut activity = Activity::default();
        activity.add(JobId(0), "Train".to_owned(), Vec::new(), 0.0);
        activity.start(JobId(0), 0.0);
        for job in 1..60 {
            activity.add(JobId(job), "Classify".to_owned(), Vec::new(), 0.0);
            activity.task_mut(JobId(job)).unwrap().standing = Standing::Done;
        }
        assert_eq!(activity.foremost().map(|task| task.job), Some(JobId(0)));
        assert!(activity.busy() && activity.tasks.len() <= KEPT + 2, "{}", activity.tasks.len());
        activity.hear(JobId(0), &progress(progress::Task::Training, 5), 0.0);
        assert_eq!(activity.task(JobId(0)).unwrap().done, 5);
    }

    #[test]
    fn time_left_is_of_the_present_stage() {
        let mut activity = Activity::default();
        activity.add(JobId(1), "Evaluate".to_owned(), Vec::new(), 0.0);
        activity.start(JobId(1), 0.0);
        activity.hear(JobId(1), &progress(progress::Task::Preparing, 0), 0.0);
        activity.hear(JobId(1), &progress(progress::Task::Evaluating, 1), 30.0);
        activity.hear(JobId(1), &progress(progress::Task::Evaluating, 50), 40.0);
        let left = activity.task(JobId(1)).unwrap().secs_left(40.0).unwrap();
        assert!((left - 10.0).abs() < 1e-6, "{left}");
    }

    #[test]
    fn warnings_are_counted_until_the_list_is_looked_at() {
        let mut activity = Activity::default();
        activity.add(JobId(1), "Train".to_owned(), Vec::new(), 0.0);
        let warning = Failure::new("the batch was halved", "memory is short", "close other programs");
        activity.hear(JobId(1), &Event::Warning { warning: warning.clone() }, 0.0);
        assert_eq!((activity.unread, &activity.task(JobId(1)).unwrap().warnings[..]), (1, &[warning][..]));
    }
}
