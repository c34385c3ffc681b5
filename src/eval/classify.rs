//! Image files to classes, one after the other, and whether all of them together look like what the model knows.

use std::{path::PathBuf, sync::Arc};

use image::RgbImage;

use super::{predict::Predictor, shift};
use crate::{
    data::read::batch::{FrameStore, Mode},
    domain::{
        prediction::{Classified, Outcome},
        shift::Shift,
    },
    fault::{Halt, StopToken},
    progress::{Event, Observer, Task},
};

/// Outcomes that wait until the first cells tell whether the batch is of another lab, where confidences are worth less.
const HELD: usize = 64;

impl Predictor {
    /// Puts image files to the model and hands each outcome over as it comes, in order; then tells how far the batch is
    /// from what the model learned from. What cannot be a stained cell is refused; an evaluation judges it all the same,
    /// since a person said that it is one.
    ///
    /// # Errors
    /// [`Halt`] where the device fails or a person stops; a bad image is an outcome, not an error.
    pub fn classify(
        &self,
        paths: &[PathBuf],
        each: &mut dyn FnMut(Classified),
        observer: &dyn Observer,
        stop: &StopToken,
    ) -> Result<Shift, Halt> {
        let total = paths.len() as u64;
        let (held, mut waiting, mut cooling) = (paths.len().min(HELD), Vec::new(), None);
        let mut give = |index: usize, outcome| {
            if let Some(path) = paths.get(index) {
                each(Classified { path: path.clone(), outcome });
            }
            observer.tell(Event::Progress { task: Task::Classifying, done: index as u64 + 1, total });
        };
        let ended = self.walk((paths, Vec::new()), Mode::Checked, stop, &mut |index, outcome, doubt| {
            waiting.push((index, outcome));
            if index + 1 == held {
                cooling = self.cooling(doubt);
            }
            if index + 1 >= held {
                waiting.drain(..).for_each(|(index, outcome)| give(index, self.given(outcome, cooling)));
            }
        });
        // What was seen before a person stopped is kept.
        waiting.into_iter().for_each(|(index, outcome)| give(index, outcome));
        let doubt = ended?;
        if paths.len() < shift::FEWEST {
            return Ok(Shift { mean_confidence: doubt.mean_confidence(), ..Shift::default() });
        }
        let mut shift = shift::measure(self, paths, &doubt, stop)?;
        shift.calibrated_elsewhere = cooling.is_some();
        if let Some(warning) = shift.warning() {
            observer.tell(Event::Warning { warning });
        }
        Ok(shift)
    }

    /// Puts images that were cut out of a field to the model: an outcome each, in order, by the same path as files take.
    ///
    /// # Errors
    /// [`Halt`] where the device fails or a person stops.
    pub fn classify_crops(&self, crops: Vec<RgbImage>, stop: &StopToken) -> Result<Vec<Outcome>, Halt> {
        let mut outcomes = Vec::with_capacity(crops.len());
        let store = Arc::new(FrameStore::holding(crops, &self.card().preprocess));
        self.walk_over(&store, Mode::Checked, stop, &mut |_, outcome, _| outcomes.push(outcome))?;
        Ok(outcomes)
    }
}
