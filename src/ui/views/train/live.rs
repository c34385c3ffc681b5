//! The runs that train now: progress, curves, the validation matrix and map as they form, and the way to stop it.

use std::path::Path;

use egui::{Id, Label, ProgressBar, RichText, Ui};

use super::{
    TrainView,
    figures::{self, Figures},
    moving::{self, Map},
    theatre,
};
use crate::{
    app::{
        Actions, AppState, Wish, notices,
        pages::train::{LiveRun, TrainState},
        wish,
    },
    domain::run::RunRecord,
    fault::StopMode,
    language,
    progress::Task,
    report::{self, chart::Quantity, words::thousands},
    ui::widgets::{
        chart::Chart,
        curves::Curves,
        gallery::Pictures,
        icons,
        overlay::{Overlaid, Overlay},
    },
};

/// What stands where matrix and map will be.
const PROMISE: &str = key!("Matrix and map of the validation split come when the first epoch ends");

/// What only the eye keeps of the page, and the pictures of cells.
type Seen<'a> = (&'a mut TrainView, &'a mut Pictures);

/// Draws the run that trains, else the ticked ones, the one that was chosen or the newest one, else what to do first.
pub fn show(ui: &mut Ui, state: &AppState, seen: Seen<'_>, actions: &mut Actions) {
    let train = &state.train;
    match (train.watched(), train.drawn()) {
        (Some(run), _) => running(ui, state, run, seen, actions),
        (None, Some(_)) if !train.ticked.is_empty() => {
            overlay(ui, train, Some(t!("Runs over each other")), actions);
        }
        (None, Some(run)) => ended(ui, state, run, seen, actions),
        (None, None) => empty(ui, state, actions),
    }
}

fn empty(ui: &mut Ui, state: &AppState, actions: &mut Actions) {
    ui.vertical_centered(|ui| {
        ui.add_space(ui.available_height() * 0.3);
        ui.heading(t!("No run yet"));
        ui.label(t!("Loss and accuracy are drawn here while a network trains"));
        if state.dataset.opened.is_none() {
            ui.add_space(8.0);
            for action in [wish::Dataset::Choose, wish::Dataset::OpenSynthetic] {
                if ui.button(action.text()).on_hover_text(action.tooltip()).clicked() {
                    actions.push(action);
                }
            }
        }
    });
}

/// The runs that train at the same time, each on a GPU of its own: one of them is drawn.
fn choose(ui: &mut Ui, train: &TrainState, watched: &LiveRun, actions: &mut Actions) {
    if train.running.len() < 2 {
        return;
    }
    ui.horizontal_wrapped(|ui| {
        for run in &train.running {
            let title = run.asked.title();
            let on = run.place.gpu.as_deref().unwrap_or_default();
            let done = run.plan.as_ref().map_or(0, |plan| 100 * run.history.len() / plan.epochs.max(1));
            let words = t!("{title} on {on}, {done} %", title, on, done);
            let watch = wish::Train::Watch(run.job);
            if ui.selectable_label(run.job == watched.job, words).on_hover_text(watch.tooltip()).clicked() {
                actions.push(watch);
            }
        }
    });
}

fn running(ui: &mut Ui, state: &AppState, run: &LiveRun, (view, pictures): Seen<'_>, actions: &mut Actions) {
    choose(ui, &state.train, run, actions);
    ui.horizontal(|ui| {
        ui.heading(t!("Training"));
        ui.label(RichText::new(standing(run)).weak());
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            for mode in [StopMode::Discard, StopMode::Keep] {
                let action = wish::Train::Stop(mode);
                if ui.button(action.text()).on_hover_text(action.tooltip()).clicked() {
                    actions.push(action);
                }
            }
        });
    });
    let share = share(run);
    let bar = ProgressBar::new(share.unwrap_or(0.0)).desired_height(6.0);
    let bar = ui.add(bar);
    bar.widget_info(|| egui::WidgetInfo::labeled(egui::Role::ProgressIndicator, true, standing(run)));
    facts(ui, run);
    warnings(ui, run);
    super::queue::show(ui, &state.train, actions);
    if !state.train.ticked.is_empty() {
        overlay(ui, &state.train, None, actions);
        return;
    }
    let planned = run.plan.as_ref().map_or(1, |plan| plan.epochs);
    let curves = Curves { history: &run.history, live: &run.live, planned };
    figures::choose(ui, &mut view.beside, |ui| last_epoch(ui, run));
    let opened = state.dataset.opened.as_ref().map(|opened| opened.dataset.root.as_path());
    let root = opened.filter(|root| *root == run.asked.dataset);
    let map = run.map.as_deref().filter(|map| !map.epochs.is_empty());
    let map = map.map(|map| Map { run: run.folder.as_deref().unwrap_or(Path::new("")), map, epoch: map.last(), root });
    let matrix = run.confusion.as_ref().map(|confusion| (t!("Validation split, last epoch"), confusion));
    let figures = Figures { id: "live", curves, matrix, map: map.ok_or_else(|| t!(PROMISE).to_owned()), run: None };
    figures.show(ui, state, (&mut view.beside, &mut view.map, pictures), actions);
}

/// What the last epoch made of the validation split, or what will come.
fn last_epoch(ui: &mut Ui, run: &LiveRun) {
    let words = run.history.last().map_or_else(
        || t!(PROMISE).to_owned(),
        |of| {
            t!(
                "After epoch {epoch}: {share:.1} % of the validation split",
                epoch = of.epoch,
                share = 100.0 * of.validation_accuracy
            )
        },
    );
    ui.add(Label::new(RichText::new(words).weak()).truncate());
}

fn ended(ui: &mut Ui, state: &AppState, run: &RunRecord, (view, pictures): Seen<'_>, actions: &mut Actions) {
    ui.horizontal(|ui| {
        ui.heading(&run.name);
        ui.label(RichText::new(super::runs::ending(run.end)).weak());
    });
    if run.history.is_empty() {
        ui.label(RichText::new(t!("No epoch ended; resume it or train again")).weak());
        return;
    }
    let map = moving::kept(state, run);
    let mapped = map.as_ref().map_or(0, |map| map.last());
    figures::choose(ui, &mut view.beside, |ui| theatre::show(ui, state, run, mapped));
    let opened = state.dataset.opened.as_ref().filter(|opened| opened.dataset.hash == run.dataset_hash);
    let root = opened.map(|opened| opened.dataset.root.as_path());
    let map = map.map(|map| Map { run: &run.path, map, epoch: theatre::epoch(ui, run).unwrap_or(mapped), root });
    let (title, confusion) = theatre::chosen(ui, run);
    let curves = Curves { history: &run.history, live: &[], planned: run.history.len() };
    let matrix = confusion.as_ref().map(|confusion| (title.as_str(), confusion));
    let figures = Figures { id: &run.name, curves, matrix, map, run: Some(run) };
    figures.show(ui, state, (&mut view.beside, &mut view.map, pictures), actions);
}

/// The ticked runs over each other, with the one that trains.
fn overlay(ui: &mut Ui, train: &TrainState, title: Option<&str>, actions: &mut Actions) {
    let ticked = train.ticked.iter().filter_map(|path| train.run(path));
    let ended: Vec<_> = ticked.filter(|run| train.training(&run.path).is_none()).collect();
    let mut runs: Vec<_> = ended.iter().map(|run| Overlaid { name: &run.name, history: &run.history }).collect();
    let names: Vec<_> = train.running.iter().map(|run| t!("in training: {asked}", asked = run.asked.title())).collect();
    let training = names.iter().zip(&train.running);
    runs.extend(training.map(|(name, run)| Overlaid { name, history: &run.history }));
    let overlay = Overlay { runs };
    ui.horizontal(|ui| {
        title.map(|title| ui.heading(title));
        if ui.link(t!("Untick all")).on_hover_text(t!("Show one run's curves and matrix again")).clicked() {
            actions.push(wish::Runs::TickOnly(Vec::new()));
        }
    });
    let mut chart = Chart::new("overlay", t!("Validation curves"), overlay.summary(), || overlay.table()).zooms();
    if !ended.is_empty() {
        let drawn = || [Quantity::Loss, Quantity::Accuracy].map(|of| report::chart::Chart::overlay(of, &ended));
        chart = chart.exports(move || drawn().to_vec());
    }
    let ask = chart.show(ui, |ui, view| overlay.show(ui, Id::unique("overlay"), ui.available_height() - 8.0, view));
    ask.into_iter().for_each(|ask| ask.act(actions));
}

/// What the run does now, in words; says honestly when the first steps are no measure of the speed.
fn standing(run: &LiveRun) -> String {
    match (&run.step, run.task) {
        (_, Some((task, done, total))) if task != Task::Training && total > 0 => {
            t!("{task}, {done} of {total}", task = t!(task.title()), done, total)
        }
        (None, Some((Task::WarmingUp, ..))) => t!("Warming up the device: the first steps take longer").to_owned(),
        (Some(step), _) => {
            t!("Epoch {epoch}, step {step} of {steps}", epoch = step.epoch, step = step.step, steps = step.steps)
        }
        (None, Some((task, ..))) => t!(task.title()).to_owned(),
        (None, None) => t!("Waiting for its turn").to_owned(),
    }
}

fn share(run: &LiveRun) -> Option<f32> {
    let (step, plan) = (run.step.as_ref()?, run.plan.as_ref()?);
    let within = step.step as f32 / step.steps.max(1) as f32;
    Some(((step.epoch.saturating_sub(1) as f32 + within) / plan.epochs.max(1) as f32).clamp(0.0, 1.0))
}

fn facts(ui: &mut Ui, run: &LiveRun) {
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(run.asked.title()).strong());
        if let Some(step) = &run.step {
            ui.label(t!("{speed:.0} images/s", speed = step.images_per_sec));
            ui.label(t!("about {left} left", left = duration(step.secs_left)));
            ui.label(t!("loss {loss:.3}", loss = step.loss));
            ui.label(t!("accuracy {share:.1} %", share = 100.0 * step.accuracy));
        }
        if let Some(plan) = &run.plan {
            let [train, validation, test] =
                [plan.train, plan.validation, plan.test].map(|images| thousands(images as u64));
            let words = t!(
                "{train} train, {validation} validation, {test} test on {device}",
                train,
                validation,
                test,
                device = plan.device
            );
            ui.label(RichText::new(words).weak());
        }
    });
}

/// What the run said that a person must know of, the latest first; all of it stands in the activity list.
fn warnings(ui: &mut Ui, run: &LiveRun) {
    let more = run.warnings.len().saturating_sub(1);
    let Some(last) = run.warnings.last() else { return };
    let mut words = format!("{}  {}: {}", icons::ALERT, notices::sentence(&last.what), language::heard(&last.why));
    if more > 0 {
        words = t!("{words}  (and {more} more in Activity)", words, more);
    }
    let line = Label::new(RichText::new(words).color(ui.visuals().warn_fg_color)).truncate();
    ui.add(line).on_hover_text(notices::reasons(last));
}

/// `40 s`, `12 min` or `2 h 5 min`.
#[must_use]
pub fn duration(secs: f64) -> String {
    let mins = (secs / 60.0).round();
    if !secs.is_finite() {
        t!("an unknown time").to_owned()
    } else if secs < 90.0 {
        format!("{:.0} s", secs.max(0.0))
    } else if mins < 90.0 {
        t!("{mins:.0} min", mins)
    } else {
        t!("{hours:.0} h {rest:.0} min", hours = (mins / 60.0).floor(), rest = mins % 60.0)
    }
}

#[cfg(test)]
mod tests {
    use egui_kittest::{Harness, kittest::Queryable};

    use super::*;
    use crate::{
        app::pages::train::{Queued, places::Place},
        domain::config::DeviceChoice,
        job::{JobId, Lane},
    };

    #[test]
    fn of_runs_on_several_gpus_the_one_that_is_clicked_is_drawn() {
        let run = |number: u8| {
            let gpu = format!("vulkan:{number}");
            let place = Place { lane: Lane::Trainer(number), choice: DeviceChoice::Id(gpu.clone()), gpu: Some(gpu) };
            LiveRun::new(JobId(number.into()), Queued::default(), place, Vec::new())
        };
        let mut train = TrainState::default();
        train.running = vec![run(0), run(1)];
        let draw = |ui: &mut Ui, actions: &mut Actions| choose(ui, &train, train.watched().unwrap(), actions);
        let mut harness = Harness::new_ui_state(draw, Actions::default());
        harness.get_by_label_contains("on vulkan:1, 0 %").click();
        harness.run();
        assert_eq!(harness.state_mut().take(), [wish::Train::Watch(JobId(1)).into()]);
        assert!(harness.query_by_label_contains("on vulkan:0").is_some());
    }

    #[test]
    fn durations_read_as_a_person_says_them() {
        let read = [0.4, 89.0, 90.0, 840.0, 7500.0].map(duration);
        assert_eq!(read, ["0 s", "89 s", "2 min", "14 min", "2 h 5 min"]);
    }
}
