//! Reads, hashes and decodes each candidate once, in parallel.

use std::{
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
    time::Instant,
};

use image::RgbImage;
use rayon::prelude::*;

use super::{
    cache::Known,
    outcome::{Checked, Image, Outcome},
    walk::Candidate,
};
use crate::{
    data::{
        measure::fingerprint::fingerprint,
        read::decode::{self, DecodeError},
    },
    domain::hash::ContentHash,
    fault::{Halt, StopToken},
    progress::{Event, Observer, Task},
};

/// Milliseconds between two progress events.
const EVERY_MS: u64 = 100;

/// Judges all candidates, in their order.
pub(super) fn all(
    candidates: &[Candidate],
    known: &Known,
    observer: &dyn Observer,
    stop: &StopToken,
) -> Result<Vec<Checked>, Halt> {
    let total = candidates.len() as u64;
    let (done, told, start) = (AtomicU64::new(0), AtomicU64::new(0), Instant::now());
    observer.tell(Event::Progress { task: Task::Checking, done: 0, total });
    let checked = candidates
        .par_iter()
        .map(|candidate| {
            stop.check()?;
            let checked = known.get(candidate).map_or_else(
                || judge(candidate),
                |outcome| Checked { outcome: outcome.clone(), cached: true, lasting: true },
            );
            let done = done.fetch_add(1, Ordering::Relaxed) + 1;
            let now = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
            let last = told.load(Ordering::Relaxed);
            let due = now >= last + EVERY_MS;
            if due && told.compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
                observer.tell(Event::Progress { task: Task::Checking, done, total });
            }
            Ok(checked)
        })
        .collect::<Result<Vec<_>, Halt>>()?;
    observer.tell(Event::Progress { task: Task::Checking, done: total, total });
    Ok(checked)
}

fn judge(candidate: &Candidate) -> Checked {
    let read = identify(&candidate.file);
    let lasting = !matches!(read, Err(DecodeError::Unreadable(_)));
    let outcome = read.map_or_else(|why| Outcome::Bad(why.to_string()), Outcome::Image);
    Checked { outcome, cached: false, lasting }
}

/// One file as a scan has it.
///
/// # Errors
/// [`DecodeError`] where it is no usable image.
pub fn identify(file: &Path) -> Result<Image, DecodeError> {
    let bytes = decode::read(file)?;
    let image = decode::decode(&bytes)?;
    Ok(Image {
        hash: ContentHash::of(&bytes),
        pixels: pixel_hash(&image),
        width: image.width(),
        height: image.height(),
        fingerprint: fingerprint(&image),
    })
}

/// Of the upright RGB pixels and their size.
fn pixel_hash(image: &RgbImage) -> ContentHash {
    ContentHash::of_parts([&image.width().to_le_bytes()[..], &image.height().to_le_bytes(), image.as_raw()])
}
