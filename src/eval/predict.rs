//! A loaded model that obeys its card: files in, calibrated confidences out.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    forward::{BATCH, Forward, softmax},
    second_look, shift,
};
use crate::{
    data::{
        batch::{FrameStore, Mode, batches},
        smear,
    },
    device::Compute,
    domain::{
        hash::ContentHash,
        learned::Learned,
        prediction::{Classified, Outcome, Prediction},
        shift::Shift,
    },
    model::{
        bundled,
        card::{CARD_VERSION, ModelCard},
        classifier::Classifier,
        error::ModelError,
        ready::Ready,
        weights,
    },
    progress::{Event, Failure, Halt, Observer, StopToken, Task},
    store::{self, run_dir},
};

/// Confidence under which a cell is flagged for a second look.
pub const LOW_CONFIDENCE: f32 = 0.5;
/// Standard deviation of the normalised pixels under which an image shows nothing at all.
const BLANK: f64 = 0.02;
/// Decoded frames that classification keeps; each is read once, so none.
const NO_CACHE: usize = 0;

/// A model on a device, ready to be asked.
pub struct Predictor {
    network: Ready,
    /// The same before it was prepared: norms can be measured and weights changed in it.
    plain: Classifier,
    compute: Compute,
    card: ModelCard,
    learned: Arc<Learned>,
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
            return Ok(
                Self::from_parts(card, bundled.weights.to_vec(), compute)?.with_learned(store::learned::of(model)?)
            );
        }
        let folder = Path::new(model);
        let file = folder.join(run_dir::WEIGHTS);
        let unreadable = |why: std::io::Error| ModelError::Read { path: file.clone(), why: why.to_string() };
        let bytes = std::fs::read(&file).map_err(unreadable)?;
        Ok(Self::from_parts(card, bytes, compute)?.with_learned(store::learned::of(model)?))
    }

    /// Puts a card and its weights together; what they learned from is not known then.
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
            learned: Arc::default(),
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

    /// The same model with the list of what it learned from.
    #[must_use]
    pub fn with_learned(self, learned: Arc<Learned>) -> Self {
        Self { learned, ..self }
    }

    /// What the model learned from; nothing where that is not known.
    #[must_use]
    pub const fn learned(&self) -> &Arc<Learned> {
        &self.learned
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
        self.walk((paths, Vec::new()), Mode::Checked, stop, &mut |index, outcome| {
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

    /// The outcome of each file by its index, ascending: the one path of classification and evaluation. A file whose bytes
    /// are not those of its hash is refused; no hashes, no such check.
    pub(super) fn walk(
        &self,
        (paths, hashes): (&[PathBuf], Vec<ContentHash>),
        mode: Mode,
        stop: &StopToken,
        each: &mut dyn FnMut(usize, Outcome),
    ) -> Result<(), Halt> {
        let store = Arc::new(FrameStore::new(paths.to_vec(), &self.card.preprocess, NO_CACHE).expecting(hashes));
        let all: Vec<usize> = (0..paths.len()).collect();
        let plan = all.chunks(BATCH).map(<[usize]>::to_vec).collect();
        for batch in batches(&store, plan, mode, stop) {
            let batch = batch?;
            stop.check()?;
            let length = self.card.preprocess.len();
            let blank: Vec<bool> = batch.pixels.chunks_exact(length.max(1)).map(is_blank).collect();
            let rows = self.answers(&batch.pixels)?;
            let seen =
                batch.indices.iter().zip(rows).zip(blank).map(|((&index, logits), blank)| {
                    (index, if blank { refuse_blank() } else { self.outcome(&logits) })
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
    let file = Path::new(model).join(run_dir::CARD);
    if file.is_file() { Ok(run_dir::read_ron(&file)?) } else { Err(ModelError::Unknown(model.to_owned()).into()) }
}

fn refuse_blank() -> Outcome {
    Outcome::Refused(smear::BLANK.to_owned())
}

fn is_blank(pixels: &[f32]) -> bool {
    let n = pixels.len().max(1) as f64;
    let channel = |offset: usize| {
        let values = || pixels.iter().skip(offset).step_by(3).map(|v| f64::from(*v));
        let mean = values().sum::<f64>() / (n / 3.0);
        values().map(|v| (v - mean).powi(2)).sum::<f64>() / (n / 3.0)
    };
    (0..3).map(channel).fold(0.0, f64::max).sqrt() < BLANK
}
