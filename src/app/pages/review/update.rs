//! Sessions are begun, opened, gone through, signed and reported.

use std::path::PathBuf;

use time::OffsetDateTime;

use super::{Form, Message, News, Open, enter, state::Asked};
use crate::{
    app::{AppState, Dialog, Effects, Level, Offer, Page, files},
    domain::review::entry::{Ruled, Verdict, What},
    fault::Halt,
    job::{
        Desk, JobId, Lane, Work,
        tasks::{
            self,
            review::{Beginning, Opened},
        },
    },
    store::paths,
};

pub fn update(state: &mut AppState, message: Message, effects: &mut Effects) {
    match message {
        Message::Propose => propose(state),
        Message::Fill(form) => state.review.form = Some(form),
        Message::Leave => state.review.form = None,
        Message::Go => go(state, effects),
        Message::ChooseSession => {
            let then = |folder| Message::Open(folder).into();
            effects.ask(Dialog::first(t!("Open a review session"), Offer::Folder, then));
        }
        Message::Open(folder) => open(state, folder, effects),
        Message::Reopen => {
            if let Some(open) = state.review.open.take() {
                self::open(state, open.folder, effects);
            }
        }
        Message::Close => {
            enter::leave(state, effects);
            state.review.open = None;
            list(state, effects);
        }
        Message::Sort(order) => {
            state.review.order = order;
            refresh(state);
        }
        Message::Goal(goal) => state.settings.preferences.reviewing.goal = goal,
        Message::Who(who) => state.settings.preferences.reviewing.who = who,
        Message::Letter(class, letter) => change_letter(state, &class, letter),
        Message::Amend => state.review.form = Some(Form::Amend { reason: String::new() }),
        Message::Version(version) => {
            if let Some(open) = &mut state.review.open {
                open.turn_to(version);
            }
            refresh(state);
        }
        Message::ChooseReport => {
            let hint = t!("check that a file dialog can open here, or use `leuko report`");
            let then = |folder| Message::Report(folder).into();
            effects.ask(Dialog { hint, ..Dialog::first(t!("Write the report into a folder"), Offer::Folder, then) });
        }
        Message::Report(below) => report(state, below, effects),
        other => within(state, other, effects),
    }
}

/// What is done within an open session.
fn within(state: &mut AppState, message: Message, effects: &mut Effects) {
    match message {
        Message::Choose(cell, pick) => {
            if state.review.open.as_ref().is_some_and(|open| open.cursor != Some(cell)) {
                enter::leave(state, effects);
            }
            if let Some(open) = &mut state.review.open {
                open.pick(cell, pick);
            }
        }
        Message::ChooseGallery => state.review.open.iter_mut().for_each(Open::pick_gallery),
        Message::Confirm => enter::decide(state, Verdict::Confirm, effects),
        Message::Reclassify(class) => enter::decide(state, Verdict::Reclassify(class), effects),
        Message::NotClassed => enter::decide(state, Verdict::NotClassed, effects),
        Message::Unidentified => enter::decide(state, Verdict::Unidentified, effects),
        Message::WriteNote => state.review.notes_wanted += 1,
        Message::Note(cell, text) => enter::enter(state, vec![What::Note { cell, text }], effects),
        Message::Undo | Message::Redo => enter::step(state, &message, effects),
        Message::Rules(ruled) => {
            state.settings.preferences.reviewing.rules = ruled.rules.clone();
            enter::enter(state, vec![What::Ruled(ruled)], effects);
        }
        Message::Sign => {
            enter::leave(state, effects);
            enter::enter(state, vec![What::Signed], effects);
        }
        _ => {}
    }
}

pub fn hear(state: &mut AppState, news: News, effects: &mut Effects) {
    match news {
        News::Opened(job, opened) => take(state, job, *opened, effects),
        News::NotOpened(job, halt) => {
            if state.review.opening.halt(job, &halt)
                && let Halt::Failed(failure) = halt
            {
                state.notices.failed(&failure);
            }
            list(state, effects);
        }
        News::Entered(job, entries) => {
            let signed = entries.iter().any(|entry| entry.what == What::Signed);
            let is_ours = state.review.open.as_mut().is_some_and(|open| open.written(job, entries));
            if is_ours {
                refresh(state);
            }
            if signed {
                state.notices.offer(Level::Success, t!("Signed"), t!("Export…"), Message::ChooseReport);
            }
        }
        News::NotEntered(job, halt) => {
            let is_ours = state.review.open.as_mut().is_some_and(|open| open.lost(job));
            if let (true, Halt::Failed(failure)) = (is_ours, halt) {
                refresh(state);
                state.notices.failed(&failure);
            }
        }
        News::Listed(recents) => state.review.recents = recents,
    }
}

fn refresh(state: &mut AppState) {
    let order = state.review.order;
    if let Some(open) = &mut state.review.open {
        open.refresh(order);
    }
}

fn not_opened(job: JobId, halt: Halt) -> crate::app::News {
    News::NotOpened(job, halt).into()
}

/// Lists the sessions of before.
pub fn list(state: &AppState, effects: &mut Effects) {
    let elsewhere = state.settings.preferences.reviewing.sessions.clone();
    let deed = move |_: &Desk<'_>| Ok(News::Listed(tasks::review::list(&paths::sessions(), &elsewhere)).into());
    effects.submit(Work::new(Lane::Quick, deed, files::halted));
}

/// Asks what a session is to be called.
fn propose(state: &mut AppState) {
    let now = OffsetDateTime::now_utc();
    let name = format!("{} {:02}-{:02}", now.date(), now.hour(), now.minute());
    let who = state.settings.preferences.reviewing.who.clone();
    state.review.form = Some(Form::Begin { name, who, wbc: String::new() });
}

/// Does what the form asks for.
fn go(state: &mut AppState, effects: &mut Effects) {
    match state.review.form.take() {
        Some(Form::Begin { name, who, wbc }) => {
            state.settings.preferences.reviewing.who = who.trim().to_owned();
            let rules = state.settings.preferences.reviewing.rules.clone();
            begin(state, name, Ruled { rules, wbc: Form::wbc(&wbc).unwrap_or_default() }, effects);
        }
        Some(Form::Amend { reason }) => enter::enter(state, vec![What::Amended { reason }], effects),
        None => {}
    }
}

/// Begins a session of all classified cells, with the model and the classes that they were classified with.
fn begin(state: &mut AppState, name: String, ruled: Ruled, effects: &mut Effects) {
    let classify = &state.classify;
    let Some(model) = classify.model.clone() else { return };
    let asked = Beginning {
        below: paths::sessions(),
        name,
        who: state.settings.preferences.reviewing.who.clone(),
        model: model.id.clone(),
        occurring: classify.occurring.clone(),
        cells: classify.items.iter().filter(|item| classify.edges || !item.portion.is_at_edge()).cloned().collect(),
        device: state.settings.preferences.device.clone(),
        ruled,
    };
    let title = t!("Begin a review of {name}", name = asked.name);
    let deed = move |desk: &Desk<'_>| Ok(News::Opened(desk.job, Box::new(tasks::review::begin(&asked, desk)?)).into());
    let job = effects.submit(Work::new(Lane::Drops, deed, not_opened).titled(title).reading(&model.id));
    (state.review.open, state.page) = (None, Page::Review);
    state.review.opening.ask(job, Asked::New);
}

fn open(state: &mut AppState, folder: PathBuf, effects: &mut Effects) {
    state.page = Page::Review;
    if state.review.open.as_ref().is_some_and(|open| open.folder == folder && open.reads_only.is_none()) {
        return;
    }
    // What was open lets go of its lock first: both happen on one lane.
    state.review.open = None;
    let from = folder.clone();
    let title = t!("Open the session {name}", name = files::name(&folder));
    let deed = move |desk: &Desk<'_>| Ok(News::Opened(desk.job, Box::new(tasks::review::open(&from)?)).into());
    let job = effects.submit(Work::new(Lane::Quick, deed, not_opened).titled(title));
    state.review.opening.ask(job, Asked::Folder(folder));
}

/// Puts a session on the page.
fn take(state: &mut AppState, job: JobId, opened: Opened, effects: &mut Effects) {
    if state.review.opening.running() != Some(job) {
        return;
    }
    state.review.opening.clear();
    state.settings.preferences.remember_session(&opened.folder);
    if opened.cut > 0 {
        let words = t!("An earlier write had broken off; nothing that was entered is lost");
        state.notices.say(Level::Info, words);
    }
    let (order, habits) = (state.review.order, &state.settings.preferences.reviewing);
    state.review.open = Some(Open::new(opened, habits, order));
    list(state, effects);
}

fn change_letter(state: &mut AppState, class: &str, letter: char) {
    let Some(open) = &mut state.review.open else { return };
    match open.letters.change(class, letter) {
        Ok(()) => state.settings.preferences.reviewing.letters = open.letters.clone(),
        Err(why) => state.notices.say(Level::Warning, why),
    }
}

fn report(state: &AppState, below: PathBuf, effects: &mut Effects) {
    let Some(folder) = state.review.open.as_ref().map(|open| open.folder.clone()) else { return };
    let deed = move |desk: &Desk<'_>| {
        let paper = tasks::review::report(&folder, &below, desk)?;
        Ok(files::News::Saved(paper).into())
    };
    effects.submit(Work::new(Lane::Batch, deed, files::halted).titled(t!("Write the report of the review")));
}
