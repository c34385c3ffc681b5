//! Images to answers as they come, the one path of the terminal, the window and a watched folder: read ahead, told for a
//! cell's image or a field of view, cut into cells, put to the model a batch at a time, in order and in bounded memory.

mod read;
mod sample;

use std::{mem, path::PathBuf, sync::Arc};

use image::RgbImage;
use rayon::prelude::*;

pub use self::read::NO_CELL;
use self::{
    read::{Reader, Ready, Row},
    sample::{Sample, Sampled},
};
use super::{forward::BATCH, predict::Predictor, second_look::Looked, shift};
use crate::{
    data::read::ahead::Ahead,
    domain::{
        field::{Portion, ShownAs, Sorted, Taken},
        hash::ContentHash,
        prediction::{Classified, Outcome},
        profile::Home,
        shift::{Doubt, Shift},
    },
    fault::{Halt, StopToken},
    field::{batch::Fields, scale::Scales},
    progress::{Event, Observer, Task},
};

/// What is said of a batch as it comes: an image before its cells.
#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    Image(Opened),
    Cell(Classified),
}

impl Said {
    /// The cell that it is about.
    #[must_use]
    pub const fn cell(&self) -> Option<&Classified> {
        match self {
            Self::Cell(cell) => Some(cell),
            Self::Image(_) => None,
        }
    }
}

/// An image that was looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct Opened {
    pub path: PathBuf,
    /// Width and height in pixels.
    pub size: (u32, u32),
    /// What is in it, whatever a person said.
    pub sorted: Sorted,
}

/// A model with what it was asked so far.
pub struct Stream<'a> {
    model: &'a Predictor,
    home: Home,
    taken: Taken,
    scales: Scales,
    doubt: Doubt,
    sample: Sample,
    /// Cells that were put to the model.
    cells: usize,
    /// Outcomes that wait until the first [`HELD`] cells tell whether the batch is of another lab.
    held: Vec<(Waiting, Option<Outcome>)>,
    /// How many times its own temperature the model's answers need, as the cells seen so far have it.
    cooling: Option<f64>,
}

/// Cells by which it is told whether confidences are worth less than at home.
const HELD: usize = 64;

/// Takes what is handed over, in order.
type Each<'a> = dyn FnMut(Waiting, Option<Outcome>) -> Result<(), Halt> + 'a;

/// What waits for the next pass of the network, in order.
enum Waiting {
    Image(Opened),
    Cell(Arc<(PathBuf, Option<ContentHash>)>, Row),
    /// So many files are through.
    Done(u64),
}

impl Waiting {
    /// What the network is to see of it.
    fn view(&self) -> Option<&RgbImage> {
        match self {
            Self::Cell(_, row) => row.view.as_ref().ok(),
            Self::Image(_) | Self::Done(_) => None,
        }
    }
}

impl<'a> Stream<'a> {
    #[must_use]
    pub fn new(model: &'a Predictor, taken: Taken) -> Self {
        let (scales, doubt, sample) = (Scales::default(), Doubt::default(), Sample::default());
        let (held, cooling) = (Vec::new(), None);
        Self { model, home: model.card().home(), taken, scales, doubt, sample, cells: 0, held, cooling }
    }

    /// Puts more files to the model; each of their cells is handed over as it comes, in order. What cannot be a stained cell
    /// is refused; an evaluation judges it all the same, since a person said that it is one.
    ///
    /// # Errors
    /// [`Halt`] where the device fails, `each` gives one, or a person stops; a bad image is an outcome, not an error.
    pub fn feed(
        &mut self,
        files: &[PathBuf],
        each: &mut dyn FnMut(Said) -> Result<(), Halt>,
        observer: &dyn Observer,
        stop: &StopToken,
    ) -> Result<(), Halt> {
        let total = files.len() as u64;
        let mut each = |waiting: Waiting, outcome: Option<Outcome>| match (waiting, outcome) {
            (Waiting::Image(opened), _) => each(Said::Image(opened)),
            (Waiting::Cell(file, row), Some(outcome)) => {
                let (path, content) = (file.0.clone(), file.1);
                each(Said::Cell(Classified { path, content, portion: row.portion, outcome }))
            }
            (Waiting::Done(done), _) => {
                observer.tell(Event::Progress { task: Task::Classifying, done, total });
                Ok(())
            }
            (Waiting::Cell(..), None) => Ok(()),
        };
        let ended = self.ask(files, &mut each, stop);
        // What was answered before a person stopped is kept.
        if !matches!(ended, Err(Halt::Failed(_))) {
            self.hand_over(&mut each)?;
        }
        ended
    }

    /// Puts all files to the model and hands over what need not wait.
    fn ask(&mut self, files: &[PathBuf], each: &mut Each<'_>, stop: &StopToken) -> Result<(), Halt> {
        let (mut waiting, mut cells, mut done) = (Vec::new(), 0, 0);
        for ready in self.read(files, stop)? {
            let Ready { path, content, seen, rows } = ready?;
            stop.check()?;
            waiting.extend(seen.map(|(sorted, size)| Waiting::Image(Opened { path: path.clone(), size, sorted })));
            let file = Arc::new((path, content));
            for row in rows {
                cells += usize::from(row.view.is_ok());
                waiting.push(Waiting::Cell(Arc::clone(&file), row));
                if cells == BATCH {
                    self.answer(mem::take(&mut waiting))?;
                    if self.cells >= HELD {
                        self.hand_over(each)?;
                    }
                    stop.check()?;
                    cells = 0;
                }
            }
            done += 1;
            waiting.push(Waiting::Done(done));
        }
        // The files end early, without a word, when a person stops.
        stop.check()?;
        self.answer(waiting)
    }

    /// How far what came is from what the model learned from.
    ///
    /// # Errors
    /// [`Halt`] where the device fails or a person stops.
    pub fn end(self, observer: &dyn Observer, stop: &StopToken) -> Result<Shift, Halt> {
        if self.cells < shift::FEWEST {
            return Ok(Shift { mean_confidence: self.doubt.mean_confidence(), ..Shift::default() });
        }
        let (files, pieces) = self.sample.taken();
        let mut shift = shift::measure_of(self.model, (&files, pieces), &self.doubt, stop)?;
        shift.calibrated_elsewhere = self.cooling.is_some();
        if let Some(warning) = shift.warning() {
            observer.tell(Event::Warning { warning });
        }
        Ok(shift)
    }

    /// Starts reading files ahead.
    fn read(&mut self, files: &[PathBuf], stop: &StopToken) -> Result<Ahead<Ready>, Halt> {
        let scales = mem::take(&mut self.scales);
        let is_told = self.taken.all == ShownAs::Cell && self.taken.each.is_empty();
        let fields = if is_told { Fields::by(files, scales) } else { Fields::open(files, scales, stop)? };
        self.scales = fields.scales().clone();
        let (taken, preprocess) = (self.taken.clone(), self.model.card().preprocess.clone());
        let (reader, stop) = (Reader { fields, taken, preprocess, look: self.home.look }, stop.clone());
        Ok(Ahead::start(move |handing| reader.run(&handing, &stop)))
    }

    /// Asks the network about what waits.
    fn answer(&mut self, waiting: Vec<Waiting>) -> Result<(), Halt> {
        let is_told = self.cells >= HELD;
        let mut looks = self.looks(&waiting)?.into_iter();
        for mut one in waiting {
            let outcome = match &mut one {
                Waiting::Cell(file, row) => Some(self.outcome(&file.0, row, &mut looks)),
                Waiting::Image(_) | Waiting::Done(_) => None,
            };
            self.held.push((one, outcome));
        }
        // One batch is of one lab: what its first cells said stands.
        if !is_told {
            self.cooling = self.model.cooling(&self.doubt);
        }
        Ok(())
    }

    /// Hands over what is held, in order.
    fn hand_over(&mut self, each: &mut Each<'_>) -> Result<(), Halt> {
        for (one, outcome) in mem::take(&mut self.held) {
            each(one, outcome.map(|outcome| self.model.given(outcome, self.cooling)))?;
        }
        Ok(())
    }

    fn looks(&self, waiting: &[Waiting]) -> Result<Vec<Looked>, Halt> {
        let preprocess = &self.model.card().preprocess;
        let views: Vec<_> = waiting.iter().filter_map(Waiting::view).collect();
        if views.is_empty() {
            return Ok(Vec::new());
        }
        let mut pixels = vec![0.0; views.len() * preprocess.len()];
        let places = pixels.par_chunks_mut(preprocess.len().max(1));
        views.par_iter().zip(places).for_each(|(view, place)| preprocess.normalise(view, place));
        Ok(self.model.looks(&pixels)?)
    }

    fn outcome(&mut self, path: &std::path::Path, row: &mut Row, looks: &mut dyn Iterator<Item = Looked>) -> Outcome {
        if let Err(why) = &row.view {
            return Outcome::Refused(why.clone());
        }
        let Some(look) = looks.next() else { return Outcome::Refused("the model gave no answer to it".to_owned()) };
        let mut outcome = self.model.checked(&look, &self.home, &mut self.doubt);
        if let Outcome::Seen { flags, .. } = &mut outcome {
            flags.append(&mut row.flags);
        }
        self.cells += 1;
        match (row.portion, row.piece.take()) {
            (Portion::Whole, _) => self.sample.offer(|| Sampled::File(path.to_owned())),
            (_, Some(piece)) => self.sample.offer(|| Sampled::Piece(piece)),
            (..) => {}
        }
        outcome
    }
}
