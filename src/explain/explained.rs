//! One image's explanation by one model, with the answer that it explains.

use image::RgbImage;

use super::{attention::Attention, grad_cam::GradCam, place::Place, tokens::Tokens, views};
use crate::{
    data::measure::smear,
    domain::prediction::Prediction,
    eval::{
        forward::read,
        predict::{NO_CELL, Predictor},
        second_look::settled,
    },
    fault::Failure,
    model::sieve::Sight,
};

/// Where an answer comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Explained {
    /// What [`Predictor::classify`] answers of the same image.
    pub prediction: Prediction,
    /// Why it would answer nothing: the image cannot be a stained cell.
    pub refused: Option<&'static str>,
    /// The square that the network saw, on the image.
    pub place: Place,
    pub attention: Attention,
    pub cam: GradCam,
}

/// The numbers that a model sees of an image: `[size, size, 3]`, and why it would be refused.
///
/// # Errors
/// [`Failure`] for an image without pixels.
pub(super) fn seen(model: &Predictor, image: &RgbImage) -> Result<(Vec<f32>, Option<&'static str>), Failure> {
    let preprocess = &model.card().preprocess;
    let none = |why| Failure::new("the image could not be explained", why, "choose another image");
    let square = preprocess.square(image).map_err(none)?;
    let mut pixels = vec![0.0; preprocess.len()];
    preprocess.normalise(&square, &mut pixels);
    Ok((pixels, smear::refusal(&square)))
}

/// Puts one decoded image to a model, with everything but what hiding a part of it changes; see
/// [`occlude`](super::occlusion::occlude) for that.
///
/// # Errors
/// [`Failure`] where the image has no pixels or the device fails.
pub fn explain(model: &Predictor, image: &RgbImage) -> Result<Explained, Failure> {
    let (pixels, refused) = seen(model, image)?;
    let (card, tokens) = (model.card(), Tokens::of(&model.card().network));
    let network = model.forward().network;
    let (output, sights, features) = network.in_full(views::pictures(model, &pixels));
    let sight = model.sieve().map(|sieve| read(sights.narrow(0, 0, 1)).map(|sight| sieve.judge(&sight))).transpose()?;
    let refused = refused.or_else(|| (sight == Some(Sight::NoCell)).then_some(NO_CELL));
    let classes = output.logits.dims()[1];
    let mut rows: Vec<Vec<f32>> = read(output.logits)?.chunks_exact(classes.max(1)).map(<[f32]>::to_vec).collect();
    rows.truncate(views::LOOKS);
    let first = if rows.is_empty() { Vec::new() } else { rows.remove(0) };
    let look = settled(first, &rows, card.doubt_temperature(), model.mask());
    Ok(Explained {
        prediction: model.calibrated(&look.logits),
        refused,
        place: Place::of(&card.preprocess, image.width(), image.height()),
        attention: Attention::of(output.attention, &tokens)?,
        cam: GradCam::of(model.plain_network(), features, &model.compute().device, &tokens)?,
    })
}
