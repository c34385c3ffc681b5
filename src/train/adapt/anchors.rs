//! What keeps a model from forgetting while it learns a lab: images with the answers that it must go on giving.
//!
//! Where the old lab's cells are at hand they are shown again. Else slides drawn by the program stand in for them, with
//! the answers of the model as it was (learning without forgetting, Li and Hoiem 2016, on images of all classes).

use rayon::prelude::*;

use super::{cells::Cells, lacking};
use crate::{
    data::{
        batch::{Mode, batches},
        synthetic,
    },
    eval::{forward::softmax, predict::Predictor},
    model::card::ModelCard,
    progress::{Halt, StopToken},
};

/// Slides drawn of each class that the program can draw.
const DRAWN: u64 = 24;
/// Share of each label spread over all classes, for cells that are shown again.
const SMOOTHING: f32 = 0.05;

/// Images ready for the network, with the answer wanted for each.
pub struct Anchors {
    /// Normalised, `length` numbers an image.
    pixels: Vec<f32>,
    length: usize,
    targets: Vec<Vec<f32>>,
}

impl Anchors {
    #[must_use]
    pub fn len(&self) -> usize {
        self.targets.len()
    }

    /// Numbers and wanted answer of an image.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<(&[f32], &[f32])> {
        let pixels = self.pixels.get(index * self.length..(index + 1) * self.length)?;
        Some((pixels, self.targets.get(index)?))
    }
}

/// Cells of the old lab as the fitted card sees them, with their labels.
pub fn replayed(cells: &Cells, card: &ModelCard) -> Result<Anchors, Halt> {
    let classes = card.classes.len();
    let store = cells.frames(&card.preprocess);
    let plan = cells.train.chunks(64).map(<[usize]>::to_vec).collect();
    let mut anchors = Anchors { pixels: Vec::new(), length: card.preprocess.len(), targets: Vec::new() };
    for batch in batches(&store, plan, Mode::Plain, &StopToken::default()) {
        let batch = batch?;
        anchors.pixels.extend(batch.pixels);
        let spread = SMOOTHING / classes as f32;
        anchors.targets.extend(batch.indices.iter().filter_map(|index| cells.label(*index)).map(|label| {
            (0..classes).map(|class| spread + if class == label { 1.0 - SMOOTHING } else { 0.0 }).collect()
        }));
    }
    if anchors.targets.is_empty() {
        Err(lacking("no cell to show again could be read".to_owned()))
    } else {
        Ok(anchors)
    }
}

/// Drawn slides as the fitted card sees them, with the answers of the model before.
pub fn drawn(base: &Predictor, card: &ModelCard, stop: &StopToken) -> Result<Anchors, Halt> {
    let known = crate::domain::classes::KNOWN.iter().map(|class| class.name);
    let wanted: Vec<(&str, u64)> = known.flat_map(|class| (0..DRAWN).map(move |seed| (class, seed))).collect();
    let (old, new) = (&base.card().preprocess, &card.preprocess);
    let slides: Vec<(Vec<f32>, Vec<f32>)> = wanted
        .par_iter()
        .map(|(class, seed)| {
            let slide = synthetic::draw(class, *seed);
            let seen = |preprocess: &crate::data::preprocess::Preprocess| {
                let mut numbers = vec![0.0; preprocess.len()];
                preprocess.normalise(&preprocess.square(&slide), &mut numbers);
                numbers
            };
            (seen(old), seen(new))
        })
        .collect();
    let mut anchors = Anchors { pixels: Vec::new(), length: new.len(), targets: Vec::new() };
    for part in slides.chunks(32) {
        stop.check()?;
        let rows = base.forward().logits(part.iter().flat_map(|(old, _)| old.iter().copied()).collect())?;
        anchors.targets.extend(rows.iter().map(|logits| softmax(logits, 1.0)));
        anchors.pixels.extend(part.iter().flat_map(|(_, new)| new.iter().copied()));
    }
    Ok(anchors)
}
