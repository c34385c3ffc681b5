//! Why an action cannot be done now: one place for buttons, menus, shortcuts and the guard before it is done.

use super::{
    Action, AppState,
    state::{Closing, Phase},
};
use crate::job::Picked;

const NO_DATASET: &str = "Open a dataset first";
const NO_MODEL: &str = "Train or choose a model first";

fn no(blocked: bool, why: &'static str) -> Option<&'static str> {
    blocked.then_some(why)
}

impl Action {
    /// Why it cannot be done now; `None` when it can.
    #[must_use]
    pub fn obstacle(&self, state: &AppState) -> Option<&'static str> {
        self.of_window(state).or_else(|| self.of_runs(state)).or_else(|| self.of_answers(state))
    }

    /// Of dialogs, datasets, and what can be taken back.
    fn of_window(&self, state: &AppState) -> Option<&'static str> {
        match self {
            Self::Choose(purpose) => {
                no(state.choosing, "Close the dialog that is open first").or_else(|| chosen_for(*purpose, state))
            }
            Self::Export(..) => no(state.choosing, "Close the dialog that is open first"),
            Self::Rescan => no(state.dataset.opened.is_none(), NO_DATASET),
            Self::CloseDataset => {
                let loading = matches!(state.dataset.phase, Phase::Loading { .. });
                no(state.dataset.opened.is_none() && !loading, NO_DATASET)
            }
            Self::OpenSynthetic => {
                no(matches!(state.dataset.phase, Phase::Loading { .. }), "Another dataset is opening")
            }
            Self::Undo => {
                let offered = state.notices.undoable().and_then(|id| state.notices.offered(id));
                offered.map_or(Some("There is nothing to undo"), |action| action.obstacle(state))
            }
            Self::RestoreClassified(id) => {
                no(!state.classify.can_restore(*id), "These results were replaced by newer ones since")
            }
            Self::CloseNow | Self::StayOpen => no(state.closing != Closing::Asked, "The window stays open"),
            _ => None,
        }
    }

    /// Of training and its runs.
    fn of_runs(&self, state: &AppState) -> Option<&'static str> {
        let train = &state.train;
        match self {
            Self::StartTraining => no(state.dataset.opened.is_none(), NO_DATASET)
                .or_else(|| no(!state.training_problems().is_empty(), "Some settings cannot be trained")),
            Self::ResumeRun(run) => no(state.dataset.opened.is_none(), "Open its dataset first")
                .or_else(|| {
                    let (run, opened) = (train.run(run)?, state.dataset.opened.as_ref()?);
                    let other = opened.dataset.hash != run.dataset_hash;
                    no(other, "It was trained on another dataset: open that one first")
                })
                .or_else(|| train.held(run)),
            Self::ClearQueue => no(train.queue.is_empty(), "No run waits"),
            Self::LineUpLeftOver | Self::ForgetLeftOver => no(train.left_over.is_empty(), "No run was left over"),
            Self::RenameRun(run, name) => train.held(run).or_else(|| train.name_problem(run, name)),
            Self::DeleteRun(run) => train.held(run),
            Self::RestoreRun(trashed) => {
                no(train.changing.iter().any(|(_, path)| path == trashed), "This run is being brought back")
            }
            Self::StopTraining(_) => no(train.running.is_none(), "No run is training"),
            _ => None,
        }
    }

    /// Of models and what they are asked.
    fn of_answers(&self, state: &AppState) -> Option<&'static str> {
        match self {
            Self::Evaluate => no(state.dataset.opened.is_none(), NO_DATASET)
                .or_else(|| usable(state))
                .or_else(|| no(state.evaluate.running.is_some(), "An evaluation is running already")),
            Self::EvaluateModel(id) => Self::UseModel(id.clone())
                .obstacle(state)
                .or_else(|| no(state.dataset.opened.is_none(), NO_DATASET))
                .or_else(|| no(state.evaluate.running.is_some(), "An evaluation is running already")),
            Self::EvaluateOther(_) => other_lab(state),
            Self::Compare => no(state.dataset.opened.is_none(), NO_DATASET)
                .or_else(|| no(state.chosen_pairing().is_none(), "Train or choose a second model first"))
                .or_else(|| no(state.compare.running.is_some(), "A comparison is running already")),
            Self::UseModel(id) => {
                no(state.models.get(id).is_none(), "That model is gone").or_else(|| changing(state, id))
            }
            Self::Classify(_) => usable(state),
            Self::ClassifyAgain => no(state.classify.items.is_empty(), "Drop images first")
                .or_else(|| no(!state.classify.running.is_empty(), "Images are being classified"))
                .or_else(|| usable(state)),
            Self::StopClassifying => no(state.classify.running.is_empty(), "Nothing is being classified"),
            Self::ClearClassified => no(state.classify.items.is_empty(), "There is nothing to clear"),
            _ => None,
        }
    }
}

/// Of a dialog, by what it is for.
fn chosen_for(purpose: Picked, state: &AppState) -> Option<&'static str> {
    match purpose {
        Picked::ExternalSet => other_lab(state),
        Picked::EvaluationReport => no(state.evaluate.result.is_none(), "Evaluate first"),
        Picked::ComparisonReport => no(state.compare.result.is_none(), "Compare first"),
        Picked::Dataset
        | Picked::Images
        | Picked::ImageFolder
        | Picked::Outputs
        | Picked::InitialWeights
        | Picked::Model
        | Picked::OtherLab => None,
    }
}

/// Of judging the model whose figures are shown on another lab.
fn other_lab(state: &AppState) -> Option<&'static str> {
    let Some(answered) = &state.evaluate.answered else { return Some("Evaluate at home first") };
    no(state.evaluate.asked_other.is_some(), "Another lab is being judged already")
        .or_else(|| no(!state.models.has(&answered.model), "The model of these figures is gone: evaluate another one"))
        .or_else(|| changing(state, &answered.model.id))
}

/// Of putting anything to the model in use.
fn usable(state: &AppState) -> Option<&'static str> {
    match state.models.current() {
        Some(model) => changing(state, &model.id),
        None => Some(NO_MODEL),
    }
}

/// Of a model whose folder moves right now.
fn changing(state: &AppState, id: &str) -> Option<&'static str> {
    let moves = state.train.changing.iter().any(|(_, folder)| folder.as_os_str() == id);
    no(moves, "This run is being renamed or deleted")
}
