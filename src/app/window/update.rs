//! What the window does itself.

use std::{path::PathBuf, sync::Arc};

use image::RgbImage;

use super::{Closing, Message, News};
use crate::{
    app::{
        Action, AppState, Dialog, Effects, Level, Offer, Page, files,
        notices::Notice,
        pages::{classify, dataset, review, train::runs},
    },
    fault::{Halt, StopMode},
    job::{Desk, Found, JobId, Lane, Work, tasks},
    report,
};

pub fn update(state: &mut AppState, message: Message, effects: &mut Effects) {
    match message {
        Message::Go(page) => {
            state.page = page;
            if page == Page::Train {
                // Runs that came from a terminal meanwhile are in the list then.
                runs::list(state, effects);
            }
            if page == Page::Review && state.review.open.is_none() {
                review::list(state, effects);
            }
        }
        Message::Drop(paths) => {
            state.hovered.clear();
            sort(paths, effects);
        }
        Message::Hover(paths) => hover(state, paths, effects),
        Message::Select(selection) => state.selection = selection,
        Message::Stop(job) => state.stop(job, StopMode::Keep, effects),
        Message::Announce(words) => state.notices.say(Level::Success, words),
        Message::Dismiss(id) => state.notices.dismiss(id),
        Message::TakeOffer(id) => take_offer(state, id, effects),
        Message::Undo => {
            if let Some(id) = state.history.last().map(|step| step.id) {
                effects.then(Message::TakeBack(id));
            }
        }
        Message::TakeBack(id) => {
            state.notices.spend(|notice| offers(notice, &Message::TakeBack(id).into()));
            if let Some(undo) = state.history.take_back(id) {
                effects.then(undo);
            }
        }
        Message::Redo => {
            if let Some(action) = state.history.redo() {
                effects.then(action);
            }
        }
        Message::Present => state.presenting = !state.presenting,
        Message::Picture => state.picturing = true,
        Message::Pictured(picture) => ask_where(state, picture, effects),
        Message::SavePicture(picture, path) => {
            let deed = move |_: &Desk<'_>| {
                report::png::save(&path, &picture)?;
                Ok(files::News::Saved(path).into())
            };
            effects.submit(Work::new(Lane::Quick, deed, files::halted));
        }
        Message::ReadActivity => {
            state.activity.unread = 0;
            state.notices.read_all();
        }
        Message::Close => {
            // At once where nothing is lost with it.
            let asks = state.unfinished().is_some();
            state.closing = if asks { Closing::Asked } else { Closing::Agreed };
        }
        Message::StayOpen => state.closing = Closing::Not,
        Message::CloseNow => state.closing = Closing::Agreed,
    }
}

/// A picture of the view is there: a person says where it goes.
fn ask_where(state: &mut AppState, picture: Arc<RgbImage>, effects: &mut Effects) {
    state.picturing = false;
    let name = format!("leukoscope-{}", state.page.title().to_lowercase().replace(' ', "-"));
    let then = move |path| Message::SavePicture(picture, path).into();
    let dialog = Dialog::first(t!("Save the picture"), Offer::Save("png"), then);
    effects.ask(Dialog { name, hint: t!("choose another folder"), ..dialog });
}

pub fn hear(state: &mut AppState, news: News, effects: &mut Effects) {
    match news {
        News::Sorted(Found::Dataset(root)) => effects.then(dataset::Message::Open(root)),
        News::Sorted(Found::Images(paths)) => effects.then(classify::Message::Classify(paths)),
        News::Sorted(Found::Session(folder)) => effects.then(review::Message::Open(folder)),
        News::Looked(job, found) => drop(state.hovered.answer(job, found, |_, _| {})),
        News::Halted(job, halt) => {
            state.hovered.halt(job, &halt);
            if let Halt::Failed(failure) = halt {
                state.notices.failed(&failure);
            }
        }
    }
}

fn halted(job: JobId, halt: Halt) -> crate::app::News {
    News::Halted(job, halt).into()
}

/// Finds out whether paths are a dataset or images.
pub fn sort(paths: Vec<PathBuf>, effects: &mut Effects) {
    let title = match paths.as_slice() {
        [path] => t!("Look at {name}", name = files::name(path)),
        paths => t!("Look at {count} files and folders", count = paths.len()),
    };
    let deed = move |desk: &Desk<'_>| Ok(News::Sorted(tasks::data::sort(&paths, desk)?).into());
    effects.submit(Work::new(Lane::Quick, deed, halted).titled(title));
}

/// Files are held over the window, or no longer: what they are is looked at.
fn hover(state: &mut AppState, paths: Vec<PathBuf>, effects: &mut Effects) {
    if paths.is_empty() {
        return state.hovered.clear();
    }
    let held = paths.clone();
    let deed = move |desk: &Desk<'_>| {
        let found = Arc::new(tasks::data::sort(&held, desk)?);
        Ok(News::Looked(desk.job, found).into())
    };
    let job = effects.submit(Work::new(Lane::Live, deed, halted));
    state.hovered.ask(job, paths);
}

/// Does what a message offers; the offer is gone only once it can be done.
fn take_offer(state: &mut AppState, id: u64, effects: &mut Effects) {
    let Some(action) = state.notices.offered(id).cloned() else { return };
    if let Some(why) = action.obstacle(state) {
        state.notices.say(Level::Warning, why);
    } else {
        state.notices.spend(|notice| notice.id == id);
        effects.then(action);
    }
}

fn offers(notice: &Notice, action: &Action) -> bool {
    notice.offer.as_ref().is_some_and(|(_, offered)| offered == action)
}
