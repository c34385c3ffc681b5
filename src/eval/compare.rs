//! Two models put to the same cells of one dataset.

use std::path::PathBuf;

use super::{
    cost,
    evaluate::{Scope, evaluate, learned},
    predict::Predictor,
};
use crate::{
    domain::{
        comparison::{Comparison, Costs, match_classes},
        dataset::Dataset,
        split::{Part, Split},
    },
    progress::{Failure, Halt, Observer, StopToken},
};

/// Judges both models on the same cells and measures what they cost.
///
/// # Errors
/// [`Halt`] where their classes cannot be matched, no cell is left, a device fails, or a person stops.
pub fn compare(
    a: &Predictor,
    b: &Predictor,
    dataset: &Dataset,
    scope: Scope,
    observer: &dyn Observer,
    stop: &StopToken,
) -> Result<Comparison, Halt> {
    match_classes(&a.card().classes, &b.card().classes)?;
    let cells = cells(a, b, dataset, scope)?;
    let of_a = evaluate(a, dataset, &cells.indices, observer, stop)?;
    let of_b = evaluate(b, dataset, &cells.indices, observer, stop)?;
    let items = cells.indices.iter().filter_map(|index| dataset.items.get(*index));
    let paths: Vec<PathBuf> = items.map(|item| dataset.file(item)).collect();
    let cost = Costs {
        a: cost::measure(a, &paths, of_a.latency_ms, stop)?,
        b: cost::measure(b, &paths, of_b.latency_ms, stop)?,
    };
    Ok(Comparison::of(cells.words, of_a, of_b, cost)?)
}

/// The cells of a comparison.
struct Cells {
    /// Of the dataset's items, ascending.
    indices: Vec<usize>,
    words: String,
}

/// All cells, or those that are fair to both: the test split that they share, else what neither learned from.
fn cells(a: &Predictor, b: &Predictor, dataset: &Dataset, scope: Scope) -> Result<Cells, Failure> {
    let all = Scope::All.indices(a.card(), dataset);
    if scope == Scope::All {
        return Ok(Cells { indices: all, words: "all images".to_owned() });
    }
    let own = |predictor: &Predictor| predictor.card().dataset_hash == dataset.hash;
    let same_split = a.card().split_seed == b.card().split_seed;
    if own(a) && own(b) && same_split {
        let indices = Split::stratified(dataset, a.card().split_seed).indices(Part::Test);
        return Ok(Cells { indices, words: "the test split of both models".to_owned() });
    }
    let (by_a, by_b) = (learned(a, dataset), learned(b, dataset));
    let fresh = |index: &usize| by_a.get(*index) != Some(&true) && by_b.get(*index) != Some(&true);
    let total = all.len();
    let indices: Vec<usize> = all.into_iter().filter(fresh).collect();
    if indices.is_empty() {
        let why = "each of its images was learned from by one of them";
        return Err(Failure::new(
            "the models cannot be compared on this folder",
            why,
            "choose another folder, or compare on all images and mind that the figures flatter",
        ));
    }
    let words = match (own(a) && own(b), indices.len() == total) {
        (true, _) => "images that neither model learned from, since they were split differently",
        (false, true) => "all images, none of which either model is known to have learned from",
        (false, false) => "images that neither model is known to have learned from",
    };
    Ok(Cells { indices, words: words.to_owned() })
}
