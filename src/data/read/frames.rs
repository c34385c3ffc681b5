//! Decoded images kept small: plain squares for judging, shrunk frames for augmentation, within one budget of memory.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
};

use image::RgbImage;

use super::decode::{self, DecodeError, Note};
use crate::{
    data::{
        vary::augment::Frame,
        view::{
            preprocess::Preprocess,
            raster::{ResizeError, resize},
        },
    },
    domain::hash::ContentHash,
};

/// Pixels of a cached frame's crop for each pixel of the view, so that warping does not soften what the network sees.
const OVERSAMPLE: f64 = 1.4;
/// How far around the crop augmentation may look, as a multiple of the crop: corners of a rotated view, zoom and shift.
const REACH: f64 = 1.75;

/// The images of a run by index. Shared between threads.
pub struct FrameStore {
    files: Vec<PathBuf>,
    /// Images that are in memory already, behind the files.
    held: Vec<RgbImage>,
    expected: Vec<ContentHash>,
    preprocess: Preprocess,
    squares: Vec<OnceLock<Arc<RgbImage>>>,
    frames: Vec<OnceLock<Arc<Frame>>>,
    notes: Vec<OnceLock<Vec<Note>>>,
    budget: usize,
    used: AtomicUsize,
}

impl FrameStore {
    /// Keeps up to `budget_bytes` of pixels; what does not fit is decoded again when it is needed.
    #[must_use]
    pub fn new(files: Vec<PathBuf>, preprocess: &Preprocess, budget_bytes: usize) -> Self {
        let count = files.len();
        Self {
            files,
            held: Vec::new(),
            expected: Vec::new(),
            preprocess: preprocess.clone(),
            squares: (0..count).map(|_| OnceLock::new()).collect(),
            frames: (0..count).map(|_| OnceLock::new()).collect(),
            notes: (0..count).map(|_| OnceLock::new()).collect(),
            budget: budget_bytes,
            used: AtomicUsize::new(0),
        }
    }

    /// With images that are no files of their own, such as pieces of fields, behind the files.
    #[must_use]
    pub fn holding(self, images: Vec<RgbImage>) -> Self {
        Self { held: images, ..self }
    }

    /// Refuses files whose bytes are not those of the scan; one hash a file, in the same order.
    #[must_use]
    pub fn expecting(mut self, hashes: Vec<ContentHash>) -> Self {
        self.expected = hashes;
        self
    }

    #[must_use]
    pub const fn preprocess(&self) -> &Preprocess {
        &self.preprocess
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.files.len() + self.held.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty() && self.held.is_empty()
    }

    /// Where the images lie.
    #[must_use]
    pub fn files(&self) -> &[PathBuf] {
        &self.files
    }

    /// Where an image lies.
    #[must_use]
    pub fn file(&self, index: usize) -> Option<&Path> {
        self.files.get(index).map(PathBuf::as_path)
    }

    /// What a person should know of how an image was read; empty until it was, too.
    #[must_use]
    pub fn notes(&self, index: usize) -> &[Note] {
        self.notes.get(index).and_then(OnceLock::get).map_or(&[], Vec::as_slice)
    }

    /// Exactly [`Preprocess::square`] of the whole decoded image.
    ///
    /// # Errors
    /// [`DecodeError`] where the file is no image any more.
    pub fn square(&self, index: usize) -> Result<Arc<RgbImage>, DecodeError> {
        if let Some(square) = self.squares.get(index).and_then(OnceLock::get) {
            return Ok(Arc::clone(square));
        }
        let square = Arc::new(self.preprocess.square(&self.open(index)?)?);
        self.keep(self.squares.get(index), &square, square.len());
        Ok(square)
    }

    /// The image shrunk to what augmentation reads.
    pub(crate) fn frame(&self, index: usize) -> Result<Arc<Frame>, DecodeError> {
        if let Some(frame) = self.frames.get(index).and_then(OnceLock::get) {
            return Ok(Arc::clone(frame));
        }
        let frame = Arc::new(shrink(&self.open(index)?, &self.preprocess)?);
        self.keep(self.frames.get(index), &frame, frame.image.len());
        Ok(frame)
    }

    fn open(&self, index: usize) -> Result<RgbImage, DecodeError> {
        if let Some(image) = index.checked_sub(self.files.len()).and_then(|at| self.held.get(at)) {
            return Ok(image.clone());
        }
        let gone = || DecodeError::Unreadable("it is not in the list of images".to_owned());
        let bytes = decode::read(self.file(index).ok_or_else(gone)?)?;
        if self.expected.get(index).is_some_and(|hash| *hash != ContentHash::of(&bytes)) {
            return Err(DecodeError::Damaged("it has changed since the dataset was checked".to_owned()));
        }
        let picture = decode::picture(&bytes)?;
        if !picture.notes.is_empty()
            && let Some(slot) = self.notes.get(index)
        {
            // The same file read again gives the same notes.
            let _ = slot.set(picture.notes);
        }
        Ok(picture.image)
    }

    /// Keeps a value while the budget lasts.
    fn keep<T>(&self, slot: Option<&OnceLock<Arc<T>>>, value: &Arc<T>, bytes: usize) {
        let fits = |used: usize| used.checked_add(bytes).filter(|sum| *sum <= self.budget);
        let Some(slot) = slot else { return };
        if self.used.try_update(Ordering::Relaxed, Ordering::Relaxed, fits).is_err() {
            return;
        }
        if slot.set(Arc::clone(value)).is_err() {
            self.used.fetch_sub(bytes, Ordering::Relaxed);
        }
    }
}

/// Cuts the crop with its surroundings and brings it near the view's resolution; never enlarges.
pub(crate) fn shrink(image: &RgbImage, preprocess: &Preprocess) -> Result<Frame, ResizeError> {
    let (width, height) = image.dimensions();
    let crop = preprocess.crop_side(width, height);
    let region = [width, height].map(|side| f64::from(side).min(crop * REACH));
    let scale = (preprocess.size as f64 * OVERSAMPLE / crop).min(1.0);
    let [to_width, to_height] = region.map(|side| ((side * scale).round() as u32).max(1));
    let [left, top] = [(f64::from(width) - region[0]) / 2.0, (f64::from(height) - region[1]) / 2.0];
    let image = resize(image, [left, top, region[0], region[1]], to_width, to_height)?;
    Ok(Frame { image, crop: (crop * scale) as f32 })
}
