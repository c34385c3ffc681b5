//! A file whose picture is read row by row, each time anew, and the parts of it that grow meanwhile.

use std::{
    fs::File,
    io::{BufReader, Read, Seek},
    path::{Path, PathBuf},
    time::SystemTime,
};

use image::{DynamicImage, ImageFormat, RgbImage};

use super::{
    growing::{Growing, Strip},
    jpeg::{self, Jpeg},
    png,
    rows::{Facts, Rows},
    tiff, turn,
};
use crate::{
    data::read::decode::{
        self, DecodeError, Limit, Note, guarded,
        pixels::{Extent, flatten, scale},
        room::Room,
        unreadable,
    },
    domain::{field::Place, hash::ContentHash},
};

/// A file that is read row by row, each time anew.
#[derive(Debug)]
pub(super) struct Source {
    path: PathBuf,
    stamp: (u64, Option<SystemTime>),
    pub facts: Facts,
    extent: Extent,
    strip: u64,
}

/// A view that is under way, and whether it was handed over.
pub(super) struct Part {
    growing: Growing,
    is_given: bool,
}

impl Source {
    /// Width and height of the upright picture.
    pub(super) const fn size(&self) -> (u32, u32) {
        turn::size(self.facts.orientation, self.facts.size)
    }

    /// The hash of the file.
    pub(super) fn hash(&self) -> Result<ContentHash, DecodeError> {
        let mut file = File::open(&self.path).map_err(|why| unreadable(&why))?;
        let (content, length) = ContentHash::of_stream(&mut file).map_err(|why| unreadable(&why))?;
        if length == self.stamp.0 { Ok(content) } else { Err(changed()) }
    }

    /// What of the file's rows a view of so many pixels is made of: as large as it is where it reaches beyond the border, as it
    /// is framed before it is shrunk then.
    pub(super) fn part(&self, at: Place, size: (u32, u32)) -> Part {
        let inside = at.within(self.size());
        let raw = turn::place(self.facts.orientation, inside, self.facts.size);
        let wanted = if inside == at { size } else { (inside.width, inside.height) };
        Part { growing: Growing::new(raw, turn::size(self.facts.orientation, wanted)), is_given: false }
    }

    /// Reads the rows from the first to the last that is needed and hands over what is ready, upright.
    pub(super) fn pass(
        &self,
        parts: &mut [Part],
        hear: &mut dyn FnMut(usize, RgbImage) -> Result<(), DecodeError>,
        hold: &dyn Fn(u64),
    ) -> Result<(), DecodeError> {
        let (width, height) = self.facts.size;
        // As decoded and as held.
        let _room = Room::take(6 * self.strip.max(u64::from(width)));
        let Opened::ByRows(mut rows) = opened(&self.path, self.strip)? else { return Err(changed()) };
        let mut strip = Strip::new((width, height));
        // What was left out cannot be checked: where all of it is asked for, every row is read.
        let is_to_the_end = parts.iter().all(|part| part.growing.is_of_all(height));
        loop {
            for (at, part) in parts.iter_mut().enumerate().filter(|(_, part)| part.growing.is_done() && !part.is_given)
            {
                part.is_given = true;
                let mut upright = DynamicImage::from(part.growing.taken());
                upright.apply_orientation(self.facts.orientation);
                hear(at, upright.into_rgb8())?;
            }
            let wanted = parts.iter().filter(|part| !part.is_given).map(|part| part.growing.first()).min();
            if wanted.is_none() && !is_to_the_end {
                break;
            }
            let wanted = wanted.unwrap_or(height);
            let Some((top, picture)) = rows.next(if is_to_the_end { 0 } else { wanted })? else { break };
            let picture = self.to_rgb(picture)?;
            strip.take(top, &picture, wanted);
            parts.iter_mut().try_for_each(|part| part.growing.grow(&strip))?;
            let views = parts.iter().map(|part| part.growing.bytes()).sum::<u64>();
            hold(picture.as_raw().len() as u64 + strip.pixels.len() as u64 + rows.held() + views);
        }
        if stamp(&self.path)? != self.stamp || parts.iter().any(|part| !part.is_given) {
            return Err(changed());
        }
        Ok(())
    }

    fn to_rgb(&self, mut picture: DynamicImage) -> Result<RgbImage, DecodeError> {
        scale(&mut picture, &self.extent)?;
        Ok(flatten(picture, &self.extent).0)
    }
}

fn changed() -> DecodeError {
    DecodeError::Unreadable("it changed while it was read".to_owned())
}

/// How a file can be read.
enum Opened {
    ByRows(Box<dyn Rows>),
    /// Only at once; with how many bytes, where that is known.
    AtOnce(Option<u64>),
}

fn opened(path: &Path, strip: u64) -> Result<Opened, DecodeError> {
    let mut file = BufReader::new(File::open(path).map_err(|why| unreadable(&why))?);
    let mut start = [0; 16];
    let is_long = file.read_exact(&mut start).is_ok();
    file.rewind().map_err(|why| unreadable(&why))?;
    let format = image::guess_format(&start).ok().filter(|_| is_long);
    let rows = match format {
        Some(ImageFormat::Png) => png::open(file, strip)?,
        Some(ImageFormat::Tiff) => tiff::open(file, strip)?,
        Some(ImageFormat::Jpeg) => match jpeg::open(file, strip)? {
            Jpeg::ByRows(rows) => Some(rows),
            Jpeg::AtOnce(bytes) => return Ok(Opened::AtOnce(Some(bytes))),
        },
        _ => None,
    };
    Ok(rows.map_or(Opened::AtOnce(None), Opened::ByRows))
}

/// A file of more than `one` pixels that can be read row by row; `None` where it is to be decoded at once.
pub(super) fn by_rows(path: &Path, one: u64, strip: u64) -> Result<Option<Source>, DecodeError> {
    let Some((width, height)) =
        decode::size(path).filter(|(width, height)| u64::from(*width) * u64::from(*height) > one)
    else {
        return Ok(None);
    };
    Limit::FIELD.check(width, height)?;
    let stamp = stamp(path)?;
    guarded(|| {
        let mut rows = match opened(path, strip)? {
            Opened::ByRows(rows) => rows,
            Opened::AtOnce(bytes) => {
                return Limit::FIELD.check_at_once((width, height), bytes.unwrap_or_default()).map(|()| None);
            }
        };
        Limit::check_rows(stamp.0)?;
        let mut facts = rows.facts()?;
        Limit::FIELD.check(facts.size.0, facts.size.1)?;
        let extent = extent(&mut facts, rows.as_mut())?;
        Ok(Some(Source { path: path.to_owned(), stamp, facts, extent, strip }))
    })
}

/// What all pixels together say, where one alone does not tell what it means; remarks on that go to the facts.
fn extent(facts: &mut Facts, rows: &mut dyn Rows) -> Result<Extent, DecodeError> {
    let (width, height) = turn::size(facts.orientation, facts.size);
    let mut extent = Extent::default();
    if !Extent::is_needless(facts.colour) {
        let mut remarked = None;
        while let Some((_, picture)) = rows.next(0)? {
            extent = extent.with(&picture);
            remarked = remarked.or_else(|| Some(picture.crop_imm(0, 0, 1, 1)));
        }
        if let Some(mut pixel) = remarked {
            facts.notes.extend(scale(&mut pixel, &extent)?);
            facts.notes.extend(flatten(pixel, &extent).1);
        }
    }
    facts.notes.extend(Note::on_size(width, height));
    Ok(extent)
}

/// Length and time of a file.
fn stamp(path: &Path) -> Result<(u64, Option<SystemTime>), DecodeError> {
    let file = std::fs::metadata(path).map_err(|why| unreadable(&why))?;
    Ok((file.len(), file.modified().ok()))
}
