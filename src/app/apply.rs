//! Takes one update into the state.

use std::sync::Arc;

use super::{
    Action, App, Level,
    state::{AskedOther, Phase, activity::Standing},
    training::of_run,
};
use crate::{
    domain::evaluation::Evaluation,
    job::{Ended, Found, JobId, Opened, Output, Told, Update},
    progress::{Event, Failure},
    report::words::thousands,
};

impl App {
    pub(super) fn apply(&mut self, update: Update) {
        match update {
            Update::Started(job) => self.state.activity.start(job, self.state.notices.now),
            Update::Told(job, told) => self.hear_told(job, told),
            Update::Finished(job, ended) => self.finish(job, ended),
            Update::Picked(purpose, paths) => {
                self.state.choosing = false;
                self.picked(purpose, paths);
            }
            Update::SaveChart(chart, format, path) => {
                self.state.choosing = false;
                if let Some(path) = path {
                    self.act(vec![Action::SaveChart(chart, format, path)]);
                }
            }
        }
    }

    fn hear_told(&mut self, job: JobId, told: Told) {
        let classify = &mut self.state.classify;
        match told {
            Told::Event(event) => self.hear(job, event),
            Told::Device(chosen, device) => self.state.settings.in_use = Some((chosen, device)),
            Told::Folder(folder) => {
                if let Some(run) = self.state.train.running.as_mut().filter(|run| run.job == job) {
                    run.folder = Some(folder);
                }
            }
            Told::Classifying(card, images) => {
                if classify.running.contains(&job) {
                    classify.hear_start(job, card, images);
                }
            }
            Told::Classified(items) => {
                if classify.running.contains(&job) {
                    classify.take_in(job, items);
                }
            }
        }
    }

    fn hear(&mut self, job: JobId, event: Event) {
        self.state.activity.hear(job, &event, self.state.notices.now);
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
            Event::Warning { warning } => run.warnings.push(warning),
        }
    }

    fn finish(&mut self, job: JobId, ended: Ended) {
        self.saving.take_if(|of| *of == job);
        if let Some((_, config)) = self.state.train.measuring.take_if(|(of, _)| *of == job) {
            self.measured(*config, ended);
            return;
        }
        let watched = self.state.activity.task(job).is_some_and(|task| !task.superseded);
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
        let other = self.state.evaluate.asked_other.take_if(|asked| asked.job == job);
        let compared = self.state.compare.running.take_if(|of| *of == job).is_some();
        let classified = self.state.classify.running.contains(&job);
        self.state.classify.running.retain(|of| *of != job);
        match ended {
            Ended::Done(Output::EvaluatedFolder(evaluation)) => self.take_other(other, evaluation),
            Ended::Done(Output::Classified { images, shift }) => {
                if classified {
                    self.state.classify.hear_end(job, *shift);
                    let noun = if images == 1 { "image" } else { "images" };
                    let words = format!("Classified {} {noun}", thousands(images as u64));
                    self.state.notices.say(Level::Success, words);
                }
            }
            Ended::Done(output) => self.take(job, output),
            Ended::Stopped => {
                self.stop_opening(job, None);
                // Several drops that are stopped together are one piece of news.
                let last = !classified || self.state.classify.running.is_empty();
                if watched && last {
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
            Output::Split { of, opened: new } => {
                if let Some(opened) = self.state.dataset.opened.as_mut().filter(|opened| opened.dataset == of.dataset)
                    && new.split.seed == self.state.train.form.seed
                {
                    *opened = new;
                }
            }
            Output::Run(run) => self.take_run(*run),
            Output::Runs { runs, trashed, elsewhere } => self.take_runs(runs, trashed, &elsewhere),
            Output::Model(run) => self.take_model(&run),
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
            Output::Classified { .. } | Output::EvaluatedFolder(_) | Output::Pace(_) | Output::Nothing => {}
        }
    }

    /// What the model did on another lab's folder; it stands beside the figures at home where both are of one model.
    fn take_other(&mut self, asked: Option<AskedOther>, evaluation: Arc<Evaluation>) {
        let words = format!("Judged {} images of {}", evaluation.metrics.n, evaluation.dataset);
        if asked.is_some_and(|asked| self.state.evaluate.answer_other(asked, evaluation)) {
            self.state.notices.say(Level::Success, words);
        } else {
            let words =
                format!("{words}; they are not of the model that is shown: evaluate that one again to see them");
            self.state.notices.say(Level::Warning, words);
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
