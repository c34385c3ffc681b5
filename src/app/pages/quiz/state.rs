//! The quiz under way, the choice of the next one, and the results of this session.

use std::sync::Arc;

use crate::{
    app::{AppState, Inquiry},
    domain::quiz::{ByModel, Plan, Quiz, Sheet},
    fault::Failure,
    job::JobId,
};

/// Where cells come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Source {
    /// The opened dataset; the synthetic slides where none is open.
    #[default]
    Opened,
    Synthetic,
}

/// An answered quiz of this session.
#[derive(Clone, Debug)]
pub struct Past {
    pub sheet: Arc<Sheet>,
    /// Models that are put to the same cells, by their ids.
    pub models: Inquiry<Vec<String>, Vec<ByModel>>,
}

/// Everything of the Quiz page that outlives a frame.
#[derive(Clone, Debug, Default)]
pub struct QuizState {
    pub source: Source,
    /// Of the next quiz.
    pub plan: Plan,
    /// The job that draws its cells.
    pub(super) drawing: Option<JobId>,
    /// Why the last one could not be drawn.
    pub failure: Option<Failure>,
    pub running: Option<Quiz>,
    /// The oldest first.
    pub past: Vec<Past>,
    /// The result that is shown, by its place.
    pub shown: Option<usize>,
}

impl QuizState {
    /// The result on the page; none while cells are asked.
    #[must_use]
    pub fn result(&self) -> Option<&Past> {
        self.past.get(self.shown?).filter(|_| self.running.is_none())
    }

    /// The job that draws cells.
    #[must_use]
    pub const fn drawing(&self) -> Option<JobId> {
        self.drawing
    }
}

impl AppState {
    /// Where the cells of the next quiz come from.
    #[must_use]
    pub fn quiz_source(&self) -> Source {
        if self.dataset.opened.is_some() { self.quiz.source } else { Source::Synthetic }
    }
}
