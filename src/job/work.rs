//! A job as a value: what is done, on which lane, what a person sees of it, and what becomes of its end.

use super::{JobId, Lane, desk::Desk};
use crate::{fault::Halt, progress::Event};

/// What a job does on its lane: it may pass news on while it works, and its answer is news too.
type Deed<N> = Box<dyn FnOnce(&Desk<'_>, &dyn Fn(N)) -> Result<N, Halt> + Send>;

/// Work for a lane, whose answers are news of the kind `N`.
pub struct Work<N> {
    pub(super) lane: Lane,
    /// What the activity list calls it; `None` for housekeeping that nobody waits for.
    pub title: Option<String>,
    /// The models that it reads: their folders stay where they are until it has ended.
    pub reads: Vec<String>,
    pub(super) deed: Deed<N>,
    pub(super) halted: fn(JobId, Halt) -> N,
    pub(super) heard: Option<fn(JobId, Event) -> N>,
}

impl<N> Work<N> {
    /// `halted` turns a stop or a failure into news, also of a job that never ran.
    pub fn new(
        lane: Lane,
        deed: impl FnOnce(&Desk<'_>) -> Result<N, Halt> + Send + 'static,
        halted: fn(JobId, Halt) -> N,
    ) -> Self {
        Self::telling(lane, move |desk, _| deed(desk), halted)
    }

    /// The same for a deed that passes news on before its end.
    pub fn telling(
        lane: Lane,
        deed: impl FnOnce(&Desk<'_>, &dyn Fn(N)) -> Result<N, Halt> + Send + 'static,
        halted: fn(JobId, Halt) -> N,
    ) -> Self {
        Self { lane, title: None, reads: Vec::new(), deed: Box::new(deed), halted, heard: None }
    }

    /// Gives it a line in the activity list.
    #[must_use]
    pub fn titled(self, title: impl Into<String>) -> Self {
        Self { title: Some(title.into()), ..self }
    }

    /// Names a model that must not be moved meanwhile.
    #[must_use]
    pub fn reading(mut self, model: &str) -> Self {
        self.reads.push(model.to_owned());
        self
    }

    /// Turns what it tells of its progress into news as well.
    #[must_use]
    pub fn heard_as(self, heard: fn(JobId, Event) -> N) -> Self {
        Self { heard: Some(heard), ..self }
    }
}
