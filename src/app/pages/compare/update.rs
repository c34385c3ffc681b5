//! Two models are put to the same cells.

use std::sync::Arc;

use super::{Message, News, Pairing, Side};
use crate::{
    app::{AppState, Dialog, Effects, Level, Offer, Page, files},
    domain::comparison::Comparison,
    fault::Halt,
    job::{
        Desk, JobId, Lane, Work,
        tasks::{self, files::Reported},
    },
};

pub fn update(state: &mut AppState, message: Message, effects: &mut Effects) {
    match message {
        Message::Pick(Side::A, id) => state.compare.a = Some(id),
        Message::Pick(Side::B, id) => state.compare.b = Some(id),
        Message::On(scope) => state.compare.scope = scope,
        Message::Compare => compare(state, effects),
        Message::ChooseReport => {
            // What is on the page when the dialog opens is saved, whatever is there when it closes.
            let Some(of) = state.compare.pairing.result().cloned() else { return };
            let then = |below| Message::SaveReport(of, below).into();
            effects.ask(Dialog::first(t!("Save the report in"), Offer::Folder, then));
        }
        Message::SaveReport(of, below) => files::save_report(Reported::Comparison(of), below, effects),
    }
}

pub fn hear(state: &mut AppState, news: News, _: &mut Effects) {
    match news {
        News::Compared(job, comparison) => {
            state.notices.say(Level::Success, t!("Compared on {n} cells", n = comparison.n));
            state.compare.pairing.answer(job, comparison, correct);
        }
        News::Halted(job, halt) => {
            state.compare.pairing.halt(job, &halt);
            if let Halt::Failed(failure) = halt {
                state.notices.failed(&failure);
            }
        }
    }
}

fn halted(job: JobId, halt: Halt) -> crate::app::News {
    News::Halted(job, halt).into()
}

/// What was compared decides which weights and which images it was, not what was meant.
fn correct(pairing: &mut Pairing, comparison: &Comparison) {
    (pairing.a.weights, pairing.b.weights) = (comparison.a.model_hash, comparison.b.model_hash);
    pairing.data.content = comparison.a.dataset_hash;
}

fn compare(state: &mut AppState, effects: &mut Effects) {
    let Some(asked) = state.chosen_pairing() else { return };
    let Some(opened) = state.dataset.opened.clone() else { return };
    let (a, b) = (asked.a.id.clone(), asked.b.id.clone());
    let (scope, device) = (asked.scope, state.settings.preferences.device.clone());
    let title = t!("Compare on {dataset}", dataset = opened.dataset.name());
    let deed = move |desk: &Desk<'_>| {
        let comparison = tasks::models::compare([&a, &b], &opened, scope, &device, desk)?;
        Ok(News::Compared(desk.job, Arc::new(comparison)).into())
    };
    let work = Work::new(Lane::Batch, deed, halted).titled(title).reading(&asked.a.id).reading(&asked.b.id);
    let job = effects.submit(work);
    state.compare.pairing.ask(job, asked);
    state.page = Page::Compare;
}
