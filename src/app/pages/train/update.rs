//! Runs are lined up, started where there is a device for them, and stopped.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    LineUp, LiveRun, Message, News, Queued, pace,
    places::{self, Place},
    runs,
};
use crate::{
    app::{AppState, Dialog, Effects, Level, Offer, Page, Wish, pages::dataset},
    domain::config::{DeviceChoice, Init, TrainConfig},
    fault::{Failure, Halt, StopMode},
    job::{
        Desk, JobId, Work,
        tasks::{self, runs::Training},
    },
    language,
    progress::Event,
    store::waiting::Waiting,
};

pub fn update(state: &mut AppState, message: Message, effects: &mut Effects) {
    match message {
        Message::Edit(form) => edit_form(state, *form, effects),
        Message::EditLineUp(line_up) => state.train.line_up = line_up,
        Message::ChooseWeights => choose_weights(state, effects),
        Message::ChooseOtherLab => {
            let mut form = Box::new(state.train.form.clone());
            let then = move |folder| {
                form.also.push(folder);
                Message::Edit(form).into()
            };
            effects.ask(Dialog::first(t!("Add another lab"), Offer::Folder, then));
        }
        Message::Start => line_up(state, effects),
        Message::Resume(run) => resume(state, run, effects),
        Message::Again(run) => train_again(state, &run, effects),
        Message::Unqueue(id) => unqueue(state, id),
        Message::ClearQueue => {
            let runs = std::mem::take(&mut state.train.queue);
            let words = t!("Removed {run} from the queue", run = counted(runs.len()));
            state.step(Level::Info, words, Message::Requeue(0, runs), Some(Message::ClearQueue.into()));
        }
        Message::Requeue(at, runs) => enqueue(state, at, runs, effects),
        Message::LineUpLeftOver => {
            let runs = std::mem::take(&mut state.train.left_over);
            enqueue_last(state, runs, effects);
        }
        Message::ForgetLeftOver => {
            let runs = std::mem::take(&mut state.train.left_over);
            let words = t!("Forgot {runs} from before", runs = counted(runs.len()));
            state.step(Level::Info, words, Message::Requeue(usize::MAX, runs), None);
        }
        Message::Watch(job) => state.train.watching = Some(job),
        Message::Stop(mode) => {
            if let Some(job) = state.train.watched().map(|run| run.job) {
                state.stop(job, mode, effects);
            }
        }
    }
}

pub fn hear(state: &mut AppState, news: News, effects: &mut Effects) {
    match news {
        News::Folder(job, folder) => {
            if let Some(run) = state.train.live(job) {
                run.folder = Some(folder);
            }
        }
        News::Heard(job, event) => hear_event(state, job, event, effects),
        News::Trained(job, record) => {
            let run = state.train.ended(job);
            runs::take_trained(state, *record);
            if run.is_some() {
                runs::list(state, effects);
                start_next(state, effects);
            }
        }
        News::Halted(job, halt) => {
            let Some(run) = state.train.ended(job) else { return };
            if let Halt::Failed(failure) = &halt {
                state.notices.failed(&of_run(&run, failure));
            }
            unfinished(state, &run, effects);
        }
        News::Paced(job, pace) => pace::take(state, job, Ok(pace)),
        News::NotPaced(job, halt) => pace::take(state, job, Err(halt)),
        News::Mapped(job, map) => {
            state.train.map.answer(job, Arc::new(map), |_, _| {});
        }
        News::NotMapped(job, halt) => {
            state.train.map.halt(job, &halt);
        }
    }
}

fn hear_event(state: &mut AppState, job: JobId, event: Event, effects: &mut Effects) {
    let Some(run) = state.train.live(job) else { return };
    match event {
        Event::Plan(plan) => {
            run.plan = Some(plan);
            // Its folder is there by now.
            runs::list(state, effects);
        }
        Event::Progress { task, done, total } => run.task = Some((task, done, total)),
        Event::Step(step) => run.hear_step(step),
        Event::Epoch(report) => run.hear_epoch(report),
        Event::Warning { warning } => run.warnings.push(warning),
    }
}

fn halted(job: JobId, halt: Halt) -> crate::app::News {
    News::Halted(job, halt).into()
}

fn heard(job: JobId, event: Event) -> crate::app::News {
    News::Heard(job, event).into()
}

fn choose_weights(state: &AppState, effects: &mut Effects) {
    let mut form = Box::new(state.train.form.clone());
    let then = move |file| {
        form.init = Init::ImageNet(file);
        Message::Edit(form).into()
    };
    effects.ask(Dialog::first(t!("Choose weights"), Offer::File(t!("Weights"), &["safetensors"]), then));
}

fn edit_form(state: &mut AppState, form: TrainConfig, effects: &mut Effects) {
    let reseeded = form.seed != state.train.form.seed;
    state.train.form = form;
    state.train.edited = state.notices.now;
    pace::give_up(state, effects);
    if reseeded {
        dataset::split(state, effects);
    }
}

/// Runs that still waited when the program ended last come back where a person wants them.
pub fn take_left_over(state: &mut AppState, left: Vec<Waiting>) {
    if left.is_empty() {
        return;
    }
    let runs: Vec<_> = left.into_iter().map(|run| queued(state, run.dataset, run.config, run.resume)).collect();
    let words = n!(
        runs.len(),
        "1 run from before still waits to be trained",
        "{count} runs from before still wait to be trained",
        count = runs.len()
    );
    state.train.left_over = runs;
    let again = Message::LineUpLeftOver;
    state.notices.propose(words, again.text(), again);
}

/// Lines up every run that the form stands for; the first one starts at once where none trains.
fn line_up(state: &mut AppState, effects: &mut Effects) {
    let Some(dataset) = state.dataset.opened.as_ref().map(|opened| opened.dataset.root.clone()) else {
        return;
    };
    let configs = state.chosen_trainings();
    let runs = configs.into_iter().map(|config| queued(state, dataset.clone(), config, None)).collect();
    enqueue_last(state, runs, effects);
}

fn resume(state: &mut AppState, path: PathBuf, effects: &mut Effects) {
    let Some(opened) = &state.dataset.opened else { return };
    let Some(run) = state.train.run(&path) else { return };
    let mut config = run.config.clone();
    // The device may be another one than the run began on.
    config.device = match &state.train.form.device {
        DeviceChoice::Auto => state.settings.preferences.device.clone(),
        chosen => chosen.clone(),
    };
    let dataset = opened.dataset.root.clone();
    let run = queued(state, dataset, config, Some(path));
    enqueue_last(state, vec![run], effects);
}

fn queued(state: &mut AppState, dataset: PathBuf, config: TrainConfig, resume: Option<PathBuf>) -> Queued {
    state.train.lined_up += 1;
    Queued { id: state.train.lined_up, dataset, config, resume }
}

fn enqueue_last(state: &mut AppState, runs: Vec<Queued>, effects: &mut Effects) {
    let behind = !state.train.running.is_empty();
    let count = runs.len();
    enqueue(state, state.train.queue.len(), runs, effects);
    let count = count.min(state.train.queue.len());
    if behind && count > 0 {
        let words =
            n!(count, "1 run waits behind the one that trains", "{count} runs wait behind the one that trains", count);
        state.notices.say(Level::Info, words);
    }
    state.page = Page::Train;
}

fn enqueue(state: &mut AppState, at: usize, runs: Vec<Queued>, effects: &mut Effects) {
    let queue = &mut state.train.queue;
    let at = at.min(queue.len());
    queue.splice(at..at, runs);
    start_next(state, effects);
}

fn unqueue(state: &mut AppState, id: u64) {
    let queue = &mut state.train.queue;
    let Some(at) = queue.iter().position(|run| run.id == id) else { return };
    let run = queue.remove(at);
    let words = t!("Removed {run} from the queue", run = run.title());
    state.step(Level::Info, words, Message::Requeue(at, vec![run]), Some(Message::Unqueue(id).into()));
}

/// Starts the next runs that wait, as long as there is a device for them.
fn start_next(state: &mut AppState, effects: &mut Effects) {
    loop {
        let train = &state.train;
        let taken: Vec<_> = train.running.iter().map(|run| &run.place).collect();
        let Some((at, place)) = places::next(&taken, &train.queue, &state.settings.devices) else { return };
        let next = state.train.queue.remove(at);
        start(state, next, place, effects);
    }
}

fn start(state: &mut AppState, next: Queued, place: Place, effects: &mut Effects) {
    let train = &mut state.train;
    let before = next.resume.as_ref().and_then(|path| train.run(path));
    let history = before.map(|run| run.history.clone()).unwrap_or_default();
    if let Some((measuring, _)) = &train.measuring {
        effects.stop(*measuring, StopMode::Discard);
    }
    let asked = Training {
        dataset: next.dataset.clone(),
        config: TrainConfig { device: place.choice.clone(), ..next.config.clone() },
        outputs: state.settings.outputs(),
        resume: next.resume.clone(),
    };
    let deed = move |desk: &Desk<'_>, say: &dyn Fn(crate::app::News)| {
        let run = tasks::runs::train(asked, desk, &|folder| say(News::Folder(desk.job, folder).into()))?;
        Ok(News::Trained(desk.job, Box::new(run)).into())
    };
    let job = effects.submit(Work::telling(place.lane, deed, halted).titled(next.job_title()).heard_as(heard));
    state.train.running.push(LiveRun::new(job, next, place, history));
}

/// A run ended without a model: the list is read again and the next one starts.
fn unfinished(state: &mut AppState, run: &LiveRun, effects: &mut Effects) {
    if let Some(folder) = &run.folder {
        // It comes back with the list where it can be resumed.
        state.train.runs.retain(|listed| listed.path != *folder);
    }
    runs::list(state, effects);
    start_next(state, effects);
}

/// Puts a run's settings into the form, for one run of its network.
fn train_again(state: &mut AppState, path: &Path, effects: &mut Effects) {
    let Some(run) = state.train.run(path) else { return };
    let (name, form) = (run.name.clone(), run.config.clone());
    state.train.line_up = LineUp::default();
    edit_form(state, form, effects);
    state.notices.say(Level::Info, t!("The form has the settings of {name}", name));
    state.page = Page::Train;
}

/// Says which of several runs it was that failed.
fn of_run(run: &LiveRun, failure: &Failure) -> Failure {
    Failure {
        what: t!("{asked} was not trained: {what}", asked = run.asked.title(), what = language::heard(&failure.what)),
        ..failure.clone()
    }
}

/// `1 run`, `3 runs`.
fn counted(runs: usize) -> String {
    n!(runs, "1 run", "{count} runs", count = runs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::{DeviceInfo, DeviceKind};

    fn gpu(id: &str, default: bool) -> DeviceInfo {
        let (name, backend, why) = (id.to_owned(), String::new(), String::new());
        DeviceInfo { id: id.to_owned(), name, kind: DeviceKind::DiscreteGpu, backend, default, why }
    }

    #[test]
    fn on_two_gpus_two_runs_train_and_the_third_one_starts_where_one_ends() {
        let mut state = AppState::default();
        state.settings.devices = vec![gpu("vulkan:0", true), gpu("vulkan:1", false)];
        let mut effects = Effects::default();
        let of_seed = |seed| TrainConfig { seed, ..TrainConfig::default() };
        let runs = (1..=3).map(|seed| queued(&mut state, PathBuf::from("cells"), of_seed(seed), None)).collect();
        enqueue(&mut state, 0, runs, &mut effects);
        let training = |state: &AppState| -> Vec<_> {
            let runs = state.train.running.iter();
            runs.map(|run| (run.asked.config.seed, run.place.gpu.clone().unwrap())).collect()
        };
        assert_eq!(training(&state), [(1, "vulkan:0".to_owned()), (2, "vulkan:1".to_owned())]);
        assert_eq!(state.train.queue.len(), 1);
        let second = state.train.running[1].job;
        update(&mut state, Message::Watch(second), &mut effects);
        assert_eq!(state.train.watched().map(|run| run.job), Some(second));
        hear(&mut state, News::Halted(second, Halt::Stopped), &mut effects);
        assert_eq!(training(&state), [(1, "vulkan:0".to_owned()), (3, "vulkan:1".to_owned())]);
        assert_eq!(state.train.watched().map(|run| run.asked.config.seed), Some(1));
        assert!(state.train.queue.is_empty());
    }
}
