//! A loaded model that obeys its card: files in, calibrated confidences out.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    forward::{Forward, Images, softmax},
    second_look::{self, Looked},
};
use crate::{
    data::read::batch::{Batch, FrameStore, Mode},
    device::Compute,
    domain::{
        attributes::Word,
        classes::title,
        hash::ContentHash,
        learned::Learned,
        occurring::{Mask, Occurring},
        prediction::{LOOK, Outcome, Prediction},
        profile::{Home, LabProfile},
        shift::Doubt,
    },
    fault::{Failure, Halt, StopToken},
    model::{
        bundled,
        card::{CARD_VERSION, ModelCard},
        classifier::Classifier,
        error::ModelError,
        foreign,
        ready::Ready,
        sieve::{Sieve, Sight},
        weights,
        words::Words,
    },
    store::{self, run_dir},
};

/// Confidence under which a cell is flagged where the card names no operating point.
pub const LOW_CONFIDENCE: f32 = 0.5;
/// What an image is told that shows no cell as far as the network sees.
pub const NO_CELL: &str =
    "the model sees no whole single cell in it, as in half a cell, several cells, deposits of stain or another picture";
/// What is said of an image that is unlike most cells.
pub const UNLIKE: &str = "it is unlike the cells that the model learned from";
/// How the flag of a low confidence begins.
const UNDER: &str = "confidence under";
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
    /// What tells its cells from other pictures; `None` where that was not found.
    sieve: Option<Arc<Sieve>>,
    /// What says its cells in words; `None` where that was not learned.
    words: Option<Arc<Words>>,
    /// What can occur on the slides, and where that stands in the card's classes.
    occurring: (Occurring, Mask),
    file_bytes: u64,
}

impl Predictor {
    /// Loads a bundled model by its name, or a run folder.
    ///
    /// # Errors
    /// [`Failure`] where there is no such model, its card or weights are damaged, or they do not belong together.
    pub fn load(model: &str, compute: &Compute) -> Result<Self, Failure> {
        let card = card(model)?;
        let bytes = match bundled::find(model) {
            Some(bundled) => bundled.weights.to_vec(),
            None => {
                let file = Path::new(model).join(run_dir::WEIGHTS);
                let unreadable = |why: std::io::Error| ModelError::Read { path: file.clone(), why: why.to_string() };
                std::fs::read(&file).map_err(unreadable)?
            }
        };
        let sieve = store::sieve::of(model, card.weights_hash)?;
        let words = store::words::of(model, card.weights_hash)?;
        let learned = store::learned::of(model)?;
        Ok(Self::from_parts(card, bytes, compute)?.with_learned(learned).with_sieve(sieve).with_words(words))
    }

    /// Puts a card and its weights together; what they learned from is not known then.
    ///
    /// # Errors
    /// [`ModelError`] where they do not belong together.
    pub fn from_parts(card: ModelCard, bytes: Vec<u8>, compute: &Compute) -> Result<Self, ModelError> {
        if card.version > CARD_VERSION {
            return Err(ModelError::Card(format!("version {} is newer than this program", card.version)));
        }
        if let Some(problems) = card.problems() {
            return Err(ModelError::Card(problems));
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
            sieve: None,
            words: None,
            occurring: Default::default(),
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

    /// The same model with what tells its cells from other pictures.
    #[must_use]
    pub fn with_sieve(self, sieve: Option<Arc<Sieve>>) -> Self {
        Self { sieve, ..self }
    }

    /// What tells its cells from other pictures; `None` where that was not found.
    #[must_use]
    pub fn sieve(&self) -> Option<&Sieve> {
        self.sieve.as_deref()
    }

    /// The same model with what says its cells in words.
    #[must_use]
    pub fn with_words(self, words: Option<Arc<Words>>) -> Self {
        Self { words, ..self }
    }

    /// What says its cells in words; `None` where that was not learned.
    #[must_use]
    pub fn words(&self) -> Option<&Words> {
        self.words.as_deref()
    }

    /// The same model on slides where only these classes can occur: the others take no part in its answers.
    ///
    /// # Errors
    /// [`Failure`] where it lacks one of them, or fewer than two would be left.
    pub fn with_classes(self, occurring: &Occurring) -> Result<Self, Failure> {
        let hint = "name classes that `leuko models NAME` lists, or five-part";
        let wrong = |why: String| Failure::new("the choice of classes does not fit the model", why, hint);
        let mask = occurring.among(&self.card.classes).map_err(wrong)?;
        Ok(Self { occurring: (occurring.clone(), mask), ..self })
    }

    /// The classes that can occur, by a person's word.
    #[must_use]
    pub const fn occurring(&self) -> &Occurring {
        &self.occurring.0
    }

    /// The same in the order of the card's classes.
    #[must_use]
    pub const fn mask(&self) -> &Mask {
        &self.occurring.1
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
        Ok(self.looks(pixels)?.into_iter().map(|look| look.logits).collect())
    }

    /// The same with what is known of each cell's first look.
    ///
    /// # Errors
    /// As [`Predictor::answers`].
    pub fn looks(&self, pixels: &[f32]) -> Result<Vec<Looked>, Failure> {
        second_look::among(&self.forward(), pixels, self.card.doubt_temperature(), self.mask())
    }

    /// The same network under a card that says more of it, or something else.
    ///
    /// # Errors
    /// [`ModelError::Card`] where the card is of another network or weights, or cannot be obeyed.
    pub fn with_card(self, card: ModelCard) -> Result<Self, ModelError> {
        if card.network != self.card.network || card.weights_hash != self.card.weights_hash {
            return Err(ModelError::Card("it is of another network or weights".to_owned()));
        }
        card.problems().map_or(Ok(Self { card, ..self }), |problems| Err(ModelError::Card(problems)))
    }

    /// Logits to calibrated probabilities of the classes that can occur.
    #[must_use]
    pub fn calibrated(&self, logits: &[f32]) -> Prediction {
        Prediction(softmax(&self.mask().of_logits(logits), self.card.temperature))
    }

    /// The outcome of each file by its index, ascending, as an evaluation wants them: each is one cell. A file whose bytes
    /// are not those of its hash is refused; no hashes, no such check. Tells how sure the model was of them.
    pub(super) fn walk(
        &self,
        (paths, hashes): (&[PathBuf], Vec<ContentHash>),
        stop: &StopToken,
        each: &mut dyn FnMut(usize, Outcome),
    ) -> Result<Doubt, Halt> {
        let store = FrameStore::new(paths.to_vec(), &self.card.preprocess, NO_CACHE).expecting(hashes);
        let store = &Arc::new(store);
        let (home, mut doubt) = (self.card.home(), Doubt::default());
        let all: Vec<usize> = (0..store.len()).collect();
        let images = Images { store, indices: &all, mode: Mode::Plain };
        let hear = |batch: Batch| {
            let looks = self.looks(&batch.pixels)?;
            let seen = batch.indices.iter().zip(looks).map(|(&index, look)| {
                let mut outcome = self.outcome(&look, &home, &mut doubt);
                if let Outcome::Seen { flags, .. } = &mut outcome {
                    flags.extend(store.notes(index).iter().map(ToString::to_string));
                }
                (index, outcome)
            });
            let refused = batch.unreadable.into_iter().map(|(index, why)| (index, Outcome::Refused(why)));
            let mut outcomes: Vec<_> = seen.chain(refused).collect();
            outcomes.sort_by_key(|(index, _)| *index);
            outcomes.into_iter().for_each(|(index, outcome)| each(index, outcome));
            Ok(())
        };
        images.in_batches(hear, stop)?;
        Ok(doubt)
    }

    /// The outcome of an image that nobody said is a cell: what the network sees no cell in is refused, what is unlike the
    /// cells that the model learned from is flagged.
    pub(super) fn checked(&self, look: &Looked, home: &Home, doubt: &mut Doubt) -> Outcome {
        let sight = self.sieve.as_ref().map_or(Sight::Cell, |sieve| sieve.judge(&look.features));
        if sight == Sight::NoCell {
            return Outcome::Refused(NO_CELL.to_owned());
        }
        let mut outcome = self.outcome(look, home, doubt);
        if let Outcome::Seen { flags, .. } = &mut outcome {
            flags.extend((sight == Sight::Unlike).then(|| format!("{UNLIKE}: {LOOK}")));
        }
        outcome
    }

    /// The outcome of what is taken for a cell.
    pub(super) fn outcome(&self, look: &Looked, home: &Home, doubt: &mut Doubt) -> Outcome {
        let whole = Prediction(softmax(&look.logits, self.card.temperature));
        let prediction = self.calibrated(&look.logits);
        let (Some((own, _)), Some((_, confidence))) = (whole.top(), prediction.top()) else {
            return Outcome::Refused("the model's answer to it is not a number".to_owned());
        };
        // Whether slides look like home is asked of all that the model has to say, whatever can occur on them.
        doubt.add(self.card.classes.name(own), confidence, look.is_doubtful(), home);
        doubt.add_oddness(self.sieve.as_ref().and_then(|sieve| sieve.oddness(&look.features, own)));
        let low = self.low(confidence);
        let (said, against) = self.in_words(look, prediction.top());
        let flags = low.into_iter().chain(self.impossible(&whole)).chain(against).collect();
        Outcome::Seen { prediction, flags, said }
    }

    /// What is said of a cell, and what of that contradicts the class that it is given.
    fn in_words(&self, look: &Looked, given: Option<(usize, f32)>) -> (Vec<Word>, Option<String>) {
        let Some(words) = &self.words else { return Default::default() };
        let values = words.values(&look.features);
        let against = given.and_then(|(label, _)| {
            let class = title(self.card.classes.name(label));
            Some(format!("{} hardly ever goes with {class}: {LOOK}", words.contradiction(label, &values)?))
        });
        (words.said(&values), against)
    }

    /// Says so where a confidence is too low to be vouched for.
    fn low(&self, confidence: f32) -> Option<String> {
        let threshold = self.threshold();
        (confidence < threshold).then(|| format!("{UNDER} {:.1} %: {LOOK}", 100.0 * threshold))
    }

    /// How many times its own temperature an answer needs in a batch of another lab, or of a lab that the model was fitted to
    /// without a label; `None` where the batch is of neither, or that was not measured.
    pub(super) fn cooling(&self, doubt: &Doubt) -> Option<f64> {
        let unjudged = self.card.profile.as_ref().is_some_and(LabProfile::is_unjudged);
        let elsewhere = self.card.elsewhere.as_ref().filter(|_| unjudged || doubt.is_elsewhere());
        elsewhere.map(|of| (of.temperature / self.card.temperature).max(1.0))
    }

    /// An outcome as it is given in a batch that needs this cooling. Its flags stay those of its own temperature, by which
    /// the operating point was chosen: else nearly every cell of another lab would be left to a person.
    pub(super) fn given(&self, outcome: Outcome, cooling: Option<f64>) -> Outcome {
        match (outcome, cooling) {
            (Outcome::Seen { prediction, flags, said }, Some(times)) => {
                Outcome::Seen { prediction: prediction.cooled(times), flags, said }
            }
            (outcome, _) => outcome,
        }
    }

    /// Says so where most of an answer went to classes that cannot occur.
    fn impossible(&self, whole: &Prediction) -> Option<String> {
        let left = |label: &usize| !self.mask().admits(*label);
        let gone: f32 = whole.0.iter().enumerate().filter(|(label, _)| left(label)).map(|(_, p)| p).sum();
        let (own, _) = whole.top().filter(|_| gone > 0.5)?;
        let class = title(self.card.classes.name(own));
        Some(format!("{:.0} % of the answer was for classes that cannot occur, {class} first: {LOOK}", 100.0 * gone))
    }

    /// Confidence under which a cell is flagged: the card's operating point, or one half.
    #[must_use]
    pub fn threshold(&self) -> f32 {
        self.card.operating.map_or(LOW_CONFIDENCE, |point| point.threshold)
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

#[cfg(test)]
mod tests;
