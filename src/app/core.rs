//! The program behind the window: state and engine, without a pixel.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use rfd::AsyncFileDialog;

use super::{Action, AppState, Level, dialogs};
use crate::{
    data::atomic,
    job::{Engine, Job, JobId, Picked, Reported, Update},
    progress::{Failure, StopMode},
    report::{Format, chart::Chart, csv::Table},
    store::{preferences, waiting},
};

/// How long the closing window waits for its jobs.
const GRACE: Duration = Duration::from_secs(2);

/// How the program is started.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// Where the preferences lie; `None` keeps nothing.
    pub config: Option<PathBuf>,
    /// Where runs are written unless the preferences say otherwise.
    pub outputs: PathBuf,
    /// A dataset folder or images, from the command line.
    pub open: Vec<PathBuf>,
    /// When the program began; `None` for now.
    pub started: Option<Instant>,
    /// Where the time of every frame is written when the window closes.
    pub frame_times: Option<PathBuf>,
}

/// State and engine; changed only through [`App::act`] and [`App::drain`].
pub struct App {
    pub(super) state: AppState,
    pub(super) engine: Engine,
    pub(super) config: Option<PathBuf>,
    /// The preferences changed since they were last handed to the desk.
    pub(super) unsaved: bool,
    /// The desk writes the preferences now; further changes wait for it.
    pub(super) saving: Option<JobId>,
    /// The runs that wait as the desk was last asked to keep them.
    kept: Vec<waiting::Waiting>,
    /// What file dialogs are made from.
    dialog: AsyncFileDialog,
    /// What the dialog that is open for a report will save: what was on the page when it opened.
    pub(super) reported: Option<Reported>,
    frame_times: Option<PathBuf>,
}

impl App {
    /// Reads the preferences, starts the threads and asks for runs. `wake` is called when an update waits.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(setup: Setup, wake: impl Fn() + Send + Sync + 'static) -> std::io::Result<Self> {
        let mut app = Self {
            state: AppState::default(),
            engine: Engine::start(wake)?,
            config: setup.config,
            unsaved: false,
            saving: None,
            kept: Vec::new(),
            dialog: AsyncFileDialog::default(),
            reported: None,
            frame_times: setup.frame_times,
        };
        app.state.settings.usual_outputs = std::path::absolute(&setup.outputs).unwrap_or(setup.outputs);
        if let Some(folder) = app.config.clone() {
            app.remember(&folder);
        }
        app.submit(Job::ListDevices);
        app.submit(Job::EmptyTrash { outputs: app.state.settings.outputs() });
        app.list_runs();
        if !setup.open.is_empty() {
            app.submit(Job::Sort(setup.open));
        }
        Ok(app)
    }

    /// Dialogs lie before this window from now on.
    pub fn show_in(&mut self, window: &eframe::CreationContext<'_>) {
        self.dialog = dialogs::before(window);
    }

    /// Takes in what the last start left.
    fn remember(&mut self, folder: &Path) {
        let (mut read, warning) = preferences::load(folder);
        read.outputs = read.outputs.map(|outputs| std::path::absolute(&outputs).unwrap_or(outputs));
        self.state.models.current.clone_from(&read.model);
        self.state.settings.preferences = read;
        if let Some(warning) = warning {
            self.state.notices.failed(&warning);
        }
        match waiting::load(folder) {
            Ok(left) => self.take_left_over(left),
            Err(why) => self.state.notices.failed(&why),
        }
    }

    #[must_use]
    pub fn state(&self) -> &AppState {
        &self.state
    }

    /// Takes in all updates that wait; never waits itself. `now` is the window's clock in seconds.
    pub fn drain(&mut self, now: f64) -> Option<f64> {
        let next = self.state.notices.tick(now);
        while let Some(update) = self.engine.poll() {
            self.apply(update);
        }
        let still = self.measure_pace();
        self.save_if_changed();
        next.into_iter().chain(still).reduce(f64::min)
    }

    /// Does what a frame asked for.
    pub fn act(&mut self, actions: Vec<Action>) {
        for action in actions {
            match action.obstacle(&self.state) {
                Some(why) => self.state.notices.say(Level::Warning, why),
                None => self.perform(action),
            }
        }
        self.save_if_changed();
    }

    /// Queues a job, with a line in the activity list where somebody waits for it.
    pub(super) fn submit(&mut self, job: Job) -> JobId {
        let title = job.title();
        let id = self.engine.submit(job);
        if let Some(title) = title {
            self.state.activity.add(id, title, self.state.notices.now);
        }
        id
    }

    pub(super) fn ask(&mut self, purpose: Picked) {
        self.reported = match purpose {
            Picked::EvaluationReport => self.state.evaluate.result.clone().map(Reported::Evaluation),
            Picked::ComparisonReport => self.state.compare.result.clone().map(Reported::Comparison),
            _ => None,
        };
        self.state.choosing = true;
        let report = self.engine.reporter();
        if let Err(why) = dialogs::open(self.dialog.clone(), purpose, move |update: Update| report(update)) {
            self.state.notices.failed(&Failure::new("the dialog could not open", why, "drop the files here instead"));
            self.state.choosing = false;
        }
    }

    pub(super) fn ask_where(&mut self, chart: Box<Chart>, format: Format) {
        self.state.choosing = true;
        let report = self.engine.reporter();
        if let Err(why) = dialogs::save(self.dialog.clone(), chart, format, move |update: Update| report(update)) {
            self.state.notices.failed(&Failure::new("the dialog could not open", why, "copy the table instead"));
            self.state.choosing = false;
        }
    }

    fn save_if_changed(&mut self) {
        self.keep_waiting();
        let Some(folder) = self.config.clone().filter(|_| self.unsaved && self.saving.is_none()) else { return };
        let preferences = Box::new(self.state.settings.preferences.clone());
        self.saving = Some(self.engine.submit(Job::Save { folder, preferences }));
        self.unsaved = false;
    }

    /// Asks the desk to keep the runs that wait, where they are others than before.
    fn keep_waiting(&mut self) {
        let Some(folder) = self.config.clone() else { return };
        let waiting = self.state.train.waiting();
        if waiting != self.kept {
            self.kept.clone_from(&waiting);
            self.engine.submit(Job::SaveWaiting { folder, waiting });
        }
    }

    /// The window closes: jobs are asked to end and keep what is good, and the preferences are written once no job
    /// writes older ones. A run that needs longer than the grace can be resumed from its last epoch.
    ///
    /// `frames` is a table of the frames' times, written where the setup asked for it.
    pub fn close(&mut self, frames: Option<&Table>) {
        self.engine.close(StopMode::Keep, GRACE);
        if let (Some(path), Some(csv)) = (&self.frame_times, frames.and_then(|table| table.to_csv().ok())) {
            let _ = atomic::write(path, &csv);
        }
        if let Some(folder) = &self.config {
            // Nobody is left to read why these failed.
            let _ = preferences::save(folder, &self.state.settings.preferences);
            let _ = waiting::save(folder, &self.state.train.waiting());
        }
    }
}
