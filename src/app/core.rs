//! The program behind the window: state and engine, without a pixel.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use super::{Action, AppState, Level, dialogs};
use crate::{
    job::{Engine, Job, JobId, Picked, Update},
    progress::{Failure, StopMode},
    report::{Format, chart::Chart, csv::Table},
    store::{atomic, preferences},
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
            frame_times: setup.frame_times,
        };
        if let Some(folder) = &app.config {
            let (read, warning) = preferences::load(folder);
            app.state.models.current.clone_from(&read.model);
            app.state.settings.preferences = read;
            if let Some(warning) = warning {
                app.state.notices.failed(&warning);
            }
        }
        app.state.settings.usual_outputs = setup.outputs;
        app.submit(Job::ListDevices);
        app.submit(Job::EmptyTrash { outputs: app.state.settings.outputs() });
        app.list_runs();
        if !setup.open.is_empty() {
            app.submit(Job::Sort(setup.open));
        }
        Ok(app)
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
        self.measure_pace();
        self.save_if_changed();
        next
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
        let report = self.engine.reporter();
        if let Err(why) = dialogs::open(purpose, move |update: Update| report(update)) {
            self.state.notices.failed(&Failure::new("the dialog could not open", why, "drop the files here instead"));
        }
    }

    pub(super) fn ask_where(&mut self, chart: Box<Chart>, format: Format) {
        let report = self.engine.reporter();
        if let Err(why) = dialogs::save(chart, format, move |update: Update| report(update)) {
            self.state.notices.failed(&Failure::new("the dialog could not open", why, "copy the table instead"));
        }
    }

    fn save_if_changed(&mut self) {
        let Some(folder) = self.config.clone().filter(|_| self.unsaved && self.saving.is_none()) else { return };
        let preferences = Box::new(self.state.settings.preferences.clone());
        self.saving = Some(self.engine.submit(Job::Save { folder, preferences }));
        self.unsaved = false;
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
            // Nobody is left to read why this failed.
            let _ = preferences::save(folder, &self.state.settings.preferences);
        }
    }
}
