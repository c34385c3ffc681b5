//! The training form, the runs that train now, those that wait for it, and the runs on disk.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{LineUp, Queued, places::Place};
use crate::{
    app::Inquiry,
    domain::{
        config::TrainConfig,
        confusion::Confusion,
        moving_map::MovingMap,
        run::{EpochRecord, EpochReport, RunRecord},
    },
    fault::Failure,
    job::JobId,
    progress::{Plan, Step, Task},
    store::{rename, trash::Trashed, waiting::Waiting},
    train::pace::Pace,
};

/// Points of the live curve before neighbours are merged.
const POINTS: usize = 600;
/// Measured speeds that are remembered.
const PACES: usize = 16;

/// Training between two tellings: where in the run, mean loss and mean accuracy of the steps in between.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LivePoint {
    /// Epochs trained so far, such as 2.4.
    pub epochs: f64,
    pub loss: f64,
    pub accuracy: f64,
}

/// A run while it trains.
#[derive(Clone, Debug)]
pub struct LiveRun {
    pub job: JobId,
    /// What was asked for.
    pub asked: Queued,
    pub place: Place,
    /// Where it is written to, once its thread has begun.
    pub folder: Option<PathBuf>,
    pub plan: Option<Plan>,
    /// What it does now, with how much of how much is done.
    pub task: Option<(Task, u64, u64)>,
    pub step: Option<Step>,
    /// The epochs behind it, those before a resumption included.
    pub history: Vec<EpochRecord>,
    /// Of the last epoch, on the validation split.
    pub confusion: Option<Confusion>,
    /// Where validation cells lie after the last epoch, and lay before.
    pub map: Option<Arc<MovingMap>>,
    pub live: Vec<LivePoint>,
    /// What it said that a person must know of, though it went on.
    pub warnings: Vec<Failure>,
}

impl LiveRun {
    #[must_use]
    pub fn new(job: JobId, asked: Queued, place: Place, history: Vec<EpochRecord>) -> Self {
        let folder = asked.resume.clone();
        Self {
            job,
            asked,
            place,
            folder,
            plan: None,
            task: None,
            step: None,
            history,
            confusion: None,
            map: None,
            live: Vec::new(),
            warnings: Vec::new(),
        }
    }

    /// Takes in where the run stands; what is told is a mean since the epoch's start, what is drawn are the steps since
    /// the last telling.
    pub(in crate::app) fn hear_step(&mut self, step: Step) {
        let alike =
            |before: &&Step| (before.epoch, before.steps) == (step.epoch, step.steps) && before.step < step.step;
        let before = self.step.as_ref().filter(alike);
        let (done, loss, accuracy) = before.map_or((0, 0.0, 0.0), |before| (before.step, before.loss, before.accuracy));
        let since =
            |now: f64, then: f64| (now * step.step as f64 - then * done as f64) / (step.step - done).max(1) as f64;
        let epochs = step.epoch.saturating_sub(1) as f64 + step.step as f64 / step.steps.max(1) as f64;
        // An epoch that starts again, with a smaller batch, draws over what it drew.
        self.live.retain(|point| point.epochs < epochs);
        self.live.push(LivePoint { epochs, loss: since(step.loss, loss), accuracy: since(step.accuracy, accuracy) });
        if self.live.len() > POINTS {
            self.live = self.live.chunks(2).filter_map(mean).collect();
        }
        self.step = Some(step);
    }

    /// Takes in an epoch that ended.
    pub(in crate::app) fn hear_epoch(&mut self, report: EpochReport) {
        self.history.push(report.record);
        (self.confusion, self.map) = (Some(report.confusion), report.map);
    }
}

fn mean(points: &[LivePoint]) -> Option<LivePoint> {
    let last = points.last()?;
    let mean = |of: fn(&LivePoint) -> f64| points.iter().map(of).sum::<f64>() / points.len() as f64;
    Some(LivePoint { epochs: last.epochs, loss: mean(|point| point.loss), accuracy: mean(|point| point.accuracy) })
}

/// How fast the form's network trains, or that it could not be measured.
#[derive(Clone, Debug)]
pub struct Measured {
    pub config: TrainConfig,
    /// Why there is none, in words.
    pub pace: Result<Pace, String>,
}

/// Whose map it is: a run that went on has another one by then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfRun {
    folder: PathBuf,
    epochs: usize,
}

impl OfRun {
    #[must_use]
    pub fn new(run: &RunRecord) -> Self {
        Self { folder: run.path.clone(), epochs: run.history.len() }
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }
}

/// Everything of the Train page that outlives a frame.
#[derive(Clone, Debug, Default)]
pub struct TrainState {
    pub form: TrainConfig,
    /// Which and how many runs the form stands for.
    pub line_up: LineUp,
    /// In the order in which they started: one, or one on each of several GPUs.
    pub running: Vec<LiveRun>,
    /// Which of them is drawn, where a person chose.
    pub(super) watching: Option<JobId>,
    /// What is trained after the running runs, the next one first; empty while none runs.
    pub queue: Vec<Queued>,
    /// What still waited when the program ended last, until a person lines it up again or forgets it.
    pub left_over: Vec<Queued>,
    /// When the form was last changed, on the window's clock in seconds.
    pub(in crate::app) edited: f64,
    /// How many runs were lined up since the start.
    pub(in crate::app) lined_up: u64,
    /// The newest first; the one that trains is among them once its folder is there.
    pub runs: Vec<RunRecord>,
    /// The run that the inspector shows, by its folder.
    pub shown: Option<PathBuf>,
    /// What the run that is drawn keeps of its map.
    pub map: Inquiry<OfRun, Option<MovingMap>>,
    /// The runs whose curves stand over each other, by their folders.
    pub ticked: Vec<PathBuf>,
    /// Runs that are renamed or deleted right now, by the job that does it.
    pub changing: Vec<(JobId, PathBuf)>,
    /// Deleted runs, the last one first.
    pub trashed: Vec<Trashed>,
    /// The speed that is being measured, with its settings.
    pub measuring: Option<(JobId, Box<TrainConfig>)>,
    /// Speeds measured since the start, the newest last.
    pub paces: Vec<Measured>,
}

impl TrainState {
    /// What was measured for settings that train at the same speed.
    #[must_use]
    pub fn pace(&self, config: &TrainConfig) -> Option<&Result<Pace, String>> {
        self.paces.iter().rev().find(|known| same_pace(&known.config, config)).map(|known| &known.pace)
    }

    /// What must not be lost when the window closes: runs left over from before, then those that wait.
    #[must_use]
    pub fn waiting(&self) -> Vec<Waiting> {
        self.left_over.iter().chain(&self.queue).map(Queued::kept).collect()
    }

    /// A run of the list by its folder.
    #[must_use]
    pub fn run(&self, folder: &Path) -> Option<&RunRecord> {
        self.runs.iter().find(|run| run.path == folder)
    }

    /// The ended run whose curves are drawn where none trains: the one that was chosen, else the newest.
    #[must_use]
    pub fn drawn(&self) -> Option<&RunRecord> {
        self.shown.as_deref().and_then(|folder| self.run(folder)).or(self.runs.first())
    }

    /// Of the runs that train the one that is drawn: the one that was chosen, else the first.
    #[must_use]
    pub fn watched(&self) -> Option<&LiveRun> {
        let chosen = self.running.iter().find(|run| Some(run.job) == self.watching);
        chosen.or(self.running.first())
    }

    /// The run that trains now in this folder.
    #[must_use]
    pub fn training(&self, folder: &Path) -> Option<&LiveRun> {
        self.running.iter().find(|run| run.folder.as_deref() == Some(folder))
    }

    /// The run that a job trains.
    pub(super) fn live(&mut self, job: JobId) -> Option<&mut LiveRun> {
        self.running.iter_mut().find(|run| run.job == job)
    }

    /// Takes out the run that a job trained.
    pub(super) fn ended(&mut self, job: JobId) -> Option<LiveRun> {
        let at = self.running.iter().position(|run| run.job == job)?;
        Some(self.running.remove(at))
    }

    /// Why the folder of a run must stay as it is; `None` when it may be renamed or deleted.
    #[must_use]
    pub fn held(&self, folder: &Path) -> Option<&'static str> {
        let held = |why, held: bool| held.then_some(why);
        held(t!("This run is in training: stop it first"), self.training(folder).is_some())
            .or_else(|| {
                let needed = self.running.iter().any(|run| run.asked.starts_from(folder));
                held(t!("The run in training starts from this one: wait until it has ended"), needed)
            })
            .or_else(|| {
                let waits = self.queue.iter().any(|run| run.needs(folder));
                held(t!("A waiting run needs this one: remove it from the queue first"), waits)
            })
            .or_else(|| {
                let changing = self.changing.iter().any(|(_, changing)| changing == folder);
                held(t!("This run is being renamed or deleted"), changing)
            })
    }

    /// Why a run cannot get a name, as far as is known without asking the disk; `None` when it can.
    #[must_use]
    pub fn name_problem(&self, folder: &Path, name: &str) -> Option<&'static str> {
        let taken = |run: &RunRecord| run.path != folder && run.name.to_lowercase() == name.to_lowercase();
        rename::problem(name)
            .map(|why| t!(why))
            .or_else(|| self.runs.iter().any(taken).then_some(t!("Another run has that name")))
    }

    pub(in crate::app) fn remember(&mut self, config: TrainConfig, pace: Result<Pace, String>) {
        self.paces.push(Measured { config, pace });
        let surplus = self.paces.len().saturating_sub(PACES);
        self.paces.drain(..surplus);
    }
}

/// Whether a step takes the same time an image.
#[must_use]
pub fn same_pace(a: &TrainConfig, b: &TrainConfig) -> bool {
    (a.architecture, a.size, a.heads, a.attention_width) == (b.architecture, b.size, b.heads, b.attention_width)
        && a.width == b.width
        && a.device == b.device
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{domain::config::DeviceChoice, job::Lane};

    fn live_run() -> LiveRun {
        let place = Place { lane: Lane::Trainer(0), gpu: None, choice: DeviceChoice::Auto };
        LiveRun::new(JobId(1), Queued::default(), place, Vec::new())
    }

    fn step(epoch: usize, step: usize, loss: f64) -> Step {
        Step { epoch, step, steps: 10, loss, accuracy: 0.5, learning_rate: 1e-3, images_per_sec: 1.0, secs_left: 1.0 }
    }

    #[test]
    fn a_point_is_the_mean_of_the_steps_since_the_last_one() {
        let mut run = live_run();
        for told in [step(1, 1, 4.0), step(1, 4, 2.5), step(2, 5, 1.0)] {
            run.hear_step(told);
        }
        let drawn: Vec<_> = run.live.iter().map(|point| (point.epochs, point.loss)).collect();
        // Four steps of 2.5 on average, the first of 4: the other three are 2 on average.
        assert_eq!(drawn, [(0.1, 4.0), (0.4, 2.0), (1.5, 1.0)]);
    }

    #[test]
    fn an_epoch_that_starts_again_is_drawn_once_and_long_runs_stay_small() {
        let mut run = live_run();
        run.hear_step(step(1, 8, 3.0));
        run.hear_step(step(1, 2, 5.0));
        assert_eq!(run.live.len(), 1);
        for epoch in 2..200 {
            (1..=10).for_each(|at| run.hear_step(step(epoch, at, 1.0)));
        }
        assert!(run.live.len() <= POINTS, "{}", run.live.len());
        assert!(run.live.iter().skip(1).all(|point| (point.loss - 1.0).abs() < 1e-9));
    }
}
