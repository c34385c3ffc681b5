//! A model fitted to a lab: from images alone by its profile and the model's own answers, or by a short training on
//! labelled cells.
//!
//! The result is an ordinary run folder. Nothing here needs the images that the model learned from.

mod anchors;
mod cells;
mod commit;
mod examples;
mod self_training;
mod tune;

use std::{
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use super::{
    profile::{Fitted, Fitting, MOST, fit},
    remember, sieve,
};
use crate::{
    data::read::{folder, survey},
    device,
    domain::{
        config::DeviceChoice,
        metrics::Metrics,
        profile::{Adapted, Tuned},
        run::{EpochRecord, RunRecord},
    },
    eval::{
        calibrate,
        evaluate::{Evaluation, evaluate},
        predict::Predictor,
        shift,
    },
    fault::{Failure, Halt, StopToken},
    learn::error::TrainError,
    model::{memory::Memory, sieve::Sieve, stage::Stage},
    progress::{Event, Observer, Watch},
};
use anchors::Anchors;
use cells::Cells;
pub use self_training::SelfTraining;
pub use tune::TuneConfig;
use tune::Tuning;

/// Share of a lab's own statistics up to which it is the model's own lab, and its answers teach nothing.
const AT_HOME: f64 = 0.05;

/// What to fit, to which lab, and where to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AdaptRequest {
    /// A bundled model's name or a run folder.
    pub model: String,
    /// The lab's images; labelled ones lie in a sub-folder a class.
    pub dir: PathBuf,
    /// The run folder; a free name below the outputs folder by default.
    pub out: Option<PathBuf>,
    /// Fit the profile alone and read no labels.
    pub unlabelled: bool,
    /// Labelled cells of the lab that the model comes from, to be shown again.
    pub replay: Option<PathBuf>,
    pub device: DeviceChoice,
    pub fitting: Fitting,
    /// How labelled cells are learned; by default what suits the way in which the old lab is kept.
    pub tuning: Option<TuneConfig>,
    /// Whether and how a model without labels learns from its own answers.
    pub self_training: Option<SelfTraining>,
    /// Decides which cells are held back, and the order of the others.
    pub seed: u64,
}

/// Fits a model and leaves a run folder.
///
/// # Errors
/// [`Halt::Stopped`], or [`Halt::Failed`] with the reason; nothing is left behind then.
pub fn adapt(request: &AdaptRequest, observer: &dyn Observer, stop: &StopToken) -> Result<RunRecord, Halt> {
    let start = Instant::now();
    let out = commit::free_folder(request)?;
    let base = Predictor::load(&request.model, &device::choose(&request.device)?)?;
    let lab = commit::name_of(&request.dir);
    let watch = Watch { observer, stop };
    if request.unlabelled {
        let files = images(&request.dir, watch)?;
        let mut fitted = fit(&base, &lab, &files, request.fitting, watch)?;
        let learned = by_itself(request, &base, &mut fitted, &files, watch)?;
        let sieve = sieved(&fitted.load(base.compute())?, &survey::spread(&files, MOST), stop)?;
        return Ok(commit::profile(request, &out, &base, (&fitted, sieve), (&files, &learned), start.elapsed())?);
    }
    let cells = cells::gather(&request.dir, &base, request.seed, watch)?;
    let replay = request.replay.as_deref().map(|dir| cells::replay(dir, &base, watch)).transpose()?;
    // Labels teach the weights what the norms' statistics would only guess, and the old lab keeps its own.
    let framing = Fitting { prior: f64::INFINITY, ..request.fitting };
    let fitted = fit(&base, &lab, &cells.files(&cells.train), framing, watch)?;
    let judge = |model: &Predictor, cells: &Cells| evaluate(model, &cells.dataset, &cells.held_back, observer, stop);
    let before = judge(&base, &cells)?.metrics;
    let profiled = fitted.load(base.compute())?;
    let with_profile = judge(&profiled, &cells)?.metrics;
    let old = |model: &Predictor| replay.as_ref().map(|cells| Ok::<_, Halt>(judge(model, cells)?.metrics)).transpose();
    let old_lab_before = old(&base)?;
    let memory = remember::of(&request.model, &base, observer)?;
    let (anchors, usual) = match (&replay, &memory) {
        (Some(cells), _) => (anchors::replayed(cells, &profiled, stop)?, TuneConfig::with_replay()),
        (None, Some(memory)) => (anchors::remembered(memory), TuneConfig::with_memory()),
        (None, None) => (anchors::drawn(&base, &profiled, stop)?, TuneConfig::default()),
    };
    let tuning = Tuning { seed: request.seed, config: request.tuning.clone().unwrap_or(usual) };
    let tuned = tune::tune(&profiled, &cells.examples(&profiled.card().preprocess), &anchors, &tuning, watch)?;
    let mut fitted = learned(fitted, tuned.weights, &cells, &anchors, &tuning.config);
    let norms = shift::norms(&fitted.load(base.compute())?, &cells.files(&cells.train), stop)?;
    fitted.adopt(norms);
    let model = fitted.load(base.compute())?.with_learned(Arc::new(commit::learned(&base, &cells)));
    let evaluation = judge(&model, &cells)?;
    // Only after it was judged by them, so that no figure owes anything to a fit on the same cells.
    let measured = calibrate::measure(&model, &cells.dataset, &cells.held_back, stop)?;
    if measured.is_fitted() {
        measured.write(&mut fitted.card);
    }
    let old_lab_after = old(&model)?;
    let own = cells.dataset.files_by_class(cells.train.iter().copied());
    let sieve = sieve::learn(&model, (&own, &[]), &cells.files(&cells.held_back), stop)?;
    let memory = memory.filter(|_| anchors.stage == Stage::Late);
    let metrics = Compared { before, with_profile, old_lab_before, old_lab_after };
    let adapted = metrics.adapted(&fitted, &evaluation, start.elapsed());
    commit::tuned(
        request,
        &out,
        &base,
        &Finished { fitted, cells, evaluation, adapted, history: tuned.history, tuning, memory, sieve },
    )
}

/// Everything that a labelled fit leaves.
struct Finished {
    fitted: Fitted,
    cells: Cells,
    evaluation: Evaluation,
    adapted: Adapted,
    history: Vec<(EpochRecord, f64)>,
    tuning: Tuning,
    /// Still true where no block before it has changed.
    memory: Option<Memory>,
    sieve: Option<Sieve>,
}

/// Figures on held-back cells.
struct Compared {
    before: Metrics,
    with_profile: Metrics,
    old_lab_before: Option<Metrics>,
    old_lab_after: Option<Metrics>,
}

impl Compared {
    fn adapted(self, fitted: &Fitted, after: &Evaluation, took: Duration) -> Adapted {
        Adapted {
            profile: fitted.profile.clone(),
            before: Some(self.before),
            with_profile: Some(self.with_profile),
            after: Some(after.metrics.clone()),
            old_lab_before: self.old_lab_before,
            old_lab_after: self.old_lab_after,
            secs: took.as_secs_f64(),
        }
    }
}

/// Self-training of a model that was fitted to a lab, where it is asked for, the lab is another one and the model
/// remembers its own; gives the files learned from with their classes.
fn by_itself(
    request: &AdaptRequest,
    base: &Predictor,
    fitted: &mut Fitted,
    files: &[PathBuf],
    watch: Watch<'_>,
) -> Result<Vec<(PathBuf, usize)>, Halt> {
    let away = fitted.profile.blend > AT_HOME;
    let Some(how) = request.self_training.as_ref().filter(|_| away) else { return Ok(Vec::new()) };
    let Some(memory) = remember::of(&request.model, base, watch.observer)? else { return Ok(Vec::new()) };
    let profiled = fitted.load(base.compute())?;
    let anchors = anchors::remembered(&memory);
    let files = survey::spread(files, MOST);
    let learned = self_training::teach(&profiled, fitted, &files, &anchors, (how, request.seed), watch)?;
    if !learned.is_empty() {
        let model = fitted.load(base.compute())?;
        fitted.adopt(shift::norms(&model, &files, watch.stop)?);
        credit(fitted);
    }
    Ok(learned)
}

/// What tells the lab's cells from other pictures, by every second image and the rest.
fn sieved(model: &Predictor, files: &[PathBuf], stop: &StopToken) -> Result<Option<Sieve>, Halt> {
    let [even, odd] = [0, 1].map(|first| files.iter().skip(first).step_by(2).cloned().collect::<Vec<_>>());
    let parts: Vec<Vec<PathBuf>> = even.chunks(sieve::OF_EACH).map(<[_]>::to_vec).collect();
    sieve::learn(model, (&parts, &[]), &odd, stop)
}

/// Names the lab's images among what the weights come from.
fn credit(fitted: &mut Fitted) {
    fitted.card.sources.push(format!("adapted to images of {} (see their own licence)", fitted.profile.lab));
}

fn images(dir: &std::path::Path, Watch { observer, stop }: Watch<'_>) -> Result<Vec<PathBuf>, Halt> {
    let failed =
        |why: &str| Failure::new("the lab's profile could not be fitted", why, "name a folder of images").at(dir);
    if !dir.is_dir() {
        return Err(failed("there is no such folder").into());
    }
    let listed = folder::list(&[dir.to_owned()], stop)?;
    if let Some(warning) = listed.warning() {
        observer.tell(Event::Warning { warning });
    }
    if listed.images.is_empty() { Err(failed("there is no image in it").into()) } else { Ok(listed.images) }
}

/// The card and profile of a model whose weights were tuned.
fn learned(mut fitted: Fitted, weights: Vec<u8>, cells: &Cells, anchors: &Anchors, tuning: &TuneConfig) -> Fitted {
    let counts = cells.counts(fitted.card.classes.len());
    let named = fitted.card.classes.iter().zip(counts).filter(|(_, count)| *count > 0);
    fitted.profile.tuned = Some(Tuned {
        cells: named.map(|(name, count)| (name.to_owned(), count)).collect(),
        held_back: cells.held_back.len(),
        replayed: anchors.replayed(),
        remembered: anchors.remembered(),
        weight: tuning.weight,
    });
    fitted.card.weights_hash = crate::domain::hash::ContentHash::of(&weights);
    fitted.card.profile = Some(fitted.profile.clone());
    credit(&mut fitted);
    fitted.weights = weights;
    fitted
}

/// A failure of the data in one shape.
fn lacking(why: String) -> Halt {
    TrainError::Data(why).into()
}
