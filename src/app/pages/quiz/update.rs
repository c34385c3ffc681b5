//! Cells are drawn and answered, models are put to them afterwards, and results written.

use std::sync::Arc;

use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::{Message, News, Past, Source};
use crate::{
    app::{AppState, Dialog, Effects, Inquiry, Level, Offer, Page, files},
    domain::quiz::{CELLS, Quiz, Score, Sheet},
    fault::Halt,
    job::{Desk, JobId, Lane, Work, tasks},
    model::bundled,
    report::quiz::{self, Kind},
};

pub fn update(state: &mut AppState, message: Message, effects: &mut Effects) {
    let quiz = &mut state.quiz;
    match message {
        Message::From(source) => quiz.source = source,
        Message::Pool(pool) => quiz.plan.pool = pool,
        Message::Cells(cells) => quiz.plan.cells = cells.clamp(*CELLS.start(), *CELLS.end()),
        Message::Seed(seed) => quiz.plan.seed = seed,
        Message::Start => start(state, effects),
        Message::Answer(label) => {
            if let Some(running) = &mut quiz.running {
                running.answer(label);
            }
            if let Some(over) = quiz.running.take_if(|running| running.is_over()) {
                finish(state, over, effects);
            }
        }
        Message::Back => {
            if let Some(running) = &mut quiz.running {
                running.back();
            }
        }
        Message::Leave => {
            if let Some(left) = quiz.running.take() {
                let words = t!(
                    "Left the quiz after {answered} of {cells} cells",
                    answered = left.answers().len(),
                    cells = left.cells.len()
                );
                state.step(Level::Info, words, Message::Resume(Box::new(left)), Some(Message::Leave.into()));
            }
        }
        Message::Resume(left) => (quiz.running, state.page) = (Some(*left), Page::Quiz),
        Message::Show(place) => quiz.shown = Some(place),
        Message::Close => quiz.shown = None,
        Message::ChooseFile(kind) => choose_file(state, kind, effects),
        Message::Save(sheet, kind, path) => {
            let deed = move |_: &Desk<'_>| {
                quiz::write(&path, &sheet, kind)?;
                Ok(files::News::Saved(path).into())
            };
            effects.submit(Work::new(Lane::Quick, deed, files::halted));
        }
    }
}

pub fn hear(state: &mut AppState, news: News, _: &mut Effects) {
    let quiz = &mut state.quiz;
    match news {
        News::Drawn(job, drawn) => {
            if quiz.drawing.take_if(|drawing| *drawing == job).is_some() {
                (quiz.running, quiz.failure, quiz.shown) = (Some(*drawn), None, None);
            }
        }
        News::Answered(job, models) => {
            for past in &mut quiz.past {
                if past.models.answer(job, Arc::clone(&models), |_, _| {}) {
                    past.sheet = Arc::new(Sheet { models: models.to_vec(), ..(*past.sheet).clone() });
                }
            }
        }
        News::Halted(job, halt) => {
            let drew = quiz.drawing.take_if(|drawing| *drawing == job).is_some();
            for past in &mut quiz.past {
                past.models.halt(job, &halt);
            }
            if let Halt::Failed(failure) = halt {
                if drew {
                    quiz.failure = Some(failure.clone());
                }
                state.notices.failed(&failure);
            }
        }
    }
}

fn halted(job: JobId, halt: Halt) -> crate::app::News {
    News::Halted(job, halt).into()
}

fn start(state: &mut AppState, effects: &mut Effects) {
    let opened = state.dataset.opened.clone().filter(|_| state.quiz_source() == Source::Opened);
    let (plan, split_seed) = (state.quiz.plan, state.train.form.seed);
    // An opened dataset is drawn from at once; the slides may have to be read first.
    let lane = if opened.is_some() { Lane::Quick } else { Lane::Batch };
    let deed = move |desk: &Desk<'_>| {
        let drawn = tasks::quiz::draw(opened.as_ref(), plan, split_seed, desk)?;
        Ok(News::Drawn(desk.job, Box::new(drawn)).into())
    };
    state.quiz.drawing = Some(effects.submit(Work::new(lane, deed, halted).titled(t!("Draw the cells of a quiz"))));
    state.page = Page::Quiz;
}

/// All cells are answered: the score stands at once, the models are asked now, where their answers hint at nothing.
fn finish(state: &mut AppState, over: Quiz, effects: &mut Effects) {
    let ended = OffsetDateTime::now_utc().format(&Rfc3339).unwrap_or_default();
    let sheet = Arc::new(Sheet { score: Score::of(&over), quiz: over, ended, models: Vec::new() });
    let ids: Vec<String> = bundled::ALL.into_iter().map(|model| model.name.to_owned()).collect();
    let (models, of, device) = (ids.clone(), Arc::clone(&sheet), state.settings.preferences.device.clone());
    let deed = move |desk: &Desk<'_>| {
        let answers = tasks::quiz::answers(&models, &of.quiz, &device, desk)?;
        Ok(News::Answered(desk.job, Arc::new(answers)).into())
    };
    let job = effects.submit(Work::new(Lane::Batch, deed, halted).titled(t!("Put the quiz to the bundled models")));
    let mut models = Inquiry::default();
    models.ask(job, ids);
    state.quiz.past.push(Past { sheet, models });
    state.quiz.shown = Some(state.quiz.past.len() - 1);
}

fn choose_file(state: &AppState, kind: Kind, effects: &mut Effects) {
    // What is on the page when the dialog opens is saved, whatever is there when it closes.
    let Some(sheet) = state.quiz.result().map(|past| Arc::clone(&past.sheet)) else { return };
    let name = format!("quiz-{}-seed{}", sheet.quiz.dataset, sheet.quiz.plan.seed);
    let then = move |path| Message::Save(sheet, kind, path).into();
    let hint = t!("choose another folder");
    effects.ask(Dialog { name, hint, ..Dialog::first(t!("Save the result"), Offer::Save(kind.extension()), then) });
}
