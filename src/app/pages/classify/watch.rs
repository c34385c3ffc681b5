//! A folder is watched: what is written into it stands among the results as it comes.

use std::path::{Path, PathBuf};

use super::{
    ClassifyState, News,
    room::{halted, make_room},
};
use crate::{
    app::{AppState, Effects, Level, Page, files},
    eval::stream::Said,
    fault::StopMode,
    job::{Desk, JobId, Lane, Work, tasks},
    report::words::thousands,
};

/// Watches a folder with the model in use; results of another one make way.
pub(super) fn begin(state: &mut AppState, folder: PathBuf, effects: &mut Effects) {
    let Some((model, occurring)) = make_room(state, effects) else { return };
    let (id, among, device) = (model.id.clone(), occurring.clone(), state.settings.preferences.device.clone());
    let (watched, taken) = (folder.clone(), state.classify.taken.clone());
    let deed = move |desk: &Desk<'_>, say: &dyn Fn(crate::app::News)| {
        let told = |told| say(News::Told(desk.job, told).into());
        tasks::watch::watch((&id, &among), (&watched, &taken), &device, desk, &told).map(|never| match never {})
    };
    let title = t!("Watch {name}", name = files::name(&folder));
    let job = effects.submit(Work::telling(Lane::Watch, deed, halted).titled(title).reading(&model.id));
    let classify = &mut state.classify;
    classify.watch(job, folder);
    (classify.model, classify.occurring, classify.failure) = (Some(model), occurring, None);
    state.page = Page::Classify;
}

pub(super) fn stop(state: &mut AppState, effects: &mut Effects) {
    if let Some(job) = state.classify.watching.as_ref().map(|watched| watched.job) {
        state.stop(job, StopMode::Keep, effects);
    }
}

/// Adds what came; the newest is shown while a person looks at the one before it.
pub(super) fn take_in(classify: &mut ClassifyState, job: JobId, said: Vec<Said>) {
    let last = classify.items.len().saturating_sub(1);
    let follows = classify.current >= last;
    let mut images: Vec<&Path> = said.iter().filter_map(Said::cell).map(|cell| cell.path.as_path()).collect();
    images.dedup();
    let count = images.len();
    classify.take_in(job, said);
    if let Some(watched) = classify.watching.as_mut().filter(|watched| watched.job == job) {
        watched.came += count;
        if follows {
            classify.current = classify.items.len().saturating_sub(1);
        }
    }
}

/// Whether it was the job that watches; it does no more.
pub(super) fn ended(state: &mut AppState, job: JobId) -> bool {
    let Some(watched) = state.classify.watching.take_if(|watched| watched.job == job) else { return false };
    let (folder, came) = (files::name(&watched.folder), thousands(watched.came as u64));
    let said = n!(
        watched.came,
        "{folder} is watched no more: 1 image came",
        "{folder} is watched no more: {came} images came",
        folder,
        came
    );
    state.notices.say(Level::Info, said);
    true
}
