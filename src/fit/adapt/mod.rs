//! A model fitted to a lab: from images alone by its profile and the model's own answers, or by a short training on
//! labelled cells.
//!
//! The result is an ordinary run folder. Nothing here needs the images that the model learned from.

mod anchors;
mod cells;
mod commit;
mod examples;
mod self_training;
mod surer;
mod tune;

use std::{
    path::{Path, PathBuf},
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
        occurring::Occurring,
        profile::{Adapted, Retained, Tuned},
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
    progress::{Event, Observer, Silent, Watch},
};
use anchors::Anchors;
use cells::Cells;
pub use self_training::SelfTraining;
pub use tune::TuneConfig;
use tune::Tuning;

/// What to fit, to which lab, and where to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AdaptRequest {
    /// A bundled model's name or a run folder.
    pub model: String,
    /// The lab's images; labelled ones lie in a sub-folder a class.
    pub dir: PathBuf,
    /// Images with the classes that a person gave them, in place of those that the folders name.
    pub labels: Option<Vec<(PathBuf, String)>>,
    /// Images in place of all below `dir`, for a fit without labels.
    pub images: Option<Vec<PathBuf>>,
    /// What the lab is called; the folder's name by default.
    pub name: Option<String>,
    /// Which classes can occur on its slides.
    pub occurring: Occurring,
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

impl AdaptRequest {
    /// What the lab is called.
    fn lab(&self) -> String {
        self.name.clone().unwrap_or_else(|| commit::name_of(&self.dir))
    }
}

/// Fits a model and leaves a run folder.
///
/// # Errors
/// [`Halt::Stopped`], or [`Halt::Failed`] with the reason; nothing is left behind then.
pub fn adapt(request: &AdaptRequest, observer: &dyn Observer, stop: &StopToken) -> Result<RunRecord, Halt> {
    let start = Instant::now();
    let out = commit::free_folder(request)?;
    let base = Predictor::load(&request.model, &device::choose(&request.device)?)?.with_classes(&request.occurring)?;
    let watch = Watch { observer, stop };
    if request.unlabelled {
        let files = match &request.images {
            Some(files) => files.clone(),
            None => images(&request.dir, watch)?,
        };
        let mut fitted = surer::fitted(request, &base, &files, watch)?;
        let learned = by_itself(request, &base, &mut fitted, &files, watch)?;
        // A model that stayed as it is finds these cells as odd as before.
        let sieve = if fitted.profile.is_changed() {
            sieved(&fitted.load(&base)?, &survey::spread(&files, MOST), stop)?
        } else {
            base.sieve().cloned()
        };
        return Ok(commit::profile(request, &out, &base, (&fitted, sieve), (&files, &learned), start.elapsed())?);
    }
    labelled(request, &base, &out, start, watch)
}

/// Fits a model to labelled cells, a part of which is held back to judge it.
fn labelled(
    request: &AdaptRequest,
    base: &Predictor,
    out: &Path,
    start: Instant,
    watch: Watch<'_>,
) -> Result<RunRecord, Halt> {
    let Watch { observer, stop } = watch;
    let cells = cells::gather(request, base, watch)?;
    let replay = request.replay.as_deref().map(|dir| cells::replay(dir, base, watch)).transpose()?;
    // Labels teach the weights what the norms' statistics would only guess, and the old lab keeps its own.
    let framing = Fitting { prior: f64::INFINITY, ..request.fitting };
    let fitted = fit(base, &request.lab(), &cells.files(&cells.train), framing, watch)?;
    let judge = |model: &Predictor, cells: &Cells| evaluate(model, &cells.dataset, &cells.held_back, observer, stop);
    let before = judge(base, &cells)?.metrics;
    let profiled = fitted.load(base)?;
    let with_profile = judge(&profiled, &cells)?.metrics;
    let old = |model: &Predictor| replay.as_ref().map(|cells| Ok::<_, Halt>(judge(model, cells)?.metrics)).transpose();
    let old_lab_before = old(base)?;
    let memory = remember::of(&request.model, base, observer)?;
    let remembered = memory.as_ref().filter(|_| replay.is_none()).map(anchors::remembered);
    let (anchors, kept, usual) = match (&replay, remembered) {
        (Some(cells), _) => (anchors::replayed(cells, base, stop)?, None, TuneConfig::with_replay()),
        (None, Some((shown, kept))) => (shown, Some(kept), TuneConfig::with_memory()),
        (None, None) => (anchors::drawn(base, stop)?, None, TuneConfig::default()),
    };
    let tuning = Tuning { seed: request.seed, config: request.tuning.clone().unwrap_or(usual) };
    let tuned = tune::tune(&profiled, &cells.examples(&profiled.card().preprocess), &anchors, &tuning, watch)?;
    let mut fitted = learned(fitted, tuned.weights, &cells, &anchors, &tuning.config);
    let norms = shift::norms(&fitted.load(base)?, &cells.files(&cells.train), stop)?;
    fitted.adopt(norms);
    let model = fitted.load(base)?.with_learned(Arc::new(commit::learned(base, &cells)));
    let evaluation = judge(&model, &cells)?;
    // Only after it was judged by them, so that no figure owes anything to a fit on the same cells.
    let measured = calibrate::measure(&model, &cells.dataset, &cells.held_back, stop)?;
    if measured.is_fitted() {
        measured.write(&mut fitted.card);
    }
    let old_lab_after = old(&fitted.for_old_lab(base)?)?;
    let retained = kept.map(|kept| kept.retained(&model, stop)).transpose()?.flatten();
    let own = cells.dataset.files_by_class(cells.train.iter().copied());
    let sieve = sieve::learn(&model, (&own, &[]), &cells.files(&cells.held_back), stop)?;
    let memory = memory.filter(|_| anchors.stage == Stage::Late);
    let metrics = Compared { before, with_profile, old_lab_before, old_lab_after, retained };
    let adapted = metrics.adapted(&fitted, &evaluation, start.elapsed());
    commit::tuned(
        request,
        out,
        base,
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
    retained: Option<Retained>,
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
            retained: self.retained,
            secs: took.as_secs_f64(),
        }
    }
}

/// Self-training of a model that was fitted to a lab, where it is asked for, the lab's images are strange to the model
/// before and it remembers its own; gives the files learned from with their classes.
fn by_itself(
    request: &AdaptRequest,
    base: &Predictor,
    fitted: &mut Fitted,
    files: &[PathBuf],
    watch: Watch<'_>,
) -> Result<Vec<(PathBuf, usize)>, Halt> {
    let Some(how) = &request.self_training else { return Ok(Vec::new()) };
    let files = survey::spread(files, MOST);
    if !is_strange(base, &files, watch.stop)? {
        return Ok(Vec::new());
    }
    let Some(memory) = remember::of(&request.model, base, watch.observer)? else { return Ok(Vec::new()) };
    let profiled = fitted.load(base)?;
    let (anchors, _) = anchors::remembered(&memory);
    let learned = self_training::teach(&profiled, fitted, &files, &anchors, (how, request.seed), watch)?;
    if !learned.is_empty() {
        let model = fitted.load(base)?;
        fitted.adopt(shift::norms(&model, &files, watch.stop)?);
        credit(fitted);
    }
    Ok(learned)
}

/// Whether images do not look like those that a model learned from: at home its answers teach it nothing.
fn is_strange(base: &Predictor, files: &[PathBuf], stop: &StopToken) -> Result<bool, Halt> {
    Ok(base.classify(files, &mut drop, &Silent, stop)?.verdict.is_some())
}

/// What tells the lab's cells from other pictures, by every second image and the rest.
fn sieved(model: &Predictor, files: &[PathBuf], stop: &StopToken) -> Result<Option<Sieve>, Halt> {
    let [even, odd] = [0, 1].map(|first| files.iter().skip(first).step_by(2).cloned().collect::<Vec<_>>());
    sieve::learn(model, (&sieve::in_parts(&even), &[]), &odd, stop)
}

/// Names the lab's images among what the weights come from.
fn credit(fitted: &mut Fitted) {
    fitted.card.sources.push(format!("adapted to images of {} (see their own licence)", fitted.profile.lab));
}

fn images(dir: &Path, Watch { observer, stop }: Watch<'_>) -> Result<Vec<PathBuf>, Halt> {
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
