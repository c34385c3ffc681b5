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
        let doubt = self.walk((paths, Vec::new()), Mode::Checked, stop, &mut |index, outcome| {
            if let Some(path) = paths.get(index) {
                each(Classified { path: path.clone(), outcome });
            }
            observer.tell(Event::Progress { task: Task::Classifying, done: index as u64 + 1, total });
        })?;
        if paths.len() < shift::FEWEST {
            return Ok(Shift { mean_confidence: doubt.mean_confidence(), ..Shift::default() });
        }
        let shift = shift::measure(self, paths, &doubt, stop)?;
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
        self.walk_over(&store, Mode::Checked, stop, &mut |_, outcome| outcomes.push(outcome))?;
        Ok(outcomes)
    }
}
