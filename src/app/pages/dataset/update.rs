//! Datasets are opened, closed and split.

use std::{path::PathBuf, sync::Arc};

use super::{Message, News, Phase};
use crate::{
    app::{AppState, Dialog, Effects, Level, Offer, Page, files},
    fault::{Failure, Halt, StopMode},
    job::{Desk, JobId, Lane, Opened, Work, tasks},
    report::words::thousands,
};

pub fn update(state: &mut AppState, message: Message, effects: &mut Effects) {
    match message {
        Message::Open(root) => open(state, root, effects),
        Message::Choose => {
            effects.ask(Dialog::first(t!("Open a dataset"), Offer::Folder, |root| Message::Open(root).into()));
        }
        Message::OpenSynthetic => {
            let deed = |desk: &Desk<'_>| Ok(News::Synthetic(tasks::data::synthetic(desk)?).into());
            effects.submit(Work::new(Lane::Quick, deed, halted));
        }
        Message::Rescan => {
            if let Some(opened) = &state.dataset.opened {
                open(state, opened.dataset.root.clone(), effects);
            }
        }
        Message::Close => close(state, effects),
    }
}

pub fn hear(state: &mut AppState, news: News, effects: &mut Effects) {
    match news {
        News::Opened(job, opened) => take(state, job, opened),
        News::Split { of, opened: new } => {
            if let Some(opened) = state.dataset.opened.as_mut().filter(|opened| opened.dataset == of.dataset)
                && new.split.seed == state.train.form.seed
            {
                *opened = new;
            }
        }
        News::Synthetic(root) => effects.then(Message::Open(root)),
        News::Halted(job, Halt::Stopped) => end(state, job, None),
        News::Halted(job, Halt::Failed(failure)) => {
            end(state, job, Some(&failure));
            state.notices.failed(&failure);
        }
    }
}

fn halted(job: JobId, halt: Halt) -> crate::app::News {
    News::Halted(job, halt).into()
}

fn open(state: &mut AppState, root: PathBuf, effects: &mut Effects) {
    if let Phase::Loading { job, .. } = state.dataset.phase {
        effects.stop(job, StopMode::Discard);
    }
    let (folder, seed) = (root.clone(), state.train.form.seed);
    let deed = move |desk: &Desk<'_>| {
        let opened = Arc::new(tasks::data::open(&folder, seed, desk)?);
        Ok(News::Opened(desk.job, opened).into())
    };
    let title = t!("Open {name}", name = files::name(&root));
    let job = effects.submit(Work::new(Lane::Batch, deed, halted).titled(title));
    state.dataset.phase = Phase::Loading { job, root };
    state.page = Page::Dataset;
}

fn close(state: &mut AppState, effects: &mut Effects) {
    if let Phase::Loading { job, .. } = state.dataset.phase {
        state.stop(job, StopMode::Discard, effects);
    }
    if let Some(opened) = state.dataset.opened.take() {
        let again = Message::Open(opened.dataset.root.clone());
        let words = t!("Closed {dataset}", dataset = opened.dataset.name());
        state.step(Level::Info, words, again, Some(Message::Close.into()));
    }
    state.dataset.phase = Phase::Empty;
}

/// Deals the parts anew, by the seed of the training form.
pub fn split(state: &AppState, effects: &mut Effects) {
    let Some(of) = state.dataset.opened.clone() else { return };
    let seed = state.train.form.seed;
    let deed = move |_: &Desk<'_>| {
        let opened = tasks::data::split(&of, seed);
        Ok(News::Split { of, opened }.into())
    };
    effects.submit(Work::new(Lane::Quick, deed, halted));
}

fn take(state: &mut AppState, job: JobId, opened: Arc<Opened>) {
    if !matches!(state.dataset.phase, Phase::Loading { job: opening, .. } if opening == job) {
        return;
    }
    let (name, count) = (opened.dataset.name(), opened.dataset.items.len());
    state.settings.preferences.remember(&opened.dataset.root);
    state.notices.say(Level::Success, t!("Opened {name}: {count} images", name, count = thousands(count as u64)));
    state.dataset.opened = Some(opened);
    state.dataset.phase = Phase::Open;
}

/// An opening ended without a dataset: the one from before stays.
fn end(state: &mut AppState, job: JobId, failure: Option<&Failure>) {
    let Phase::Loading { job: opening, root } = &state.dataset.phase else { return };
    if *opening != job {
        return;
    }
    state.dataset.phase = match (failure, &state.dataset.opened) {
        (Some(failure), None) => Phase::Failed { failure: failure.clone(), root: root.clone() },
        (_, Some(_)) => Phase::Open,
        (None, None) => Phase::Empty,
    };
}
