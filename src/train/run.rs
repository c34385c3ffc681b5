//! A whole run, like a table of contents: gather, set up, train epochs, finish.

use std::{
    panic::{self, AssertUnwindSafe},
    path::{Path, PathBuf},
    time::Instant,
};

use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::{
    checkpoint, epoch, finish,
    oom::with_fitting_batch,
    plan::{self, Material},
    session::Session,
};
use crate::{
    device::{self, Compute},
    domain::{
        config::TrainConfig,
        run::{EpochRecord, EpochReport, RunEnd, RunRecord},
    },
    fault::{Failure, Halt, StopMode, StopToken, panicked},
    learn::error::TrainError,
    model::{
        kernels,
        weights::{self, Precision},
    },
    progress::{Event, Observer, Task, Watch},
    store::{self, held, paths, run_dir},
};

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What to train, on what, and where to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TrainRequest {
    /// The dataset's folder.
    pub dataset: PathBuf,
    pub config: TrainConfig,
    /// The run folder; a free name below the outputs folder by default.
    pub out: Option<PathBuf>,
    /// An unfinished run's folder: its own settings are used, save for the device. Where no epoch was finished, it begins
    /// again.
    pub resume: Option<PathBuf>,
}

/// Trains one network, evaluates it once on the test split, and leaves a run folder that holds everything.
///
/// # Errors
/// [`Halt::Stopped`] where a person stops and discards, or stops before the first epoch ends; [`Halt::Failed`] with the
/// reason. A run that fails after its first epoch can be resumed.
pub fn run(request: &TrainRequest, observer: &dyn Observer, stop: &StopToken) -> Result<RunRecord, Halt> {
    // However the run ends, its buffers go back to the system.
    let _buffers = kernels::Use::begin();
    let earlier = request.resume.as_deref().map(unfinished).transpose()?;
    let config = settings(request, earlier.as_ref())?;
    let place = place(request, &config)?;
    let begun = earlier.as_ref().map(|run| store::learned::load(&run.path)).transpose()?;
    let begun = begun.filter(|list| !list.is_empty());
    let _held = held::hold(&place, held::TRAINING)?.ok_or_else(|| TrainError::Busy(place.clone()))?;
    let material = plan::gather(&request.dataset, &config, begun.as_ref(), Watch { observer, stop })?;
    observer.tell(Event::Progress { task: Task::Preparing, done: 0, total: 0 });
    let compute = device::choose(&config.device)?;
    let mut record = open_record(&place, earlier, (&config, &material, &compute), observer)?;
    let folder = record.path.clone();
    let watch = Watch { observer, stop };
    let fresh = request.resume.is_none();
    // A run that was killed in its first epoch begins again, and a fresh one is nobody's continuation.
    let from_checkpoint = !fresh && checkpoint::exists(&folder);
    let start = || Session::start(&config, &material, &compute, &folder, from_checkpoint, watch);
    let session = unbroken(&compute, start);
    // A run that could not be resumed now may be resumed another time.
    let mut session = session.inspect_err(|_| {
        if fresh {
            clean_up(&record, stop)
        }
    })?;
    truncate(&mut record, session.first_epoch);
    observer.tell(Event::Plan(session.plan()));
    let end = match unbroken(&compute, || train_epochs(&mut session, &mut record)) {
        Ok(end) => end,
        Err(halt) => {
            clean_up(&record, stop);
            blame(&halt, &compute);
            return Err(halt);
        }
    };
    if session.best.is_empty() {
        return Err(TrainError::NeverANumber.into());
    }
    let unfinished = record.clone();
    unbroken(&compute, || finish::finish(session, record, end)).inspect_err(|halt| {
        clean_up(&unfinished, stop);
        blame(halt, &compute);
    })
}

/// A disk that is full or images that are gone are told with their place, and no device is to blame for them.
fn blame(halt: &Halt, compute: &Compute) {
    if matches!(halt, Halt::Failed(why) if why.paths.is_empty()) {
        device::mark_suspect(&compute.info.id);
    }
}

/// Does what may end in a panic, as all work does on a GPU that is lost: the device is not used again, and the run ends in
/// words, so that it can be resumed.
fn unbroken<T>(compute: &Compute, work: impl FnOnce() -> Result<T, Halt>) -> Result<T, Halt> {
    let ended = panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        device::mark_suspect(&compute.info.id);
        Err(TrainError::Device(format!("the computation broke off: {}", panicked::words(panic.as_ref()))).into())
    });
    ended
        .map_err(|halt| if is_lost(&halt, compute) { TrainError::Lost(compute.info.name.clone()).into() } else { halt })
}

/// Whether work failed since its device is out of reach; whatever else it says then only came of that.
fn is_lost(halt: &Halt, compute: &Compute) -> bool {
    matches!(halt, Halt::Failed(_)) && !compute.answers()
}

fn settings(request: &TrainRequest, earlier: Option<&RunRecord>) -> Result<TrainConfig, TrainError> {
    let mut config = earlier.map_or_else(|| request.config.clone(), |run| run.config.clone());
    config.device = request.config.device.clone();
    match config.problems().first() {
        Some((field, why)) => Err(TrainError::Settings(format!("{field} {why}"))),
        None => Ok(config),
    }
}

/// Where the run goes: the folder of the one that is resumed, or one in which nothing lies yet, so that nothing but the run's
/// own files can be overwritten by it or deleted with it.
fn place(request: &TrainRequest, config: &TrainConfig) -> Result<PathBuf, TrainError> {
    if let Some(folder) = &request.resume {
        return Ok(folder.clone());
    }
    let named = || run_dir::free(&paths::outputs(), &format!("{}-{}", config.architecture.id(), paths::stamp()));
    let place = request.out.clone().unwrap_or_else(named);
    if run_dir::is_vacant(&place) { Ok(place) } else { Err(TrainError::Occupied(place)) }
}

/// UTC, RFC 3339.
fn now() -> String {
    OffsetDateTime::now_utc().format(&Rfc3339).unwrap_or_default()
}

fn unfinished(folder: &Path) -> Result<RunRecord, Halt> {
    let record = run_dir::load(folder)?;
    match record.end {
        RunEnd::Unfinished => Ok(record),
        _ => Err(TrainError::Resume("the run has ended".to_owned()).into()),
    }
}

fn open_record(
    place: &Path,
    earlier: Option<RunRecord>,
    (config, material, compute): (&TrainConfig, &Material, &Compute),
    observer: &dyn Observer,
) -> Result<RunRecord, Halt> {
    if let Some(mut record) = earlier {
        if record.dataset_hash != material.dataset.hash || record.split_hash != material.split.hash {
            return Err(TrainError::Resume("the dataset is not the one that the run began with".to_owned()).into());
        }
        if record.also_hash.is_some() && record.also_hash != material.guests.hash {
            return Err(TrainError::Resume("the other labs are not those that the run began with".to_owned()).into());
        }
        record.device.clone_from(&compute.info.name);
        if record.app_version != VERSION {
            observer.tell(Event::Warning { warning: other_version(&record.app_version) });
            VERSION.clone_into(&mut record.app_version);
        }
        return Ok(record);
    }
    let record = RunRecord {
        name: place.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned()),
        path: place.to_owned(),
        architecture: config.architecture,
        classes: material.dataset.classes.clone(),
        config: config.clone(),
        started: now(),
        end: RunEnd::Unfinished,
        device: compute.info.name.clone(),
        dataset: material.dataset.name(),
        dataset_hash: material.dataset.hash,
        split_hash: material.split.hash,
        also_hash: material.guests.hash,
        weights_hash: None,
        history: Vec::new(),
        epoch_secs: Vec::new(),
        matrices: Vec::new(),
        test: None,
        images_per_sec: None,
        peak_memory_mb: None,
        app_version: VERSION.to_owned(),
        adapted: None,
    };
    let begin = || -> Result<(), Halt> {
        run_dir::save(&record)?;
        run_dir::save_split(&record.path, &material.dataset, &material.split)?;
        Ok(store::learned::save(&record.path, &material.learned)?)
    };
    begin().inspect_err(|_| run_dir::discard(&record.path))?;
    Ok(record)
}

fn other_version(began_with: &str) -> Failure {
    let version = if began_with.is_empty() { "an earlier version" } else { began_with };
    let why = format!("it began with {version} of the program, this is {VERSION}");
    let hint = "train it from the start where it must be exact";
    Failure::new("the run may not go on exactly as it would have", why, hint)
}

/// Forgets epochs that were recorded after the checkpoint; they are trained again.
fn truncate(record: &mut RunRecord, first_epoch: usize) {
    record.history.truncate(first_epoch - 1);
    record.epoch_secs.truncate(first_epoch - 1);
    record.matrices.truncate(first_epoch - 1);
}

/// Trains what is left to train: nothing where an earlier start of the run got as far as its end.
fn train_epochs(session: &mut Session<'_>, record: &mut RunRecord) -> Result<RunEnd, Halt> {
    if let Some(end) = session.end {
        return Ok(end);
    }
    for number in session.first_epoch..=session.config.epochs {
        if session.early_stop.is_over(session.config.patience) {
            return Ok(RunEnd::EarlyStopped);
        }
        match one_epoch(session, record, number) {
            Ok(()) => {}
            Err(Halt::Stopped) if session.stop.requested() == Some(StopMode::Keep) && !session.best.is_empty() => {
                return Ok(RunEnd::Stopped);
            }
            Err(halt) => return Err(halt),
        }
    }
    Ok(RunEnd::Completed)
}

fn one_epoch(session: &mut Session<'_>, record: &mut RunRecord, number: usize) -> Result<(), Halt> {
    let start = Instant::now();
    let on_a_gpu = session.compute.wants_constant_shapes();
    let begun = on_a_gpu.then(|| (session.network.clone(), session.optimiser.clone(), session.average.clone()));
    let observer = session.observer;
    let (batch, trained) = with_fitting_batch(session.batch, on_a_gpu, observer, |batch| {
        if let Some(begun) = &begun {
            (session.network, session.optimiser, session.average) = begun.clone();
        }
        epoch::train(session, number, batch)
    })?;
    session.batch = batch;
    let answering = session.answering();
    let followed = session.sight.cells().to_vec();
    let validated = epoch::validate(session, &answering, &followed)?;
    let best = session.early_stop.record(validated.loss(session.config.also_share), session.config.patience);
    if best {
        session.best = weights::to_bytes(&answering, Precision::Full)?;
    }
    let steps = session.material.steps(batch, session.config.also_share);
    let epoch = EpochRecord {
        epoch: number,
        train_loss: trained.loss(),
        train_accuracy: trained.accuracy(),
        validation_loss: validated.score.loss(),
        validation_accuracy: validated.score.accuracy(),
        elsewhere_loss: validated.elsewhere.map(|of| of.loss),
        elsewhere_accuracy: validated.elsewhere.map(|of| of.accuracy),
        learning_rate: crate::learn::schedule::rate(session.config, number * steps - 1, steps),
        best,
    };
    record.history.push(epoch.clone());
    record.epoch_secs.push(start.elapsed().as_secs_f64());
    // A run that an earlier version began kept none, and a place in the list is an epoch's.
    if record.matrices.len() + 1 == record.history.len() {
        record.matrices.push(validated.confusion.counts.clone());
    }
    // The record first: a killed run may have a row too many, which is trained again, but never one too few.
    run_dir::save(record)?;
    let map = session.sight.take(number, validated.seen);
    store::moving_map::save(&record.path, &map)?;
    checkpoint::save(&record.path, &session.snapshot(number))?;
    let secs = start.elapsed().as_secs_f64();
    observer.tell(Event::Epoch(EpochReport { record: epoch, secs, confusion: validated.confusion, map: Some(map) }));
    Ok(())
}

/// A discarded run leaves nothing behind, and one that no epoch of was trained nothing either: it could not be resumed.
fn clean_up(record: &RunRecord, stop: &StopToken) {
    let discarded = stop.requested() == Some(StopMode::Discard);
    if discarded || record.history.is_empty() {
        checkpoint::clear(&record.path);
        run_dir::discard(&record.path);
    }
}
