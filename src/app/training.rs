//! What is done about training: runs are lined up, started one after the other, and stopped.

use std::path::{Path, PathBuf};

use super::{
    Action, App, Level, Page,
    notices::UNDO,
    state::{LiveRun, Queued, train::same_pace},
};
use crate::{
    domain::config::{DeviceChoice, TrainConfig},
    job::{Ended, Job, Output},
    progress::{Failure, StopMode},
    store::waiting::Waiting,
};

/// Seconds for which a form must be as it is before its speed is measured.
const STILL: f64 = 0.5;

impl App {
    pub(super) fn perform_training(&mut self, action: Action) {
        match action {
            Action::EditTraining(form) => self.edit_form(*form),
            Action::EditLineUp(line_up) => self.state.train.line_up = line_up,
            Action::StartTraining => self.line_up(),
            Action::ResumeRun(run) => self.resume(run),
            Action::TrainAgain(run) => self.train_again(&run),
            Action::Unqueue(id) => self.unqueue(id),
            Action::ClearQueue => {
                let runs = std::mem::take(&mut self.state.train.queue);
                let words = format!("Removed {} from the queue", counted(runs.len()));
                self.state.notices.offer(Level::Info, words, UNDO, Action::Requeue(0, runs));
            }
            Action::Requeue(at, runs) => self.enqueue(at, runs),
            Action::LineUpLeftOver => {
                let runs = std::mem::take(&mut self.state.train.left_over);
                self.enqueue_last(runs);
            }
            Action::ForgetLeftOver => {
                let runs = std::mem::take(&mut self.state.train.left_over);
                let words = format!("Forgot {} from before", counted(runs.len()));
                self.state.notices.offer(Level::Info, words, UNDO, Action::Requeue(usize::MAX, runs));
            }
            Action::StopTraining(mode) => {
                if let Some(run) = &self.state.train.running {
                    self.stop(run.job, mode);
                }
            }
            _ => {}
        }
    }

    fn edit_form(&mut self, form: TrainConfig) {
        let reseeded = form.seed != self.state.train.form.seed;
        self.state.train.form = form;
        self.state.train.edited = self.state.notices.now;
        let wanted = self.state.chosen_trainings();
        if let Some((job, config)) = &self.state.train.measuring
            && !wanted.iter().any(|wanted| same_pace(wanted, config))
        {
            self.engine.stop(*job, StopMode::Discard);
        }
        if let (true, Some(opened)) = (reseeded, &self.state.dataset.opened) {
            let job = Job::Split { opened: opened.clone(), seed: self.state.train.form.seed };
            self.submit(job);
        }
    }

    /// Runs that still waited when the program ended last come back where a person wants them.
    pub(super) fn take_left_over(&mut self, left: Vec<Waiting>) {
        if left.is_empty() {
            return;
        }
        let runs: Vec<_> = left.into_iter().map(|run| self.queued(run.dataset, run.config, run.resume)).collect();
        let verb = if runs.len() == 1 { "waits" } else { "wait" };
        let words = format!("{} from before still {verb} to be trained", counted(runs.len()));
        self.state.train.left_over = runs;
        let again = Action::LineUpLeftOver;
        self.state.notices.propose(words, again.text(), again);
    }

    /// Lines up every run that the form stands for; the first one starts at once where none trains.
    fn line_up(&mut self) {
        let Some(dataset) = self.state.dataset.opened.as_ref().map(|opened| opened.dataset.root.clone()) else {
            return;
        };
        let configs = self.state.chosen_trainings();
        let runs = configs.into_iter().map(|config| self.queued(dataset.clone(), config, None)).collect();
        self.enqueue_last(runs);
    }

    fn resume(&mut self, path: PathBuf) {
        let Some(opened) = &self.state.dataset.opened else { return };
        let Some(run) = self.state.train.run(&path) else { return };
        let mut config = run.config.clone();
        // The device may be another one than the run began on.
        config.device = match &self.state.train.form.device {
            DeviceChoice::Auto => self.state.settings.preferences.device.clone(),
            chosen => chosen.clone(),
        };
        let dataset = opened.dataset.root.clone();
        let run = self.queued(dataset, config, Some(path));
        self.enqueue_last(vec![run]);
    }

    fn queued(&mut self, dataset: PathBuf, config: TrainConfig, resume: Option<PathBuf>) -> Queued {
        self.state.train.lined_up += 1;
        Queued { id: self.state.train.lined_up, dataset, config, resume }
    }

    fn enqueue_last(&mut self, runs: Vec<Queued>) {
        let behind = self.state.train.running.is_some();
        let count = runs.len();
        self.enqueue(self.state.train.queue.len(), runs);
        if behind {
            let verb = if count == 1 { "waits" } else { "wait" };
            self.state.notices.say(Level::Info, format!("{} {verb} behind the one that trains", counted(count)));
        }
        self.state.page = Page::Train;
    }

    fn enqueue(&mut self, at: usize, runs: Vec<Queued>) {
        let queue = &mut self.state.train.queue;
        let at = at.min(queue.len());
        queue.splice(at..at, runs);
        self.start_next();
    }

    fn unqueue(&mut self, id: u64) {
        let queue = &mut self.state.train.queue;
        let Some(at) = queue.iter().position(|run| run.id == id) else { return };
        let run = queue.remove(at);
        let words = format!("Removed {} from the queue", run.title());
        self.state.notices.offer(Level::Info, words, UNDO, Action::Requeue(at, vec![run]));
    }

    /// Starts the next run that waits, where none trains.
    fn start_next(&mut self) {
        let train = &mut self.state.train;
        if train.running.is_some() || train.queue.is_empty() {
            return;
        }
        let next = train.queue.remove(0);
        let before = next.resume.as_ref().and_then(|path| train.run(path));
        let history = before.map(|run| run.history.clone()).unwrap_or_default();
        if let Some((measuring, _)) = &train.measuring {
            self.engine.stop(*measuring, StopMode::Discard);
        }
        let job = self.submit(Job::Train {
            dataset: next.dataset.clone(),
            config: Box::new(next.config.clone()),
            outputs: self.state.settings.outputs(),
            resume: next.resume.clone(),
        });
        self.state.train.running = Some(LiveRun::new(job, next, history));
    }

    /// A run ended, however it did: the list is read again and the next one starts.
    pub(super) fn trained(&mut self, run: &LiveRun, done: bool) {
        if let (false, Some(folder)) = (done, &run.folder) {
            // It comes back with the list where it can be resumed.
            self.state.train.runs.retain(|listed| listed.path != *folder);
        }
        self.list_runs();
        self.start_next();
    }

    pub(super) fn list_runs(&mut self) {
        let elsewhere = self.state.settings.preferences.models.clone();
        self.submit(Job::ListRuns { outputs: self.state.settings.outputs(), elsewhere });
    }

    /// Measures how fast each network of the form trains, once for each kind and only where a person looks at the form.
    /// A form that still changes is left alone; the answer is the seconds until it will have been still for long enough.
    pub(super) fn measure_pace(&mut self) -> Option<f64> {
        let train = &self.state.train;
        if self.state.page != Page::Train || train.running.is_some() || train.measuring.is_some() {
            return None;
        }
        let classes = self.state.dataset.opened.as_ref()?.dataset.classes.len();
        if classes < 2 || !self.state.training_problems().is_empty() {
            return None;
        }
        let unknown = |config: &TrainConfig| train.pace(config).is_none();
        let config = self.state.chosen_trainings().into_iter().find(unknown).map(Box::new)?;
        let restless = train.edited + STILL - self.state.notices.now;
        if train.edited > 0.0 && restless > 0.0 {
            return Some(restless);
        }
        let job = self.submit(Job::MeasurePace { config: config.clone(), classes });
        self.state.train.measuring = Some((job, config));
        None
    }

    /// A speed was measured, or not; a stopped one is measured again when the form is looked at.
    pub(super) fn measured(&mut self, config: TrainConfig, ended: Ended) {
        match ended {
            Ended::Done(Output::Pace(pace)) => self.state.train.remember(config, Ok(pace)),
            Ended::Failed(why) => self.state.train.remember(config, Err(why.to_string())),
            Ended::Done(_) | Ended::Stopped => {}
        }
    }

    /// Puts a run's settings into the form, for one run of its network.
    fn train_again(&mut self, path: &Path) {
        let Some(run) = self.state.train.run(path) else { return };
        let (name, form) = (run.name.clone(), run.config.clone());
        self.state.train.line_up = super::state::LineUp::default();
        self.edit_form(form);
        self.state.notices.say(Level::Info, format!("The form has the settings of {name}"));
        self.state.page = Page::Train;
    }
}

/// Says which of several runs it was that failed.
pub(super) fn of_run(run: &LiveRun, failure: &Failure) -> Failure {
    Failure { what: format!("{} was not trained: {}", run.asked.title(), failure.what), ..failure.clone() }
}

/// `1 run`, `3 runs`.
fn counted(runs: usize) -> String {
    if runs == 1 { "1 run".to_owned() } else { format!("{runs} runs") }
}
