//! Images are put to the model in use; results of another one make way and can be brought back.

use std::path::PathBuf;

use super::{
    Message, News,
    room::{halted, make_room, set_aside},
    watch,
};
use crate::{
    app::{Action, AppState, Dialog, Effects, Level, Offer, Page, dialogs::IMAGES, files},
    domain::{
        field::{Bounds, ShownAs, Taken},
        key::ModelKey,
        occurring::Occurring,
        prediction::Classified,
        shift::Shift,
    },
    fault::{Halt, StopMode},
    job::{
        Desk, JobId, Lane, Work,
        tasks::{self, models::Classifying},
    },
    report::words::thousands,
};

pub fn update(state: &mut AppState, message: Message, effects: &mut Effects) {
    match message {
        Message::Classify(paths) => classify(state, paths, effects),
        Message::ChooseImages => {
            effects.ask(Dialog::all(t!("Open images"), Offer::Files(t!("Images"), &IMAGES), chosen))
        }
        Message::ChooseFolder => effects.ask(Dialog::all(t!("Open a folder of images"), Offer::Folder, chosen)),
        Message::TrySynthetic => {
            let deed = |desk: &Desk<'_>| Ok(News::Synthetic(desk.job, tasks::data::synthetic_fields(desk)?).into());
            let job = effects.submit(Work::new(Lane::Drops, deed, halted).titled(t!("Draw fields of view")));
            state.classify.running.push(job);
            state.page = Page::Classify;
        }
        Message::Again => again(state, t!("The results before were set aside"), effects),
        Message::Clear => set_aside(state, t!("Cleared the images"), Some(Message::Clear), effects),
        Message::Restore(id) => restore(state, id, effects),
        Message::Show(index) => {
            state.classify.current = index.min(state.classify.items.len().saturating_sub(1));
        }
        Message::TakeAll(shown_as) => take_all(state, shown_as, effects),
        Message::Take(path, shown_as) => take(state, path, shown_as, effects),
        Message::Untake(path, shown_as) => retake(state, path, shown_as, effects),
        Message::CountEdges(edges) => state.classify.count_edges(edges),
        Message::Draw(path, bounds) => draw(state, path, bounds, effects),
        Message::Remove(path, at) => {
            if let Some((cell, behind)) = state.classify.remove(&path, &at) {
                let undo = Message::PutBack(Box::new(cell), behind);
                state.step(Level::Info, t!("Deleted a box"), undo, Some(Message::Remove(path, at).into()));
            }
        }
        Message::Withdraw(path, at) => drop(state.classify.remove(&path, &at)),
        Message::PutBack(cell, behind) => state.classify.add(*cell, behind),
        Message::ChooseWatched => {
            effects.ask(Dialog::first(t!("Watch a folder"), Offer::Folder, |folder| Message::Watch(folder).into()));
        }
        Message::Watch(folder) => watch::begin(state, folder, effects),
        Message::StopWatching => watch::stop(state, effects),
        Message::Stop => {
            for job in state.classify.running.clone() {
                state.stop(job, StopMode::Keep, effects);
            }
        }
    }
}

/// Puts the images that are there to the model in use once more.
fn again(state: &mut AppState, words: &str, effects: &mut Effects) {
    let current = state.classify.current;
    let paths = state.classify.paths();
    set_aside(state, words, None, effects);
    classify(state, paths, effects);
    state.classify.current = current;
}

/// What all images are taken for by a person's word: those that are there are read anew.
fn take_all(state: &mut AppState, shown_as: ShownAs, effects: &mut Effects) {
    let taken = Taken::all(shown_as);
    if state.classify.taken == taken {
        return;
    }
    let paths = state.classify.paths();
    if !paths.is_empty() {
        set_aside(state, t!("The images are read otherwise"), None, effects);
    }
    state.classify.taken = taken;
    if !paths.is_empty() {
        classify(state, paths, effects);
    }
}

/// What one image is taken for.
fn take(state: &mut AppState, path: PathBuf, shown_as: ShownAs, effects: &mut Effects) {
    let before = state.classify.taken.of(&path);
    if before != shown_as {
        let words = t!("{name} is read otherwise", name = files::name(&path));
        let redo = Message::Take(path.clone(), shown_as).into();
        state.step(Level::Info, words, Message::Untake(path.clone(), before), Some(redo));
        retake(state, path, shown_as, effects);
    }
}

/// Reads one image anew.
fn retake(state: &mut AppState, path: PathBuf, shown_as: ShownAs, effects: &mut Effects) {
    state.classify.taken.each.insert(path.clone(), shown_as);
    classify(state, vec![path], effects);
}

/// Puts the cell in a box that was drawn to the model that judged the others.
fn draw(state: &mut AppState, path: PathBuf, bounds: Bounds, effects: &mut Effects) {
    let classify = &state.classify;
    let Some(model) = classify.model.clone() else { return };
    let (occurring, device) = (classify.occurring.clone(), state.settings.preferences.device.clone());
    let title = t!("Classify a cell of {name}", name = files::name(&path));
    let side = classify.cut_side(&path);
    let id = model.id.clone();
    let deed = move |desk: &Desk<'_>| {
        let cell = tasks::models::classify_box((&id, &occurring), (&path, bounds, side), &device, desk)?;
        Ok(News::Drawn(desk.job, Box::new(cell)).into())
    };
    effects.submit(Work::new(Lane::Quick, deed, halted).titled(title).reading(&model.id));
}

/// The cell of a box that was drawn stands in its field.
fn take_drawn(state: &mut AppState, cell: Classified) {
    let Some(at) = cell.portion.spot().map(|spot| spot.at) else { return };
    let path = cell.path.clone();
    if state.classify.index_of(&path, &at).is_some() || state.classify.run(&path).is_none() {
        return;
    }
    state.classify.add(cell, usize::MAX);
    state.step(Level::Info, t!("Added a cell"), Message::Withdraw(path, at), None);
}

pub fn hear(state: &mut AppState, news: News, effects: &mut Effects) {
    let classify = &mut state.classify;
    match news {
        News::Told(job, told) if classify.is_heard(job) => match told {
            Classifying::Began(card, images) => classify.hear_start(job, card, images),
            Classifying::Came(items) => watch::take_in(classify, job, items),
        },
        News::Classified(job, images, shift) if ended(state, job) => take_end(state, job, images, *shift),
        News::Synthetic(job, folder) => {
            if ended(state, job) {
                effects.then(Message::Classify(vec![folder]));
            }
        }
        News::Drawn(_, cell) => take_drawn(state, *cell),
        News::Halted(job, halt) => {
            let ours = ended(state, job) | watch::ended(state, job);
            if let Halt::Failed(failure) = halt {
                state.notices.failed(&failure);
                state.classify.failure = Some(failure).filter(|_| ours);
            }
        }
        // Of results that made way meanwhile.
        News::Told(..) | News::Classified(..) => {}
    }
}

fn chosen(paths: Vec<PathBuf>) -> Option<Action> {
    (!paths.is_empty()).then(|| Message::Classify(paths).into())
}

/// Takes a job off the list of those that run; whether it was there.
fn ended(state: &mut AppState, job: JobId) -> bool {
    let running = &mut state.classify.running;
    let before = running.len();
    running.retain(|of| *of != job);
    running.len() < before
}

fn take_end(state: &mut AppState, job: JobId, images: usize, shift: Shift) {
    state.classify.hear_end(job, shift);
    let said = n!(images, "Classified 1 image", "Classified {images} images", images = thousands(images as u64));
    state.notices.say(Level::Success, said);
}

/// Puts images to the model in use; results of another one make way and can be brought back.
fn classify(state: &mut AppState, paths: Vec<PathBuf>, effects: &mut Effects) {
    let Some((model, occurring)) = make_room(state, effects) else { return };
    classify_with(state, (model, occurring), paths, effects);
}

fn classify_with(
    state: &mut AppState,
    (model, occurring): (ModelKey, Occurring),
    paths: Vec<PathBuf>,
    effects: &mut Effects,
) {
    let (among, taken) = (occurring.clone(), state.classify.taken.clone());
    let (id, files, device) = (model.id.clone(), paths.clone(), state.settings.preferences.device.clone());
    let title = match paths.as_slice() {
        [path] => t!("Classify {name}", name = files::name(path)),
        paths => t!("Classify {count} files and folders", count = paths.len()),
    };
    let deed = move |desk: &Desk<'_>, say: &dyn Fn(crate::app::News)| {
        let told = |told| say(News::Told(desk.job, told).into());
        let (images, shift) = tasks::models::classify((&id, &among), (&files, &taken), &device, desk, &told)?;
        Ok(News::Classified(desk.job, images, Box::new(shift)).into())
    };
    let job = effects.submit(Work::telling(Lane::Drops, deed, halted).titled(title).reading(&model.id));
    let classify = &mut state.classify;
    classify.begin(job, paths);
    (classify.model, classify.occurring, classify.failure) = (Some(model), occurring, None);
    state.page = Page::Classify;
}

/// Brings results back and goes on with what they waited for; those of another model make way in turn.
fn restore(state: &mut AppState, id: u64, effects: &mut Effects) {
    if !state.classify.fits(id) {
        set_aside(state, t!("The results of the other model were set aside"), None, effects);
    }
    let pending = state.classify.restore(id);
    state.page = Page::Classify;
    let Some(model) = state.classify.model.clone().filter(|_| !pending.is_empty()) else { return };
    if state.models.has(&model) {
        let current = state.classify.current;
        let occurring = state.classify.occurring.clone();
        classify_with(state, (model, occurring), pending, effects);
        state.classify.current = current;
    } else {
        let words = t!("{count} more were waiting; their model is gone", count = pending.len());
        state.notices.say(Level::Warning, words);
    }
}
