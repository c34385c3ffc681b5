//! Everything the window knows, each fact in one place.

pub mod activity;
pub mod classify;
pub mod compare;
pub mod dataset;
pub mod evaluate;
pub mod models;
pub mod queue;
pub mod settings;
pub mod train;

pub use self::{
    activity::{Activity, Task},
    classify::ClassifyState,
    compare::{CompareState, Pairing, Side},
    dataset::{DatasetState, Phase},
    evaluate::{AskedOther, EvaluateState, OtherLab, Question},
    models::{Model, ModelsState, ShownCard},
    queue::{LineUp, Queued},
    settings::Settings,
    train::{LivePoint, LiveRun, TrainState},
};

use std::path::{Path, PathBuf};

use super::{Notices, Page};
use crate::{
    domain::config::{DeviceChoice, Init, TrainConfig},
    job::{Found, JobId},
};

/// What views read. Changed by [`super::App`] alone, through actions and updates.
#[derive(Default)]
pub struct AppState {
    pub page: Page,
    pub dataset: DatasetState,
    pub models: ModelsState,
    pub train: TrainState,
    pub evaluate: EvaluateState,
    pub compare: CompareState,
    pub classify: ClassifyState,
    pub activity: Activity,
    pub settings: Settings,
    pub notices: Notices,
    /// What is held over the window and has not been let go yet.
    pub hovered: Option<Hovered>,
    /// A file dialog is open.
    pub choosing: bool,
    pub closing: Closing,
}

/// How far the closing of the window is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Closing {
    /// Nobody wants it closed.
    #[default]
    Not,
    /// A person is asked whether what runs and waits may end.
    Asked,
    /// It may close.
    Agreed,
}

/// Files held over the window.
#[derive(Clone, Debug)]
pub struct Hovered {
    pub job: JobId,
    pub paths: Vec<PathBuf>,
    /// `None` until the desk has looked.
    pub found: Option<Found>,
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
            problems.push(("init", "is of a run that is not there any more: choose another".to_owned()));
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
        let counted = |count: usize, one: &str, many: &str| match count {
            0 => None,
            1 => Some(format!("1 {one}")),
            count => Some(format!("{count} {many}")),
        };
        let training = self.train.running.iter().count();
        let others = self.activity.tasks.iter().filter(|task| task.alive()).count().saturating_sub(training);
        let parts = [
            counted(training, "run is training", "runs are training"),
            counted(self.train.queue.len(), "run waits", "runs wait"),
            counted(others, "other job is at work", "other jobs are at work"),
        ];
        let parts: Vec<_> = parts.into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }

    /// What an evaluation would be made of now; `None` without a dataset or a model.
    #[must_use]
    pub fn chosen_question(&self) -> Option<Question> {
        let data = self.dataset.opened.as_ref()?.dataset.key();
        Some(Question { model: self.models.current()?.key(), data, scope: self.evaluate.scope })
    }

    /// The model on one side of a comparison: the chosen one, else the model in use and the first other one.
    #[must_use]
    pub fn compared(&self, side: Side) -> Option<&Model> {
        let known = |id: &String| self.models.known.iter().find(|model| model.id == *id);
        let a = || {
            self.compare
                .a
                .as_ref()
                .and_then(known)
                .or_else(|| self.models.current())
                .or_else(|| self.models.known.first())
        };
        match side {
            Side::A => a(),
            Side::B => self.compare.b.as_ref().and_then(known).or_else(|| {
                let taken = a()?;
                self.models.known.iter().find(|model| model.id != taken.id)
            }),
        }
    }

    /// What a comparison would be made of now; `None` without a dataset or two models.
    #[must_use]
    pub fn chosen_pairing(&self) -> Option<Pairing> {
        let data = self.dataset.opened.as_ref()?.dataset.key();
        let [a, b] = Side::BOTH.map(|side| self.compared(side).map(Model::key));
        let (a, b) = (a?, b?);
        (a.id != b.id).then_some(Pairing { a, b, data, scope: self.compare.scope })
    }
}
