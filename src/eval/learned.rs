//! Which cells of a folder may judge a loaded model, by what it learned from.

use super::predict::Predictor;
pub use crate::domain::scope::{Cells, Scope};
use crate::{
    domain::{
        dataset::Dataset,
        part::Part,
        scope::{self, Subject},
        split::Split,
    },
    fault::Failure,
};

fn subject(model: &Predictor) -> Subject<'_> {
    Subject { learned: model.learned(), classes: &model.card().classes }
}

/// The cells of a dataset that judge these models; see [`scope::cells`].
///
/// # Errors
/// As [`scope::cells`].
pub fn cells(models: &[&Predictor], dataset: &Dataset, scope: Option<Scope>) -> Result<Cells, Failure> {
    let subjects: Vec<Subject<'_>> = models.iter().map(|model| subject(model)).collect();
    scope::cells(&subjects, dataset, scope).map_err(|failure| failure.at(&dataset.root))
}

/// The split of the dataset that a model learned from, as the model had it; images that came later are in no part.
///
/// # Errors
/// [`Failure`] where it is another dataset.
pub fn own_split(model: &Predictor, dataset: &Dataset) -> Result<Split, Failure> {
    if !scope::is_own(subject(model), dataset) {
        let why = "its images are not those of the model's own dataset";
        let hint = "give the folder that the model learned from";
        return Err(Failure::new("the model did not learn from this folder", why, hint).at(&dataset.root));
    }
    let part = |item| {
        let known = model.learned().exact(item)?;
        known.own.filter(|part| *part != Part::Test || !known.is_learned())
    };
    let parts = dataset.items.iter().map(part).collect();
    let split =
        Split { seed: model.card().split_seed, parts, hash: model.card().split_hash, grouped: dataset.groups() };
    Ok(split.keeping(dataset, |_| true))
}
