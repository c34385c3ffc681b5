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
/// Distance of the first norms' statistics, as a multiple of what one class alone of the model's own lab shows at most,
/// beyond which images are strange. For MobileNet BCCD was at 1.2 and Chula at 1.8, for Xception at 0.8 and 1.3.
const STRANGE: f64 = 1.1;
/// The same as a multiple of what a mix of the own lab's classes shows, where no class was measured alone.
const STRANGE_TO_MIX: f64 = 1.75;
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

/// What a model takes for its own lab, from images of it, class by class.
///
/// # Errors
/// As [`measure`].
pub fn home(predictor: &Predictor, classes: &[Vec<PathBuf>], stop: &StopToken) -> Result<Option<Home>, Halt> {
    let sample = look::spread(&classes.concat(), SAMPLE);
    let Some(look) = Look::of(&look::survey(&sample, stop)?) else { return Ok(None) };
    let mut norms_of_one_class = None;
    // A class of fewer images would show how few they are.
    for class in classes.iter().filter(|class| class.len() >= SAMPLE) {
        let alone = norms(predictor, &look::spread(class, SAMPLE), stop)?;
        norms_of_one_class = Some(norms_of_one_class.map_or(alone, |most: f64| most.max(alone)));
    }
    Ok(Some(Home { look, norms: norms(predictor, &sample, stop)?, norms_of_one_class }))
}

/// The distance of norm statistics that so many images of the model's own lab may show: few scatter around its mean.
pub(super) fn expected(at_home: f64, images: usize) -> f64 {
    at_home * (SAMPLE as f64 / images.max(1) as f64).sqrt().max(1.0)
}

/// The distance of norm statistics beyond which so many images are strange.
fn most(home: &Home, images: usize) -> f64 {
    let mix = expected(home.norms, images);
    // Independent of which class it is, few images scatter as those of a mix do.
    let scatter = mix.powi(2) - home.norms.powi(2);
    home.norms_of_one_class.map_or(STRANGE_TO_MIX * mix, |one| STRANGE * (one.powi(2) + scatter).sqrt())
}

fn is_strange(shift: &Shift, home: &Home) -> bool {
    let beyond = |value: Option<f64>, most: f64| value.is_some_and(|value| value > most);
    beyond(shift.nucleus_ratio.map(|ratio| ratio.ln().abs()), REFRAMED.ln())
        || beyond(shift.background, RECOLOURED)
        || beyond(shift.stain, RESTAINED)
        || beyond(shift.norms, most(home, shift.images))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// MobileNet's figures on PBC; BCCD was at 0.126.
    #[test]
    fn one_class_of_the_own_lab_alone_is_not_strange_and_few_images_may_lie_further() {
        let look = Look { images: 400, nucleus: None, white: [1.0; 3], strength: 1.0 };
        let home = Home { look, norms: 0.065, norms_of_one_class: Some(0.106) };
        let strange = |images, norms| is_strange(&Shift { images, norms: Some(norms), ..Shift::default() }, &home);
        assert!(!strange(128, 0.106) && strange(128, 0.126));
        assert!(!strange(32, 0.126) && strange(32, 0.190));
        let unmeasured = Home { norms_of_one_class: None, ..home };
        assert!(most(&unmeasured, 128) > 0.065 && most(&unmeasured, 32) > most(&unmeasured, 128));
    }
}
