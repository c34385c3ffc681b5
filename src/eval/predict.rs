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
        classes::title,
        hash::ContentHash,
        learned::Learned,
        occurring::{Mask, Occurring},
        prediction::{LOOK, Outcome, Prediction},
        profile::Home,
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
        weights,
    },
    store::{self, run_dir},
};

/// Confidence under which a cell is flagged where the card names no operating point.
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
    learned: Arc<Learned>,
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

    pub(super) fn outcome(&self, look: &Looked, home: &Home, doubt: &mut Doubt) -> Outcome {
        let whole = Prediction(softmax(&look.logits, self.card.temperature));
        let prediction = self.calibrated(&look.logits);
        let (Some((own, _)), Some((_, confidence))) = (whole.top(), prediction.top()) else {
            return Outcome::Refused("the model's answer to it is not a number".to_owned());
        };
        // Whether slides look like home is asked of all that the model has to say, whatever can occur on them.
        doubt.add(self.card.classes.name(own), confidence, look.is_doubtful(), home);
        let threshold = self.threshold();
        let low = (confidence < threshold).then(|| format!("confidence under {:.1} %: {LOOK}", 100.0 * threshold));
        let flags = low.into_iter().chain(self.impossible(&whole)).collect();
        Outcome::Seen { prediction, flags }
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
mod tests {
    use super::*;
    use crate::{
        domain::operating::OperatingPoint,
        model::{blend, weights::Precision},
    };

    fn bundled_parts() -> (ModelCard, Vec<u8>) {
        (bundled::FIRST.card().unwrap(), bundled::FIRST.weights.to_vec())
    }

    fn refused(card: ModelCard, bytes: Vec<u8>) -> String {
        Predictor::from_parts(card, bytes, &Compute::cpu()).err().expect("it was taken").to_string()
    }

    #[test]
    fn a_damaged_card_is_refused_before_its_network_is_made() {
        let (mut card, bytes) = bundled_parts();
        card.temperature = f64::NAN;
        assert!(refused(card.clone(), bytes.clone()).contains("a temperature of NaN"));
        // A network of this width would ask for more memory than any machine has.
        (card.temperature, card.network.width) = (1.0, 1e9);
        assert!(refused(card, bytes).contains("backbone width"));
    }

    #[test]
    fn variances_under_zero_are_refused_though_they_are_numbers() {
        let (mut card, bytes) = bundled_parts();
        let network = Predictor::from_parts(card.clone(), bytes, &Compute::cpu()).unwrap();
        let mut values = blend::values(network.plain_network());
        values.retain(|path, _| path.ends_with(".variance"));
        values.values_mut().take(1).flatten().for_each(|value| *value = -0.5);
        let damaged = blend::mix(blend::copy(network.plain_network()), &values, |_| 1.0);
        let bytes = weights::to_bytes(&damaged, Precision::Full).unwrap();
        card.weights_hash = ContentHash::of(&bytes);
        assert!(refused(card, bytes).contains("variance under 0"));
    }

    #[test]
    fn classes_that_cannot_occur_take_no_part_and_an_answer_that_was_theirs_is_flagged() {
        let (card, bytes) = bundled_parts();
        let (platelet, temperature) = (card.classes.label("platelet").unwrap(), card.temperature as f32);
        let model = Predictor::from_parts(card, bytes, &Compute::cpu()).unwrap();
        let mut logits = vec![0.0; 8];
        (logits[platelet], logits[0]) = (9.0 * temperature, 8.0 * temperature);
        let look = Looked { logits: logits.clone(), first: 0.7 };
        let seen = |model: &Predictor| match model.outcome(&look, &model.card().home(), &mut Doubt::default()) {
            Outcome::Seen { prediction, flags } => (prediction, flags),
            refused => panic!("{refused:?}"),
        };
        let (whole, _) = seen(&model);
        assert_eq!(whole.top().unwrap().0, platelet);
        let model = model.with_classes(&Occurring::FivePart).unwrap();
        let (five, flags) = seen(&model);
        assert_eq!((five.top().unwrap().0, five.0[platelet], five.0[2]), (0, 0.0, 0.0));
        assert!((five.0.iter().sum::<f32>() - 1.0).abs() < 1e-5);
        // The rest share out what is left in proportion.
        assert!((five.0[1] / five.0[0] - whole.0[1] / whole.0[0]).abs() < 1e-6);
        assert!(flags.iter().any(|flag| flag.contains("cannot occur, Platelet first")), "{flags:?}");
        let unknown = Occurring::Only(vec!["blast".to_owned(), "monocyte".to_owned()]);
        assert!(model.with_classes(&unknown).err().unwrap().to_string().contains("no class blast"));
    }

    #[test]
    fn flags_follow_the_operating_point_and_name_it() {
        let (mut card, bytes) = bundled_parts();
        card.operating = None;
        let model = Predictor::from_parts(card.clone(), bytes, &Compute::cpu()).unwrap();
        let flags = |model: &Predictor, gap: f32| {
            let mut logits = vec![0.0; 8];
            logits[0] = gap;
            let look = Looked { logits, first: 1.0 };
            let outcome = model.outcome(&look, &model.card().home(), &mut Doubt::default());
            let Outcome::Seen { prediction, flags } = outcome else { panic!("{outcome:?}") };
            (prediction.top().unwrap().1, flags)
        };
        let gap = 3.0 * card.temperature as f32;
        let (confidence, none) = flags(&model, gap);
        assert!((0.5..0.9).contains(&confidence) && none.is_empty(), "{confidence}");
        assert_eq!(flags(&model, 0.0).1, ["confidence under 50.0 %: look at this cell yourself"]);
        let point =
            OperatingPoint { risk: 0.005, threshold: 0.93, coverage: 0.9, measured: 0.0, ci: None, images: 900 };
        card.operating = Some(point);
        let model = model.with_card(card).unwrap();
        assert_eq!(flags(&model, gap).1, ["confidence under 93.0 %: look at this cell yourself"]);
        let answer = Looked { logits: vec![f32::NAN; 8], first: f32::NAN };
        let outcome = model.outcome(&answer, &model.card().home(), &mut Doubt::default());
        assert!(matches!(outcome, Outcome::Refused(_)), "{outcome:?}");
    }
}
