//! The program behind the window: state and engine, without a pixel.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use rfd::AsyncFileDialog;

use super::{
    Action, AppState, Effects, Level, News,
    dialogs::{self, Answer},
    dispatch,
    effects::{Dialog, Effect},
    files,
    pages::{settings, train},
    window,
};
use crate::{
    data::atomic,
    fault::{Failure, StopMode},
    job::{Desk, Engine, JobId, Lane, Update, Work},
    language::{self, Language},
    progress::Event,
    report::csv::Table,
    store::{
        held::{self, Held},
        preferences::{self, Preferences},
        trash, waiting,
    },
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
    /// What the window speaks until a person has chosen.
    pub language: Language,
    /// When the program began; `None` for now.
    pub started: Option<Instant>,
    /// The log of this start, where there is one.
    pub log: Option<PathBuf>,
    /// The report of an earlier start that ended unexpectedly.
    pub crash: Option<PathBuf>,
    /// Where the time of every frame is written when the window closes.
    pub frame_times: Option<PathBuf>,
}

/// State and engine; changed only through [`App::act`] and [`App::drain`].
pub struct App {
    state: AppState,
    engine: Engine<News>,
    effects: Effects,
    /// Where settings and waiting runs are kept; `None` in a second window, which keeps nothing.
    config: Option<PathBuf>,
    /// The right to keep them.
    held: Option<Held>,
    /// The preferences as they were last handed on to be written.
    written: Preferences,
    /// The runs that wait as they were last handed on.
    kept: Vec<waiting::Waiting>,
    /// What file dialogs are made from.
    dialog: AsyncFileDialog,
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
            effects: Effects::default(),
            config: setup.config,
            held: None,
            written: Preferences::default(),
            kept: Vec::new(),
            dialog: AsyncFileDialog::default(),
            frame_times: setup.frame_times,
        };
        app.state.settings.usual_outputs = std::path::absolute(&setup.outputs).unwrap_or(setup.outputs);
        app.state.settings.usual_language = setup.language;
        app.state.settings.log = setup.log;
        if let Some(folder) = app.config.clone() {
            app.remember(&folder);
        }
        language::speak(app.state.settings.language());
        settings::list_devices(&mut app.effects);
        if app.config.is_some() && !app.state.settings.preferences.notice_read {
            settings::test_devices(&mut app.effects);
        }
        let outputs = app.state.settings.outputs();
        let empty = move |_: &Desk<'_>| Ok(trash::empty(&outputs).map(|()| files::News::Done.into())?);
        app.effects.submit(Work::new(Lane::Quick, empty, files::halted));
        train::runs::list(&app.state, &mut app.effects);
        if let Some(report) = setup.crash {
            let said = t!("Leukoscope ended unexpectedly last time: what it was doing is in a report on this computer");
            app.state.notices.propose(said, t!("Show the report"), files::Message::Reveal(report));
        }
        if !setup.open.is_empty() {
            window::sort(setup.open, &mut app.effects);
        }
        app.carry_out();
        Ok(app)
    }

    /// Dialogs lie before this window from now on.
    pub fn show_in(&mut self, window: &eframe::CreationContext<'_>) {
        self.dialog = dialogs::before(window);
    }

    /// Takes in what the last start left. Two windows would each lose what the other one keeps: the second keeps nothing.
    fn remember(&mut self, folder: &Path) {
        let (mut read, warning) = preferences::load(folder);
        read.outputs = read.outputs.map(|outputs| std::path::absolute(&outputs).unwrap_or(outputs));
        self.state.models.current.clone_from(&read.model);
        self.written = read.clone();
        self.state.settings.preferences = read;
        language::speak(self.state.settings.language());
        if let Some(warning) = warning {
            self.state.notices.failed(&warning);
        }
        match held::hold(folder, held::WINDOW) {
            Ok(None) => {
                self.config = None;
                let said = t!(
                    "Another window of Leukoscope is open: it keeps its settings and waiting runs, this one does not"
                );
                return self.state.notices.say(Level::Warning, said);
            }
            Ok(held) => self.held = held,
            // What stands in the way is told when something is to be written.
            Err(why) => log::warn!("{why}"),
        }
        match waiting::load(folder) {
            Ok(left) => {
                self.kept.clone_from(&left);
                train::take_left_over(&mut self.state, left);
            }
            Err(why) => self.state.notices.failed(&why),
        }
    }

    #[must_use]
    pub fn state(&self) -> &AppState {
        &self.state
    }

    /// Takes in all updates that wait; never waits itself. `now` is the window's clock in seconds, and the answer the
    /// seconds until something changes by itself.
    pub fn drain(&mut self, now: f64) -> Option<f64> {
        language::speak(self.state.settings.language());
        let next = self.state.notices.tick(now);
        while let Some(update) = self.engine.poll() {
            self.take(update);
            self.carry_out();
        }
        let still = train::measure(&mut self.state, &mut self.effects);
        train::read_map(&mut self.state, &mut self.effects);
        self.keep();
        self.carry_out();
        next.into_iter().chain(still).reduce(f64::min)
    }

    /// Does what a frame asked for.
    pub fn act<A: Into<Action>>(&mut self, actions: impl IntoIterator<Item = A>) {
        for action in actions {
            self.perform(action.into());
            self.carry_out();
        }
        self.keep();
        self.carry_out();
    }

    fn perform(&mut self, action: Action) {
        match action.obstacle(&self.state) {
            Some(why) => self.state.notices.say(Level::Warning, why),
            None => {
                dispatch::update(&mut self.state, action, &mut self.effects);
                language::speak(self.state.settings.language());
            }
        }
    }

    fn take(&mut self, update: Update<News>) {
        let state = &mut self.state;
        match update {
            Update::Started(job) => state.activity.start(job, state.notices.now),
            Update::Event(job, event) => self.hear_event(job, &event),
            Update::Device(chosen, device) => {
                self.hear(settings::News::InUse(chosen, device).into());
            }
            Update::Said(news) => self.hear(news),
            Update::Finished(job, ended, news) => {
                if state.activity.end(job, &ended) {
                    state.notices.say(Level::Info, t!("Stopped"));
                }
                self.hear(news);
            }
        }
    }

    fn hear(&mut self, news: News) {
        dispatch::hear(&mut self.state, news, &mut self.effects);
    }

    fn hear_event(&mut self, job: JobId, event: &Event) {
        self.state.activity.hear(job, event, self.state.notices.now);
        if let Some(news) = self.engine.heard(job, event) {
            self.hear(news);
        }
    }

    /// Does what updates wanted beyond the state, and what that wants in turn.
    fn carry_out(&mut self) {
        loop {
            let wanted = self.effects.take();
            if wanted.is_empty() {
                return;
            }
            for effect in wanted {
                match effect {
                    Effect::Submit(id, work) => self.submit(id, work),
                    Effect::Stop(job, mode) => self.engine.stop(job, mode),
                    Effect::Then(action) => self.perform(action),
                    Effect::Ask(dialog) => self.ask(dialog),
                }
            }
        }
    }

    /// Queues a job, with a line in the activity list where somebody waits for it.
    fn submit(&mut self, id: JobId, work: Work<News>) {
        if let Some(title) = work.title.clone() {
            self.state.activity.add(id, title, work.reads.clone(), self.state.notices.now);
        }
        self.engine.submit(id, work);
    }

    fn ask(&mut self, dialog: Dialog) {
        let hint = dialog.hint;
        self.state.choosing = true;
        let report = self.engine.reporter();
        let answer = move |answer| {
            report(match answer {
                Answer::Chosen(action) => News::Chosen(action.map(Box::new)),
                Answer::Unseen(dialog) => files::News::NoDialog(Box::new(dialog)).into(),
            });
        };
        if let Err(why) = dialogs::open(self.dialog.clone(), dialog, answer) {
            self.state.notices.failed(&Failure::new(key!("the dialog could not open"), why, hint));
            self.state.choosing = false;
        }
    }

    /// Has the preferences and the runs that wait written, where they are others than before.
    fn keep(&mut self) {
        let Some(folder) = self.config.clone() else { return };
        let settings = &mut self.state.settings;
        if self.written != settings.preferences && settings.keeping.is_none() {
            self.written = settings.preferences.clone();
            let (preferences, folder) = (settings.preferences.clone(), folder.clone());
            settings.keeping = Some(self.effects.submit(writing(move || preferences::save(&folder, &preferences))));
        }
        let waiting = self.state.train.waiting();
        if waiting != self.kept {
            self.kept.clone_from(&waiting);
            self.effects.submit(writing(move || waiting::save(&folder, &waiting)));
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
        self.held = None;
    }
}

/// Housekeeping that writes a file.
fn writing<E: Into<Failure>>(write: impl FnOnce() -> Result<(), E> + Send + 'static) -> Work<News> {
    let deed = move |desk: &Desk<'_>| {
        write().map_err(Into::into)?;
        Ok(settings::News::Kept(desk.job).into())
    };
    Work::new(Lane::Quick, deed, |job, halt| settings::News::NotKept(job, halt).into())
}
