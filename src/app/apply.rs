//! Takes one update into the state.

use std::sync::Arc;

use super::{
    Action, App, Level,
    state::{OtherLab, Phase, activity::Standing},
    training::of_run,
};
use crate::{
    job::{Ended, Found, JobId, Opened, Output, Told, Update},
    progress::{Event, Failure},
    report::words::thousands,
};

impl App {
    pub(super) fn apply(&mut self, update: Update) {
        match update {
            Update::Started(job) => {
                let now = self.state.notices.now;
                if let Some(task) = self.state.activity.task_mut(job) {
                    (task.standing, task.doing, task.started) = (Standing::Running, "Starting", now);
                }
            }
            Update::Told(job, Told::Event(event)) => self.hear(job, event),
            Update::Told(job, Told::Folder(folder)) => {
                if let Some(run) = self.state.train.running.as_mut().filter(|run| run.job == job) {
                    run.folder = Some(folder);
                }
            }
            Update::Told(job, Told::Classes(classes)) => {
                if self.state.classify.running.contains(&job) {
                    self.state.classify.classes = classes;
                }
            }
            Update::Told(job, Told::Classified(items)) => {
                if self.state.classify.running.contains(&job) {
                    self.state.classify.take_in(items);
                }
            }
            Update::Finished(job, ended) => self.finish(job, ended),
            Update::Picked(purpose, paths) => self.picked(purpose, paths),
            Update::SaveChart(chart, format, path) => self.act(vec![Action::SaveChart(chart, format, path)]),
        }
    }

    fn hear(&mut self, job: JobId, event: Event) {
        self.state.activity.hear(job, &event);
        let Some(run) = self.state.train.running.as_mut().filter(|run| run.job == job) else { return };
        match event {
            Event::Plan(plan) => {
                run.plan = Some(plan);
                // Its folder is there by now.
                self.list_runs();
            }
            Event::Progress { task, done, total } => run.task = Some((task, done, total)),
            Event::Step(step) => run.hear_step(step),
            Event::Epoch(report) => run.hear_epoch(report),
            Event::Warning { .. } => {}
        }
    }

    fn finish(&mut self, job: JobId, ended: Ended) {
        self.saving.take_if(|of| *of == job);
        if let Some((_, config)) = self.state.train.measuring.take_if(|(of, _)| *of == job) {
            self.measured(*config, ended);
            return;
        }
        let watched = self.state.activity.task(job).is_some();
        let standing = match &ended {
            Ended::Done(_) => Standing::Done,
            Ended::Stopped => Standing::Stopped,
            Ended::Failed(failure) => Standing::Failed(failure.clone()),
        };
        if let Some(task) = self.state.activity.task_mut(job) {
            task.standing = standing;
        }
        self.state.train.changing.retain(|(of, _)| *of != job);
        let trained = self.state.train.running.take_if(|run| run.job == job);
        let done = matches!(ended, Ended::Done(_));
        let evaluated = self.state.evaluate.running.take_if(|of| *of == job).is_some();
        let other = self.state.evaluate.asked_other.take_if(|(of, _)| *of == job).map(|(_, root)| root);
        let compared = self.state.compare.running.take_if(|of| *of == job).is_some();
        let classified = self.state.classify.running.contains(&job);
        self.state.classify.running.retain(|of| *of != job);
        match ended {
            Ended::Done(Output::EvaluatedFolder(evaluation)) => {
                let words = format!("Judged {} images of {}", evaluation.metrics.n, evaluation.dataset);
                self.state.notices.say(Level::Success, words);
                self.state.evaluate.other = other.map(|root| OtherLab { root, evaluation });
            }
            Ended::Done(output) => self.take(job, output),
            Ended::Stopped => {
                self.stop_opening(job, None);
                if watched {
                    self.state.notices.say(Level::Info, "Stopped");
                }
            }
            Ended::Failed(failure) => {
                self.stop_opening(job, Some(&failure));
                self.state.models.card.take_if(|shown| shown.job == job);
                if evaluated {
                    self.state.evaluate.failure = Some(failure.clone());
                }
                if compared {
                    self.state.compare.failure = Some(failure.clone());
                }
                if classified {
                    self.state.classify.failure = Some(failure.clone());
                }
                let failure = trained.as_ref().map_or_else(|| failure.clone(), |run| of_run(run, &failure));
                self.state.notices.failed(&failure);
            }
        }
        if let Some(run) = trained {
            self.trained(&run, done);
        }
    }

    /// An opening ended without a dataset: the one from before stays.
    fn stop_opening(&mut self, job: JobId, failure: Option<&Failure>) {
        let Phase::Loading { job: opening, root } = &self.state.dataset.phase else { return };
        if *opening != job {
            return;
        }
        self.state.dataset.phase = match (failure, &self.state.dataset.opened) {
            (Some(failure), None) => Phase::Failed { failure: failure.clone(), root: root.clone() },
            (_, Some(_)) => Phase::Open,
            (None, None) => Phase::Empty,
        };
    }

    fn take(&mut self, job: JobId, output: Output) {
        match output {
            Output::Opened(opened) => self.take_dataset(job, opened),
            Output::Split(split) => {
                if let Some(opened) = &mut self.state.dataset.opened
                    && split.seed == self.state.train.form.seed
                    && split.parts.len() == opened.dataset.items.len()
                {
                    Arc::make_mut(opened).split = split;
                }
            }
            Output::Run(run) => self.take_run(*run),
            Output::Runs { runs, trashed } => self.take_runs(runs, trashed),
            Output::Renamed { from, run } => self.take_renamed(&from, *run),
            Output::Trashed { from, trashed } => self.take_trashed(&from, trashed),
            Output::Restored { from, run } => self.take_restored(&from, *run),
            Output::Card(card) => {
                if let Some(shown) = self.state.models.card.as_mut().filter(|shown| shown.job == job) {
                    shown.card = Some(card);
                }
            }
            Output::Devices(devices) => self.state.settings.devices = devices,
            Output::Evaluated(evaluation) => {
                self.state.notices.say(Level::Success, format!("Evaluated {} images", evaluation.metrics.n));
                self.state.evaluate.answer(evaluation);
            }
            Output::Compared(comparison) => {
                self.state.notices.say(Level::Success, format!("Compared on {} cells", comparison.n));
                self.state.compare.answer(comparison);
            }
            Output::Classified(count) => {
                let noun = if count == 1 { "image" } else { "images" };
                let words = format!("Classified {} {noun}", thousands(count as u64));
                self.state.notices.say(Level::Success, words);
            }
            Output::Found(Found::Dataset(root)) => self.act(vec![Action::OpenDataset(root)]),
            Output::Found(Found::Images(paths)) => self.act(vec![Action::Classify(paths)]),
            Output::Looked(found) => {
                if let Some(hovered) = self.state.hovered.as_mut().filter(|hovered| hovered.job == job) {
                    hovered.found = Some(found);
                }
            }
            Output::Saved(path) => {
                let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
                self.state.notices.offer(
                    Level::Success,
                    format!("Saved {name}"),
                    "Show in folder",
                    Action::Reveal(path),
                );
            }
            Output::EvaluatedFolder(_) | Output::Pace(_) | Output::Nothing => {}
        }
    }

    fn take_dataset(&mut self, job: JobId, opened: Arc<Opened>) {
        if !matches!(self.state.dataset.phase, Phase::Loading { job: opening, .. } if opening == job) {
            return;
        }
        let (name, count) = (opened.dataset.name(), opened.dataset.items.len());
        self.prefer(|preferences| preferences.remember(&opened.dataset.root));
        self.state.notices.say(Level::Success, format!("Opened {name}: {} images", thousands(count as u64)));
        self.state.dataset.opened = Some(opened);
        self.state.dataset.phase = Phase::Open;
    }
}
