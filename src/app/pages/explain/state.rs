//! The cell that is explained, what was done to it, and what the networks make of it.

use std::{path::PathBuf, sync::Arc};

use image::RgbImage;

use crate::{
    app::{AppState, models::Model},
    domain::classes::ClassList,
    explain::{
        Explained,
        alter::Alteration,
        inside::Inside,
        layer::{Layer, Map, Question},
        occlusion::Occlusion,
        overlay::Paint,
    },
    fault::Failure,
    job::JobId,
    model::card::ModelCard,
};

/// Networks side by side.
pub const SIDES: usize = 2;

/// One network's answer and its maps.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The model's id and what a person calls it.
    pub model: String,
    pub name: String,
    pub card: Arc<ModelCard>,
    pub explained: Arc<Explained>,
    /// As far as it has come.
    pub occlusion: Option<Arc<Occlusion>>,
}

impl Answer {
    /// The labels of what a person asks, in this model's own classes: its own answer where nothing else was named or it
    /// does not know the class.
    #[must_use]
    pub fn question(&self, class: Option<&str>, against: Option<&str>) -> Question {
        let label = |name: Option<&str>| name.and_then(|name| self.card.classes.label(name));
        let top = self.explained.prediction.top().map_or(0, |(label, _)| label);
        let class = label(class).unwrap_or(top);
        Question { class, against: label(against).filter(|against| *against != class) }
    }

    /// A map of this answer; `None` while it is worked out, or where the network has no such head.
    #[must_use]
    pub fn layer(&self, map: Map, question: Question) -> Option<Layer> {
        match map {
            Map::Occlusion => self.occlusion.as_ref().map(|occlusion| occlusion.layer(question)),
            map => self.explained.layer(map, question),
        }
    }
}

/// What is known of the cell as it was changed last.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// The changed image that the answers are to.
    pub picture: Option<Arc<RgbImage>>,
    pub alteration: Alteration,
    pub answers: [Option<Answer>; SIDES],
}

/// Everything of the Explain page that outlives a frame.
#[derive(Clone, Debug, Default)]
pub struct ExplainState {
    pub path: Option<PathBuf>,
    /// The image of that file, once it was read.
    pub image: Option<Arc<RgbImage>>,
    pub alteration: Alteration,
    /// The models that a person chose; the model in use and the first of another kind where nobody did.
    pub models: [Option<String>; SIDES],
    pub class: Option<String>,
    pub against: Option<String>,
    /// Which side's map is laid over the cell, and which map.
    pub shown: Shown,
    pub paint: Paint,
    /// The side that is looked into; the maps are shown where none is.
    pub looking: Option<usize>,
    /// What is inside of the model on a side, with the cell as it was changed last.
    pub inside: Option<(usize, Arc<Inside>)>,
    pub found: Findings,
    pub pinned: Option<Findings>,
    pub failure: Option<Failure>,
    /// The job at work, the changes that it was given, and the models with what a person calls them.
    pub(super) job: Option<JobId>,
    pub(super) asked: Alteration,
    pub(super) asked_of: Vec<(String, String)>,
    /// It has not answered yet.
    pub(super) waiting: bool,
    /// Something was changed since it was asked.
    pub(super) again: bool,
    /// Synthetic slides that were opened.
    pub(super) slides: u64,
}

/// The map that is laid over the cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown {
    pub side: usize,
    pub map: Map,
}

impl Shown {
    /// The map after this one, or before it, of a network with so many heads; round the end.
    #[must_use]
    pub fn next(self, heads: usize, forward: bool) -> Self {
        let maps: Vec<Map> = Map::all(heads).collect();
        let at = maps.iter().position(|map| *map == self.map).unwrap_or(0);
        let step = if forward { 1 } else { maps.len().saturating_sub(1) };
        let map = maps.get((at + step) % maps.len().max(1)).copied().unwrap_or(self.map);
        Self { map, ..self }
    }
}

impl Default for Shown {
    fn default() -> Self {
        Self { side: 0, map: Map::GradCam }
    }
}

impl ExplainState {
    /// Whether answers are on their way.
    #[must_use]
    pub const fn is_waiting(&self) -> bool {
        self.waiting
    }

    /// Whether parts are still being hidden.
    #[must_use]
    pub const fn is_hiding(&self) -> bool {
        self.job.is_some() && !self.waiting
    }

    /// What is asked of an answer.
    #[must_use]
    pub fn question(&self, answer: &Answer) -> Question {
        answer.question(self.class.as_deref(), self.against.as_deref())
    }

    /// Every class that one of the networks knows, in order.
    #[must_use]
    pub fn classes(&self) -> ClassList {
        let lists = self.found.answers.iter().flatten().map(|answer| &answer.card.classes);
        ClassList::new(lists.flat_map(ClassList::iter).map(str::to_owned))
    }

    /// Ids of the models that were chosen, to let them follow a run that was renamed.
    pub(in crate::app) fn models(&mut self) -> impl Iterator<Item = &mut String> {
        self.models.iter_mut().flatten()
    }
}

impl AppState {
    /// The model on one side of the Explain page.
    #[must_use]
    pub fn explaining(&self, side: usize) -> Option<&Model> {
        let chosen = |side: usize| self.explain.models.get(side)?.as_ref().and_then(|id| self.models.get(id));
        let first = || chosen(0).or_else(|| self.models.current()).or_else(|| self.models.known.first());
        if side == 0 {
            return first();
        }
        chosen(side).or_else(|| {
            let taken = first()?;
            let others = || self.models.known.iter().filter(|model| model.id != taken.id);
            others().find(|model| model.title != taken.title).or_else(|| others().next())
        })
    }
}
