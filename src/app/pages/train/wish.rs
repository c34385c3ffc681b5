//! How what can be asked of training is worded, and what stands in its way.

use super::Message;
use crate::{
    app::{AppState, Wish, no},
    fault::StopMode,
};

impl Wish for Message {
    fn text(&self) -> String {
        match self {
            Self::ChooseWeights => t!("Choose weights…"),
            Self::ChooseOtherLab => t!("Add another lab…"),
            Self::Start => t!("Start training"),
            Self::Stop(StopMode::Keep) => t!("Stop and keep the best"),
            Self::Stop(StopMode::Discard) => t!("Stop and discard"),
            Self::ClearQueue => t!("Clear the queue"),
            Self::LineUpLeftOver => t!("Line them up again"),
            Self::ForgetLeftOver => t!("Forget them"),
            Self::Resume(_) => t!("Resume"),
            Self::Again(_) => t!("Train again with these settings"),
            Self::Edit(_) | Self::EditLineUp(_) | Self::Watch(_) | Self::Unqueue(_) | Self::Requeue(..) => "",
        }
        .to_owned()
    }

    fn tooltip(&self) -> &'static str {
        match self {
            Self::Start => {
                t!("Trains in the background, behind the run that trains already; everything else stays usable")
            }
            Self::Stop(StopMode::Keep) => t!("Ends this run alone, with its best weights; what waits is trained next"),
            Self::Stop(StopMode::Discard) => {
                t!("Ends this run alone and leaves nothing of it; what waits is trained next")
            }
            Self::ClearQueue => t!("Removes every run that waits; the one that trains goes on"),
            Self::Watch(_) => t!("Shows the curves of this one of the runs that train"),
            Self::Edit(_)
            | Self::EditLineUp(_)
            | Self::ChooseWeights
            | Self::ChooseOtherLab
            | Self::Unqueue(_)
            | Self::Requeue(..)
            | Self::LineUpLeftOver
            | Self::ForgetLeftOver
            | Self::Resume(_)
            | Self::Again(_) => "",
        }
    }

    fn obstacle(&self, state: &AppState) -> Option<&'static str> {
        let train = &state.train;
        match self {
            Self::ChooseWeights | Self::ChooseOtherLab => state.dialog_open(),
            Self::Start => state
                .without_dataset()
                .or_else(|| no(!state.training_problems().is_empty(), t!("Some settings cannot be trained"))),
            Self::Resume(run) => no(state.dataset.opened.is_none(), t!("Open its dataset first"))
                .or_else(|| {
                    let (run, opened) = (train.run(run)?, state.dataset.opened.as_ref()?);
                    let other = opened.dataset.hash != run.dataset_hash;
                    no(other, t!("It was trained on another dataset: open that one first"))
                })
                .or_else(|| train.held(run)),
            Self::ClearQueue => no(train.queue.is_empty(), t!("No run waits")),
            Self::LineUpLeftOver | Self::ForgetLeftOver => no(train.left_over.is_empty(), t!("No run was left over")),
            Self::Stop(_) => no(train.running.is_empty(), t!("No run is training")),
            Self::Edit(_)
            | Self::EditLineUp(_)
            | Self::Watch(_)
            | Self::Unqueue(_)
            | Self::Requeue(..)
            | Self::Again(_) => None,
        }
    }
}
