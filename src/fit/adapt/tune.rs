//! A short training on a lab's cells, beside anchors that hold the old answers in place.
//!
//! The norms keep the profile's statistics, the blocks before the anchors' stage stay as they are, and the result lies
//! between the weights before and after (Wortsman et al. 2022, arXiv 2109.01903).

use std::{collections::BTreeMap, sync::Arc, time::Instant};

use burn::{
    module::Module,
    optim::ModuleOptimizer,
    tensor::{Device, Tensor, TensorData},
};
use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng, seq::SliceRandom};

use super::{
    anchors::Anchors,
    examples::{Examples, SMOOTHING},
};
use crate::{
    data::{
        read::batch::{Batch, Mode, batches},
        vary::augment::Augment,
    },
    domain::run::EpochRecord,
    eval::{
        forward::{Forward, Images, read},
        predict::Predictor,
    },
    fault::{Halt, StopToken},
    fit::remember::until,
    learn::{adam::Adam, error::TrainError, loss::Targets, schedule, score::Score, step::Lesson},
    model::{
        blend,
        classifier::Classifier,
        noise::Pass,
        ready::Ready,
        weights::{self, Precision},
    },
    progress::{Event, Observer, Step, Watch},
};

/// Cells of each step.
pub const CELLS: usize = 16;
const CLIP_NORM: f64 = 5.0;
/// Share of the steps over which the rate rises.
const WARMUP: f64 = 0.1;

/// How a lab's cells are learned.
#[derive(Clone, Debug, PartialEq)]
pub struct TuneConfig {
    /// Rounds between which the held-back cells are looked at.
    pub rounds: usize,
    /// Steps of a round.
    pub steps: usize,
    /// Adam's learning rate at its highest.
    pub rate: f64,
    /// Anchors of each step.
    pub anchors: usize,
    /// How much an anchor weighs against a cell.
    pub anchor: f64,
    /// Share of the tuned weights in the result.
    pub weight: f64,
    /// Share of the cells seen as through another microscope.
    pub microscope: f64,
    /// A class is drawn as its count to this power: 0 draws all classes as often, 1 the cells as they come.
    pub draw: f64,
}

impl Default for TuneConfig {
    /// Without cells of the old lab, little is learned so that little is forgotten.
    fn default() -> Self {
        Self { rounds: 3, steps: 16, rate: 5e-4, anchors: 8, anchor: 1.0, weight: 0.5, microscope: 0.3, draw: 0.0 }
    }
}

impl TuneConfig {
    /// Where the old lab's cells are shown again, they hold it in place and more can be learned.
    #[must_use]
    pub fn with_replay() -> Self {
        Self { rounds: 5, steps: 24, weight: 0.8, ..Self::default() }
    }

    /// Where the model remembers its old lab: what lies behind the memory is quick to train.
    #[must_use]
    pub fn with_memory() -> Self {
        Self { rounds: 6, steps: 40, rate: 1e-3, anchors: 24, weight: 0.9, microscope: 0.5, ..Self::default() }
    }
}

/// How a lab's cells are learned, and what decides the order.
pub struct Tuning {
    pub seed: u64,
    pub config: TuneConfig,
}

/// What tuning gave.
pub struct Outcome {
    /// Burnpack of 32-bit weights.
    pub weights: Vec<u8>,
    /// Each round with its seconds.
    pub history: Vec<(EpochRecord, f64)>,
}

/// Everything that changes while a lab is learned.
struct Learning<'a> {
    config: &'a TuneConfig,
    seed: u64,
    profiled: &'a Predictor,
    cells: &'a Examples,
    anchors: &'a Anchors,
    device: Device,
    network: Classifier,
    targets: Targets,
    optimiser: ModuleOptimizer,
    rng: ChaCha8Rng,
}

/// Learns a lab's cells from the weights that its profile left.
///
/// # Errors
/// [`Halt`] where the loss is not a number, the device fails or a person stops.
pub fn tune(
    profiled: &Predictor,
    cells: &Examples,
    anchors: &Anchors,
    &Tuning { seed, ref config }: &Tuning,
    Watch { observer, stop }: Watch<'_>,
) -> Result<Outcome, Halt> {
    let device = profiled.compute().device.clone().autodiff();
    let before = blend::values(profiled.plain_network());
    let network = blend::copy(profiled.plain_network()).to_device(&device).train().with_frozen(anchors.stage);
    let mut tuning = Learning {
        config,
        seed,
        profiled,
        cells,
        anchors,
        device,
        network,
        targets: Targets::even(profiled.card().classes.len(), SMOOTHING),
        optimiser: Adam::default().into(),
        rng: ChaCha8Rng::seed_from_u64(seed),
    };
    let mut history: Vec<(EpochRecord, f64)> = Vec::new();
    for round in 1..=config.rounds {
        let start = Instant::now();
        let trained = tuning.round(round, observer, stop)?;
        let record = tuning.look(round, trained, stop)?;
        history.push((record, start.elapsed().as_secs_f64()));
    }
    let tuned = blend::mix(blend::copy(&tuning.network), &before, |_| 1.0 - config.weight);
    Ok(Outcome { weights: weights::to_bytes(&tuned, Precision::Full)?, history })
}

impl Learning<'_> {
    fn round(&mut self, round: usize, observer: &dyn Observer, stop: &StopToken) -> Result<Score, Halt> {
        let start = Instant::now();
        let plan = self.plan();
        let augment = Augment { strength: 1.0, microscope: self.config.microscope, surroundings: 0.0 };
        let mode = Mode::Augmented { augment, seed: self.seed, epoch: round as u64 };
        let frames = Arc::clone(&self.cells.frames);
        let mut score = Score::default();
        for (index, batch) in batches(&frames, plan, mode, stop).enumerate() {
            stop.check()?;
            let rate = self.rate((round - 1) * self.config.steps + index);
            self.step(batch?, rate, &mut score)?;
            if !score.loss().is_finite() {
                return Err(TrainError::NotANumber { epoch: round }.into());
            }
            let secs = start.elapsed().as_secs_f64();
            let (done, steps) = (index + 1, self.config.steps);
            let left = (self.config.rounds - round) as f64 + 1.0 - done as f64 / steps as f64;
            observer.tell(Event::Step(Step {
                epoch: round,
                step: done,
                steps,
                loss: score.loss(),
                accuracy: score.accuracy(),
                learning_rate: rate,
                images_per_sec: (done * (CELLS + self.config.anchors)) as f64 / secs.max(1e-9),
                secs_left: secs / done as f64 * steps as f64 * left,
            }));
        }
        stop.check()?;
        Ok(score)
    }

    /// Batches in which each class has its share of a round, evenly spread.
    fn plan(&mut self) -> Vec<Vec<usize>> {
        let mut classes: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for index in &self.cells.train {
            if let Some(label) = self.cells.label(*index) {
                classes.entry(label).or_default().push(*index);
            }
        }
        let weight = |class: &Vec<usize>| (class.len() as f64).powf(self.config.draw);
        let whole: f64 = classes.values().map(weight).sum();
        let cells = self.config.steps * CELLS;
        let mut places: Vec<(f64, usize)> = Vec::with_capacity(cells + classes.len());
        for class in classes.values_mut() {
            let share = (cells as f64 * weight(class) / whole).ceil();
            class.shuffle(&mut self.rng);
            let drawn = class.iter().cycle().take(share as usize).enumerate();
            places.extend(drawn.map(|(n, index)| ((n as f64 + 0.5) / share, *index)));
        }
        // Stable, so that equal places keep the order of the classes.
        places.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        let order: Vec<usize> = places.into_iter().map(|(_, index)| index).take(cells).collect();
        order.chunks(CELLS).map(<[usize]>::to_vec).collect()
    }

    fn step(&mut self, batch: Batch, rate: f64, score: &mut Score) -> Result<(), Halt> {
        let classes = self.profiled.card().classes.len();
        let labels: Vec<usize> = batch.indices.iter().filter_map(|index| self.cells.label(*index)).collect();
        if labels.len() != batch.indices.len() || labels.is_empty() {
            return Ok(());
        }
        let stage = self.anchors.stage;
        let map = until(self.profiled, stage, batch.pixels);
        let [_, h, w, c] = map.dims();
        let mut maps = read(map)?;
        let mut wanted = self.targets.of(&labels);
        for _ in 0..self.config.anchors {
            let index = self.rng.random_range(0..self.anchors.len().max(1));
            let Some((map, answer)) = self.anchors.get(index) else { continue };
            maps.extend_from_slice(map);
            wanted.add(answer, self.config.anchor);
        }
        let maps = Tensor::<4>::from_data(TensorData::new(maps, [wanted.len(), h, w, c]), &self.device);
        // In inference the norms keep their statistics; with gradients their scales still learn.
        let logits = self.network.after(stage, maps, Pass::Infer).logits;
        let loss = wanted.loss(logits.clone(), &self.device);
        let size = self.profiled.card().network.size;
        let lesson = Lesson { device: &self.device, size, clip_norm: CLIP_NORM, rate };
        lesson.descend(&mut self.network, &mut self.optimiser, &loss);
        let rows = read(logits.inner())?;
        rows.chunks_exact(classes.max(1)).zip(&labels).for_each(|(row, label)| score.add(row, *label));
        Ok(())
    }

    /// A linear rise, then half a cosine down to a hundredth.
    fn rate(&self, step: usize) -> f64 {
        let total = (self.config.rounds * self.config.steps).max(1) as f64;
        let done = (step as f64 + 1.0) / total;
        let rise = (done / WARMUP).min(1.0);
        let fall = ((done - WARMUP) / (1.0 - WARMUP)).clamp(0.0, 1.0);
        self.config.rate * rise * schedule::falling(fall)
    }

    /// The held-back cells after a round; nothing is chosen by them.
    fn look(&self, round: usize, trained: Score, stop: &StopToken) -> Result<EpochRecord, Halt> {
        let network = Ready::new(&self.network.valid());
        let compute = self.profiled.compute();
        let size = self.profiled.card().network.size;
        let forward =
            Forward { network: &network, device: &compute.device, size, pad: compute.wants_constant_shapes() };
        let images = Images { store: &self.cells.frames, indices: &self.cells.held_back, mode: Mode::Plain };
        let mut held = Score::default();
        let hear = |index, logits: Vec<f32>| {
            if let Some(label) = self.cells.label(index) {
                held.add(&logits, label);
            }
        };
        images.ask(|pixels| forward.logits(pixels), hear, stop)?;
        Ok(EpochRecord {
            epoch: round,
            train_loss: trained.loss(),
            train_accuracy: trained.accuracy(),
            validation_loss: held.loss(),
            validation_accuracy: held.accuracy(),
            elsewhere_loss: None,
            elsewhere_accuracy: None,
            learning_rate: self.rate(round * self.config.steps - 1),
            best: round == self.config.rounds,
        })
    }
}
