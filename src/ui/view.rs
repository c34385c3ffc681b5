//! What only the eye needs to keep: open popups, hovered classes, decoded pictures.

use std::sync::{
    Arc,
    mpsc::{Receiver, Sender},
};

use egui::ColorImage;

use super::{
    frames::FrameTimes,
    views::{
        classify::Large, compare::CompareView, dataset::DatasetView, evaluate::EvaluateView, explain::ExplainView,
        map::MapView, quiz::QuizView, review::ReviewView, train::TrainView,
    },
    widgets::gallery::Pictures,
};

/// What the open command list keeps between frames.
#[derive(Debug, Default)]
pub struct Palette {
    pub query: String,
    /// The row that Enter takes.
    pub at: usize,
}

/// What only the eye needs to keep: open popups, hovered classes, decoded pictures.
pub struct UiState {
    pub(super) commands: Option<Palette>,
    pub(super) activity_open: bool,
    pub dataset: DatasetView,
    pub train: TrainView,
    pub evaluate: EvaluateView,
    pub compare: CompareView,
    pub explain: ExplainView,
    pub map: MapView,
    pub quiz: QuizView,
    pub review: ReviewView,
    pub frames: FrameTimes,
    pub pictures: Pictures,
    /// What the Classify page shows large.
    pub large: Large,
    /// Files that are dropped on the window reach it.
    pub takes_drops: bool,
    /// The window is over the whole screen.
    pub(super) presented: bool,
    /// A picture of the window was asked for and is not there yet.
    pub(super) picture_asked: bool,
    /// Where pictures of the window arrive.
    pub(super) taken: (Sender<Arc<ColorImage>>, Receiver<Arc<ColorImage>>),
    /// The dataset whose pictures are shown, by where it lies in memory.
    pub(super) dataset_seen: Option<usize>,
    /// Seconds that the pointer was on a toast: the clock of messages stands still for so long.
    pub(super) held_secs: f64,
}
