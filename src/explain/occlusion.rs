//! What is lost where a part of the image is hidden (Zeiler and Fergus 2014, arXiv 1311.2901): a patch of the image's own
//! background moves over it, and the fall of the calibrated probability stays where the patch lay.

use image::RgbImage;

use super::{
    background::fill,
    explained::seen,
    grid::{Grid, SIDE},
    views::{LOOKS, looks},
};
use crate::{
    domain::prediction::Prediction,
    eval::{predict::Predictor, second_look::TURNS},
    fault::{Halt, StopToken},
};

/// Places of the patch on one side, unless others are asked for.
pub const ACROSS: usize = 9;
/// Fewest and most.
pub const ACROSS_RANGE: (usize, usize) = (3, 17);
/// Places of one forward pass: few, so that a newer wish need not wait long.
const BATCH: usize = 4;

/// A look by its number, and how it is mirrored.
type Turned = (usize, (bool, bool));

const TURNED: [Turned; LOOKS] = {
    let [a, b, c] = TURNS;
    [(0, (false, false)), (1, a), (2, b), (3, c)]
};

/// How far the patch has come, and what it changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Occlusion {
    /// Places on one side.
    pub across: usize,
    /// Side of the patch and step from place to place, in pixels of the network's input, and the side of that.
    pub patch: usize,
    pub step: usize,
    pub size: usize,
    /// Of the whole image.
    whole: Prediction,
    /// Of each place that was hidden, row by row.
    hidden: Vec<Option<Prediction>>,
    /// Places that were hidden.
    pub done: usize,
}

impl Occlusion {
    /// A patch as wide as about two steps, and `across` places whose outermost touch the border.
    fn new(size: usize, across: usize) -> Self {
        let across = across.clamp(ACROSS_RANGE.0, ACROSS_RANGE.1);
        let step = ((size as f64 / (across + 1) as f64).round() as usize).max(1);
        let patch = size.saturating_sub((across - 1) * step).max(1);
        let hidden = vec![None; across * across];
        Self { across, patch, step, size, whole: Prediction(Vec::new()), hidden, done: 0 }
    }

    /// Whether every place was hidden.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.done == self.hidden.len()
    }

    /// One look at the image with the patch over a place of the upright one.
    fn hide(&self, looks: &[Vec<f32>], place: usize, (look, (across, down)): Turned, colour: [f32; 3]) -> Vec<f32> {
        let mut image = looks.get(look).cloned().unwrap_or_default();
        let start = |at: usize, mirrored: bool| {
            let start = at * self.step;
            if mirrored { self.size - start - self.patch } else { start }
        };
        let (left, top) = (start(place % self.across, across), start(place / self.across, down));
        for row in image.chunks_exact_mut(self.size * 3).skip(top).take(self.patch) {
            for pixel in row.chunks_exact_mut(3).skip(left).take(self.patch) {
                pixel.copy_from_slice(&colour);
            }
        }
        image
    }

    /// By how much the probability of a class falls at each place, row by row; `None` where it was not hidden yet.
    #[must_use]
    pub fn drops(&self, class: usize, against: Option<usize>) -> Vec<Option<f32>> {
        let value = |prediction: &Prediction| {
            let of = |label: usize| prediction.0.get(label).copied().unwrap_or_default();
            of(class) - against.map_or(0.0, of)
        };
        let whole = value(&self.whole);
        self.hidden.iter().map(|hidden| hidden.as_ref().map(|hidden| whole - value(hidden))).collect()
    }

    /// The same over the square: each spot has the mean of the patches that lay over it; 0 where none has yet.
    #[must_use]
    pub fn map(&self, class: usize, against: Option<usize>) -> Grid {
        let drops = self.drops(class, against);
        let size = self.size as f32;
        Grid::from_fn(SIDE, |across, down| {
            let (mut sum, mut count) = (0.0, 0.0);
            // Neither end counts, so that a mirrored image has a mirrored map.
            let half = self.patch as f32 / 2.0;
            let covers = |index: usize, at: f32| (at * size - (index * self.step) as f32 - half).abs() < half;
            for (_, places) in drops.chunks_exact(self.across).enumerate().filter(|(row, _)| covers(*row, down)) {
                let over = places.iter().enumerate().filter(|(column, _)| covers(*column, across));
                for drop in over.filter_map(|(_, drop)| *drop) {
                    sum += drop;
                    count += 1.0;
                }
            }
            if count > 0.0 { sum / count } else { 0.0 }
        })
    }
}

/// Hides one place after the other, from the middle outwards, in the image and its mirror images, and hands over what is
/// known after each batch.
///
/// # Errors
/// [`Halt`] where the device fails or a person stops.
pub fn occlude(
    model: &Predictor,
    image: &RgbImage,
    across: usize,
    each: &mut dyn FnMut(&Occlusion),
    stop: &StopToken,
) -> Result<Occlusion, Halt> {
    let (pixels, _) = seen(model, image)?;
    let (forward, colour) = (model.forward(), fill(&pixels));
    let mut found = Occlusion::new(forward.size, across);
    let looks = looks(&pixels, forward.size);
    found.whole = answer(model, &forward.logits(looks.concat())?);
    let order = from_the_middle(found.across);
    for places in order.chunks(BATCH) {
        stop.check()?;
        let hidden = places.iter().flat_map(|place| TURNED.map(|turn| found.hide(&looks, *place, turn, colour)));
        let rows = forward.logits(hidden.collect::<Vec<_>>().concat())?;
        for (place, rows) in places.iter().zip(rows.chunks_exact(LOOKS)) {
            if let Some(hidden) = found.hidden.get_mut(*place) {
                *hidden = Some(answer(model, rows));
                found.done += 1;
            }
        }
        each(&found);
    }
    Ok(found)
}

/// The calibrated answer to an image whose looks have these logits.
fn answer(model: &Predictor, looks: &[Vec<f32>]) -> Prediction {
    let classes = looks.first().map_or(0, Vec::len);
    let mean = |label: usize| looks.iter().filter_map(|look| look.get(label)).sum::<f32>() / looks.len() as f32;
    model.calibrated(&(0..classes).map(mean).collect::<Vec<_>>())
}

/// Places by their distance from the middle.
fn from_the_middle(across: usize) -> Vec<usize> {
    let far = |place: usize| {
        let part = |at: usize| (2 * at + 1).abs_diff(across);
        part(place % across).pow(2) + part(place / across).pow(2)
    };
    let mut order: Vec<usize> = (0..across * across).collect();
    order.sort_by_key(|place| far(*place));
    order
}
