//! A batch of image files to the class of each cell in them, and whether all of them look like what the model knows.

use std::path::{Path, PathBuf};

use image::RgbImage;

use super::{
    predict::Predictor,
    stream::{Said, Stream},
};
use crate::{
    data::read::{decode::DecodeError, sheet::Sheet},
    domain::{
        field::{Bounds, FieldCell, Portion, Spot, Taken},
        prediction::{Classified, Outcome},
        shift::{Doubt, Shift},
    },
    fault::{Failure, Halt, StopToken},
    field::{cut, scale, scale::Scales, survey_of},
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

    /// Puts one cell of a field to the model, in the box that a person has drawn; `side` is how wide the field's other cells
    /// were cut, where there are any.
    ///
    /// # Errors
    /// [`Halt`] where the field cannot be read, the device fails or a person stops.
    pub fn classify_box(
        &self,
        path: &Path,
        bounds: Bounds,
        side: Option<u32>,
        stop: &StopToken,
    ) -> Result<Classified, Halt> {
        let (content, sheet) = Sheet::hashed(path);
        let sheet = sheet.map_err(Failure::from)?;
        stop.check()?;
        let (survey, home) = (survey_of(&sheet).map_err(Failure::from)?, self.card().home());
        let cell = FieldCell::drawn(bounds, sheet.size());
        let own = || scale::framing(&survey, &Scales::of([&survey]).scale(&survey), &home.look);
        let at = cut::around(&cell, side.map(f64::from).or_else(own));
        let mut crops = Vec::new();
        cut::each(&sheet, &[at], survey.background, |_, crop| crops.push(crop)).map_err(Failure::from)?;
        let outcome = self.classify_crops(crops, stop)?.into_iter().next();
        let outcome = outcome.unwrap_or_else(|| Outcome::Refused("the model gave no answer to it".to_owned()));
        Ok(Classified { path: path.to_owned(), content, portion: Portion::Spot(Spot { cell, at }), outcome })
    }

    /// Puts images that a person says are cells to the model: an outcome each, in order.
    ///
    /// # Errors
    /// [`Halt`] where an image has no pixels, the device fails or a person stops.
    pub fn classify_crops(&self, crops: Vec<RgbImage>, stop: &StopToken) -> Result<Vec<Outcome>, Halt> {
        let (home, preprocess, mut doubt) = (self.card().home(), &self.card().preprocess, Doubt::default());
        let mut outcomes = Vec::with_capacity(crops.len());
        for crop in crops {
            stop.check()?;
            let view = preprocess.square(&crop).map_err(DecodeError::from).map_err(Failure::from)?;
            let mut pixels = vec![0.0; preprocess.len()];
            preprocess.normalise(&view, &mut pixels);
            outcomes.extend(self.looks(&pixels)?.iter().map(|look| self.outcome(look, &home, &mut doubt)));
        }
        Ok(outcomes)
    }
}
