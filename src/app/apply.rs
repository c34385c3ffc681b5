//! Takes one update into the state.

use std::sync::Arc;

use super::{
    Action, App, Level,
    state::{Model, OtherLab, Phase, activity::Standing},
};
use crate::{
    domain::{
        config::TrainConfig,
        run::{RunEnd, RunRecord},
    },
    job::{Ended, Found, Job, JobId, Opened, Output, Told, Update},
    model::bundled,
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
            Event::Plan(plan) => run.plan = Some(plan),
            Event::Progress { task, done, total } => run.task = Some((task, done, total)),
            Event::Step(step) => run.hear_step(step),
            Event::Epoch(report) => run.hear_epoch(report),
            Event::Warning { .. } => {}
        }
    }

    /// A speed was measured, or not; a stopped one is measured again when the form is looked at.
    fn measured(&mut self, config: TrainConfig, ended: Ended) {
        match ended {
            Ended::Done(Output::Pace(pace)) => self.state.train.remember(config, Ok(pace)),
            Ended::Failed(why) => self.state.train.remember(config, Err(why.to_string())),
            Ended::Done(_) | Ended::Stopped => {}
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
        let trained = self.state.train.running.take_if(|run| run.job == job).is_some();
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
                self.state.notices.failed(&failure);
            }
        }
        if trained {
            self.submit(Job::ListRuns { outputs: self.state.settings.outputs() });
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
            Output::Runs(runs) => self.take_runs(runs),
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

    fn take_run(&mut self, run: RunRecord) {
        let id = run.path.display().to_string();
        let words = format!("{} is trained", run.name);
        self.state.models.known.insert(0, model_of(&run));
        self.state.train.runs.insert(0, run);
        self.state.notices.offer(Level::Success, words, "Use this model", Action::UseModel(id.clone()));
        if self.state.models.current.is_none() {
            self.act(vec![Action::UseModel(id)]);
        }
    }

    fn take_runs(&mut self, runs: Vec<RunRecord>) {
        let usable = |run: &&RunRecord| run.end != RunEnd::Unfinished && run.weights_hash.is_some();
        let finished = runs.iter().filter(usable).map(model_of);
        self.state.models.known = bundled::ALL.iter().filter_map(bundled_model).chain(finished).collect();
        self.state.train.runs = runs;
        let gone = self.state.models.current().is_none();
        if gone {
            self.state.models.current = self.state.models.known.first().map(|model| model.id.clone());
        }
    }
}

fn bundled_model(model: &bundled::Bundled) -> Option<Model> {
    let card = model.card().ok()?;
    Some(Model {
        id: model.name.to_owned(),
        title: card.network.architecture.title().to_owned(),
        origin: "bundled".to_owned(),
        accuracy: card.test.and_then(|test| test.accuracy),
    })
}

fn model_of(run: &RunRecord) -> Model {
    Model {
        id: run.path.display().to_string(),
        title: run.architecture.title().to_owned(),
        origin: run.name.clone(),
        accuracy: run.test.as_ref().and_then(|test| test.accuracy),
    }
}
