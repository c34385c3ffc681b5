//! The program behind the window: state and engine, without a pixel.

use std::path::PathBuf;

use super::{Action, AppState, Level, dialogs};
use crate::{
    job::{Engine, Job, JobId, Picked, Update},
    progress::{Failure, StopMode},
    store::preferences,
};

/// How the program is started.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// Where the preferences lie; `None` keeps nothing.
    pub config: Option<PathBuf>,
    /// Where runs are written unless the preferences say otherwise.
    pub outputs: PathBuf,
    /// A dataset folder or images, from the command line.
    pub open: Vec<PathBuf>,
}

/// State and engine; changed only through [`App::act`] and [`App::drain`].
pub struct App {
    pub(super) state: AppState,
    pub(super) engine: Engine,
    pub(super) config: Option<PathBuf>,
    /// The preferences changed since they were last handed to the desk.
    pub(super) unsaved: bool,
}

impl App {
    /// Reads the preferences, starts the threads and asks for runs. `wake` is called when an update waits.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(setup: Setup, wake: impl Fn() + Send + Sync + 'static) -> std::io::Result<Self> {
        let mut app =
            Self { state: AppState::default(), engine: Engine::start(wake)?, config: setup.config, unsaved: false };
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
        app.submit(Job::ListRuns { outputs: app.state.settings.outputs() });
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

    fn save_if_changed(&mut self) {
        if let (true, Some(folder)) = (self.unsaved, &self.config) {
            let job =
                Job::Save { folder: folder.clone(), preferences: Box::new(self.state.settings.preferences.clone()) };
            self.engine.submit(job);
        }
        self.unsaved = false;
    }

    /// The window closes: jobs are asked to end and keep what is good.
    pub fn close(&mut self) {
        self.engine.stop_all(StopMode::Keep);
    }
}
