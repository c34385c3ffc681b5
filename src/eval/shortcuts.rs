//! Shortcut controls: what a model scores on images whose cell was taken out. A model that looks at cells scores chance.

use std::sync::Arc;

use super::{evaluate::known, forward::BATCH, predict::Predictor};
use crate::{
    data::batch::{FrameStore, Mode, batches},
    domain::{
        confusion::Confusion,
        dataset::Dataset,
        evaluation::{Control, Controls},
        metrics::Metrics,
    },
    progress::{Event, Halt, Observer, StopToken, Task},
};

/// Side of each corner that is left, and radius of the disc that is covered, as shares of the image's side.
const CORNER: f32 = 0.25;
const DISC: f32 = 0.42;

/// Takes the cell out of one square image of normalised pixels.
type Cover = fn(&mut [f32], usize);

/// Scores a model on the items of a dataset without their cells.
///
/// # Errors
/// [`Halt`] where the device fails or a person stops.
pub fn controls(
    predictor: &Predictor,
    dataset: &Dataset,
    indices: &[usize],
    observer: &dyn Observer,
    stop: &StopToken,
) -> Result<Controls, Halt> {
    let (items, _) = known(predictor.card(), dataset, indices);
    let paths: Vec<_> = items.iter().map(|(_, item, _)| dataset.file(item)).collect();
    let store = Arc::new(FrameStore::new(paths, &predictor.card().preprocess, 0));
    let labels = &predictor.card().classes;
    let covers: [Cover; 2] = [corners_only, cell_masked];
    let mut confusions = [Confusion::new(labels.clone()), Confusion::new(labels.clone())];
    let mut truths = Confusion::new(labels.clone());
    let places: Vec<usize> = (0..items.len()).collect();
    let plan = places.chunks(BATCH).map(<[usize]>::to_vec).collect();
    let mut done = 0;
    for batch in batches(&store, plan, Mode::Plain, stop) {
        let batch = batch?;
        let truth = |place: &usize| items.get(*place).map(|(_, _, truth)| *truth);
        for (cover, confusion) in covers.iter().zip(&mut confusions) {
            stop.check()?;
            let size = predictor.card().preprocess.size;
            let mut pixels = batch.pixels.clone();
            pixels.chunks_exact_mut((size * size * 3).max(1)).for_each(|image| cover(image, size));
            let rows = predictor.answers(&pixels)?;
            for (place, logits) in batch.indices.iter().zip(rows) {
                if let Some((truth, (given, _))) = truth(place).zip(predictor.calibrated(&logits).top()) {
                    confusion.add(truth, given);
                }
            }
        }
        batch.indices.iter().filter_map(truth).for_each(|truth| truths.add(truth, truth));
        done += batch.indices.len() + batch.unreadable.len();
        observer.tell(Event::Progress { task: Task::Evaluating, done: done as u64, total: items.len() as u64 });
    }
    stop.check()?;
    let [corners, masked] = confusions.map(score);
    Ok(Controls { corners_only: corners, cell_masked: masked, chance: chance(&truths) })
}

fn score(confusion: Confusion) -> Control {
    let metrics = Metrics::of(confusion);
    Control { accuracy: metrics.accuracy, balanced_accuracy: metrics.balanced_accuracy }
}

/// Always the most frequent class.
fn chance(truths: &Confusion) -> Control {
    let classes = 0..truths.labels.len();
    let favourite = classes.clone().max_by_key(|label| truths.support(*label)).unwrap_or(0);
    let mut confusion = Confusion::new(truths.labels.clone());
    for truth in classes {
        for _ in 0..truths.support(truth) {
            confusion.add(truth, favourite);
        }
    }
    score(confusion)
}

/// Leaves the four corners and fills all else with the mean colour of the image's border.
fn corners_only(image: &mut [f32], size: usize) {
    let corner = ((size as f32 * CORNER) as usize).max(1);
    let outer = |at: usize| at < corner || at >= size - corner;
    fill(image, size, |x, y| !(outer(x) && outer(y)));
}

/// Covers a disc in the middle with the mean colour of the image's border.
fn cell_masked(image: &mut [f32], size: usize) {
    let (centre, radius) = ((size as f32 - 1.0) / 2.0, size as f32 * DISC);
    fill(image, size, |x, y| (x as f32 - centre).hypot(y as f32 - centre) <= radius);
}

fn fill(image: &mut [f32], size: usize, covered: impl Fn(usize, usize) -> bool) {
    let mut sum = [0.0_f64; 3];
    let mut n = 0_u32;
    for (place, pixel) in image.chunks_exact(3).enumerate() {
        let (x, y) = (place % size, place / size);
        if x == 0 || y == 0 || x == size - 1 || y == size - 1 {
            sum.iter_mut().zip(pixel).for_each(|(sum, value)| *sum += f64::from(*value));
            n += 1;
        }
    }
    let border = sum.map(|sum| (sum / f64::from(n.max(1))) as f32);
    for (place, pixel) in image.chunks_exact_mut(3).enumerate() {
        if covered(place % size, place / size) {
            pixel.copy_from_slice(&border);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A dark border of 1 around zeros with a bright 9 in the very middle.
    fn image() -> Vec<f32> {
        let mut pixels = vec![0.0; 9 * 9 * 3];
        for (place, pixel) in pixels.chunks_exact_mut(3).enumerate() {
            let (x, y) = (place % 9, place / 9);
            let value = if x == 0 || y == 0 || x == 8 || y == 8 { 1.0 } else { 0.0 };
            pixel.fill(if (x, y) == (4, 4) { 9.0 } else { value });
        }
        pixels
    }

    #[test]
    fn no_trace_of_the_middle_is_left() {
        for cover in [corners_only as Cover, cell_masked] {
            let mut pixels = image();
            cover(&mut pixels, 9);
            assert!(pixels.iter().all(|value| *value < 1.5), "the cell still shows");
            assert_eq!(pixels[(4 * 9 + 4) * 3], 1.0);
        }
    }

    #[test]
    fn corners_stay_where_only_they_are_left_and_edges_where_the_disc_lies() {
        let mut pixels = image();
        corners_only(&mut pixels, 9);
        assert_eq!((pixels[(9 + 1) * 3], pixels[(9 + 4) * 3]), (0.0, 1.0));
        let mut pixels = image();
        cell_masked(&mut pixels, 9);
        assert_eq!((pixels[(9 + 1) * 3], pixels[(2 * 9 + 4) * 3]), (0.0, 1.0));
    }

    #[test]
    fn chance_names_the_most_frequent_class() {
        let mut truths = Confusion::new(crate::domain::classes::ClassList::known());
        (0..3).for_each(|_| truths.add(1, 1));
        truths.add(4, 4);
        assert_eq!(chance(&truths), Control { accuracy: Some(0.75), balanced_accuracy: Some(0.5) });
    }
}
