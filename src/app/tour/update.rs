//! Each stop opens its page and starts what there is to see on it.

use super::{Message, News, STOPS};
use crate::{
    app::{
        AppState, Effects, Page,
        pages::{classify, compare, dataset, evaluate, map},
        window,
    },
    eval::learned::Scope,
};

pub fn update(state: &mut AppState, message: Message, effects: &mut Effects) {
    let at = match (message, state.tour.at) {
        (Message::Start, _) => {
            effects.then(dataset::Message::OpenSynthetic);
            Some(0)
        }
        (Message::Next, Some(at)) => Some((at + 1).min(STOPS.len() - 1)),
        (Message::Back, Some(at)) => Some(at.saturating_sub(1)),
        (Message::Leave | Message::Next | Message::Back, _) => None,
    };
    state.tour.at = at;
    if let Some(stop) = state.tour.stop() {
        arrive(state, stop.page, effects);
        effects.then(window::Message::Go(stop.page));
    }
}

pub fn hear(_: &mut AppState, news: News, _: &mut Effects) {
    match news {}
}

/// Starts what a stop shows, where it is not there already.
fn arrive(state: &mut AppState, page: Page, effects: &mut Effects) {
    match page {
        Page::Classify if state.classify.items.is_empty() => {
            let Some(opened) = &state.dataset.opened else { return };
            let first = opened.by_class.iter().filter_map(|class| opened.dataset.items.get(*class.first()?));
            let files = first.map(|item| opened.dataset.file(item)).collect();
            effects.then(classify::Message::Classify(files));
        }
        Page::Evaluate if state.evaluate.home.last().is_none() => {
            effects.then(evaluate::Message::On(Some(Scope::All)));
            effects.then(evaluate::Message::Evaluate);
        }
        Page::Compare if state.compare.pairing.last().is_none() => {
            effects.then(compare::Message::On(Some(Scope::All)));
            effects.then(compare::Message::Compare);
        }
        Page::Map if state.map.drawn.last().is_none() => {
            effects.then(map::Message::On(Some(Scope::All)));
            effects.then(map::Message::Draw);
        }
        _ => {}
    }
}
