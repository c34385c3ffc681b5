//! A lab is looked at, its cells are labelled, a model is fitted to it and kept or thrown away.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{Lab, Labels, Message, News, Settled};
use crate::{
    app::{
        AppState, Dialog, Effects, Level, Offer, Page, files,
        models::{self, Model},
        pages::train::runs,
    },
    data::read::folder::has_image_name,
    domain::run::RunRecord,
    fault::Halt,
    fit::adapt::{AdaptRequest, SelfTraining},
    job::{
        Desk, JobId, Lane, Work,
        tasks::lab::{self, Eyes, Looked},
    },
    report::words::thousands,
    store::{labels, run_dir},
};

/// Cells that are asked for at once.
pub const COUNT: usize = 100;

pub fn update(state: &mut AppState, message: Message, effects: &mut Effects) {
    match message {
        Message::Choose => {
            let then = |folder| Message::Look(vec![folder]).into();
            effects.ask(Dialog::first(t!("Open the lab's images"), Offer::Folder, then));
        }
        Message::Look(paths) => look(state, paths, effects),
        Message::LookAtBatch => {
            let paths = state.classify.paths();
            look(state, paths, effects);
        }
        Message::LookAtStrange => look(state, state.classify.shifted_images(), effects),
        Message::LookAtSession => {
            let files = state.review.open.as_ref().map(|open| lab::files_of(open.view()));
            look(state, files.unwrap_or_default(), effects);
        }
        Message::TakeDecided => {
            let decided = state.review.open.as_ref().map(|open| lab::reviewed(open.view()));
            take_labels(state, decided.unwrap_or_default(), effects);
        }
        Message::Suggest => suggest(state, effects),
        Message::ChooseLabels => {
            let then = |folder| Message::ReadLabels(folder).into();
            effects.ask(Dialog::first(t!("Open labelled cells"), Offer::Folder, then));
        }
        Message::ReadLabels(folder) => read_labels(folder, effects),
        Message::Label(path, class) => {
            state.lab.labels.put(path, class);
            keep_labels(state, effects);
        }
        Message::Skip(path) => {
            state.lab.labels.skip(path);
            keep_labels(state, effects);
        }
        Message::Unlabel => {
            state.lab.labels.undo();
            keep_labels(state, effects);
        }
        Message::ForgetLabels => {
            let all = std::mem::take(&mut state.lab.labels).all();
            let words = t!("Forgot {count} labels", count = all.len());
            state.step(Level::Info, words, Message::PutBack(all), None);
            keep_labels(state, effects);
        }
        Message::PutBack(all) => {
            state.lab.labels.add(all);
            keep_labels(state, effects);
        }
        Message::Fit => fit(state, effects),
        Message::Name(name) => state.lab.name = Some(name),
        Message::Keep => keep(state, effects),
        Message::Discard => {
            if let Some(run) = state.lab.waiting().map(|run| run.path.clone()) {
                effects.then(runs::Message::Delete(run));
                state.lab.settled = Some(Settled::Discarded);
            }
        }
    }
}

pub fn hear(state: &mut AppState, news: News, effects: &mut Effects) {
    match news {
        News::Looked(job, looked) => take_look(state, job, &looked),
        News::Suggested(job, asked) => drop(state.lab.asked.answer(job, asked, |_, _| {})),
        News::Labels(labels) => take_labels(state, labels, effects),
        News::Kept => {}
        News::Fitted(job, run) => {
            if state.lab.fit.answer(job, run, |_, _| {}) {
                (state.lab.settled, state.lab.name) = (None, None);
                state.notices.say(Level::Success, t!("The fit is done: keep it or discard it in My lab"));
            }
        }
        News::Halted(job, halt) => {
            let lab = &mut state.lab;
            lab.looked.halt(job, &halt);
            lab.asked.halt(job, &halt);
            lab.fit.halt(job, &halt);
            if let Halt::Failed(failure) = halt {
                state.notices.failed(&failure);
            }
        }
    }
}

fn halted(job: JobId, halt: Halt) -> crate::app::News {
    News::Halted(job, halt).into()
}

fn look(state: &mut AppState, paths: Vec<PathBuf>, effects: &mut Effects) {
    let (Some(model), Some(folder)) = (state.models.current(), common_folder(&paths)) else { return };
    let asked = Lab {
        model: model.key(),
        occurring: state.models.occurring.clone(),
        classes: model.classes.clone(),
        name: name_of(&folder),
        folder,
        paths,
    };
    let (of, device) = (asked.clone(), state.settings.preferences.device.clone());
    let opened = state.dataset.opened.clone();
    let deed = move |desk: &Desk<'_>| {
        let eyes = Eyes { model: &of.model.id, occurring: &of.occurring, device: &device };
        let looked = lab::look(eyes, (&of.folder, &of.paths), opened.as_deref(), desk)?;
        Ok(News::Looked(desk.job, Arc::new(looked)).into())
    };
    let title = t!("Look at the lab {name}", name = asked.name);
    let work = Work::new(Lane::Batch, deed, halted).titled(title).reading(&asked.model.id);
    let job = effects.submit(work);
    state.lab.looked.ask(job, asked);
    state.page = Page::Lab;
}

/// Another lab begins with the labels that were kept of it, and with nothing asked or fitted.
fn take_look(state: &mut AppState, job: JobId, looked: &Arc<Looked>) {
    let before = state.lab.lab().map(|lab| lab.folder.clone());
    if !state.lab.looked.answer(job, Arc::clone(looked), |_, _| {}) {
        return;
    }
    if state.lab.lab().map(|lab| &lab.folder) != before.as_ref() {
        state.lab.asked.clear();
        state.lab.labels = Labels::default();
        if state.lab.fit.running().is_none() {
            state.lab.fit.clear();
        }
    }
    state.lab.labels.add(looked.labels.iter().cloned());
}

fn suggest(state: &mut AppState, effects: &mut Effects) {
    let (Some(asked), Some(looked)) = (state.lab.lab().cloned(), state.lab.looked.result().cloned()) else { return };
    let known: Vec<PathBuf> = state.lab.labels.all().into_iter().map(|(path, _)| path).collect();
    let (of, device) = (asked.clone(), state.settings.preferences.device.clone());
    let deed = move |desk: &Desk<'_>| {
        let eyes = Eyes { model: &of.model.id, occurring: &of.occurring, device: &device };
        Ok(News::Suggested(desk.job, Arc::new(lab::suggest(eyes, &looked.files, &known, COUNT, desk)?)).into())
    };
    let work = Work::new(Lane::Batch, deed, halted).titled(t!("Find cells worth a label")).reading(&asked.model.id);
    let job = effects.submit(work);
    state.lab.asked.ask(job, asked);
}

fn read_labels(folder: PathBuf, effects: &mut Effects) {
    let title = t!("Read the labels of {name}", name = files::name(&folder));
    let deed = move |desk: &Desk<'_>| Ok(News::Labels(lab::labels_of(&folder, desk)?).into());
    effects.submit(Work::new(Lane::Batch, deed, halted).titled(title));
}

/// Labels that came from elsewhere.
fn take_labels(state: &mut AppState, labels: Vec<(PathBuf, String)>, effects: &mut Effects) {
    let count = thousands(labels.len() as u64);
    state.notices.say(Level::Success, n!(labels.len(), "Took 1 label", "Took {count} labels", count));
    state.lab.labels.add(labels);
    keep_labels(state, effects);
}

/// Has the labels written, so that closing loses none.
fn keep_labels(state: &AppState, effects: &mut Effects) {
    let Some(lab) = state.lab.lab() else { return };
    let (file, all) = (labels::of_folder(&lab.folder), state.lab.labels.all());
    let deed = move |_: &Desk<'_>| {
        labels::write(&file, &all)?;
        Ok(News::Kept.into())
    };
    effects.submit(Work::new(Lane::Quick, deed, halted));
}

fn fit(state: &mut AppState, effects: &mut Effects) {
    let (Some(asked), Some(looked)) = (state.lab.lab().cloned(), state.lab.looked.result()) else { return };
    let labelled = state.lab.lacking().is_none();
    let request = AdaptRequest {
        model: asked.model.id.clone(),
        dir: asked.folder.clone(),
        labels: labelled.then(|| state.lab.labels.all()),
        images: (!labelled).then(|| looked.files.clone()),
        name: Some(asked.name.clone()),
        occurring: asked.occurring.clone(),
        out: Some(run_dir::free(&state.settings.outputs(), &format!("fitted-to-{}", asked.name))),
        unlabelled: !labelled,
        device: state.settings.preferences.device.clone(),
        self_training: (!labelled).then(SelfTraining::default),
        seed: 1,
        ..AdaptRequest::default()
    };
    let deed = move |desk: &Desk<'_>| Ok(News::Fitted(desk.job, Arc::new(lab::fit(&request, desk)?)).into());
    let title = t!("Fit to the lab {name}", name = asked.name);
    let work = Work::new(Lane::Trainer(0), deed, halted).titled(title).reading(&asked.model.id);
    let job = effects.submit(work);
    state.lab.fit.ask(job, asked);
}

/// The fitted model stands among the others from now on, and is in use.
fn keep(state: &mut AppState, effects: &mut Effects) {
    let Some(run) = state.lab.waiting().cloned() else { return };
    let (name, before) = (state.lab.profile_name(), state.models.current.clone());
    take_in(state, &run);
    effects.then(models::Message::Use(Model::id_of(&run.path)));
    if let Some(before) = before {
        let words = t!("{name} is kept and in use", name);
        state.step(Level::Success, words, models::Message::Use(before), None);
    }
    if name != run.name {
        effects.then(runs::Message::Rename(run.path, name));
    }
    state.lab.settled = Some(Settled::Kept);
}

fn take_in(state: &mut AppState, run: &RunRecord) {
    let id = Model::id_of(&run.path);
    state.models.known.retain(|model| model.id != id);
    state.models.known.extend(Model::of(run));
    state.train.runs.retain(|listed| listed.path != run.path);
    state.train.runs.insert(0, run.clone());
}

/// A lab's name until a person gives it another: its folder's, without the dot of a hidden one, since a run cannot bear that.
fn name_of(folder: &Path) -> String {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let shown = name.trim_start_matches('.');
    if shown.is_empty() { "lab".to_owned() } else { shown.to_owned() }
}

/// The folder that holds all of some files and folders; a single folder is its own.
fn common_folder(paths: &[PathBuf]) -> Option<PathBuf> {
    let first = paths.first()?;
    if paths.len() == 1 && !has_image_name(first) {
        return Some(first.clone());
    }
    let mut folder: &Path = first.parent()?;
    while !paths.iter().all(|path| path.starts_with(folder)) {
        folder = folder.parent()?;
    }
    Some(folder.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lab_of_a_hidden_folder_has_a_name_that_a_run_can_bear() {
        assert_eq!(["/labs/.ours", "/labs/ours", "/"].map(|folder| name_of(folder.as_ref())), ["ours", "ours", "lab"]);
    }

    #[test]
    fn a_lab_is_the_folder_that_holds_its_images() {
        let of = |paths: &[&str]| common_folder(&paths.iter().map(PathBuf::from).collect::<Vec<_>>());
        assert_eq!(of(&["/lab.2"]), Some("/lab.2".into()));
        assert_eq!(of(&["/lab/a/1.png", "/lab/b/2.png"]), Some("/lab".into()));
        assert_eq!((of(&["/lab/1.png"]), of(&[])), (Some("/lab".into()), None));
    }
}
