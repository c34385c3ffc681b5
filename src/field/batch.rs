//! Files of fields to what is found in each, in order, with the scale of them all.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

use image::RgbImage;
use rayon::prelude::*;

use super::{
    find::{Survey, cells, survey},
    kind::kind,
    scale::Scales,
};
use crate::{
    data::read::decode::{self, DecodeError},
    domain::field::{FieldCell, Scale, Sorted},
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

/// A field and its pixels where they are wanted, or why it could not be read.
pub type Read = Result<(Found, Option<RgbImage>), DecodeError>;

/// Fields of one batch.
pub struct Fields<'a> {
    files: &'a [PathBuf],
    scales: Scales,
    /// Those that were surveyed for the scale; pixels are not kept.
    known: HashMap<usize, Result<Survey, DecodeError>>,
}

impl<'a> Fields<'a> {
    /// Reads the scale off a sample of the files.
    ///
    /// # Errors
    /// [`Halt::Stopped`]. A file that cannot be read is a row of its own later on.
    pub fn open(files: &'a [PathBuf], stop: &StopToken) -> Result<Self, Halt> {
        let take = files.len().min(SAMPLE);
        let chosen: Vec<usize> = (0..take).map(|at| at * files.len() / take).collect();
        let look = |at: &usize| {
            stop.check()?;
            Ok((*at, files.get(*at).map_or(Err(DecodeError::Empty), |file| surveyed(file).map(|(survey, _)| survey))))
        };
        let mut known = HashMap::new();
        let mut rest = chosen.as_slice();
        while !rest.is_empty() {
            let files = rest.iter().filter_map(|at| files.get(*at)).map(PathBuf::as_path);
            let (some, later) = rest.split_at(together(files));
            rest = later;
            let read: Result<Vec<_>, Halt> = some.par_iter().map(look).collect();
            known.extend(read?);
        }
        Ok(Self { files, scales: Scales::of(known.values().filter_map(|survey| survey.as_ref().ok())), known })
    }

    /// Hands each file over with what was found in it and, where they are wanted, its pixels; in order, some read ahead.
    ///
    /// # Errors
    /// [`Halt`] where a person stops or `each` gives one.
    pub fn each(
        &self,
        pixels: bool,
        stop: &StopToken,
        each: &mut dyn FnMut(&Path, Read) -> Result<(), Halt>,
    ) -> Result<(), Halt> {
        let all: Vec<(usize, &PathBuf)> = self.files.iter().enumerate().collect();
        let mut rest = all.as_slice();
        while !rest.is_empty() {
            stop.check()?;
            let (some, later) = rest.split_at(together(rest.iter().map(|(_, file)| file.as_path())));
            rest = later;
            let read: Vec<_> = some.par_iter().map(|(at, file)| self.found(*at, file, pixels)).collect();
            for ((_, file), found) in some.iter().zip(read) {
                stop.check()?;
                each(file, found)?;
            }
        }
        Ok(())
    }

    fn found(&self, at: usize, file: &Path, pixels: bool) -> Read {
        match self.known.get(&at) {
            Some(known) if !pixels => Ok((Found::of(known.clone()?, &self.scales), None)),
            _ => {
                let (survey, image) = surveyed(file)?;
                Ok((Found::of(survey, &self.scales), pixels.then_some(image)))
            }
        }
    }
}

/// How many of the first files are read at once: as many as there are threads, unless their pixels are too many together.
fn together<'a>(files: impl Iterator<Item = &'a Path>) -> usize {
    let mut pixels = 0_u64;
    let fits = |file: &&Path| {
        let of = decode::size(file).map_or(0, |(width, height)| u64::from(width) * u64::from(height));
        pixels += of;
        pixels <= AT_ONCE
    };
    files.take(rayon::current_num_threads()).take_while(fits).count().max(1)
}

fn surveyed(file: &Path) -> Result<(Survey, RgbImage), DecodeError> {
    let image = decode::open_field(file)?;
    Ok((survey(&image)?, image))
}
