//! The project's own slides, drawn by code: for the demo, the tests and a first look without any download.
//!
//! They show what each cell is known by. They are no medical images, and figures measured on them say nothing of real ones.

mod canvas;
mod cells;
pub mod field;
mod slide;
pub mod strange;

use std::{
    io::{self, Cursor},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use image::{RgbImage, codecs::jpeg::JpegEncoder};
use rand::{SeedableRng, rngs::ChaCha8Rng};
use rayon::prelude::*;

use crate::{
    domain::classes::KNOWN,
    fault::{Failure, Halt, StopToken},
    progress::{Event, Observer, Task},
};

/// Changes with every change to the drawing: a seed means the same slide only within one version.
pub const VERSION: u64 = 2;
/// Slides of each class in the bundled set.
pub const BUNDLED_PER_CLASS: usize = 12;
/// Seed of the bundled set.
pub const BUNDLED_SEED: u64 = 1;
/// Fields of view of the set to try: about a hundred leukocytes that count.
pub const FIELDS: usize = 30;
const QUALITY: u8 = 84;

/// Draws one slide of 360 x 363 pixels. A class that is not one of the eight is drawn as a platelet.
#[must_use]
pub fn draw(class: &str, seed: u64) -> RgbImage {
    draw_variant(class, (seed % 4) as usize, seed)
}

fn draw_variant(class: &str, variant: usize, seed: u64) -> RgbImage {
    let mut key = [0; 32];
    let place = KNOWN.iter().position(|known| known.name == class).unwrap_or(KNOWN.len()) as u64;
    for (slot, part) in key.chunks_exact_mut(8).zip([VERSION, place, seed, 0x004C_4555_4B4F]) {
        slot.copy_from_slice(&part.to_le_bytes());
    }
    slide::draw(class, variant, &mut ChaCha8Rng::from_seed(key))
}

/// The file name's beginning for a variant: PBC's own sub-types.
fn prefix(class: &str, variant: usize) -> &'static str {
    match (class, variant) {
        ("basophil", _) => "BA",
        ("eosinophil", _) => "EO",
        ("erythroblast", _) => "ERB",
        ("ig", 0) => "IG",
        ("ig", 1) => "MMY",
        ("ig", 2) => "MY",
        ("ig", _) => "PMY",
        ("lymphocyte", _) => "LY",
        ("monocyte", _) => "MO",
        ("neutrophil", 0) => "BNE",
        ("neutrophil", _) => "SNE",
        _ => "PLATELET",
    }
}

/// Draws `per_class` slides of each class into `dir/<class>/`. Existing files of the same names are replaced.
///
/// # Errors
/// [`Halt::Stopped`], or the disk's failure in words.
pub fn write_set(
    dir: &Path,
    per_class: usize,
    seed: u64,
    observer: &dyn Observer,
    stop: &StopToken,
) -> Result<(), Halt> {
    let total = (per_class * KNOWN.len()) as u64;
    let done = AtomicU64::new(0);
    let wanted = (0..per_class).flat_map(|number| KNOWN.iter().map(move |class| (class.name, number)));
    let wanted: Vec<(&str, usize)> = wanted.collect();
    observer.tell(Event::Progress { task: Task::Drawing, done: 0, total });
    wanted.par_iter().try_for_each(|(class, number)| {
        stop.check()?;
        let variant = number % 4;
        let file = dir.join(class).join(format!("{}_{number:06}.jpg", prefix(class, variant)));
        let slide = draw_variant(class, variant, (seed << 24) ^ *number as u64);
        write_jpeg(&file, &slide).map_err(|why| {
            let hint = "choose a folder that you may write to, with room for it";
            Failure::new("the synthetic slides could not be written", why, hint).at(&file)
        })?;
        let done = done.fetch_add(1, Ordering::Relaxed) + 1;
        if done.is_multiple_of(8) || done == total {
            observer.tell(Event::Progress { task: Task::Drawing, done, total });
        }
        Ok(())
    })
}

/// Where the fields of view to try lie: drawn once into a folder below `home`, in their order.
///
/// # Errors
/// As [`write_set`].
pub fn fields_dir(home: &Path, observer: &dyn Observer, stop: &StopToken) -> Result<PathBuf, Halt> {
    let dir = home.join(format!("synthetic-fields-{VERSION}"));
    let total = FIELDS as u64;
    let done = AtomicU64::new(0);
    (0..total).into_par_iter().try_for_each(|number| {
        stop.check()?;
        let file = dir.join(format!("field_{:02}.jpg", number + 1));
        if !file.is_file() {
            write_jpeg(&file, &field::draw(number).image).map_err(|why| {
                let hint = "choose a folder that you may write to, with room for it";
                Failure::new("the synthetic fields could not be written", why, hint).at(&file)
            })?;
        }
        let done = done.fetch_add(1, Ordering::Relaxed) + 1;
        observer.tell(Event::Progress { task: Task::Drawing, done, total });
        Ok::<(), Halt>(())
    })?;
    Ok(dir)
}

fn write_jpeg(file: &Path, slide: &RgbImage) -> io::Result<()> {
    let mut bytes = Cursor::new(Vec::new());
    JpegEncoder::new_with_quality(&mut bytes, QUALITY).encode_image(slide).map_err(io::Error::other)?;
    super::atomic::write(file, bytes.get_ref())
}

/// Where the synthetic slides lie: those delivered with the program, or else drawn once into a folder below `home`.
///
/// # Errors
/// As [`write_set`].
pub fn bundled_dir(home: &Path, observer: &dyn Observer, stop: &StopToken) -> Result<PathBuf, Halt> {
    if let Some(found) = delivered().into_iter().find(|dir| is_whole(dir)) {
        return Ok(found);
    }
    let dir = home.join(format!("synthetic-{VERSION}"));
    if !is_whole(&dir) {
        write_set(&dir, BUNDLED_PER_CLASS, BUNDLED_SEED, observer, stop)?;
    }
    Ok(dir)
}

/// Places where an installation or a clone keeps the slides.
fn delivered() -> Vec<PathBuf> {
    let program = std::env::current_exe().unwrap_or_default();
    let above = program.ancestors().skip(1).take(4);
    let beside = above.flat_map(|dir| [dir.join("datasets/synthetic"), dir.join("share/leukoscope/synthetic")]);
    let here = std::env::current_dir().into_iter().map(|dir| dir.join("datasets/synthetic"));
    beside.chain(here).collect()
}

/// Whether every class has all its slides.
fn is_whole(dir: &Path) -> bool {
    KNOWN.iter().all(|class| {
        std::fs::read_dir(dir.join(class.name)).is_ok_and(|files| files.flatten().count() >= BUNDLED_PER_CLASS)
    })
}
