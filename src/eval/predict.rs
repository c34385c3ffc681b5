//! A loaded model that obeys its card: files in, calibrated confidences out.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    forward::{BATCH, Forward, softmax},
    second_look, shift,
};
use crate::{
    data::batch::{FrameStore, Mode, batches},
    device::Compute,
    domain::{
        hash::ContentHash,
        prediction::{Classified, Outcome, Prediction},
        shift::Shift,
    },
    model::{
        bundled,
        card::{CARD_VERSION, ModelCard},
        classifier::Classifier,
        error::ModelError,
        foreign,
        ready::Ready,
        weights,
    },
    progress::{Event, Failure, Halt, Observer, StopToken, Task},
    store::run_dir,
};

/// Confidence under which a cell is flagged for a second look.
pub const LOW_CONFIDENCE: f32 = 0.5;
/// Decoded frames that classification keeps; each is read once, so none.
const NO_CACHE: usize = 0;

/// A model on a device, ready to be asked.
pub struct Predictor {
    network: Ready,
    /// The same before it was prepared: norms can be measured and weights changed in it.
    plain: Classifier,
    compute: Compute,
    card: ModelCard,
    trained_on: HashSet<ContentHash>,
    file_bytes: u64,
}

impl Predictor {
    /// Loads a bundled model by its name, or a run folder.
    ///
    /// # Errors
    /// [`Failure`] where there is no such model, its card or weights are damaged, or they do not belong together.
    pub fn load(model: &str, compute: &Compute) -> Result<Self, Failure> {
        let card = card(model)?;
        if let Some(bundled) = bundled::find(model) {
            return Ok(Self::from_parts(card, bundled.weights.to_vec(), compute)?);
        }
        let folder = Path::new(model);
        let file = folder.join(run_dir::WEIGHTS);
        let unreadable = |why: std::io::Error| ModelError::Read { path: file.clone(), why: why.to_string() };
        let bytes = std::fs::read(&file).map_err(unreadable)?;
        let mut predictor = Self::from_parts(card, bytes, compute)?;
        predictor.trained_on = run_dir::trained_on(folder);
        Ok(predictor)
    }

    /// Puts a card and its weights together.
    ///
    /// # Errors
    /// [`ModelError`] where they do not belong together.
    pub fn from_parts(card: ModelCard, bytes: Vec<u8>, compute: &Compute) -> Result<Self, ModelError> {
        if card.version > CARD_VERSION {
            return Err(ModelError::Card(format!("version {} is newer than this program", card.version)));
        }
        if card.classes.len() != card.network.classes || card.preprocess.size != card.network.size {
            return Err(ModelError::Card("its classes or sizes contradict each other".to_owned()));
        }
        let found = ContentHash::of(&bytes);
        if found != card.weights_hash {
            return Err(ModelError::Hash { expected: card.weights_hash.short(), found: found.short() });
        }
        let file_bytes = bytes.len() as u64;
        let mut network = card.network.init(&Compute::cpu().device);
        let applied = weights::apply_bytes(&mut network, bytes)?;
        if !applied.is_complete() {
            let lacking: Vec<_> = applied.missing.iter().chain(&applied.mismatched).cloned().collect();
            return Err(ModelError::Mismatch(lacking.join(", ")));
        }
        let plain = burn::module::Module::to_device(network, &compute.device);
        Ok(Self {
            network: Ready::new(&plain),
            plain,
            compute: compute.clone(),
            card,
            trained_on: HashSet::new(),
            file_bytes,
        })
    }

    #[must_use]
    pub const fn card(&self) -> &ModelCard {
        &self.card
    }

    #[must_use]
    pub const fn compute(&self) -> &Compute {
        &self.compute
    }

    /// Size of the weights as they are stored.
    #[must_use]
    pub const fn file_bytes(&self) -> u64 {
        self.file_bytes
    }

    /// Whether the model learned from this image.
    #[must_use]
    pub fn has_trained_on(&self, image: &ContentHash) -> bool {
        self.trained_on.contains(image)
    }

    /// The network as its weights are; it must not be changed.
    #[must_use]
    pub const fn plain_network(&self) -> &Classifier {
        &self.plain
    }

    /// The forward pass of this model.
    #[must_use]
    pub fn forward(&self) -> Forward<'_> {
        Forward {
            network: &self.network,
            device: &self.compute.device,
            size: self.card.network.size,
            pad: self.compute.wants_constant_shapes(),
        }
    }

    /// Normalised pixels `[n, size, size, 3]` to `n` rows of logits, doubtful cells looked at again.
    ///
    /// # Errors
    /// [`Failure`] where the device fails.
    pub fn answers(&self, pixels: &[f32]) -> Result<Vec<Vec<f32>>, Failure> {
        second_look::logits(&self.forward(), pixels, self.card.temperature)
    }

    /// Logits to calibrated probabilities.
    #[must_use]
    pub fn calibrated(&self, logits: &[f32]) -> Prediction {
        Prediction(softmax(logits, self.card.temperature))
    }

    /// Puts image files to the model and hands each outcome over as it comes, in order; then tells how far the batch is
    /// from what the model learned from. What cannot be a stained cell is refused; an evaluation judges it all the same,
    /// since a person said that it is one.
    ///
    /// # Errors
    /// [`Halt`] where the device fails or a person stops; a bad image is an outcome, not an error.
    pub fn classify(
        &self,
        paths: &[PathBuf],
        each: &mut dyn FnMut(Classified),
        observer: &dyn Observer,
        stop: &StopToken,
    ) -> Result<Shift, Halt> {
        let total = paths.len() as u64;
        let (mut sum, mut seen) = (0.0, 0_u32);
        self.walk(paths, Mode::Checked, stop, &mut |index, outcome| {
            if let Outcome::Seen { prediction, .. } = &outcome {
                sum += prediction.top().map_or(0.0, |(_, p)| f64::from(p));
                seen += 1;
            }
            if let Some(path) = paths.get(index) {
                each(Classified { path: path.clone(), outcome });
            }
            observer.tell(Event::Progress { task: Task::Classifying, done: index as u64 + 1, total });
        })?;
        let mean_confidence = (seen > 0).then(|| sum / f64::from(seen));
        if paths.len() < shift::FEWEST {
            return Ok(Shift { mean_confidence, ..Shift::default() });
        }
        let shift = shift::measure(self, paths, mean_confidence, stop)?;
        if let Some(warning) = shift.warning() {
            observer.tell(Event::Warning { warning });
        }
        Ok(shift)
    }

    /// The outcome of each file by its index, ascending: the one path of classification and evaluation.
    pub(super) fn walk(
        &self,
        paths: &[PathBuf],
        mode: Mode,
        stop: &StopToken,
        each: &mut dyn FnMut(usize, Outcome),
    ) -> Result<(), Halt> {
        let store = Arc::new(FrameStore::new(paths.to_vec(), &self.card.preprocess, NO_CACHE));
        let all: Vec<usize> = (0..paths.len()).collect();
        let plan = all.chunks(BATCH).map(<[usize]>::to_vec).collect();
        for batch in batches(&store, plan, mode, stop) {
            let batch = batch?;
            stop.check()?;
            let rows = self.answers(&batch.pixels)?;
            let seen = batch.indices.iter().zip(rows).map(|(&index, logits)| {
                let mut outcome = self.outcome(&logits);
                if let Outcome::Seen { flags, .. } = &mut outcome {
                    flags.extend(store.notes(index).iter().map(ToString::to_string));
                }
                (index, outcome)
            });
            let refused = batch.unreadable.into_iter().map(|(index, why)| (index, Outcome::Refused(why)));
            let mut outcomes: Vec<_> = seen.chain(refused).collect();
            outcomes.sort_by_key(|(index, _)| *index);
            outcomes.into_iter().for_each(|(index, outcome)| each(index, outcome));
        }
        stop.check()
    }

    fn outcome(&self, logits: &[f32]) -> Outcome {
        let prediction = self.calibrated(logits);
        let unsure = prediction.top().is_none_or(|(_, p)| p < LOW_CONFIDENCE);
        let flags = if unsure { vec!["low confidence: look at this cell yourself".to_owned()] } else { Vec::new() };
        Outcome::Seen { prediction, flags }
    }
}

/// The card of a bundled model, by its name, or of a run folder.
///
/// # Errors
/// [`Failure`] where there is no such model, or its card is damaged.
pub fn card(model: &str) -> Result<ModelCard, Failure> {
    if let Some(bundled) = bundled::find(model) {
        return Ok(bundled.card()?);
    }
    if let Some(weights) = foreign::kind_of(Path::new(model)) {
        return Err(weights.into());
    }
    let file = Path::new(model).join(run_dir::CARD);
    if file.is_file() { Ok(run_dir::read_ron(&file)?) } else { Err(ModelError::Unknown(model.to_owned()).into()) }
}
