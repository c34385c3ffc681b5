//! The cells of the map, where they lie, and what was asked for.

use std::{path::PathBuf, sync::Arc};

use crate::{
    app::{AppState, Inquiry},
    domain::{
        classes::ClassList,
        key::{DatasetKey, ModelKey},
        plane::{self, Method, Plane, Spot, Spots},
    },
    embed::Embedding,
    eval::learned::Scope,
};

/// What a map is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    pub model: ModelKey,
    pub data: DatasetKey,
    pub scope: Option<Scope>,
    /// The folder of another lab that is laid over the cells.
    pub other: Option<PathBuf>,
}

/// The cells of a map, home first, and their principal components.
#[derive(Clone, Debug)]
pub struct Mapped {
    pub home: Arc<Embedding>,
    pub other: Option<Arc<Embedding>>,
    pub pca: Plane,
    /// Every class that a cell is labelled with or given.
    pub classes: ClassList,
}

impl Mapped {
    /// Lays the cells out by principal components.
    #[must_use]
    pub fn new(home: Embedding, other: Option<Embedding>) -> Self {
        let pca = home.pca(other.as_ref());
        let spots = std::iter::once(&home).chain(&other).flat_map(|of| &of.cells.spots);
        let classes = plane::classes(spots);
        Self { home: Arc::new(home), other: other.map(Arc::new), pca, classes }
    }

    /// The folders whose cells are on it.
    pub fn folders(&self) -> impl Iterator<Item = &Spots> {
        std::iter::once(&self.home).chain(&self.other).map(|of| &of.cells)
    }

    /// How many cells there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.folders().map(|of| of.spots.len()).sum()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A cell by its place, with its folder, and whether that is the other lab's.
    #[must_use]
    pub fn spot(&self, index: usize) -> Option<(&Spots, &Spot, bool)> {
        let home = &self.home.cells;
        match index.checked_sub(home.spots.len()) {
            None => Some((home, home.spots.get(index)?, false)),
            Some(index) => {
                let other = &self.other.as_ref()?.cells;
                Some((other, other.spots.get(index)?, true))
            }
        }
    }
}

/// Everything of the Map page that outlives a frame.
#[derive(Clone, Debug, Default)]
pub struct MapState {
    /// Of the next map; without a choice, the cells that are fair to the model.
    pub scope: Option<Scope>,
    pub method: Method,
    pub drawn: Inquiry<Question, Mapped>,
    /// The same cells unfolded; follows the map by itself.
    pub unfolded: Inquiry<(), Plane>,
    /// Where they are on their way.
    pub moving: Option<Arc<Plane>>,
}

impl MapState {
    /// Where the cells lie by the method of a person's choice; on their way where they are not there yet, and by principal
    /// components before they set out.
    #[must_use]
    pub fn plane(&self) -> Option<&Plane> {
        let mapped = self.drawn.result()?;
        let unfolded = self.unfolded.result().map(AsRef::as_ref).or(self.moving.as_deref());
        let wanted = unfolded.filter(|_| self.method == Method::Tsne);
        Some(wanted.filter(|plane| plane.places.len() == mapped.len()).unwrap_or(&mapped.pca))
    }

    /// Every key of a model in questions and answers.
    pub(in crate::app) fn models(&mut self) -> impl Iterator<Item = &mut ModelKey> {
        self.drawn.questions().map(|question| &mut question.model)
    }
}

impl AppState {
    /// What a map would be made of now; `None` without a dataset or a model.
    #[must_use]
    pub fn chosen_map(&self) -> Option<Question> {
        let data = self.dataset.opened.as_ref()?.dataset.key();
        let model = self.models.current()?.key();
        let other = self.map.drawn.last().and_then(|last| last.other.clone());
        Some(Question { model, data, scope: self.map.scope, other })
    }
}
