//! Everything the window knows, each fact in one place.

use std::path::Path;

use super::{
    Activity, Effects, Level, Notices, Page, Selection,
    action::Action,
    files,
    history::History,
    models::ModelsState,
    notices::UNDO,
    pages::{
        classify::ClassifyState,
        compare::CompareState,
        dataset::DatasetState,
        evaluate::EvaluateState,
        explain::ExplainState,
        lab::LabState,
        map::MapState,
        quiz::QuizState,
        review::{Open, ReviewState},
        settings::Settings,
        train::TrainState,
    },
    tour::TourState,
    window::{Closing, Hovered, Message},
};
use crate::{
    domain::config::{DeviceChoice, Init, TrainConfig},
    fault::StopMode,
    job::JobId,
};

/// What views read. Changed by [`super::App`] alone, through actions and news.
#[derive(Default)]
pub struct AppState {
    pub page: Page,
    pub dataset: DatasetState,
    pub models: ModelsState,
    pub train: TrainState,
    pub evaluate: EvaluateState,
    pub compare: CompareState,
    pub lab: LabState,
    pub classify: ClassifyState,
    pub explain: ExplainState,
    pub map: MapState,
    pub quiz: QuizState,
    pub review: ReviewState,
    pub activity: Activity,
    pub settings: Settings,
    pub notices: Notices,
    pub history: History,
    /// The images that are chosen on all pages that show them.
    pub selection: Selection,
    pub hovered: Hovered,
    /// A file dialog is open.
    pub choosing: bool,
    /// A path is typed in place of a file dialog.
    pub typing: Option<files::Typing>,
    pub closing: Closing,
    /// One page over the whole screen, in large type.
    pub presenting: bool,
    /// A picture of the window is wanted.
    pub picturing: bool,
    pub tour: TourState,
}

impl AppState {
    /// The settings of each run that the form asks for, in the order of training, with the device of the preferences
    /// where the form leaves it open.
    #[must_use]
    pub fn chosen_trainings(&self) -> Vec<TrainConfig> {
        let mut form = self.train.form.clone();
        if form.device == DeviceChoice::Auto {
            form.device = self.settings.preferences.device.clone();
        }
        self.train.line_up.configs(&form)
    }

    /// Every reason why what the form asks for cannot be trained, as (field, sentence); empty when it can.
    #[must_use]
    pub fn training_problems(&self) -> Vec<(&'static str, String)> {
        let mut problems = self.train.form.problems();
        problems.extend(self.train.line_up.problems(&self.train.form));
        if let Init::Model(id) = &self.train.form.init
            && self.is_gone(id)
        {
            problems.push(("init", t!("is of a run that is not there any more: choose another").to_owned()));
        }
        problems
    }

    /// Whether a model is of a run that was deleted or moved away; one that lies elsewhere is not known here.
    #[must_use]
    pub fn is_gone(&self, id: &str) -> bool {
        let ours = Path::new(id).parent() == Some(self.settings.outputs().as_path());
        ours && !self.models.known.is_empty() && self.models.get(id).is_none()
    }

    /// Warnings and errors that nobody has looked at.
    #[must_use]
    pub fn unread(&self) -> usize {
        self.activity.unread + self.notices.unread()
    }

    /// What would end with the window, in words; `None` when it can close.
    #[must_use]
    pub fn unfinished(&self) -> Option<String> {
        // Nothing is lost with a folder that is watched no more.
        let watching = usize::from(self.classify.watching.is_some());
        let training = self.train.running.len();
        let others = self.activity.tasks.iter().filter(|task| task.alive()).count().saturating_sub(training + watching);
        let entries = self.review.open.as_ref().map_or(0, Open::writing);
        let queued = self.train.queue.len();
        let parts = [
            (
                entries,
                n!(
                    entries,
                    "1 entry of the review is being written",
                    "{count} entries of the review are being written",
                    count = entries
                ),
            ),
            (training, n!(training, "1 run is training", "{count} runs are training", count = training)),
            (queued, n!(queued, "1 run waits", "{count} runs wait", count = queued)),
            (others, n!(others, "1 other job is at work", "{count} other jobs are at work", count = others)),
        ];
        let parts: Vec<_> = parts.into_iter().filter(|(count, _)| *count > 0).map(|(_, words)| words).collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }

    /// Asks a job to end and says so in its line.
    pub(in crate::app) fn stop(&mut self, job: JobId, mode: StopMode, effects: &mut Effects) {
        effects.stop(job, mode);
        if let Some(task) = self.activity.task_mut(job) {
            task.stopping = true;
        }
    }

    /// Says what was done, with a button that takes it back.
    pub(in crate::app) fn step(
        &mut self,
        level: Level,
        words: impl Into<String>,
        undo: impl Into<Action>,
        redo: Option<Action>,
    ) {
        let words = words.into();
        let step = self.history.push(words.clone(), undo.into(), redo);
        self.notices.offer(level, words, t!(UNDO), Message::TakeBack(step));
    }

    /// Of what needs an opened dataset.
    pub(in crate::app) fn without_dataset(&self) -> Option<&'static str> {
        no(self.dataset.opened.is_none(), t!("Open a dataset first"))
    }

    /// Of what needs the model in use.
    pub(in crate::app) fn without_model(&self) -> Option<&'static str> {
        match self.models.current() {
            Some(model) => self.moving(&model.id),
            None => Some(t!("Train or choose a model first")),
        }
    }

    /// Of a model whose folder moves right now.
    pub(in crate::app) fn moving(&self, id: &str) -> Option<&'static str> {
        let moves = self.train.changing.iter().any(|(_, folder)| folder.as_os_str() == id);
        no(moves, t!("This run is being renamed or deleted"))
    }

    /// Of another file dialog.
    pub(in crate::app) fn dialog_open(&self) -> Option<&'static str> {
        no(self.choosing, t!("Close the dialog that is open first"))
    }
}

/// The reason where something is in the way.
#[must_use]
pub fn no(blocked: bool, why: &'static str) -> Option<&'static str> {
    blocked.then_some(why)
}
