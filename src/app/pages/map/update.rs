//! Cells are put to a model, laid out at once by principal components and then unfolded.

use std::sync::Arc;

use super::{Mapped, Message, News, Question};
use crate::{
    app::{AppState, Dialog, Effects, Level, Offer, Page},
    domain::plane::{Method, Plane},
    fault::{Halt, StopMode},
    job::{Desk, JobId, Lane, Work, tasks},
    report::words::thousands,
};

pub fn update(state: &mut AppState, message: Message, effects: &mut Effects) {
    match message {
        Message::On(scope) => state.map.scope = scope,
        Message::By(method) => state.map.method = method,
        Message::Draw => {
            if let Some(asked) = state.chosen_map() {
                draw(state, asked, effects);
            }
        }
        Message::ChooseOther => {
            effects.ask(Dialog::first(t!("Lay another lab over the map"), Offer::Folder, |root| {
                Message::Other(root).into()
            }));
        }
        Message::Other(root) => over(state, Some(root), effects),
        Message::WithoutOther => over(state, None, effects),
    }
}

pub fn hear(state: &mut AppState, news: News, effects: &mut Effects) {
    match news {
        News::Drawn(job, mapped) => take(state, job, mapped, effects),
        News::Moved(job, plane) => {
            if state.map.unfolded.running() == Some(job) {
                state.map.moving = Some(plane);
            }
        }
        News::Unfolded(job, plane) => {
            if state.map.unfolded.answer(job, plane, |(), _| {}) {
                state.map.moving = None;
            }
        }
        News::Halted(job, halt) => {
            state.map.drawn.halt(job, &halt);
            if state.map.unfolded.halt(job, &halt) {
                (state.map.moving, state.map.method) = (None, Method::Pca);
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

/// The same map with another lab, or without one.
fn over(state: &mut AppState, other: Option<std::path::PathBuf>, effects: &mut Effects) {
    let asked = state.chosen_map().map(|asked| Question { other, ..asked });
    if let Some(asked) = asked {
        draw(state, asked, effects);
    }
}

fn draw(state: &mut AppState, asked: Question, effects: &mut Effects) {
    let Some(opened) = state.dataset.opened.clone() else { return };
    let (model, scope, other) = (asked.model.id.clone(), asked.scope, asked.other.clone());
    let device = state.settings.preferences.device.clone();
    let title = t!("Map of {dataset}", dataset = opened.dataset.name());
    let deed = move |desk: &Desk<'_>| {
        let (home, other) = tasks::map::read(&model, &opened, (scope, other.as_deref()), &device, desk)?;
        Ok(News::Drawn(desk.job, Arc::new(Mapped::new(home, other))).into())
    };
    let work = Work::new(Lane::Batch, deed, halted).titled(title).reading(&asked.model.id);
    let job = effects.submit(work);
    state.map.drawn.ask(job, asked);
    state.page = Page::Map;
}

/// The map is there: its cells are unfolded from now on.
fn take(state: &mut AppState, job: JobId, mapped: Arc<Mapped>, effects: &mut Effects) {
    let cells = thousands(mapped.len() as u64);
    let correct = |question: &mut Question, mapped: &Mapped| {
        // What was drawn decides which weights and which images it was, not what was meant.
        question.model.weights = mapped.home.model_hash;
        question.data.content = mapped.home.cells.dataset_hash;
    };
    if !state.map.drawn.answer(job, Arc::clone(&mapped), correct) {
        return;
    }
    state.notices.say(Level::Success, t!("{cells} cells are on the map", cells));
    if let Some(before) = state.map.unfolded.running() {
        effects.stop(before, StopMode::Discard);
    }
    state.map.unfolded.clear();
    state.map.moving = None;
    let deed = move |desk: &Desk<'_>, say: &dyn Fn(crate::app::News)| {
        let moved = |places: &[[f32; 2]]| {
            let plane = Plane { method: Method::Tsne, places: places.to_vec(), shares: None };
            say(News::Moved(desk.job, Arc::new(plane)).into());
        };
        let plane = tasks::map::unfold(&mapped.home, mapped.other.as_ref(), &mut |seen| moved(seen.places), desk)?;
        Ok(News::Unfolded(desk.job, Arc::new(plane)).into())
    };
    let job = effects.submit(Work::telling(Lane::Batch, deed, halted).titled(t!("Unfold the map")));
    state.map.unfolded.ask(job, ());
}
