//! Whether images look like those that a model learned from, found before a label is looked at.

use std::path::PathBuf;

use super::{
    predict::Predictor,
    statistics::{self, Depth},
};
pub use crate::domain::shift::{Shift, VERDICT};
use crate::{
    data::look,
    domain::{look::Look, profile::Home},
    model::blend,
    progress::{Halt, StopToken},
};

/// Images that are looked at of a longer list.
const SAMPLE: usize = 128;
/// Fewer images give no verdict: one odd cell is no other lab.
pub const FEWEST: usize = 8;
/// Distance of the first norms' statistics, as a multiple of what the model's own lab shows, beyond which images are
/// strange. PBC's test split was at 1.0, one class of PBC alone at 1.2 to 1.6, BCCD at 1.9, Chula at 2.9.
const STRANGE: f64 = 1.75;
/// Nuclei so many times larger or smaller than the model's are framed otherwise; a batch of monocytes alone was at 1.37.
const REFRAMED: f64 = 1.4;
/// Distance of the background's colour that is strange. PBC's test split was at 0.09, BCCD at 0.11, Chula at 0.50.
const RECOLOURED: f64 = 0.3;
/// Distance of the stain's strength that is strange. PBC's test split was at 0.06, BCCD at 0.91, Chula at 0.81.
const RESTAINED: f64 = 0.5;

/// Compares images with the model's own lab.
///
/// # Errors
/// [`Halt`] where the device fails or a person stops.
pub fn measure(
    predictor: &Predictor,
    files: &[PathBuf],
    mean_confidence: Option<f64>,
    stop: &StopToken,
) -> Result<Shift, Halt> {
    let sample = look::spread(files, SAMPLE);
    let looks = look::survey(&sample, stop)?;
    let mut shift = Shift { mean_confidence, images: looks.len(), ..Shift::default() };
    let home = predictor.card().home();
    if let Some(look) = Look::of(&looks) {
        shift.nucleus_ratio = look.scale_against(&home.look);
        shift.background = Some(look.background_distance(&home.look));
        shift.stain = Some(look.stain_distance(&home.look));
    }
    if looks.len() >= FEWEST {
        shift.norms = Some(norms(predictor, &sample, stop)?);
        shift.norms_at_home = Some(home.norms);
        shift.verdict = is_strange(&shift, &home).then(|| VERDICT.to_owned());
    }
    Ok(shift)
}

/// Distance between the statistics of a model's first norms and those of image files.
///
/// # Errors
/// As [`measure`].
pub fn norms(predictor: &Predictor, files: &[PathBuf], stop: &StopToken) -> Result<f64, Halt> {
    let network = predictor.plain_network();
    let device = &predictor.compute().device;
    let (measured, _) = statistics::of_files(network, &predictor.card().preprocess, files, Depth::First, device, stop)?;
    Ok(statistics::distance(&blend::first(&blend::values(network)), &measured))
}

/// What a model takes for its own lab, from images of it.
///
/// # Errors
/// As [`measure`].
pub fn home(predictor: &Predictor, files: &[PathBuf], stop: &StopToken) -> Result<Option<Home>, Halt> {
    let sample = look::spread(files, SAMPLE);
    let Some(look) = Look::of(&look::survey(&sample, stop)?) else { return Ok(None) };
    Ok(Some(Home { look, norms: norms(predictor, &sample, stop)? }))
}

/// The distance of norm statistics that so many images of the model's own lab may show: few scatter around its mean.
pub(super) fn expected(at_home: f64, images: usize) -> f64 {
    at_home * (SAMPLE as f64 / images.max(1) as f64).sqrt().max(1.0)
}

fn is_strange(shift: &Shift, home: &Home) -> bool {
    let beyond = |value: Option<f64>, most: f64| value.is_some_and(|value| value > most);
    beyond(shift.nucleus_ratio.map(|ratio| ratio.ln().abs()), REFRAMED.ln())
        || beyond(shift.background, RECOLOURED)
        || beyond(shift.stain, RESTAINED)
        || beyond(shift.norms, expected(home.norms, shift.images) * STRANGE)
}
