//! A model is judged at home and on another lab's folder.

use std::{path::PathBuf, sync::Arc};

use super::{Message, News, OtherLab, Question};
use crate::{
    app::{AppState, Dialog, Effects, Level, Offer, Page, files, models},
    eval::evaluate::Evaluation,
    fault::Halt,
    job::{
        Desk, JobId, Lane, Work,
        tasks::{self, files::Reported},
    },
};

pub fn update(state: &mut AppState, message: Message, effects: &mut Effects) {
    match message {
        Message::Evaluate => evaluate(state, effects),
        Message::Model(id) => {
            models::use_model(state, id);
            evaluate(state, effects);
        }
        Message::On(scope) => state.evaluate.scope = scope,
        Message::Other(root) => elsewhere(state, root, effects),
        Message::ChooseOther => {
            let then = |root| Message::Other(root).into();
            effects.ask(Dialog::first(t!("Judge on another lab"), Offer::Folder, then));
        }
        Message::ChooseReport => {
            // What is on the page when the dialog opens is saved, whatever is there when it closes.
            let Some(of) = state.evaluate.home.result().cloned() else { return };
            let then = |below| Message::SaveReport(of, below).into();
            effects.ask(Dialog::first(t!("Save the report in"), Offer::Folder, then));
        }
        Message::SaveReport(of, below) => files::save_report(Reported::Evaluation(of), below, effects),
    }
}

pub fn hear(state: &mut AppState, news: News, _: &mut Effects) {
    match news {
        News::Judged(job, evaluation) => {
            state.notices.say(Level::Success, t!("Evaluated {n} images", n = evaluation.metrics.n));
            state.evaluate.home.answer(job, evaluation, correct);
        }
        News::JudgedElsewhere(job, evaluation) => take_other(state, job, evaluation),
        News::Halted(job, halt) => {
            state.evaluate.home.halt(job, &halt);
            state.evaluate.elsewhere.halt(job, &halt);
            if let Halt::Failed(failure) = halt {
                state.notices.failed(&failure);
            }
        }
    }
}

fn halted(job: JobId, halt: Halt) -> crate::app::News {
    News::Halted(job, halt).into()
}

/// What was judged decides which weights and which images it was, not what was meant.
fn correct(question: &mut Question, evaluation: &Evaluation) {
    (question.model.weights, question.data.content) = (evaluation.model_hash, evaluation.dataset_hash);
}

fn evaluate(state: &mut AppState, effects: &mut Effects) {
    let Some(asked) = state.chosen_question() else { return };
    let Some(opened) = state.dataset.opened.clone() else { return };
    let (model, scope, device) = (asked.model.id.clone(), asked.scope, state.settings.preferences.device.clone());
    let among = asked.occurring.clone();
    let title = t!("Evaluate on {dataset}", dataset = opened.dataset.name());
    let reads = model.clone();
    let deed = move |desk: &Desk<'_>| {
        let evaluation = tasks::models::evaluate((&model, &among), &opened, scope, &device, desk)?;
        Ok(News::Judged(desk.job, Arc::new(evaluation)).into())
    };
    let job = effects.submit(Work::new(Lane::Batch, deed, halted).titled(title).reading(&reads));
    state.evaluate.home.ask(job, asked);
    state.page = Page::Evaluate;
}

fn elsewhere(state: &mut AppState, root: PathBuf, effects: &mut Effects) {
    // Judged as at home, so that both can be compared.
    let at_home = state.evaluate.home.answered().map(|of| (of.model.clone(), of.occurring.clone()));
    let Some((model, occurring)) = at_home else { return };
    let among = occurring.clone();
    let (id, folder, device) = (model.id.clone(), root.clone(), state.settings.preferences.device.clone());
    let title = t!("Judge on {name}", name = files::name(&root));
    let deed = move |desk: &Desk<'_>| {
        let evaluation = tasks::models::evaluate_folder((&id, &among), &folder, &device, desk)?;
        Ok(News::JudgedElsewhere(desk.job, Arc::new(evaluation)).into())
    };
    let job = effects.submit(Work::new(Lane::Batch, deed, halted).titled(title).reading(&model.id));
    state.evaluate.elsewhere.ask(job, OtherLab { model, root, occurring });
}

/// What the model did on another lab's folder; it stands beside the figures at home where both are of one model.
fn take_other(state: &mut AppState, job: JobId, evaluation: Arc<Evaluation>) {
    let words = t!("Judged {n} images of {dataset}", n = evaluation.metrics.n, dataset = evaluation.dataset);
    state.evaluate.elsewhere.answer(job, evaluation, |_, _| {});
    if state.evaluate.other().is_some() {
        state.notices.say(Level::Success, words);
    } else {
        let words = t!("{words}; they are not of the model that is shown: evaluate that one again to see them", words);
        state.notices.say(Level::Warning, words);
    }
}
