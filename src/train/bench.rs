//! How fast this machine is: decoding, forward passes and training steps, through the code that runs and answers use.

use std::{
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use burn::module::Module;
use serde::Serialize;

use crate::{
    data::{
        read::{
            batch::{FrameStore, Mode, batches},
            folder,
        },
        synthetic,
        vary::augment::Augment,
        view::preprocess::Preprocess,
    },
    device::{self, Compute, ram},
    domain::{
        architecture::Architecture,
        classes::KNOWN,
        config::{DeviceChoice, TrainConfig},
    },
    eval::forward::{BATCH, Forward},
    fault::{Failure, Halt, StopToken},
    learn::{adam::Adam, loss::Targets, step::Lesson},
    model::{
        classifier::{Classifier, NetworkConfig},
        initial, kernels,
        noise::StepNoise,
        ready::Ready,
    },
    progress::{Event, Observer, Task},
};

/// Slides of each class that are decoded.
const SLIDES: usize = 8;
/// Calls before the first one that counts, and the share of the time that they get at least.
const WARM_UP: (usize, f64) = (3, 0.2);
/// A median of fewer calls says little.
const FEWEST: usize = 5;
/// Batch normalisation, and so training, needs two images.
const SMALLEST_STEP: usize = 2;

/// What to measure; every combination of network, size and batch.
#[derive(Clone, Debug, PartialEq)]
pub struct BenchRequest {
    pub device: DeviceChoice,
    pub architectures: Vec<Architecture>,
    /// Sides of the square input in pixels.
    pub sizes: Vec<usize>,
    pub batches: Vec<usize>,
    /// One a core by default.
    pub threads: Option<usize>,
    /// How long each combination is measured.
    pub length: Length,
    /// One part alone, so that its memory is seen alone.
    pub only: Option<Part>,
}

/// When a measurement ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Length {
    /// After a warm-up and this long.
    Secs(f64),
    /// After this many calls without a warm-up, to count instructions by the difference between two runs.
    Calls(usize),
}

/// A part of the bench.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Decode,
    Forward,
    Train,
}

/// What was measured.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BenchReport {
    pub device: String,
    pub threads: usize,
    pub decode: Option<Loading>,
    /// The same slides as epochs after the first load them: decoded before, varied anew.
    pub augment: Option<Loading>,
    pub forward: Vec<Timing>,
    /// Without batches of one image, which no run trains on.
    pub train: Vec<Timing>,
    /// The most memory that the process had at once; `None` where the system does not tell.
    pub peak_memory_mb: Option<f64>,
}

/// Reading, decoding and preprocessing synthetic slides of 360 x 363 pixels, at the first of the sizes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Loading {
    pub images_per_sec: f64,
}

/// One combination.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Timing {
    pub arch: Architecture,
    pub size: usize,
    pub batch: usize,
    pub ms_p50: f64,
    pub ms_p95: f64,
    pub images_per_sec: f64,
}

/// Measures everything asked for, one after the other.
///
/// # Errors
/// [`Halt::Stopped`], or [`Halt::Failed`] where a device fails or the slides cannot be written.
pub fn bench(request: &BenchRequest, observer: &dyn Observer, stop: &StopToken) -> Result<BenchReport, Halt> {
    if let Some(threads) = request.threads {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build_global();
        pool.map_err(|why| Failure::new("the number of threads was not set", why, "leave --threads out"))?;
    }
    let compute = device::choose(&request.device)?;
    let combinations: Vec<(Architecture, usize, usize)> = (request.architectures.iter())
        .flat_map(|arch| request.sizes.iter().map(move |size| (*arch, *size)))
        .flat_map(|(arch, size)| request.batches.iter().map(move |batch| (arch, size, *batch)))
        .collect();
    let mut report = BenchReport {
        device: compute.info.id.clone(),
        threads: rayon::current_num_threads(),
        decode: None,
        augment: None,
        forward: Vec::new(),
        train: Vec::new(),
        peak_memory_mb: None,
    };
    let wants = |part| request.only.is_none_or(|only| only == part);
    let total = 2 * combinations.len() as u64;
    if wants(Part::Decode) {
        let slides = Slides::write(request, stop)?;
        report.decode = Some(slides.decode(request.length, stop)?);
        report.augment = Some(slides.augment(request.length, stop)?);
    }
    for (index, (arch, size, batch)) in combinations.into_iter().enumerate() {
        let tell = |part: u64| {
            observer.tell(Event::Progress { task: Task::Measuring, done: 2 * index as u64 + part, total });
        };
        let subject = Subject::new(arch, size, batch);
        tell(0);
        if wants(Part::Forward) {
            let times = subject.forward(&compute, request.length, stop)?;
            report.forward.push(timing(&subject, times));
        }
        tell(1);
        if wants(Part::Train) && batch >= SMALLEST_STEP {
            let times = subject.train(&compute, request.length, stop)?;
            report.train.push(timing(&subject, times));
        }
        kernels::release();
    }
    report.peak_memory_mb = ram::peak_memory_mb();
    Ok(report)
}

/// A network with the default settings and fresh weights, and its input.
struct Subject {
    config: TrainConfig,
    pixels: Vec<f32>,
    labels: Vec<usize>,
}

impl Subject {
    fn new(architecture: Architecture, size: usize, batch: usize) -> Self {
        let pixels = (0..batch * size * size * 3).map(|i| (i * 31 % 255) as f32 / 127.5 - 1.0).collect();
        let labels = (0..batch).map(|i| i % KNOWN.len()).collect();
        Self { config: TrainConfig { architecture, size, batch, ..TrainConfig::default() }, pixels, labels }
    }

    fn network(&self) -> Classifier {
        let blank = NetworkConfig::new(&self.config, KNOWN.len()).init(&Compute::cpu().device);
        initial::draw(blank, self.config.seed)
    }

    /// Milliseconds of each forward pass, results read back.
    fn forward(&self, compute: &Compute, length: Length, stop: &StopToken) -> Result<Vec<f64>, Halt> {
        let network = Ready::new(&self.network().to_device(&compute.device));
        let forward = Forward { network: &network, device: &compute.device, size: self.config.size, pad: false };
        measure(length, stop, || {
            let pixels = self.pixels.clone();
            let start = Instant::now();
            forward.logits(pixels)?;
            Ok(start.elapsed())
        })
    }

    /// Milliseconds of each training step, the device at rest behind it.
    fn train(&self, compute: &Compute, length: Length, stop: &StopToken) -> Result<Vec<f64>, Halt> {
        let device = compute.device.clone().autodiff();
        let mut network = self.network().to_device(&device).train();
        let mut optimiser = Adam::default().into();
        let wanted =
            Targets::new(&[1; KNOWN.len()], self.config.label_smoothing, self.config.class_weights).of(&self.labels);
        let lesson = Lesson {
            device: &device,
            size: self.config.size,
            clip_norm: self.config.clip_norm,
            rate: self.config.learning_rate,
        };
        let mut steps = 0;
        measure(length, stop, || {
            let (pixels, noise) = (self.pixels.clone(), StepNoise::new(self.config.seed, 1, steps));
            steps += 1;
            let start = Instant::now();
            drop(lesson.step(&mut network, &mut optimiser, pixels, &wanted, noise));
            compute.device.sync().map_err(|why| {
                Failure::new("the device gave no result", format!("{why:?}"), "try again, or choose `cpu`")
            })?;
            Ok(start.elapsed())
        })
    }
}

/// Slides on disk, loaded as runs and answers load images.
struct Slides {
    files: Vec<PathBuf>,
    config: TrainConfig,
    preprocess: Preprocess,
    _folder: tempfile::TempDir,
}

impl Slides {
    fn write(request: &BenchRequest, stop: &StopToken) -> Result<Self, Halt> {
        let unwritten = |why: std::io::Error| {
            Failure::new("the slides to decode could not be written", why, "check the folder for temporary files")
        };
        let folder = tempfile::tempdir().map_err(unwritten)?;
        synthetic::write_set(folder.path(), SLIDES, 1, &crate::progress::Silent, stop)?;
        let files = folder::images(&[folder.path().to_owned()]);
        let config = TrainConfig { size: request.sizes.first().copied().unwrap_or(96), ..TrainConfig::default() };
        let preprocess = Preprocess::of(&config);
        Ok(Self { files, config, preprocess, _folder: folder })
    }

    fn decode(&self, length: Length, stop: &StopToken) -> Result<Loading, Halt> {
        self.load(length, stop, |_| (Arc::new(self.store(0)), Mode::Plain))
    }

    fn augment(&self, length: Length, stop: &StopToken) -> Result<Loading, Halt> {
        let store = Arc::new(self.store(usize::MAX));
        let augment = Augment::of(&self.config);
        let seed = self.config.seed;
        self.load(length, stop, |epoch| (store.clone(), Mode::Augmented { augment, seed, epoch }))
    }

    fn store(&self, budget: usize) -> FrameStore {
        FrameStore::new(self.files.clone(), &self.preprocess, budget)
    }

    fn load(
        &self,
        length: Length,
        stop: &StopToken,
        source: impl Fn(u64) -> (Arc<FrameStore>, Mode),
    ) -> Result<Loading, Halt> {
        let all: Vec<usize> = (0..self.files.len()).collect();
        let mut epoch = 0;
        let times = measure(length, stop, || {
            epoch += 1;
            let (store, mode) = source(epoch);
            let start = Instant::now();
            for batch in batches(&store, all.chunks(BATCH).map(<[usize]>::to_vec).collect(), mode, stop) {
                batch?;
            }
            Ok(start.elapsed())
        })?;
        Ok(Loading { images_per_sec: all.len() as f64 * 1e3 * times.len() as f64 / times.iter().sum::<f64>() })
    }
}

/// Milliseconds of each call that counts.
fn measure(
    length: Length,
    stop: &StopToken,
    mut once: impl FnMut() -> Result<Duration, Halt>,
) -> Result<Vec<f64>, Halt> {
    let mut timed = || {
        stop.check()?;
        once().map(|took| took.as_secs_f64() * 1e3)
    };
    let secs = match length {
        Length::Calls(calls) => return (0..calls).map(|_| timed()).collect(),
        Length::Secs(secs) => secs,
    };
    let (fewest, share) = WARM_UP;
    let (begun, mut calls) = (Instant::now(), 0);
    while calls < fewest || begun.elapsed().as_secs_f64() < share * secs {
        timed()?;
        calls += 1;
    }
    let (begun, mut times) = (Instant::now(), Vec::new());
    while times.len() < FEWEST || begun.elapsed().as_secs_f64() < secs {
        times.push(timed()?);
    }
    Ok(times)
}

fn timing(subject: &Subject, mut times: Vec<f64>) -> Timing {
    times.sort_by(f64::total_cmp);
    let at = |share: f64| {
        times.get((times.len().saturating_sub(1) as f64 * share).round() as usize).copied().unwrap_or(f64::NAN)
    };
    let TrainConfig { architecture: arch, size, batch, .. } = subject.config;
    let images_per_sec = (batch * times.len()) as f64 * 1e3 / times.iter().sum::<f64>();
    Timing { arch, size, batch, ms_p50: at(0.5), ms_p95: at(0.95), images_per_sec }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::Silent;

    #[test]
    fn every_combination_is_measured_and_one_image_is_not_trained_on() {
        let request = BenchRequest {
            device: DeviceChoice::Cpu,
            architectures: vec![Architecture::MobileNet],
            sizes: vec![32, 64],
            batches: vec![1, 2],
            threads: None,
            length: Length::Secs(0.01),
            only: None,
        };
        let report = bench(&request, &Silent, &StopToken::default()).unwrap();
        let seen: Vec<_> = report.forward.iter().map(|timing| (timing.size, timing.batch)).collect();
        assert_eq!(seen, [(32, 1), (32, 2), (64, 1), (64, 2)]);
        assert_eq!(report.train.iter().map(|timing| timing.size).collect::<Vec<_>>(), [32, 64]);
        let sound = |timing: &Timing| timing.ms_p50 > 0.0 && timing.ms_p95 >= timing.ms_p50;
        assert!(report.forward.iter().chain(&report.train).all(sound), "{report:?}");
        assert!([report.decode, report.augment].iter().flatten().filter(|rate| rate.images_per_sec > 1.0).count() == 2);
    }

    #[test]
    fn a_stop_ends_it() {
        let stop = StopToken::default();
        stop.stop(crate::fault::StopMode::Discard);
        assert_eq!(measure(Length::Secs(60.0), &stop, || Ok(Duration::ZERO)), Err(Halt::Stopped));
    }
}
