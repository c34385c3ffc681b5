//! Every job that somebody waits for: how far it is, what it said, how it ended.

use crate::{
    job::JobId,
    progress::{Event, Failure, Step},
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
    pub standing: Standing,
    /// A stop was asked for and the job has not ended yet.
    pub stopping: bool,
    /// What it does now, such as `Checking images`.
    pub doing: &'static str,
    pub done: u64,
    pub total: u64,
    pub step: Option<Step>,
    pub epochs: usize,
    pub warnings: Vec<Failure>,
    /// The window's clock in seconds.
    pub started: f64,
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

    /// Until the end at the present pace.
    #[must_use]
    pub fn secs_left(&self, now: f64) -> Option<f64> {
        if let Some(step) = &self.step {
            return Some(step.secs_left);
        }
        let share = f64::from(self.share()?);
        let spent = now - self.started;
        (share > 0.02 && spent > 1.0).then(|| spent * (1.0 - share) / share)
    }
}

/// All jobs, the newest first.
#[derive(Clone, Debug, Default)]
pub struct Activity {
    pub tasks: Vec<Task>,
}

impl Activity {
    /// Adds a job that waits for its thread.
    pub fn add(&mut self, job: JobId, title: String, now: f64) {
        let task = Task {
            job,
            title,
            standing: Standing::Waiting,
            stopping: false,
            doing: "Waiting",
            done: 0,
            total: 0,
            step: None,
            epochs: 0,
            warnings: Vec::new(),
            started: now,
        };
        self.tasks.insert(0, task);
        self.tasks.truncate(KEPT);
    }

    #[must_use]
    pub fn task(&self, job: JobId) -> Option<&Task> {
        self.tasks.iter().find(|task| task.job == job)
    }

    pub fn task_mut(&mut self, job: JobId) -> Option<&mut Task> {
        self.tasks.iter_mut().find(|task| task.job == job)
    }

    /// The job that the chip shows: the one under way for longest.
    #[must_use]
    pub fn foremost(&self) -> Option<&Task> {
        self.tasks.iter().rev().find(|task| task.standing == Standing::Running)
    }

    /// Takes in what a job said.
    pub fn hear(&mut self, job: JobId, event: &Event) {
        let Some(task) = self.task_mut(job) else { return };
        match event {
            Event::Progress { task: doing, done, total } => {
                task.doing = doing.title();
                (task.done, task.total) = (*done, *total);
            }
            Event::Warning { warning } => task.warnings.push(warning.clone()),
            Event::Plan(plan) => task.epochs = plan.epochs,
            Event::Step(step) => {
                task.doing = "Training";
                task.step = Some(step.clone());
            }
            Event::Epoch(_) => {}
        }
    }
}
