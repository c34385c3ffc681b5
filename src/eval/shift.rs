//! Whether images look like those that a model learned from, found before a label is looked at.

use std::{path::PathBuf, sync::Arc};

use image::RgbImage;

use super::{
    norm_statistics::{self, Depth},
    predict::Predictor,
};
pub use crate::domain::shift::{Doubt, FEWEST, Shift, VERDICT};
use crate::{
    data::{
        measure::look,
        read::{batch::FrameStore, survey},
    },
    domain::{look::Look, profile::Home},
    fault::{Halt, StopToken},
    model::blend,
};

/// Images that are looked at of a longer list.
pub const SAMPLE: usize = 128;
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

/// Compares images, and how sure the model was of them, with its own lab.
///
/// # Errors
/// [`Halt`] where the device fails or a person stops.
pub fn measure(predictor: &Predictor, files: &[PathBuf], doubt: &Doubt, stop: &StopToken) -> Result<Shift, Halt> {
    measure_of(predictor, (&survey::spread(files, SAMPLE), Vec::new()), doubt, stop)
}

/// The same of files and of images that are cells of fields, as they were cut out: at most [`SAMPLE`] of them.
///
/// # Errors
/// As [`measure`].
pub fn measure_of(
    predictor: &Predictor,
    (files, cells): (&[PathBuf], Vec<RgbImage>),
    doubt: &Doubt,
    stop: &StopToken,
) -> Result<Shift, Halt> {
    let mut looks = survey::looks(files, stop)?;
    looks.extend(cells.iter().filter_map(|cell| look::measure(cell).ok()));
    let mut shift = Shift {
        mean_confidence: doubt.mean_confidence(),
        unsure: doubt.share(),
        unsure_at_home: doubt.share_at_home(),
        oddness: doubt.oddness(),
        images: looks.len(),
        ..Shift::default()
    };
    let home = predictor.card().home();
    if let Some(look) = Look::of(&looks) {
        shift.nucleus_ratio = look.scale_against(&home.look);
        shift.background = Some(look.background_distance(&home.look));
        shift.stain = Some(look.stain_distance(&home.look));
    }
    if looks.len() >= FEWEST {
        let store = FrameStore::new(files.to_vec(), &predictor.card().preprocess, 0).holding(cells);
        shift.norms = Some(norms_of(predictor, &Arc::new(store), stop)?);
        shift.norms_at_home = Some(home.norms);
        shift.reasons = reasons(&shift, &home, doubt);
        shift.verdict = (!shift.reasons.is_empty()).then(|| VERDICT.to_owned());
    }
    Ok(shift)
}

/// Distance between the statistics of a model's first norms and those of image files.
///
/// # Errors
/// As [`measure`].
pub fn norms(predictor: &Predictor, files: &[PathBuf], stop: &StopToken) -> Result<f64, Halt> {
    norms_of(predictor, &Arc::new(FrameStore::new(files.to_vec(), &predictor.card().preprocess, 0)), stop)
}

fn norms_of(predictor: &Predictor, store: &Arc<FrameStore>, stop: &StopToken) -> Result<f64, Halt> {
    let (network, device) = (predictor.plain_network(), &predictor.compute().device);
    let (measured, _) = norm_statistics::of_store(network, store, Depth::First, device, stop)?;
    Ok(norm_statistics::distance(&blend::first(&blend::values(network)), &measured))
}

/// What a model takes for its own lab, from images of it, class by class.
///
/// # Errors
/// As [`measure`].
pub fn home(predictor: &Predictor, classes: &[Vec<PathBuf>], stop: &StopToken) -> Result<Option<Home>, Halt> {
    let sample = survey::spread(&classes.concat(), SAMPLE);
    let Some(look) = Look::of(&survey::looks(&sample, stop)?) else { return Ok(None) };
    let mut norms_of_one_class = None;
    // A class of fewer images would show how few they are.
    for class in classes.iter().filter(|class| class.len() >= SAMPLE) {
        let alone = norms(predictor, &survey::spread(class, SAMPLE), stop)?;
        norms_of_one_class = Some(norms_of_one_class.map_or(alone, |most: f64| most.max(alone)));
    }
    let norms = norms(predictor, &sample, stop)?;
    Ok(Some(Home { look, norms, norms_of_one_class, doubtful: Vec::new() }))
}

/// The distance of norm statistics that so many images of the model's own lab may show: few scatter around its mean.
pub fn expected(at_home: f64, images: usize) -> f64 {
    at_home * (SAMPLE as f64 / images.max(1) as f64).sqrt().max(1.0)
}

/// The distance of norm statistics beyond which so many images are strange.
fn most(home: &Home, images: usize) -> f64 {
    let mix = expected(home.norms, images);
    // Independent of which class it is, few images scatter as those of a mix do.
    let scatter = mix.powi(2) - home.norms.powi(2);
    home.norms_of_one_class.map_or(STRANGE_TO_MIX * mix, |one| STRANGE * (one.powi(2) + scatter).sqrt())
}

/// What tells the images from the model's own, in words.
fn reasons(shift: &Shift, home: &Home, doubt: &Doubt) -> Vec<String> {
    let beyond = |value: Option<f64>, most: f64| value.filter(|value| *value > most);
    let framed = shift.nucleus_ratio.filter(|ratio| ratio.ln().abs() > REFRAMED.ln());
    let doubts = doubt.share().zip(doubt.share_at_home()).filter(|_| doubt.is_strange());
    let percent = |share: f64| format!("{:.0} %", 100.0 * share);
    [
        framed.map(|ratio| format!("nuclei are {ratio:.1} times as large")),
        beyond(shift.background, RECOLOURED).map(|_| "the background is another colour".to_owned()),
        beyond(shift.stain, RESTAINED).map(|_| "the stain is stronger or weaker".to_owned()),
        beyond(shift.norms, most(home, shift.images)).map(|norms| {
            format!("what the network sees first lies {:.1} times as far off as at home", norms / home.norms)
        }),
        doubt
            .oddness()
            .filter(|_| doubt.is_odd())
            .map(|odd| format!("what the network sees in each cell is {odd:.1} deviations odder than at home")),
        doubts.map(|(share, at_home)| {
            format!("{} of the cells are doubtful, {} at home", percent(share), percent(at_home))
        }),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::profile::Doubtful;

    /// MobileNet's figures on PBC; BCCD was at 0.126.
    #[test]
    fn one_class_of_the_own_lab_alone_is_not_strange_and_few_images_may_lie_further() {
        let look = Look { images: 400, nucleus: None, white: [1.0; 3], strength: 1.0 };
        let home = Home { look, norms: 0.065, norms_of_one_class: Some(0.106), doubtful: Vec::new() };
        let strange = |images, norms| {
            let shift = Shift { images, norms: Some(norms), ..Shift::default() };
            !reasons(&shift, &home, &Doubt::default()).is_empty()
        };
        assert!(!strange(128, 0.106) && strange(128, 0.126));
        assert!(!strange(32, 0.126) && strange(32, 0.190));
        let unmeasured = Home { norms_of_one_class: None, ..home.clone() };
        assert!(most(&unmeasured, 128) > 0.065 && most(&unmeasured, 32) > most(&unmeasured, 128));
    }

    #[test]
    fn each_reason_is_told_in_words() {
        let doubtful = vec![Doubtful { class: "ig".to_owned(), doubtful: 11, cells: 298 }];
        let look = Look { images: 400, nucleus: None, white: [1.0; 3], strength: 1.0 };
        let home = Home { look, norms: 0.065, norms_of_one_class: Some(0.106), doubtful };
        let mut doubt = Doubt::default();
        (0..100).for_each(|i| doubt.add("ig", 0.9, i < 31, &home));
        let away = Shift {
            nucleus_ratio: Some(1.63),
            background: Some(0.5),
            stain: Some(0.8),
            norms: Some(0.26),
            images: 100,
            ..Shift::default()
        };
        assert_eq!(
            reasons(&away, &home, &doubt),
            [
                "nuclei are 1.6 times as large",
                "the background is another colour",
                "the stain is stronger or weaker",
                "what the network sees first lies 4.0 times as far off as at home",
                "31 % of the cells are doubtful, 4 % at home",
            ]
        );
        let alike = Shift { nucleus_ratio: Some(1.1), background: Some(0.09), norms: Some(0.065), ..away };
        assert!(reasons(&Shift { stain: Some(0.06), ..alike }, &home, &Doubt::default()).is_empty());
    }
}
