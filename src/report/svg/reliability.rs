//! The reliability diagram: a bar of the accuracy in each bin against the diagonal, and below it how many images it holds.

use crate::report::{chart::Reliability, words};

use super::{
    TOP, WIDTH,
    canvas::{Anchor, Canvas, FAINT, INK, QUIET, Words},
    empty, paint,
    plane::{BOTTOM, LEFT, Plane, SIDE},
};

const LEGEND: f64 = LEFT + SIDE + 26.0;
/// Room of the counts below the axis titles.
const COUNTS: f64 = 90.0;

/// Draws diagram and counts below the titles and tells where they end.
pub(super) fn draw(canvas: &mut Canvas<'_>, reliability: &Reliability) -> f64 {
    let most = reliability.bins.iter().map(|bin| bin.count).max().unwrap_or(0);
    if most == 0 {
        return empty(canvas, "No images");
    }
    let plane = Plane { top: 1.0 };
    plane.draw(canvas, "Confidence in the given class", "Accuracy (share correct)");
    let (bar, counts) = (paint::series(canvas, 0), paint::series(canvas, 1));
    let base = BOTTOM + 60.0 + COUNTS;
    for bin in &reliability.bins {
        let ([left, y], [right, _]) = (plane.at([bin.low, bin.accuracy.unwrap_or(0.0)]), plane.at([bin.high, 0.0]));
        let (x, width) = (left + 1.0, right - left - 2.0);
        if let (Some(_), Some(confidence)) = (bin.accuracy, bin.confidence) {
            canvas.rect([x, y, width, BOTTOM - y], &bar);
            let [at, said] = plane.at([confidence, confidence]);
            canvas.line([at, said], [at, y], INK, 2.0, "");
        }
        let height = bin.count as f64 / most as f64 * (COUNTS - 16.0);
        canvas.rect([x, base - height, width, height], &counts);
        let words = Words::sized(9.5).anchor(Anchor::Middle).colour(QUIET);
        canvas.text(x + width / 2.0, base - height - 4.0, &words::thousands(bin.count), words);
    }
    canvas.line([LEFT, base], [LEFT + SIDE, base], INK, 1.0, "");
    canvas.line([LEFT, BOTTOM + 50.0], [LEFT + SIDE, BOTTOM + 50.0], FAINT, 1.0, "");
    plane.diagonal(canvas);
    for (place, (fill, words)) in
        [(bar, "Share correct in the bin"), (counts, "Images in the bin")].into_iter().enumerate()
    {
        let y = TOP + place as f64 * 26.0;
        canvas.rect([LEGEND, y, 22.0, 14.0], &fill);
        canvas.text(LEGEND + 32.0, y + 11.5, words, Words::sized(12.0).fitting(WIDTH - LEGEND - 60.0));
    }
    canvas.line([LEGEND + 11.0, TOP + 52.0], [LEGEND + 11.0, TOP + 68.0], INK, 2.0, "");
    canvas.text(LEGEND + 32.0, TOP + 64.0, "Gap to the mean confidence", Words::sized(12.0));
    canvas.text(LEFT + SIDE / 2.0, base + 20.0, "Images in each bin", Words::sized(13.0).anchor(Anchor::Middle));
    base + 26.0
}
