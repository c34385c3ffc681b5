//! The models that can be put to cells, and the one in use.

use std::path::{Path, PathBuf};

use crate::{
    app::Inquiry,
    domain::{
        classes::ClassList,
        hash::ContentHash,
        key::ModelKey,
        occurring::Occurring,
        run::{RunEnd, RunRecord},
    },
    model::{bundled::Bundled, card::ModelCard},
};

/// A bundled model or a finished run.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// A bundled name or the path of a run folder; what jobs are given.
    pub id: String,
    /// Such as `MobileNet + attention`.
    pub title: String,
    /// Where it comes from, such as `bundled` or the run's name.
    pub origin: String,
    pub weights: ContentHash,
    /// What it can answer.
    pub classes: ClassList,
    /// The dataset that it learned from.
    pub dataset: String,
    /// On its own test split, 0 to 1.
    pub accuracy: Option<f64>,
}

impl Model {
    /// What names a run's model in jobs and preferences.
    #[must_use]
    pub fn id_of(folder: &Path) -> String {
        folder.display().to_string()
    }

    /// One that comes with the program.
    #[must_use]
    pub fn bundled(model: &Bundled) -> Option<Self> {
        let card = model.card().ok()?;
        Some(Self {
            id: model.name.to_owned(),
            title: card.network.architecture.title().to_owned(),
            origin: key!("bundled").to_owned(),
            weights: card.weights_hash,
            classes: card.classes,
            dataset: card.dataset,
            accuracy: card.test.and_then(|test| test.accuracy),
        })
    }

    /// That of a run, where it has one.
    #[must_use]
    pub fn of(run: &RunRecord) -> Option<Self> {
        Some(Self {
            id: Self::id_of(&run.path),
            title: run.architecture.title().to_owned(),
            origin: run.name.clone(),
            weights: run.weights_hash.filter(|_| run.end != RunEnd::Unfinished)?,
            classes: run.classes.clone(),
            dataset: run.dataset.clone(),
            accuracy: run.test.as_ref().and_then(|test| test.accuracy),
        })
    }

    #[must_use]
    pub fn key(&self) -> ModelKey {
        ModelKey { id: self.id.clone(), weights: self.weights }
    }

    /// Such as `MobileNet + attention · bundled`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} · {}", self.title, t!(&self.origin))
    }
}

/// The choice of models.
#[derive(Clone, Debug, Default)]
pub struct ModelsState {
    pub known: Vec<Model>,
    /// The id of the one in use.
    pub current: Option<String>,
    /// Which of its classes can occur on the slides to come, by a person's word.
    pub occurring: Occurring,
    /// The card of the model of this id, that a person asked for and has not closed.
    pub card: Inquiry<String, ModelCard>,
    /// The deleted run that was in use, by its place in the trash, while nobody has chosen another model since.
    pub displaced: Option<PathBuf>,
    /// The id of the model that a person chose and that is not there, while nobody has chosen another one since.
    pub missing: Option<String>,
}

impl ModelsState {
    /// The model in use.
    #[must_use]
    pub fn current(&self) -> Option<&Model> {
        self.get(self.current.as_ref()?)
    }

    /// The model of an id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Model> {
        self.known.iter().find(|model| model.id == id)
    }

    /// Whether a model is there with the weights that it had.
    #[must_use]
    pub fn has(&self, key: &ModelKey) -> bool {
        self.get(&key.id).is_some_and(|model| model.weights == key.weights)
    }
}
