//! The actions that the command list offers; buttons and shortcuts use the same ones.

use super::{Action, AppState, Page};
use crate::{job::Picked, progress::StopMode, store::preferences::ThemeChoice};

/// Every action without further words, those that can be done now first.
#[must_use]
pub fn catalogue(state: &AppState) -> Vec<Action> {
    let mut all: Vec<Action> = Page::ALL.into_iter().map(Action::Go).collect();
    all.extend([
        Action::Choose(Picked::Dataset),
        Action::Choose(Picked::Images),
        Action::Choose(Picked::ImageFolder),
        Action::OpenSynthetic,
        Action::Choose(Picked::Model),
        Action::Rescan,
        Action::CloseDataset,
        Action::StartTraining,
        Action::StopTraining(StopMode::Keep),
        Action::StopTraining(StopMode::Discard),
        Action::ClearQueue,
        Action::Evaluate,
        Action::Compare,
        Action::Choose(Picked::EvaluationReport),
        Action::Choose(Picked::ComparisonReport),
        Action::ClassifyAgain,
        Action::ClearClassified,
        Action::Undo,
        Action::ToggleInspector,
        Action::Choose(Picked::Outputs),
        Action::Close,
    ]);
    all.extend(state.models.current.clone().map(Action::ShowCard));
    all.extend(state.classify.last_aside().map(Action::RestoreClassified));
    if !state.train.left_over.is_empty() {
        all.extend([Action::LineUpLeftOver, Action::ForgetLeftOver]);
    }
    all.extend(ThemeChoice::ALL.map(Action::Theme));
    all.sort_by_key(|action| action.obstacle(state).is_some());
    all
}
