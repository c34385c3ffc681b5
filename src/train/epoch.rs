//! One epoch: a pass over the training batches, then the validation split as in use.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    time::Instant,
};

use super::{lost::in_validation, session::Session, sight::Seen, tally::Tally};
use crate::{
    data::{
        read::batch::{Batch, Batches, Mode, batches},
        vary::augment::Augment,
    },
    domain::confusion::Confusion,
    eval::forward::{Forward, Images, Look},
    fault::Halt,
    learn::{error::TrainError, schedule, score::Score, step::Lesson},
    model::{classifier::Classifier, noise::StepNoise, ready::Ready},
    progress::{Event, Step, Task},
};

/// Images that norm statistics are estimated from.
const STATISTICS: usize = 4096;

/// Steps from one update of the average to the next.
const UPDATED_EVERY: usize = 4;

/// The validation split after an epoch.
pub struct Validated {
    pub score: Score,
    pub confusion: Confusion,
    /// What other labs' held-out cells say; `None` without any.
    pub elsewhere: Option<Elsewhere>,
    /// What the cells looked like that are followed.
    pub seen: Seen,
}

/// The mean over labs of the mean over classes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Elsewhere {
    /// Cross-entropy in nats.
    pub loss: f64,
    pub accuracy: f64,
}

impl Validated {
    /// What is to be as low as possible: the loss at home and, by the share that other labs have of each batch, elsewhere.
    #[must_use]
    pub fn loss(&self, share: f64) -> f64 {
        let home = self.score.loss();
        self.elsewhere.map_or(home, |of| home * (1.0 - share) + of.loss * share)
    }
}

/// Trains one epoch, counted from 1, with `batch` images a step.
///
/// # Errors
/// [`Halt`] where the loss is not a number, too many images are gone, the device fails or a person stops.
pub fn train(session: &mut Session<'_>, epoch: usize, batch: usize) -> Result<Score, Halt> {
    let plan = session.material.batches(session.config, batch, epoch);
    let (steps, images) = (plan.len(), plan.iter().map(Vec::len).sum());
    let mode = augmented(session, epoch);
    let mut tally = Tally::new();
    let frames = session.material.frames.clone();
    session.lost.begin_epoch();
    for (index, batch) in batches(&frames, plan, mode, &session.stop).enumerate() {
        session.stop.check()?;
        let batch = batch?;
        session.lost.in_training(&batch, images, &frames, session.observer)?;
        if batch.indices.len() < 2 {
            continue;
        }
        let rate = schedule::rate(session.config, (epoch - 1) * steps + index, steps);
        step(session, batch, epoch, index, rate, &mut tally);
        average(session, index, steps);
        if tally.is_due() || index + 1 == steps {
            tally.flush()?;
            check(tally.score().loss(), epoch)?;
            tell(session, &tally, epoch, index + 1, steps, rate);
        }
    }
    session.stop.check()?;
    let score = tally.close()?;
    check(score.loss(), epoch)?;
    session.images += tally.images();
    session.secs += tally.secs();
    Ok(score)
}

fn check(loss: f64, epoch: usize) -> Result<(), TrainError> {
    if loss.is_finite() { Ok(()) } else { Err(TrainError::NotANumber { epoch }) }
}

fn augmented(session: &Session<'_>, epoch: usize) -> Mode {
    Mode::Augmented { augment: Augment::of(session.config), seed: session.config.seed, epoch: epoch as u64 }
}

/// Batches as one more epoch would train on, from which norm statistics are estimated.
pub fn for_statistics(session: &Session<'_>) -> Batches {
    let epoch = session.config.epochs + 1;
    let mut plan = session.material.batches(session.config, session.batch, epoch);
    plan.truncate(STATISTICS.div_ceil(session.batch));
    batches(&session.material.frames, plan, augmented(session, epoch), &session.stop)
}

fn step(session: &mut Session<'_>, batch: Batch, epoch: usize, index: usize, rate: f64, tally: &mut Tally) {
    let labels = session.material.labels_of(&batch.indices);
    let lesson =
        Lesson { device: &session.device, size: session.config.size, clip_norm: session.config.clip_norm, rate };
    let noise = StepNoise::new(session.config.seed, epoch, index);
    let mut wanted = session.targets.of(&labels);
    if let Some(teachers) = &session.teachers {
        teachers.teach(&mut wanted, &batch.indices);
    }
    let logits = lesson.step(&mut session.network, &mut session.optimiser, batch.pixels, &wanted, noise);
    tally.add(logits, labels);
}

/// Has the average follow the network, so that it spans the share of the run's steps that the settings name.
fn average(session: &mut Session<'_>, index: usize, steps_per_epoch: usize) {
    let Some(average) = &mut session.average else { return };
    if (index + 1).is_multiple_of(UPDATED_EVERY) || index + 1 == steps_per_epoch {
        let span = session.config.average * (session.config.epochs * steps_per_epoch) as f64;
        average.follow(&session.network, 1.0 - (-(UPDATED_EVERY as f64) / span.max(1.0)).exp());
    }
}

fn tell(session: &Session<'_>, tally: &Tally, epoch: usize, step: usize, steps: usize, rate: f64) {
    if epoch == session.first_epoch && step <= 2 && session.compute.wants_constant_shapes() {
        session.observer.tell(Event::Progress { task: Task::WarmingUp, done: step as u64, total: 2 });
        return;
    }
    let images_per_sec = tally.images() as f64 / tally.secs().max(1e-9);
    let per_epoch = tally.secs() / step as f64 * steps as f64;
    let epochs_left = (session.config.epochs - epoch) as f64 + 1.0 - step as f64 / steps as f64;
    session.observer.tell(Event::Step(Step {
        epoch,
        step,
        steps,
        loss: tally.score().loss(),
        accuracy: tally.score().accuracy(),
        learning_rate: rate,
        images_per_sec,
        secs_left: per_epoch * epochs_left,
    }));
}

/// Judges a network without gradients on the validation split, all of it, and on what other labs hold out; on the way it
/// hears what the last layer was given of `followed`.
///
/// # Errors
/// [`Halt`] where an image can no longer be read, the device fails or a person stops.
pub fn validate(session: &mut Session<'_>, network: &Classifier, followed: &[usize]) -> Result<Validated, Halt> {
    let material = session.material;
    let networks = (&Ready::new(network), network);
    let (own, seen) = ask(session, networks, &material.validation, followed)?;
    let elsewhere = elsewhere(session, networks)?;
    let mut confusion = Confusion::new(material.dataset.classes.clone());
    let mut score = Score::default();
    for (logits, truth) in &own {
        score.add(logits, *truth);
        if let Some(label) = top(logits) {
            confusion.add(*truth, label);
        }
    }
    Ok(Validated { score, confusion, elsewhere, seen })
}

/// The first of the largest.
fn top(logits: &[f32]) -> Option<usize> {
    let most = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    logits.iter().position(|z| *z >= most)
}

/// Logits and label.
type Answered = (Vec<f32>, usize);

/// The answers to images of the run, and what the last layer was given of those that are followed. `network` is the one that
/// was made ready.
fn ask(
    session: &mut Session<'_>,
    (ready, network): (&Ready, &Classifier),
    indices: &[usize],
    followed: &[usize],
) -> Result<(Vec<Answered>, Seen), Halt> {
    let material = session.material;
    let forward = Forward {
        network: ready,
        device: &session.compute.device,
        size: session.config.size,
        pad: session.compute.wants_constant_shapes(),
    };
    let followed: HashSet<usize> = followed.iter().copied().collect();
    let (total, mut missing, mut seen) = (indices.len(), Vec::new(), Seen::default());
    let mut rows = Vec::with_capacity(total);
    let images = Images { store: &material.frames, indices, mode: Mode::Plain };
    let mut told = Instant::now();
    let hear = |batch: Batch| {
        let looks: Vec<Look> = match batch.indices.iter().any(|index| followed.contains(index)) {
            true => forward.before_the_last(batch.pixels, network)?,
            false => forward.logits(batch.pixels)?.into_iter().map(|logits| (logits, Vec::new())).collect(),
        };
        missing.extend(batch.unreadable);
        for (index, (logits, features)) in batch.indices.into_iter().zip(looks) {
            if followed.contains(&index) {
                seen.add(&features, top(&logits));
            }
            rows.extend(material.labels.get(index).map(|label| (logits, *label)));
        }
        if told.elapsed().as_millis() >= 100 {
            told = Instant::now();
            let (done, total) = (rows.len() as u64, total as u64);
            session.observer.tell(Event::Progress { task: Task::Validating, done, total });
        }
        Ok(())
    };
    images.in_batches(hear, &session.stop)?;
    in_validation(&missing, total, &material.frames)?;
    Ok((rows, seen))
}

fn elsewhere(session: &mut Session<'_>, networks: (&Ready, &Classifier)) -> Result<Option<Elsewhere>, Halt> {
    let material = session.material;
    let held_out = material.guests.held_out();
    if held_out.is_empty() {
        return Ok(None);
    }
    let (rows, _) = ask(session, networks, &held_out, &[])?;
    let rows: HashMap<usize, Answered> = held_out.into_iter().zip(rows).collect();
    // Lab by lab, the score of each class.
    let mut labs: BTreeMap<usize, Vec<Score>> = BTreeMap::new();
    for stratum in material.guests.strata.iter().filter(|one| !one.held_out.is_empty()) {
        let mut score = Score::default();
        let of = stratum.held_out.iter().filter_map(|index| rows.get(index));
        of.for_each(|(logits, truth)| score.add(logits, *truth));
        labs.entry(stratum.lab).or_default().push(score);
    }
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len().max(1) as f64;
    let over = |of: fn(Score) -> f64| {
        let labs: Vec<f64> =
            labs.values().map(|classes| mean(&classes.iter().map(|one| of(*one)).collect::<Vec<f64>>())).collect();
        mean(&labs)
    };
    Ok(Some(Elsewhere { loss: over(Score::loss), accuracy: over(Score::accuracy) }))
}
