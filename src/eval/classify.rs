//! A batch of image files to the class of each cell in them, and whether all of them look like what the model knows.

use std::path::PathBuf;

use super::{
    predict::Predictor,
    stream::{Said, Stream},
};
use crate::{
    domain::{field::Taken, prediction::Classified, shift::Shift},
    fault::{Halt, StopToken},
    progress::Observer,
};

impl Predictor {
    /// Puts image files to the model and hands each cell over as it comes, in order; then tells how far the batch is from
    /// what the model learned from. Each image is told for a cell's or a field's by what is in it: where a
    /// person knows better, ask a [`Stream`].
    ///
    /// # Errors
    /// [`Halt`] where the device fails or a person stops; a bad image is an outcome, not an error.
    pub fn classify(
        &self,
        files: &[PathBuf],
        each: &mut dyn FnMut(Classified),
        observer: &dyn Observer,
        stop: &StopToken,
    ) -> Result<Shift, Halt> {
        let mut stream = Stream::new(self, Taken::default());
        let mut hear = |said| {
            if let Said::Cell(cell) = said {
                each(cell);
            }
            Ok(())
        };
        stream.feed(files, &mut hear, observer, stop)?;
        stream.end(observer, stop)
    }
}
