//! Files of fields to what is found in each, in order, with the scale of them all.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

use rayon::prelude::*;

use super::{
    find::{Survey, cells, survey_of},
    kind::kind,
    scale::Scales,
};
use crate::{
    data::read::{
        decode::{self, DecodeError},
        sheet::Sheet,
    },
    domain::{
        field::{FieldCell, Scale, Sorted},
        hash::ContentHash,
    },
    fault::{Halt, StopToken},
};

/// Fields that a batch's scale is read from at most, spread over the list, so that the first result need not wait for the last.
const SAMPLE: usize = 24;

/// Most pixels that are held at once, unless one field alone has more.
const AT_ONCE: u64 = 64_000_000;

/// What is found in one field.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    pub survey: Survey,
    pub scale: Scale,
    /// What the image shows, which a person may overrule: the cells are there all the same, unless it is no smear.
    pub sorted: Sorted,
    pub cells: Vec<FieldCell>,
}

impl Found {
    /// Judges a survey with the batch's scale.
    #[must_use]
    pub fn of(survey: Survey, scales: &Scales) -> Self {
        let scale = scales.scale(&survey);
        let sorted = kind(&survey, &scale);
        let cells = if survey.refused.is_some() { Vec::new() } else { cells(&survey, &scale) };
        Self { survey, scale, sorted, cells }
    }
}

/// One file that was read.
pub struct Read {
    /// Of its bytes; `None` where they were not read.
    pub content: Option<ContentHash>,
    /// The picture with what was found in it, or why there is none.
    pub opened: Result<(Found, Sheet), DecodeError>,
}

/// Files of one batch.
pub struct Fields {
    files: Vec<PathBuf>,
    scales: Scales,
    /// Those that were surveyed for the scale; pixels are not kept.
    known: HashMap<PathBuf, Result<Survey, DecodeError>>,
}

impl Fields {
    /// Reads the scale off a sample of the files, and off what `scales` holds already.
    ///
    /// # Errors
    /// [`Halt::Stopped`]. A file that cannot be read is a row of its own later on.
    pub fn open(files: &[PathBuf], scales: Scales, stop: &StopToken) -> Result<Self, Halt> {
        let chosen = sample(files);
        let look = |file: &&PathBuf| {
            stop.check()?;
            Ok(((*file).clone(), Sheet::open(file).and_then(|sheet| survey_of(&sheet))))
        };
        let mut known = HashMap::new();
        let mut rest = chosen.as_slice();
        while !rest.is_empty() {
            let (some, later) = rest.split_at(together(rest.iter().map(|file| file.as_path())));
            rest = later;
            let read: Result<Vec<_>, Halt> = some.par_iter().map(look).collect();
            known.extend(read?);
        }
        // In the order of the files, so that the same batch has the same scale.
        let scales = scales.with(chosen.iter().filter_map(|file| known.get(*file)?.as_ref().ok()));
        Ok(Self { files: files.to_vec(), scales, known })
    }

    /// Files that are judged by what `scales` holds alone.
    #[must_use]
    pub fn by(files: &[PathBuf], scales: Scales) -> Self {
        Self { files: files.to_vec(), scales, known: HashMap::new() }
    }

    /// The sizes of this batch.
    #[must_use]
    pub const fn scales(&self) -> &Scales {
        &self.scales
    }

    /// What is found in a file.
    ///
    /// # Errors
    /// [`DecodeError`] where it is no image.
    pub fn find(&self, file: &Path) -> Result<Found, DecodeError> {
        match self.known.get(file) {
            Some(known) => Ok(Found::of(known.clone()?, &self.scales)),
            None => self.read(file).opened.map(|(found, _)| found),
        }
    }

    /// The same with the pixels.
    #[must_use]
    pub fn read(&self, file: &Path) -> Read {
        let (content, sheet) = Sheet::hashed(file);
        let judged = |sheet: Sheet| {
            let survey = match self.known.get(file) {
                Some(known) => known.clone()?,
                None => survey_of(&sheet)?,
            };
            Ok((Found::of(survey, &self.scales), sheet))
        };
        Read { content, opened: sheet.and_then(judged) }
    }

    /// Hands what `work` makes of each file over in order, some made ahead: as many at once as go into `most`, unless their
    /// pixels are too many together.
    ///
    /// # Errors
    /// [`Halt`] where a person stops or `hear` gives one.
    pub fn each<T: Send>(
        &self,
        most: usize,
        work: impl Fn(&Path) -> T + Sync,
        mut hear: impl FnMut(&Path, T) -> Result<(), Halt>,
        stop: &StopToken,
    ) -> Result<(), Halt> {
        let mut rest = self.files.as_slice();
        while !rest.is_empty() {
            stop.check()?;
            let (some, later) = rest.split_at(together(rest.iter().take(most).map(PathBuf::as_path)));
            rest = later;
            let made: Vec<T> = some.par_iter().map(|file| work(file)).collect();
            for (file, made) in some.iter().zip(made) {
                stop.check()?;
                hear(file, made)?;
            }
        }
        Ok(())
    }
}

/// Files that tell the scale: fewer where they are so large that the first result would wait for them.
fn sample(files: &[PathBuf]) -> Vec<&PathBuf> {
    let of_one = files.first().map_or(1, |file| pixels(file).max(1));
    let take = files.len().min(SAMPLE).min((AT_ONCE / of_one).max(1) as usize);
    (0..take).filter_map(|at| files.get(at * files.len() / take)).collect()
}

/// How many of the first files are read at once: all of them, unless their pixels are too many together.
fn together<'a>(files: impl Iterator<Item = &'a Path>) -> usize {
    let mut sum = 0_u64;
    let fits = |file: &&Path| {
        sum += pixels(file);
        sum <= AT_ONCE
    };
    files.take_while(fits).count().max(1)
}

fn pixels(file: &Path) -> u64 {
    decode::size(file).map_or(0, |(width, height)| u64::from(width) * u64::from(height))
}
