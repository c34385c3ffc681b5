//! A cell is put to both networks whenever it is changed: one question at a time, and the newest state next, so that the maps
//! follow the hand however fast it moves.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{Answer, Findings, Message, News, SIDES, Shown};
use crate::{
    app::{AppState, Dialog, Effects, Level, Offer, Page, dialogs::IMAGES, files, models::Model},
    explain::alter::Alteration,
    fault::Halt,
    job::{
        Desk, JobId, Lane, Work,
        tasks::{
            self,
            explain::{Asked, Explaining, Source},
        },
    },
};

pub fn update(state: &mut AppState, message: Message, effects: &mut Effects) {
    let explain = &mut state.explain;
    match message {
        Message::Open(path) => open(state, path, effects),
        Message::OpenSelected => {
            if let Some(path) = state.selection.current().map(Path::to_path_buf) {
                open(state, path, effects);
            }
        }
        Message::Choose => {
            let then = |path| Message::Open(path).into();
            effects.ask(Dialog::first(t!("Explain an image"), Offer::File(t!("Images"), &IMAGES), then));
        }
        Message::OpenSynthetic => {
            let number = explain.slides;
            explain.slides += 1;
            let deed = move |desk: &Desk<'_>| Ok(News::Slide(tasks::data::slide(number, desk)?).into());
            effects.submit(Work::new(Lane::Quick, deed, halted));
            state.page = Page::Explain;
        }
        Message::Use(side, id) => {
            if let Some(model) = explain.models.get_mut(side) {
                *model = Some(id);
            }
            ask(state, effects);
        }
        Message::Ask(class) => {
            explain.against.take_if(|against| class.as_ref() == Some(against));
            explain.class = class;
        }
        Message::Against(class) => explain.against = class,
        Message::Show(side, map) => explain.shown = Shown { side: side.min(SIDES - 1), map },
        Message::Paint(paint) => explain.paint = paint,
        Message::LookInside(side) => {
            explain.looking = side;
            ask(state, effects);
        }
        Message::Alter(alteration) => {
            explain.alteration = alteration;
            ask(state, effects);
        }
        Message::Reset => {
            let before = std::mem::take(&mut explain.alteration);
            state.step(Level::Info, t!("The cell is as it was"), Message::Alter(before), Some(Message::Reset.into()));
            ask(state, effects);
        }
        Message::Pin => explain.pinned = Some(explain.found.clone()),
        Message::Unpin => explain.pinned = None,
        Message::ChooseFolder => {
            effects.ask(Dialog::first(t!("Save the maps in"), Offer::Folder, |below| Message::SaveMaps(below).into()));
        }
        Message::SaveMaps(below) => save(state, below, effects),
    }
}

pub fn hear(state: &mut AppState, news: News, effects: &mut Effects) {
    match news {
        News::Slide(path) => effects.then(Message::Open(path)),
        News::Told(job, told) if state.explain.job == Some(job) => take(state, told, effects),
        News::Ended(job) if state.explain.job == Some(job) => state.explain.job = None,
        News::Halted(job, halt) => take_halt(state, job, halt, effects),
        News::Saved(folder) => {
            let words = t!("Saved the maps in {name}", name = files::name(&folder));
            state.notices.offer(Level::Success, words, t!("Show in folder"), files::Message::Reveal(folder));
        }
        // Of a question that made way.
        News::Told(..) | News::Ended(_) => {}
    }
}

fn halted(job: JobId, halt: Halt) -> crate::app::News {
    News::Halted(job, halt).into()
}

/// Another cell, as it is.
fn open(state: &mut AppState, path: PathBuf, effects: &mut Effects) {
    let explain = &mut state.explain;
    (explain.path, explain.image) = (Some(path), None);
    (explain.alteration, explain.found, explain.inside) = (Alteration::default(), Findings::default(), None);
    explain.failure = None;
    // What is at work is of another cell: it makes way at once.
    explain.waiting = false;
    state.page = Page::Explain;
    ask(state, effects);
}

/// Asks anew, or as soon as what is asked already has been answered.
fn ask(state: &mut AppState, effects: &mut Effects) {
    if state.explain.waiting {
        state.explain.again = true;
        return;
    }
    let source = match (&state.explain.image, &state.explain.path) {
        (Some(image), _) => Source::Held(Arc::clone(image)),
        (None, Some(path)) => Source::File(path.clone()),
        (None, None) => return,
    };
    let of = |model: &Model| (model.id.clone(), model.name());
    let asked_of: Vec<(String, String)> = (0..SIDES).filter_map(|side| state.explaining(side)).map(of).collect();
    let models: Vec<String> = asked_of.iter().map(|(id, _)| id.clone()).collect();
    let asked = Asked {
        source,
        alteration: state.explain.alteration.clone(),
        models: models.clone(),
        occurring: state.models.occurring.clone(),
        device: state.settings.preferences.device.clone(),
        inside: state.explain.looking,
    };
    let deed = move |desk: &Desk<'_>, say: &dyn Fn(crate::app::News)| {
        tasks::explain::explain(&asked, desk, &|told| say(News::Told(desk.job, told).into()))?;
        Ok(News::Ended(desk.job).into())
    };
    let work = models.iter().fold(Work::telling(Lane::Live, deed, halted), |work, id| work.reading(id));
    let explain = &mut state.explain;
    explain.job = Some(effects.submit(work));
    (explain.asked, explain.asked_of) = (explain.alteration.clone(), asked_of);
    (explain.waiting, explain.again) = (true, false);
}

fn take(state: &mut AppState, told: Explaining, effects: &mut Effects) {
    match told {
        Explaining::Opened(image) => state.explain.image = Some(image),
        Explaining::Altered(picture) => {
            let found = &mut state.explain.found;
            found.picture = Some(picture);
            found.alteration.clone_from(&state.explain.asked);
            state.explain.failure = None;
        }
        Explaining::Explained(side, card, explained) => {
            let Some((model, name)) = state.explain.asked_of.get(side).cloned() else { return };
            let answer = Answer { model, name, card, explained, occlusion: None };
            if let Some(place) = state.explain.found.answers.get_mut(side) {
                *place = Some(answer);
            }
        }
        Explaining::Answered => {
            state.explain.waiting = false;
            if state.explain.again {
                ask(state, effects);
            }
        }
        Explaining::Inside(side, inside) => state.explain.inside = Some((side, inside)),
        Explaining::Hid(side, occlusion) => {
            if let Some(answer) = state.explain.found.answers.get_mut(side).and_then(Option::as_mut) {
                answer.occlusion = Some(occlusion);
            }
        }
    }
}

fn take_halt(state: &mut AppState, job: JobId, halt: Halt, effects: &mut Effects) {
    let ours = state.explain.job == Some(job);
    if ours {
        state.explain.job = None;
    }
    let cut_short = ours && std::mem::take(&mut state.explain.waiting);
    match halt {
        Halt::Failed(failure) => {
            state.notices.failed(&failure);
            state.explain.failure = Some(failure).filter(|_| ours);
            if ours && state.explain.again {
                ask(state, effects);
            }
        }
        // Another wish took the lane before the answers were there.
        Halt::Stopped if cut_short && state.page == Page::Explain => ask(state, effects),
        Halt::Stopped => {}
    }
}

/// The maps of both networks, as they are on the page.
fn save(state: &AppState, below: PathBuf, effects: &mut Effects) {
    let explain = &state.explain;
    let Some(image) = explain.found.picture.clone() else { return };
    let shown = |(side, answer): (usize, &Answer)| tasks::explain::Shown {
        name: format!("{}-{}", ["a", "b"].get(side).unwrap_or(&"c"), answer.card.network.architecture.id()),
        image: Arc::clone(&image),
        explained: Arc::clone(&answer.explained),
        occlusion: answer.occlusion.clone(),
        question: explain.question(answer),
    };
    let answers = explain.found.answers.iter().enumerate();
    let shown: Vec<_> = answers.filter_map(|(side, answer)| Some((side, answer.as_ref()?))).map(shown).collect();
    let paint = explain.paint;
    let deed = move |_: &Desk<'_>| Ok(News::Saved(tasks::explain::save(&shown, &paint, &below)?).into());
    effects.submit(Work::new(Lane::Quick, deed, halted).titled(t!("Save the maps")));
}
