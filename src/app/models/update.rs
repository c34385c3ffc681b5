//! Models are chosen and their cards shown.

use std::{path::Path, sync::Arc};

use super::{Message, Model, News};
use crate::{
    app::{AppState, Dialog, Effects, Level, Offer},
    domain::{occurring::Occurring, run::RunRecord},
    eval::predict,
    fault::Halt,
    job::{Desk, JobId, Lane, Work, tasks},
    model::bundled,
};

pub fn update(state: &mut AppState, message: Message, effects: &mut Effects) {
    match message {
        Message::Use(id) => use_model(state, id),
        Message::Among(occurring) => state.models.occurring = occurring,
        Message::Choose => {
            effects.ask(Dialog::first(t!("Open a model"), Offer::Folder, |folder| Message::Open(folder).into()));
        }
        Message::Open(folder) => {
            let deed = move |_: &Desk<'_>| Ok(News::Read(Box::new(tasks::runs::read_model(&folder)?)).into());
            effects.submit(Work::new(Lane::Quick, deed, halted));
        }
        Message::ShowCard(id) => {
            let model = id.clone();
            let deed = move |desk: &Desk<'_>| Ok(News::Card(desk.job, Arc::new(predict::card(&model)?)).into());
            let job = effects.submit(Work::new(Lane::Quick, deed, halted));
            state.models.card.ask(job, id);
        }
        Message::CloseCard => state.models.card.clear(),
    }
}

pub fn hear(state: &mut AppState, news: News, effects: &mut Effects) {
    match news {
        News::Read(run) => take(state, &run, effects),
        News::Card(job, card) => drop(state.models.card.answer(job, card, |_, _| {})),
        News::Halted(job, halt) => {
            if state.models.card.halt(job, &halt) {
                state.models.card.clear();
            }
            if let Halt::Failed(failure) = halt {
                state.notices.failed(&failure);
            }
        }
    }
}

fn halted(job: JobId, halt: Halt) -> crate::app::News {
    News::Halted(job, halt).into()
}

/// Puts a model into use, and remembers it for the next start.
pub fn use_model(state: &mut AppState, id: String) {
    let models = &mut state.models;
    (models.displaced, models.missing) = (None, None);
    models.current = Some(id.clone());
    if models.current().is_some_and(|model| models.occurring.among(&model.classes).is_err()) {
        models.occurring = Occurring::All;
    }
    state.settings.preferences.model = Some(id);
}

/// A person opened a model that lies elsewhere than the runs.
fn take(state: &mut AppState, run: &RunRecord, effects: &mut Effects) {
    let Some(model) = Model::of(run) else { return };
    let (id, name) = (model.id.clone(), model.name());
    state.models.known.retain(|known| known.id != id);
    state.models.known.push(model);
    state.settings.preferences.remember_model(&run.path);
    state.notices.say(Level::Success, t!("{name} is in use", name));
    effects.then(Message::Use(id));
}

/// The models are those that come with the program and those of runs.
pub(in crate::app) fn know<'a>(state: &mut AppState, runs: impl Iterator<Item = &'a RunRecord>) {
    let finished = runs.filter_map(Model::of);
    state.models.known = bundled::ALL.into_iter().filter_map(Model::bundled).chain(finished).collect();
    settle(state);
}

/// Sees to it that a model is in use: the chosen one, or while that is not there the first one, which is said.
fn settle(state: &mut AppState) {
    let models = &mut state.models;
    if let Some(back) = models.missing.take_if(|id| models.known.iter().any(|model| model.id == *id)) {
        models.current = Some(back);
    }
    if models.current().is_some() {
        return;
    }
    let Some(first) = models.known.first() else { return };
    let (id, name) = (first.id.clone(), first.name());
    if let Some(gone) = models.current.replace(id) {
        let said = t!("The model {gone} is not there: {name} is in use", gone = short(&gone), name);
        models.missing = Some(gone);
        state.notices.say(Level::Warning, said);
    }
}

/// The last part of a model's id.
fn short(id: &str) -> String {
    Path::new(id).file_name().map_or_else(|| id.to_owned(), |name| name.to_string_lossy().into_owned())
}
