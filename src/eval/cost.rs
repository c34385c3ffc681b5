//! What a model costs to run: its size, and the measured time of its answers, the second look included.

use std::{path::PathBuf, sync::Arc, time::Instant};

use super::predict::Predictor;
use crate::{
    data::read::{
        batch::{FrameStore, Mode, batches},
        survey,
    },
    domain::{comparison::Cost, evaluation::Latency},
    fault::{Halt, StopToken},
};

/// Images that are looked through for readable ones.
const SOURCES: usize = 32;
/// Timed passes of a full batch.
const BATCHES: usize = 10;

/// Measures a model on images of the set that it is judged on; its evaluation has timed single images already.
///
/// # Errors
/// [`Halt`] where the device fails or a person stops.
pub fn measure(predictor: &Predictor, paths: &[PathBuf], batch_1_ms: Latency, stop: &StopToken) -> Result<Cost, Halt> {
    let batch_32_ms = latency(predictor, paths, 32, BATCHES, stop)?;
    Ok(Cost { batch_1_ms, images_per_sec: batch_32_ms.p50.map(|ms| 32e3 / ms), batch_32_ms, ..untimed(predictor) })
}

/// Only the size of a model, where nobody asks for its speed.
#[must_use]
pub fn untimed(predictor: &Predictor) -> Cost {
    Cost {
        parameters: predictor.card().parameters,
        file_bytes: predictor.file_bytes(),
        input_px: predictor.card().preprocess.size,
        batch_1_ms: Latency::default(),
        batch_32_ms: Latency::default(),
        images_per_sec: None,
    }
}

/// Milliseconds of the answers to `batch` images, over `passes` of them after one to warm up. Each pass takes the next
/// images, spread over the list, so that as many get their second look as would in use.
///
/// # Errors
/// As [`measure`].
pub fn latency(
    predictor: &Predictor,
    paths: &[PathBuf],
    batch: usize,
    passes: usize,
    stop: &StopToken,
) -> Result<Latency, Halt> {
    let sources = survey::spread(paths, SOURCES);
    let preprocess = &predictor.card().preprocess;
    let store = Arc::new(FrameStore::new(sources.clone(), preprocess, 0));
    let mut images = Vec::new();
    for loaded in batches(&store, vec![(0..sources.len()).collect()], Mode::Plain, stop) {
        images = loaded?.pixels;
    }
    stop.check()?;
    if images.is_empty() {
        return Ok(Latency::default());
    }
    let wanted = batch * preprocess.len();
    let mut times = Vec::with_capacity(passes);
    for pass in 0..=passes {
        stop.check()?;
        let from = pass * wanted % images.len();
        let pixels: Vec<f32> = images.iter().copied().cycle().skip(from).take(wanted).collect();
        let start = Instant::now();
        predictor.answers(&pixels)?;
        if pass > 0 {
            times.push(start.elapsed().as_secs_f64() * 1e3);
        }
    }
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times.get((share * times.len().saturating_sub(1) as f64).round() as usize).copied();
    Ok(Latency { p50: at(0.5), p95: at(0.95) })
}
