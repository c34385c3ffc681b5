//! What is done about runs on disk: listed, shown, renamed, deleted and brought back.

use std::path::Path;

use super::{Action, App, Level, notices::UNDO, state::Model};
use crate::{
    domain::run::{RunEnd, RunRecord},
    job::Job,
    model::bundled,
    store::trash::Trashed,
};

impl App {
    pub(super) fn perform_run(&mut self, action: Action) {
        match action {
            Action::ShowRun(run) => {
                let shown = &mut self.state.train.shown;
                *shown = (shown.as_ref() != Some(&run)).then_some(run);
            }
            Action::TickRun(run) => {
                let ticked = &mut self.state.train.ticked;
                match ticked.iter().position(|known| *known == run) {
                    Some(at) => drop(ticked.remove(at)),
                    None => ticked.push(run),
                }
            }
            Action::TickRuns(runs) => self.state.train.ticked = runs,
            Action::RenameRun(folder, name) => {
                let job = self.submit(Job::RenameRun { folder: folder.clone(), name });
                self.state.train.changing.push((job, folder));
            }
            Action::DeleteRun(folder) => {
                let job = self.submit(Job::TrashRun { folder: folder.clone() });
                self.state.train.changing.push((job, folder));
            }
            Action::RestoreRun(trashed) => {
                let job = self.submit(Job::RestoreRun { trashed: trashed.clone() });
                self.state.train.changing.push((job, trashed));
            }
            _ => {}
        }
    }

    /// A training run ended with a model.
    pub(super) fn take_run(&mut self, run: RunRecord) {
        let id = id_of(&run.path);
        let words = format!("{} is trained", run.name);
        self.state.models.known.retain(|model| model.id != id);
        self.state.models.known.splice(0..0, model_of(&run));
        self.state.train.runs.retain(|listed| listed.path != run.path);
        self.state.train.runs.insert(0, run);
        self.state.notices.offer(Level::Success, words, "Use this model", Action::UseModel(id.clone()));
        if self.state.models.current.is_none() {
            self.act(vec![Action::UseModel(id)]);
        }
    }

    /// A person opened a model that lies elsewhere than the runs.
    pub(super) fn take_model(&mut self, run: &RunRecord) {
        let Some(model) = model_of(run) else { return };
        let (id, name) = (model.id.clone(), model.name());
        self.state.models.known.retain(|known| known.id != id);
        self.state.models.known.push(model);
        self.prefer(|preferences| preferences.remember_model(&run.path));
        self.state.notices.say(Level::Success, format!("{name} is in use"));
        self.act(vec![Action::UseModel(id)]);
    }

    pub(super) fn take_runs(&mut self, runs: Vec<RunRecord>, trashed: Vec<Trashed>, elsewhere: &[RunRecord]) {
        let finished = runs.iter().chain(elsewhere).filter_map(model_of);
        self.state.models.known = bundled::ALL.into_iter().filter_map(bundled_model).chain(finished).collect();
        let train = &mut self.state.train;
        train.ticked.retain(|ticked| runs.iter().any(|run| run.path == *ticked));
        (train.runs, train.trashed) = (runs, trashed);
        self.settle_model();
    }

    /// Sees to it that a model is in use: the chosen one, or while that is not there the first one, which is said.
    fn settle_model(&mut self) {
        let models = &mut self.state.models;
        if let Some(back) = models.missing.take_if(|id| models.known.iter().any(|model| model.id == *id)) {
            models.current = Some(back);
        }
        if models.current().is_some() {
            return;
        }
        let Some(first) = models.known.first() else { return };
        let (id, name) = (first.id.clone(), first.name());
        if let Some(gone) = models.current.replace(id) {
            let said = format!("The model {} is not there: {name} is in use", short(&gone));
            models.missing = Some(gone);
            self.state.notices.say(Level::Warning, said);
        }
    }

    /// A run has another folder by now: whatever named it by the old one follows.
    pub(super) fn take_renamed(&mut self, from: &Path, run: RunRecord) {
        // A run's folder bears its name.
        let before = from.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let words = format!("{before} is {} now", run.name);
        let undo = Action::RenameRun(run.path.clone(), before);
        self.follow(from, &run.path);
        let state = &mut self.state;
        let id = id_of(&run.path);
        if let (Some(known), Some(model)) = (state.models.known.iter_mut().find(|known| known.id == id), model_of(&run))
        {
            *known = model;
        }
        let train = &mut state.train;
        if let Some(listed) = train.runs.iter_mut().find(|listed| listed.path == from) {
            *listed = run;
        }
        self.state.notices.offer(Level::Success, words, UNDO, undo);
    }

    /// A run has another folder: its model has another id, wherever that stands.
    fn follow(&mut self, from: &Path, to: &Path) {
        let (old, new) = (id_of(from), id_of(to));
        let follow = |id: &mut String| {
            if *id == old {
                id.clone_from(&new);
            }
        };
        let state = &mut self.state;
        state.models.known.iter_mut().for_each(|model| follow(&mut model.id));
        let compare = &mut state.compare;
        [&mut state.models.current, &mut compare.a, &mut compare.b].into_iter().flatten().for_each(follow);
        let pairings = [&mut compare.asked, &mut compare.answered].into_iter().flatten();
        let compared = pairings.flat_map(|pairing| [&mut pairing.a, &mut pairing.b]);
        let keys = state.classify.models().chain(state.evaluate.models()).chain(compared);
        keys.for_each(|key| follow(&mut key.id));
        if let crate::domain::config::Init::Model(model) = &mut state.train.form.init {
            follow(model);
        }
        let train = &mut state.train;
        train.shown.iter_mut().chain(&mut train.ticked).filter(|path| *path == from).for_each(|path| {
            to.clone_into(path);
        });
        self.prefer(|preferences| preferences.model.iter_mut().for_each(follow));
    }

    /// A run lies in the trash; where it was the model in use, a bundled one takes its place.
    pub(super) fn take_trashed(&mut self, from: &Path, trashed: Trashed) {
        let id = id_of(from);
        let mut words = format!("Deleted {}", trashed.name);
        let state = &mut self.state;
        state.train.runs.retain(|run| run.path != *from);
        state.train.ticked.retain(|run| run != from);
        state.train.shown.take_if(|run| run == from);
        state.models.known.retain(|model| model.id != id);
        if state.models.current.as_ref() == Some(&id) {
            let next = bundled::FIRST.name.to_owned();
            if let Some(model) = state.models.known.iter().find(|model| model.id == next) {
                words = format!("{words}; the bundled {} is in use now", model.title);
            }
            state.models.current = Some(next.clone());
            state.models.displaced = Some(trashed.path.clone());
            self.prefer(|preferences| preferences.model = Some(next));
        }
        let undo = Action::RestoreRun(trashed.path.clone());
        self.state.train.trashed.insert(0, trashed);
        self.state.notices.offer(Level::Info, words, UNDO, undo);
    }

    /// A run is back from the trash, in use again where it was before; whatever named it follows where it got another name.
    pub(super) fn take_restored(&mut self, from: &Path, run: RunRecord) {
        let words = format!("{} is back", run.name);
        let id = id_of(&run.path);
        if let (Some(outputs), Some(name)) = (run.path.parent(), from.file_name())
            && !self.state.train.runs.iter().any(|other| other.path == outputs.join(name))
        {
            self.follow(&outputs.join(name), &run.path);
        }
        let state = &mut self.state;
        state.train.trashed.retain(|trashed| trashed.path != from);
        state.models.known.extend(model_of(&run));
        let place = state.train.runs.iter().position(|other| other.started <= run.started);
        state.train.runs.insert(place.unwrap_or(state.train.runs.len()), run);
        if state.models.displaced.take_if(|displaced| displaced == from).is_some() {
            state.models.current = Some(id.clone());
            self.prefer(|preferences| preferences.model = Some(id));
        }
        self.state.notices.say(Level::Success, words);
    }
}

/// What names a run's model in jobs and preferences.
fn id_of(folder: &Path) -> String {
    folder.display().to_string()
}

/// The last part of a model's id.
fn short(id: &str) -> String {
    Path::new(id).file_name().map_or_else(|| id.to_owned(), |name| name.to_string_lossy().into_owned())
}

fn bundled_model(model: &bundled::Bundled) -> Option<Model> {
    let card = model.card().ok()?;
    Some(Model {
        id: model.name.to_owned(),
        title: card.network.architecture.title().to_owned(),
        origin: "bundled".to_owned(),
        weights: card.weights_hash,
        dataset: card.dataset,
        accuracy: card.test.and_then(|test| test.accuracy),
    })
}

/// The model of a run that has one.
fn model_of(run: &RunRecord) -> Option<Model> {
    Some(Model {
        id: id_of(&run.path),
        title: run.architecture.title().to_owned(),
        origin: run.name.clone(),
        weights: run.weights_hash.filter(|_| run.end != RunEnd::Unfinished)?,
        dataset: run.dataset.clone(),
        accuracy: run.test.as_ref().and_then(|test| test.accuracy),
    })
}
