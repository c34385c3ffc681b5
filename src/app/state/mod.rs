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
    evaluate::{EvaluateState, OtherLab, Question},
    models::{Model, ModelsState, ShownCard},
    queue::{LineUp, Queued},
    settings::Settings,
    train::{LivePoint, LiveRun, TrainState},
};

use std::path::PathBuf;

use super::{Notices, Page};
use crate::{
    domain::config::{DeviceChoice, TrainConfig},
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
        problems
    }

    /// What an evaluation would be made of now; `None` without a dataset or a model.
    #[must_use]
    pub fn chosen_question(&self) -> Option<Question> {
        let root = self.dataset.opened.as_ref()?.dataset.root.clone();
        Some(Question { model: self.models.current.clone()?, root, scope: self.evaluate.scope })
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
        let root = self.dataset.opened.as_ref()?.dataset.root.clone();
        let [a, b] = Side::BOTH.map(|side| self.compared(side).map(|model| model.id.clone()));
        let (a, b) = (a?, b?);
        (a != b).then_some(Pairing { a, b, root, scope: self.compare.scope })
    }
}
