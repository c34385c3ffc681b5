//! Everything the window knows, each fact in one place.

pub mod activity;
pub mod classify;
pub mod dataset;
pub mod evaluate;
pub mod models;
pub mod settings;
pub mod train;

pub use self::{
    activity::{Activity, Task},
    classify::ClassifyState,
    dataset::{DatasetState, Phase},
    evaluate::{EvaluateState, Question},
    models::{Model, ModelsState},
    settings::Settings,
    train::{LiveRun, TrainState},
};

use super::{Notices, Page};

/// What views read. Changed by [`super::App`] alone, through actions and updates.
#[derive(Default)]
pub struct AppState {
    pub page: Page,
    pub dataset: DatasetState,
    pub models: ModelsState,
    pub train: TrainState,
    pub evaluate: EvaluateState,
    pub classify: ClassifyState,
    pub activity: Activity,
    pub settings: Settings,
    pub notices: Notices,
}

impl AppState {
    /// What an evaluation would be made of now; `None` without a dataset or a model.
    #[must_use]
    pub fn chosen_question(&self) -> Option<Question> {
        let root = self.dataset.opened.as_ref()?.dataset.root.clone();
        Some(Question { model: self.models.current.clone()?, root, scope: self.evaluate.scope })
    }
}
