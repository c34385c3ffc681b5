//! The figures of a card found anew, on the validation and test splits of the folder that the model learned from.

use std::path::{Path, PathBuf};

use super::remember;
use crate::{
    data::read::scan::scan,
    domain::part::Part,
    eval::{
        calibrate,
        evaluate::judge,
        learned::{Scope, cells},
        predict::Predictor,
        shift,
    },
    fault::{Failure, Halt},
    progress::Watch,
    store::paths,
};

/// What the temperature for elsewhere is fitted on.
#[derive(Clone, Copy, Default)]
pub struct Strangers<'a> {
    /// Labelled cells of labs that the model did not learn from, or that `sibling` did not.
    pub labs: &'a [PathBuf],
    /// A training by the same recipe that the labs were left out of: what it answers there stands for what the model would.
    pub sibling: Option<&'a Predictor>,
}

/// Fits both temperatures and, where there are strangers, one for elsewhere, and chooses the operating point on the validation
/// split, then judges the model on the test split.
///
/// # Errors
/// [`Halt`] where the folder is another one or cannot be read, the device fails or a person stops.
pub fn remeasure(
    predictor: Predictor,
    dir: &Path,
    Strangers { labs, sibling }: Strangers<'_>,
    Watch { observer, stop }: Watch<'_>,
) -> Result<Predictor, Halt> {
    let (dataset, split) = remember::own_split(&predictor, dir, Watch { observer, stop })?;
    let mut card = predictor.card().clone();
    let validation = split.indices(Part::Validation);
    if card.home.is_none() {
        let own = split.indices(Part::Train).into_iter().chain(validation.iter().copied());
        card.home = shift::home(&predictor, &dataset.files_by_class(own), stop)?;
    }
    calibrate::measure(&predictor, &dataset, &validation, stop)?.write(&mut card);
    // Which cells are looked at again, and so the answers, follow the new temperatures.
    let predictor = predictor.with_card(card.clone()).map_err(Failure::from)?;
    let scanned = labs
        .iter()
        .map(|lab| scan(lab, Some(&paths::scan_cache(lab)), observer, stop))
        .collect::<Result<Vec<_>, _>>()?;
    if !scanned.is_empty() {
        card.elsewhere = calibrate::elsewhere(sibling.unwrap_or(&predictor), &scanned, stop)?;
    }
    let test = cells(&[&predictor], &dataset, Some(Scope::Test))?;
    card.test = Some(judge(&predictor, &dataset, &test, observer, stop)?.metrics);
    Ok(predictor.with_card(card).map_err(Failure::from)?)
}
