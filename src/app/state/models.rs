//! The models that can be put to cells, and the one in use.

use std::path::PathBuf;

use crate::{job::JobId, model::card::ModelCard};

/// A bundled model or a finished run.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// A bundled name or the path of a run folder; what jobs are given.
    pub id: String,
    /// Such as `MobileNet + attention`.
    pub title: String,
    /// Where it comes from, such as `bundled` or the run's name.
    pub origin: String,
    /// On its own test split, 0 to 1.
    pub accuracy: Option<f64>,
}

/// The choice of models.
#[derive(Clone, Debug, Default)]
pub struct ModelsState {
    pub known: Vec<Model>,
    /// The id of the one in use.
    pub current: Option<String>,
    /// The card that a person asked for and has not closed.
    pub card: Option<ShownCard>,
    /// The deleted run that was in use, by its place in the trash, while nobody has chosen another model since.
    pub displaced: Option<PathBuf>,
}

/// A model's card, from the wish to see it on.
#[derive(Clone, Debug, PartialEq)]
pub struct ShownCard {
    pub job: JobId,
    /// `None` until the desk has read it.
    pub card: Option<Box<ModelCard>>,
}

impl ModelsState {
    /// The model in use.
    #[must_use]
    pub fn current(&self) -> Option<&Model> {
        let id = self.current.as_ref()?;
        self.known.iter().find(|model| model.id == *id)
    }
}
