//! Which judged images the gallery shows: those of a matrix cell, or every mistake.

use std::{cmp::Reverse, sync::Arc};

use crate::{
    domain::prediction::Judged,
    eval::evaluate::Evaluation,
    ui::widgets::{
        gallery::GalleryView,
        matrix::{Cell, Mode},
    },
};

/// What only the eye needs to keep of the Evaluate page.
#[derive(Default)]
pub struct EvaluateView {
    pub mode: Mode,
    /// The matrix cell whose images the gallery shows; `None` shows the mistakes.
    pub cell: Option<Cell>,
    pub gallery: GalleryView,
    /// Indices of the judged images, the most confident first.
    pub(super) picked: Vec<usize>,
    /// Counts how often `picked` was worked out.
    version: u64,
    /// What `picked` was worked out for.
    worked_out: Option<(Arc<Evaluation>, Option<Cell>)>,
}

impl EvaluateView {
    /// Works the images out anew where the evaluation or the cell is another one; a new evaluation starts with its mistakes.
    pub(super) fn refresh(&mut self, evaluation: &Arc<Evaluation>) {
        let same = self.worked_out.as_ref().filter(|(of, _)| Arc::ptr_eq(of, evaluation));
        if same.is_some_and(|(_, cell)| *cell == self.cell) {
            return;
        }
        if same.is_none() {
            self.cell = None;
        }
        self.version += 1;
        self.picked = pick(&evaluation.judged, self.cell);
        self.worked_out = Some((Arc::clone(evaluation), self.cell));
    }

    /// Indices of the judged images, the most confident first.
    #[must_use]
    pub fn picked(&self) -> &[usize] {
        &self.picked
    }

    /// Another number for other images.
    pub(super) const fn version(&self) -> u64 {
        self.version
    }
}

fn pick(judged: &[Judged], cell: Option<Cell>) -> Vec<usize> {
    let wanted = |truth: usize, given: usize| cell.map_or(truth != given, |cell| cell == (truth, given));
    let mut found: Vec<(usize, f32)> = judged
        .iter()
        .enumerate()
        .filter_map(|(index, one)| {
            let (given, confidence) = one.prediction.top()?;
            wanted(one.truth, given).then_some((index, confidence))
        })
        .collect();
    // Confidences are never negative, so their bits order as they do.
    found.sort_by_key(|(index, confidence)| (Reverse(confidence.to_bits()), *index));
    found.into_iter().map(|(index, _)| index).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::prediction::Prediction;

    fn judged(truth: usize, confidences: [f32; 2]) -> Judged {
        Judged { path: String::new(), truth, sub_type: None, prediction: Prediction(confidences.to_vec()) }
    }

    #[test]
    fn a_cell_gives_exactly_its_images_and_none_gives_the_mistakes() {
        let all = [judged(0, [0.9, 0.1]), judged(0, [0.4, 0.6]), judged(1, [0.2, 0.8]), judged(1, [0.7, 0.3])];
        assert_eq!(pick(&all, Some((0, 0))), [0]);
        assert_eq!(pick(&all, Some((0, 1))), [1]);
        assert_eq!(pick(&all, None), [3, 1]);
    }
}
