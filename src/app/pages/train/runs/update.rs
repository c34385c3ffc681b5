//! What is done about runs on disk; whatever names a run by its folder follows where that moves.

use std::path::{Path, PathBuf};

use super::{Message, News};
use crate::{
    app::{
        AppState, Effects, Level,
        models::{self, Model},
    },
    domain::{config::Init, run::RunRecord},
    fault::Halt,
    job::{Desk, JobId, Lane, Work, tasks},
    model::bundled,
    store::{
        rename,
        trash::{self, Trashed},
    },
};

pub fn update(state: &mut AppState, message: Message, effects: &mut Effects) {
    let train = &mut state.train;
    match message {
        Message::Show(run) => train.shown = (train.shown.as_ref() != Some(&run)).then_some(run),
        Message::Tick(run) => match train.ticked.iter().position(|known| *known == run) {
            Some(at) => drop(train.ticked.remove(at)),
            None => train.ticked.push(run),
        },
        Message::TickOnly(runs) => train.ticked = runs,
        Message::Rename(folder, name) => change(state, folder, effects, move |job, from| {
            Ok(News::Renamed(job, from.to_owned(), Box::new(rename::rename(from, &name)?)))
        }),
        Message::Delete(folder) => {
            change(state, folder, effects, |job, from| Ok(News::Trashed(job, from.to_owned(), trash::throw(from)?)));
        }
        Message::Restore(trashed) => change(state, trashed, effects, |job, from| {
            Ok(News::Restored(job, from.to_owned(), Box::new(tasks::runs::restore(from)?)))
        }),
    }
}

pub fn hear(state: &mut AppState, news: News, _: &mut Effects) {
    let job = match &news {
        News::Listed(_) => None,
        News::Renamed(job, ..) | News::Trashed(job, ..) | News::Restored(job, ..) | News::Halted(job, _) => Some(*job),
    };
    state.train.changing.retain(|(of, _)| Some(*of) != job);
    match news {
        News::Listed(listed) => take_list(state, listed),
        News::Renamed(_, from, run) => take_renamed(state, &from, *run),
        News::Trashed(_, from, trashed) => take_trashed(state, &from, trashed),
        News::Restored(_, from, run) => take_restored(state, &from, *run),
        News::Halted(_, Halt::Failed(failure)) => state.notices.failed(&failure),
        News::Halted(_, Halt::Stopped) => {}
    }
}

fn halted(job: JobId, halt: Halt) -> crate::app::News {
    News::Halted(job, halt).into()
}

/// Moves a folder; it is held until the job has ended.
fn change(
    state: &mut AppState,
    folder: PathBuf,
    effects: &mut Effects,
    deed: impl FnOnce(JobId, &Path) -> Result<News, Halt> + Send + 'static,
) {
    let from = folder.clone();
    let work = Work::new(Lane::Quick, move |desk: &Desk<'_>| Ok(deed(desk.job, &from)?.into()), halted);
    let job = effects.submit(work);
    state.train.changing.push((job, folder));
}

/// Reads the run folders, what lies in their trash, and models that lie elsewhere.
pub fn list(state: &AppState, effects: &mut Effects) {
    let (outputs, elsewhere) = (state.settings.outputs(), state.settings.preferences.models.clone());
    let deed = move |_: &Desk<'_>| Ok(News::Listed(tasks::runs::list(&outputs, &elsewhere)).into());
    effects.submit(Work::new(Lane::Quick, deed, halted));
}

fn take_list(state: &mut AppState, listed: tasks::runs::Listed) {
    models::know(state, listed.runs.iter().chain(&listed.elsewhere));
    let train = &mut state.train;
    train.ticked.retain(|ticked| listed.runs.iter().any(|run| run.path == *ticked));
    (train.runs, train.trashed) = (listed.runs, listed.trashed);
}

/// A training run ended with a model.
pub fn take_trained(state: &mut AppState, run: RunRecord) {
    let id = Model::id_of(&run.path);
    let words = t!("{name} is trained", name = run.name);
    state.models.known.retain(|model| model.id != id);
    state.models.known.splice(0..0, Model::of(&run));
    state.train.runs.retain(|listed| listed.path != run.path);
    state.train.runs.insert(0, run);
    state.notices.offer(Level::Success, words, t!("Use this model"), models::Message::Use(id.clone()));
    if state.models.current.is_none() {
        models::use_model(state, id);
    }
}

/// A run has another folder by now: whatever named it by the old one follows.
fn take_renamed(state: &mut AppState, from: &Path, run: RunRecord) {
    // A run's folder bears its name.
    let before = from.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let words = t!("{before} is {name} now", before, name = run.name);
    let undo = Message::Rename(run.path.clone(), before);
    follow(state, from, &run.path);
    let id = Model::id_of(&run.path);
    if let (Some(known), Some(model)) = (state.models.known.iter_mut().find(|known| known.id == id), Model::of(&run)) {
        *known = model;
    }
    let train = &mut state.train;
    if let Some(listed) = train.runs.iter_mut().find(|listed| listed.path == from) {
        *listed = run;
    }
    state.step(Level::Success, words, undo, None);
}

/// A run has another folder: its model has another id, wherever that stands.
fn follow(state: &mut AppState, from: &Path, to: &Path) {
    let (old, new) = (Model::id_of(from), Model::id_of(to));
    let follow = |id: &mut String| {
        if *id == old {
            id.clone_from(&new);
        }
    };
    state.models.known.iter_mut().for_each(|model| follow(&mut model.id));
    let compare = &mut state.compare;
    [&mut state.models.current, &mut compare.a, &mut compare.b].into_iter().flatten().for_each(follow);
    let keys =
        state.classify.models().chain(state.evaluate.models()).chain(state.compare.models()).chain(state.lab.models());
    keys.for_each(|key| follow(&mut key.id));
    state.map.models().for_each(|key| follow(&mut key.id));
    state.explain.models().for_each(follow);
    if let Init::Model(model) = &mut state.train.form.init {
        follow(model);
    }
    let train = &mut state.train;
    train.shown.iter_mut().chain(&mut train.ticked).filter(|path| *path == from).for_each(|path| {
        to.clone_into(path);
    });
    state.settings.preferences.model.iter_mut().for_each(follow);
}

/// A run lies in the trash; where it was the model in use, a bundled one takes its place.
fn take_trashed(state: &mut AppState, from: &Path, trashed: Trashed) {
    let id = Model::id_of(from);
    let mut words = t!("Deleted {name}", name = trashed.name);
    state.train.runs.retain(|run| run.path != *from);
    state.train.ticked.retain(|run| run != from);
    state.train.shown.take_if(|run| run == from);
    state.models.known.retain(|model| model.id != id);
    if state.models.current.as_ref() == Some(&id) {
        let next = bundled::FIRST.name.to_owned();
        if let Some(model) = state.models.known.iter().find(|model| model.id == next) {
            words = t!("{words}; the bundled {title} is in use now", words, title = model.title);
        }
        state.models.current = Some(next.clone());
        state.models.displaced = Some(trashed.path.clone());
        state.settings.preferences.model = Some(next);
    }
    let undo = Message::Restore(trashed.path.clone());
    let redo = Message::Delete(from.to_owned());
    state.train.trashed.insert(0, trashed);
    state.step(Level::Info, words, undo, Some(redo.into()));
}

/// A run is back from the trash, in use again where it was before; whatever named it follows where it got another name.
fn take_restored(state: &mut AppState, from: &Path, run: RunRecord) {
    let words = t!("{name} is back", name = run.name);
    let id = Model::id_of(&run.path);
    if let (Some(outputs), Some(name)) = (run.path.parent(), from.file_name())
        && !state.train.runs.iter().any(|other| other.path == outputs.join(name))
    {
        follow(state, &outputs.join(name), &run.path);
    }
    state.train.trashed.retain(|trashed| trashed.path != from);
    state.models.known.extend(Model::of(&run));
    let place = state.train.runs.iter().position(|other| other.started <= run.started);
    state.train.runs.insert(place.unwrap_or(state.train.runs.len()), run);
    if state.models.displaced.take_if(|displaced| displaced == from).is_some() {
        state.models.current = Some(id.clone());
        state.settings.preferences.model = Some(id);
    }
    state.notices.say(Level::Success, words);
}
