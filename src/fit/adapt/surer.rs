//! A fit without a label is kept where the model is surer of its answers with it than before, at one temperature and by more
//! than chance: on the mean, confidence follows accuracy from lab to lab (Guillory et al. 2021, arXiv 2107.03315). Norm
//! statistics that are closer to a lab's say little: they follow its mix of cells as well as its stain.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use super::{AdaptRequest, examples::CACHE_BYTES, self_training::answers};
use crate::{
    data::read::{batch::FrameStore, survey},
    device::ram::cache_bytes,
    eval::{forward::softmax, predict::Predictor},
    fault::{Failure, Halt, StopToken},
    fit::profile::{Fitted, Fitting, fit},
    progress::{Event, Watch},
};

/// Images that a model is asked about at most.
const ASKED: usize = 512;
/// Standard errors of the mean difference by which the model must be surer.
const SURELY: f64 = 2.0;

/// The fit that was asked for; or else its framing alone, or else the model as it is, with the home that it has: then its
/// verdict on this lab stays too.
pub(super) fn fitted(
    request: &AdaptRequest,
    base: &Predictor,
    files: &[PathBuf],
    watch: Watch<'_>,
) -> Result<Fitted, Halt> {
    let lab = request.lab();
    let sample = survey::spread(files, ASKED);
    let mut fitted = fit(base, &lab, files, request.fitting, watch)?;
    if fitted.profile.is_changed() {
        let before = confidences(base, base, &sample, watch.stop)?;
        for framing in [request.fitting.framing, false] {
            if is_surer(&before, &confidences(base, &fitted.load(base)?, &sample, watch.stop)?) {
                return Ok(fitted);
            }
            fitted = fit(base, &lab, files, Fitting { framing, prior: f64::INFINITY }, watch)?;
            if !fitted.profile.is_changed() {
                break;
            }
        }
        watch.observer.tell(Event::Warning { warning: left() });
    }
    // Else the lab would be taken for the model's own by a model that knows it no better.
    fitted.card.home.clone_from(&base.card().home);
    Ok(fitted)
}

/// A model's confidence in its answer to each file, by its index, at the temperature at which the base answers another lab's
/// cells.
fn confidences(
    base: &Predictor,
    model: &Predictor,
    files: &[PathBuf],
    stop: &StopToken,
) -> Result<BTreeMap<usize, f64>, Halt> {
    let card = base.card();
    let temperature = card.elsewhere.as_ref().map_or(card.temperature, |of| of.temperature);
    let frames = Arc::new(FrameStore::new(files.to_vec(), &model.card().preprocess, cache_bytes(CACHE_BYTES)));
    let rows = answers(model, &frames, files.len(), stop)?;
    let top = |logits: &[f32]| softmax(&model.mask().of_logits(logits), temperature).into_iter().fold(0.0, f32::max);
    Ok(rows.iter().map(|(index, logits)| (*index, f64::from(top(logits)))).collect())
}

/// Whether the mean difference over the files that both answered is above 0 by more than chance.
fn is_surer(before: &BTreeMap<usize, f64>, after: &BTreeMap<usize, f64>) -> bool {
    let pairs = before.iter().filter_map(|(index, before)| Some(after.get(index)? - before));
    let differences: Vec<f64> = pairs.collect();
    let n = differences.len().max(1) as f64;
    let mean = differences.iter().sum::<f64>() / n;
    let spread = (differences.iter().map(|one| (one - mean).powi(2)).sum::<f64>() / n).sqrt();
    mean > SURELY * spread / n.sqrt()
}

fn left() -> Failure {
    let why = "with it the model would be less sure of its answers there";
    Failure::new("what the images alone say of this lab was left out", why, "label some cells of this lab")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_is_surer_where_more_than_chance_says_so() {
        let of = |values: &[f64]| values.iter().copied().enumerate().collect::<BTreeMap<_, _>>();
        let before = of(&[0.5; 8]);
        assert!(is_surer(&before, &of(&[0.6, 0.7, 0.5, 0.6, 0.7, 0.6, 0.5, 0.6])));
        assert!(!is_surer(&before, &of(&[0.9, 0.2, 0.8, 0.3, 0.7, 0.4, 0.6, 0.2])), "as often less sure");
        assert!(!is_surer(&before, &before) && !is_surer(&before, &of(&[])));
        // A cell that only one of them answered says nothing.
        assert!(!is_surer(&before, &(8..20).map(|index| (index, 0.9)).collect()));
    }
}
