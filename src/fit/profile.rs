//! A lab's profile, fitted from its images without a label: framing, and the statistics of the norms.
//!
//! Background and stain strength are levelled per image by a card that says so, and need no fit.

use std::path::PathBuf;

use crate::{
    data::{read::survey, view::preprocess::Preprocess},
    domain::{
        hash::ContentHash,
        look::Look,
        profile::{Home, LabProfile},
    },
    eval::{
        norm_statistics::{self, Depth},
        predict::Predictor,
        shift::{self, FEWEST},
    },
    fault::{Failure, Halt, StopToken},
    model::{
        blend::{self, Values},
        card::ModelCard,
        weights::{self, Precision},
    },
    progress::{Event, Task, Watch},
};

/// Images that a profile is fitted from at most, spread over the list.
pub const MOST: usize = 1024;
/// Images that a framing is tried on.
const TRIED: usize = 128;
/// A framing within this factor is left: training varies it by as much, and a batch's own mix of cells moves its median.
const FRAMED_ALIKE: f64 = 1.15;
/// The crop moves by this factor at most.
const FURTHEST: f64 = 2.0;
/// Another framing must bring the norm statistics at least so much closer, as a share of their distance.
const CLOSER: f64 = 0.97;

/// How much of a profile is fitted, and how fast a lab's own statistics are believed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fitting {
    /// Whether the crop may change.
    pub framing: bool,
    /// Images of the lab whose statistics weigh as much as the model's own.
    pub prior: f64,
}

impl Default for Fitting {
    fn default() -> Self {
        Self { framing: true, prior: 16.0 }
    }
}

/// A model after a fit.
pub struct Fitted {
    pub card: ModelCard,
    /// Burnpack of 32-bit weights, named by the card.
    pub weights: Vec<u8>,
    pub profile: LabProfile,
}

/// Fits a model to the images of a lab.
///
/// # Errors
/// [`Halt`] where too few images can be read, the device fails or a person stops.
pub fn fit(
    predictor: &Predictor,
    lab: &str,
    files: &[PathBuf],
    fitting: Fitting,
    Watch { observer, stop }: Watch<'_>,
) -> Result<Fitted, Halt> {
    observer.tell(Event::Progress { task: Task::Fitting, done: 0, total: 0 });
    let files = survey::spread(files, MOST);
    let looks = survey::looks(&files, stop)?;
    let look = Look::of(&looks).filter(|_| looks.len() >= FEWEST).ok_or_else(|| too_few(looks.len()))?;
    let (card, network) = (predictor.card(), predictor.plain_network());
    let (own, device) = (blend::values(network), &predictor.compute().device);
    let scale = look.scale_against(&card.home().look);
    let preprocess = match scale.filter(|_| fitting.framing) {
        Some(scale) => framed(predictor, &own, scale, &survey::spread(&files, TRIED), stop)?,
        None => card.preprocess.clone(),
    };
    let (measured, images) = norm_statistics::of_files(network, &preprocess, &files, Depth::All, device, stop)?;
    let norms_before = norm_statistics::distance(&blend::first(&own), &measured);
    let blend_share = believed(norms_before, card.home().norms, images, fitting.prior);
    let weights = blended(predictor, &measured, blend_share)?;
    let mut fitted = card.with_weights(ContentHash::of(&weights));
    // Without a label they cannot be found anew, and the logits keep their scale: these are the base's still.
    (fitted.temperature, fitted.doubt_temperature) = (card.temperature, card.doubt_temperature);
    let fitted_to = LabProfile {
        lab: lab.to_owned(),
        base: card.name.clone(),
        base_hash: card.weights_hash,
        images,
        look,
        scale,
        crop_before: card.preprocess.crop,
        crop: preprocess.crop,
        blend: blend_share,
        norms_before,
        norms: norms_before,
        self_trained: None,
        tuned: None,
        occurring: predictor.occurring().clone(),
    };
    fitted.elsewhere.clone_from(&card.elsewhere);
    fitted.preprocess = preprocess;
    let mut fitted = Fitted { card: fitted, weights, profile: fitted_to };
    fitted.adopt(shift::norms(&fitted.load(predictor)?, &survey::spread(&files, TRIED), stop)?);
    Ok(fitted)
}

impl Fitted {
    /// The model as it is now, on the device of the one before and with the classes that could occur there.
    ///
    /// # Errors
    /// [`Failure`] where card and weights do not belong together.
    pub fn load(&self, base: &Predictor) -> Result<Predictor, Failure> {
        self.under(self.card.clone(), base)
    }

    /// The same weights as the lab of the model before sees them: its cells are judged in their own framing.
    ///
    /// # Errors
    /// As [`Fitted::load`].
    pub fn for_old_lab(&self, base: &Predictor) -> Result<Predictor, Failure> {
        let (preprocess, home) = (base.card().preprocess.clone(), base.card().home.clone());
        self.under(ModelCard { preprocess, home, ..self.card.clone() }, base)
    }

    fn under(&self, card: ModelCard, base: &Predictor) -> Result<Predictor, Failure> {
        Predictor::from_parts(card, self.weights.clone(), base.compute())?.with_classes(base.occurring())
    }

    /// Makes the lab the model's own, with the distance that its images have to the norms as they are now.
    pub fn adopt(&mut self, norms: f64) {
        self.profile.norms = norms;
        // How far a class lies from the mix is a matter of cells more than of labs, and here no label tells them apart.
        let norms_of_one_class = self.card.home().norms_of_one_class;
        let look = self.profile.look;
        self.card.home = Some(Home { look, norms, norms_of_one_class, doubtful: Vec::new() });
        self.card.profile = Some(self.profile.clone());
    }
}

/// The preprocessing with the crop that the nuclei ask for, where the norms find the images closer in it: nuclei of
/// another mix of cells are larger too, but in a wrong crop no cell looks as the model knows it.
fn framed(
    predictor: &Predictor,
    own: &Values,
    scale: f64,
    sample: &[PathBuf],
    stop: &StopToken,
) -> Result<Preprocess, Halt> {
    let before = predictor.card().preprocess.clone();
    let Some(crop) = reframed(before.crop, scale) else { return Ok(before) };
    let apart = |preprocess: &Preprocess| -> Result<f64, Halt> {
        let (network, device) = (predictor.plain_network(), &predictor.compute().device);
        let (measured, _) = norm_statistics::of_files(network, preprocess, sample, Depth::All, device, stop)?;
        Ok(norm_statistics::distance(own, &measured))
    };
    let after = Preprocess { crop, ..before.clone() };
    Ok(if apart(&after)? < apart(&before)? * CLOSER { after } else { before })
}

fn too_few(found: usize) -> Failure {
    let why = format!("{found} of its images could be read, and a profile needs {FEWEST}");
    Failure::new("the lab's profile could not be fitted", why, "give more images of single cells")
}

/// The crop that shows the lab's nuclei as large as the model knows them; `None` where they are already.
fn reframed(crop: f64, scale: f64) -> Option<f64> {
    let moved = scale.clamp(1.0 / FURTHEST, FURTHEST);
    (moved.ln().abs() > FRAMED_ALIKE.ln()).then(|| (crop * moved).min(crate::data::view::preprocess::WIDEST))
}

/// How much of the lab's own statistics go in: as much of the squared distance as the model's own lab would not show in
/// so many images, and less from few images. So a handful of cells, or the own lab's, change nothing.
fn believed(distance: f64, at_home: f64, images: usize, prior: f64) -> f64 {
    let explained = (shift::expected(at_home, images) / distance.max(f64::EPSILON)).powi(2);
    (1.0 - explained).max(0.0) * images as f64 / (images as f64 + prior)
}

/// The weights with a share of the lab's statistics in their norms.
fn blended(predictor: &Predictor, measured: &Values, share: f64) -> Result<Vec<u8>, Failure> {
    let network = blend::copy(predictor.plain_network());
    let of = |path: &str| if blend::is_statistic(path) { share } else { 0.0 };
    Ok(weights::to_bytes(&blend::mix(network, measured, of), Precision::Full)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_own_lab_and_a_handful_of_cells_change_nothing() {
        assert!(believed(0.06, 0.06, 500, 16.0) < 1e-9);
        assert!(believed(0.14, 0.06, 20, 16.0) < 1e-9, "twenty cells scatter as far at home");
        let many = believed(0.12, 0.06, 400, 16.0);
        assert!((many - 0.75 * 400.0 / 416.0).abs() < 1e-9);
        assert!(believed(0.12, 0.06, 60, 16.0) < many);
    }

    #[test]
    fn a_crop_follows_the_nuclei_within_bounds() {
        assert_eq!(reframed(0.9, 1.1), None);
        assert_eq!(reframed(0.9, 1.0 / 1.1), None);
        assert!((reframed(0.9, 1.5).unwrap() - 1.35).abs() < 1e-12);
        assert!((reframed(0.9, 0.1).unwrap() - 0.45).abs() < 1e-12);
        assert!((reframed(1.0, 9.0).unwrap() - crate::data::view::preprocess::WIDEST).abs() < 1e-12);
    }
}
