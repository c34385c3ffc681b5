//! Shortcut controls: what a model scores on images whose cell was taken out. A model that looks at cells scores chance.

use image::{Rgb, RgbImage};
use rayon::prelude::*;

use super::{evaluate::known, forward::BATCH, predict::Predictor};
use crate::{
    data::read::batch::FrameStore,
    domain::{
        confusion::Confusion,
        dataset::Dataset,
        evaluation::{Control, Controls},
        metrics::Metrics,
    },
    fault::{Halt, StopToken},
    progress::{Event, Observer, Task},
};

/// Side of each corner that is left, and radius of the disc that is covered, as shares of the image's side.
const CORNER: f32 = 0.25;
const DISC: f32 = 0.42;

/// Takes the cell out of the network's square view of an image, before its background and stain are levelled: their measure
/// would carry the nucleus's density into the pixels that are left.
type Cover = fn(&mut RgbImage);

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
    let store = FrameStore::new(paths, &predictor.card().preprocess, 0);
    let labels = &predictor.card().classes;
    let covers: [Cover; 2] = [corners_only, cell_masked];
    let mut confusions = [Confusion::new(labels.clone()), Confusion::new(labels.clone())];
    let mut truths = Confusion::new(labels.clone());
    let places: Vec<usize> = (0..items.len()).collect();
    let mut done = 0;
    for batch in places.chunks(BATCH) {
        stop.check()?;
        let read = |place: &usize| {
            let truth = items.get(*place).map(|(_, _, truth)| *truth)?;
            Some((truth, store.square(*place).ok()?))
        };
        let squares: Vec<_> = batch.par_iter().filter_map(read).collect();
        for (cover, confusion) in covers.iter().zip(&mut confusions) {
            stop.check()?;
            let pixels: Vec<f32> =
                squares.par_iter().flat_map_iter(|(_, square)| covered(&store, square, *cover)).collect();
            for ((truth, _), logits) in squares.iter().zip(predictor.answers(&pixels)?) {
                if let Some((given, _)) = predictor.calibrated(&logits).top() {
                    confusion.add(*truth, given);
                }
            }
        }
        squares.iter().for_each(|(truth, _)| truths.add(*truth, *truth));
        done += batch.len();
        observer.tell(Event::Progress { task: Task::Evaluating, done: done as u64, total: items.len() as u64 });
    }
    let [corners, masked] = confusions.map(score);
    Ok(Controls { corners_only: corners, cell_masked: masked, chance: chance(&truths) })
}

/// The normalised pixels of a square without its cell.
fn covered(store: &FrameStore, square: &RgbImage, cover: Cover) -> Vec<f32> {
    let mut image = square.clone();
    cover(&mut image);
    let mut pixels = vec![0.0; image.len()];
    store.preprocess().normalise(&image, &mut pixels);
    pixels
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
fn corners_only(image: &mut RgbImage) {
    let size = image.width();
    let corner = ((size as f32 * CORNER) as u32).max(1);
    let outer = |at: u32| at < corner || at >= size - corner;
    fill(image, |x, y| !(outer(x) && outer(y)));
}

/// Covers a disc in the middle with the mean colour of the image's border.
fn cell_masked(image: &mut RgbImage) {
    let size = image.width() as f32;
    let (centre, radius) = ((size - 1.0) / 2.0, size * DISC);
    fill(image, |x, y| (x as f32 - centre).hypot(y as f32 - centre) <= radius);
}

fn fill(image: &mut RgbImage, covered: impl Fn(u32, u32) -> bool) {
    let (width, height) = image.dimensions();
    let mut sum = [0_u64; 3];
    let mut n = 0_u64;
    for (x, y, pixel) in image.enumerate_pixels() {
        if x == 0 || y == 0 || x == width - 1 || y == height - 1 {
            sum.iter_mut().zip(pixel.0).for_each(|(sum, value)| *sum += u64::from(value));
            n += 1;
        }
    }
    let border = sum.map(|sum| (sum as f64 / n.max(1) as f64).round() as u8);
    for (x, y, pixel) in image.enumerate_pixels_mut() {
        if covered(x, y) {
            *pixel = Rgb(border);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::view::preprocess::{Background, Preprocess};

    /// A bright border of 1 around grey with a nucleus of this shade in the middle.
    fn image(nucleus: u8) -> RgbImage {
        RgbImage::from_fn(36, 36, |x, y| {
            let border = x == 0 || y == 0 || x == 35 || y == 35;
            let centre = (12..24).contains(&x) && (12..24).contains(&y);
            Rgb([if border {
                230
            } else if centre {
                nucleus
            } else {
                120
            }; 3])
        })
    }

    #[test]
    fn no_trace_of_the_middle_is_left() {
        for cover in [corners_only as Cover, cell_masked] {
            let mut pixels = image(9);
            cover(&mut pixels);
            assert!(pixels.pixels().all(|pixel| pixel.0[0] != 9), "the cell still shows");
            assert_eq!(pixels.get_pixel(18, 18).0, [230; 3]);
        }
    }

    #[test]
    fn corners_stay_where_only_they_are_left_and_edges_where_the_disc_lies() {
        let mut pixels = image(9);
        corners_only(&mut pixels);
        assert_eq!((pixels.get_pixel(4, 4).0[0], pixels.get_pixel(18, 4).0[0]), (120, 230));
        let mut pixels = image(9);
        cell_masked(&mut pixels);
        assert_eq!((pixels.get_pixel(4, 4).0[0], pixels.get_pixel(18, 8).0[0]), (120, 230));
    }

    /// Levelled first, a paler nucleus would stretch the stain of all that is left.
    #[test]
    fn what_is_left_does_not_tell_how_dense_the_nucleus_was() {
        let preprocess = Preprocess { background: Background::Levelled, ..Preprocess::new(36, 1.0) };
        let store = FrameStore::new(Vec::new(), &preprocess, 0);
        for cover in [corners_only as Cover, cell_masked] {
            let [pale, dense] = [100, 9].map(|nucleus| covered(&store, &image(nucleus), cover));
            assert_eq!(pale, dense);
        }
        let mut levelled = [100, 9].map(|nucleus| {
            let mut out = vec![0.0; preprocess.len()];
            preprocess.normalise(&image(nucleus), &mut out);
            out
        });
        let corner = (4 * 36 + 4) * 3;
        assert!(
            levelled[0].swap_remove(corner) != levelled[1].swap_remove(corner),
            "levelling carries the nucleus here"
        );
    }

    #[test]
    fn chance_names_the_most_frequent_class() {
        let mut truths = Confusion::new(crate::domain::classes::ClassList::known());
        (0..3).for_each(|_| truths.add(1, 1));
        truths.add(4, 4);
        assert_eq!(chance(&truths), Control { accuracy: Some(0.75), balanced_accuracy: Some(0.5) });
    }
}
