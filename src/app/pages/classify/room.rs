//! Results make way for those of another model, and can be brought back.

use super::{Message, News};
use crate::{
    app::{Action, AppState, Effects, Level, models::Model},
    domain::{key::ModelKey, occurring::Occurring},
    fault::{Halt, StopMode},
    job::JobId,
};

pub(super) fn halted(job: JobId, halt: Halt) -> crate::app::News {
    News::Halted(job, halt).into()
}

/// The model in use and the classes that can occur; results of another choice make way.
pub(super) fn make_room(state: &mut AppState, effects: &mut Effects) -> Option<(ModelKey, Occurring)> {
    let model = state.models.current().map(Model::key)?;
    let occurring = state.models.occurring.clone();
    if state.classify.model.as_ref() != Some(&model) {
        set_aside(state, t!("The results of the other model were set aside"), None, effects);
    } else if state.classify.occurring != occurring {
        set_aside(state, t!("The results among other classes were set aside"), None, effects);
    }
    Some((model, occurring))
}

/// Takes the results away, with what is still to be classified, and offers to bring both back.
pub(super) fn set_aside(state: &mut AppState, words: &str, redo: Option<Message>, effects: &mut Effects) {
    let mut running = state.classify.running.clone();
    running.extend(state.classify.watching.as_ref().map(|watched| watched.job));
    if let Some(id) = state.classify.set_aside() {
        state.step(Level::Info, words, Message::Restore(id), redo.map(Action::from));
    }
    for job in running {
        if let Some(task) = state.activity.task_mut(job) {
            task.superseded = true;
        }
        state.stop(job, StopMode::Discard, effects);
    }
}
