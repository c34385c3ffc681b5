//! Two models put to the same cells of one dataset.

use std::path::PathBuf;

use super::{
    cost,
    evaluate::judge,
    learned::{Scope, cells},
    predict::Predictor,
};
use crate::{
    domain::{
        comparison::{Comparison, Costs, match_classes},
        dataset::Dataset,
    },
    fault::{Halt, StopToken},
    progress::Observer,
};

/// Judges both models on the same cells and measures what they cost; without a choice, on those that are fair to both.
///
/// # Errors
/// [`Halt`] where their classes cannot be matched, no cell is left, a device fails, or a person stops.
pub fn compare(
    a: &Predictor,
    b: &Predictor,
    dataset: &Dataset,
    scope: Option<Scope>,
    observer: &dyn Observer,
    stop: &StopToken,
) -> Result<Comparison, Halt> {
    match_classes(&a.card().classes, &b.card().classes)?;
    let cells = cells(&[a, b], dataset, scope)?;
    let of_a = judge(a, dataset, &cells, observer, stop)?;
    let of_b = judge(b, dataset, &cells, observer, stop)?;
    let items = cells.indices.iter().filter_map(|index| dataset.items.get(*index));
    let paths: Vec<PathBuf> = items.map(|item| dataset.file(item)).collect();
    let cost = Costs {
        a: cost::measure(a, &paths, of_a.latency_ms, stop)?,
        b: cost::measure(b, &paths, of_b.latency_ms, stop)?,
    };
    Ok(Comparison::of(cells.words, of_a, of_b, cost)?)
}
