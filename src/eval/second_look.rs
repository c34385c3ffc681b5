//! A second look at doubtful cells: a smear has no up and no left, so the cell is seen mirrored too and the answers averaged.
//!
//! Only doubtful cells are: on the bundled models' own lab one in twenty, for nearly all of the gain.

use super::forward::{BATCH, Forward, Look, softmax};
use crate::{domain::occurring::Mask, fault::Failure};

/// Confidence from which the first look is enough. Chosen on the validation split, where any from 0.8 on is right about as often.
pub const SURE: f32 = 0.98;

/// What a model makes of one image.
#[derive(Clone, Debug, PartialEq)]
pub struct Looked {
    /// Of the first look, or the mean over all.
    pub logits: Vec<f32>,
    /// The largest probability at the first look.
    pub first: f32,
    /// What the network saw at the first look, as [`Forward::looks`] gives it.
    pub features: Vec<f32>,
}

impl Looked {
    fn new((logits, features): (Vec<f32>, Vec<f32>), temperature: f64) -> Self {
        Self { first: confidence(&logits, temperature), logits, features }
    }

    /// Whether the first look was not enough.
    #[must_use]
    pub fn is_doubtful(&self) -> bool {
        self.first < SURE
    }
}

/// Ways to hold an image: mirrored left to right, top to bottom.
pub const TURNS: [(bool, bool); 3] = [(true, false), (false, true), (true, true)];

/// Normalised pixels `[n, size, size, 3]` to `n` answers: the logits, or, where the first look's confidence at this
/// `temperature` is under [`SURE`], the mean of the image's and its mirror images' logits.
///
/// # Errors
/// [`Failure`] where the device fails.
pub fn logits(forward: &Forward<'_>, pixels: &[f32], temperature: f64) -> Result<Vec<Looked>, Failure> {
    among(forward, pixels, temperature, &Mask::default())
}

/// The same where only some classes can occur: what leaves doubt among those is looked at again too.
///
/// # Errors
/// As [`logits`].
pub fn among(forward: &Forward<'_>, pixels: &[f32], temperature: f64, mask: &Mask) -> Result<Vec<Looked>, Failure> {
    after(forward, forward.looks(pixels.to_vec())?, pixels, temperature, mask)
}

/// The same once the first look was taken.
///
/// # Errors
/// As [`logits`].
pub fn after(
    forward: &Forward<'_>,
    first: Vec<Look>,
    pixels: &[f32],
    temperature: f64,
    mask: &Mask,
) -> Result<Vec<Looked>, Failure> {
    let mut looks: Vec<Looked> = first.into_iter().map(|look| Looked::new(look, temperature)).collect();
    let leaves_doubt = |look: &Looked| look.is_doubtful() || is_doubtful(&mask.of_logits(&look.logits), temperature);
    let doubtful: Vec<usize> =
        looks.iter().enumerate().filter(|(_, look)| leaves_doubt(look)).map(|(at, _)| at).collect();
    let image = forward.size * forward.size * 3;
    for places in doubtful.chunks(BATCH / TURNS.len()) {
        let images = places.iter().filter_map(|at| pixels.chunks_exact(image).nth(*at));
        let turned: Vec<f32> =
            images.flat_map(|image| TURNS.map(|turn| mirrored(image, forward.size, turn)).concat()).collect();
        let again = forward.logits(turned)?;
        for (at, views) in places.iter().zip(again.chunks_exact(TURNS.len())) {
            if let Some(look) = looks.get_mut(*at) {
                average(&mut look.logits, views);
            }
        }
    }
    Ok(looks)
}

/// What an image comes to whose every look was taken: the logits of the first, and of its mirror images in the order of
/// [`TURNS`]. As [`among`], which takes the others where there is doubt alone.
#[must_use]
pub fn settled(mut first: Vec<f32>, others: &[Vec<f32>], temperature: f64, mask: &Mask) -> Looked {
    let sure = |logits: &[f32]| !is_doubtful(logits, temperature);
    let leaves_doubt = !sure(&first) || !sure(&mask.of_logits(&first));
    let confidence = confidence(&first, temperature);
    if leaves_doubt {
        average(&mut first, others);
    }
    Looked { logits: first, first: confidence, features: Vec::new() }
}

/// Whether a first look's logits leave doubt at this temperature.
#[must_use]
pub fn is_doubtful(logits: &[f32], temperature: f64) -> bool {
    confidence(logits, temperature) < SURE
}

fn confidence(logits: &[f32], temperature: f64) -> f32 {
    softmax(logits, temperature).into_iter().fold(0.0, f32::max)
}

/// An image `[size, size, 3]` mirrored left to right, top to bottom, or both.
#[must_use]
pub fn mirrored(image: &[f32], size: usize, (across, down): (bool, bool)) -> Vec<f32> {
    let line = |row: &[f32]| -> Vec<f32> {
        if across { row.rchunks_exact(3).flatten().copied().collect() } else { row.to_vec() }
    };
    if down {
        image.rchunks_exact(size * 3).flat_map(line).collect()
    } else {
        image.chunks_exact(size * 3).flat_map(line).collect()
    }
}

fn average(row: &mut [f32], others: &[Vec<f32>]) {
    let looks = others.len() as f32 + 1.0;
    for (class, logit) in row.iter_mut().enumerate() {
        let sum: f32 = others.iter().filter_map(|other| other.get(class)).sum();
        *logit = (*logit + sum) / looks;
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;
    use crate::{
        domain::config::TrainConfig,
        model::{classifier::NetworkConfig, initial, ready::Ready},
    };

    const SIZE: usize = 32;

    fn images() -> Vec<f32> {
        let texture = |i: usize| ((i * i) % 97) as f32 / 48.5 - 1.0;
        (0..3 * SIZE * SIZE * 3).map(texture).collect()
    }

    fn look(pixels: &[f32], temperature: f64) -> [Vec<Vec<f32>>; 2] {
        let config = TrainConfig { size: SIZE, width: 0.25, heads: 2, attention_width: 16, ..TrainConfig::default() };
        let device = Device::flex();
        let network = Ready::new(&initial::draw(NetworkConfig::new(&config, 3).init(&device), 1));
        let forward = Forward { network: &network, device: &device, size: SIZE, pad: false };
        let answers = logits(&forward, pixels, temperature).unwrap().into_iter().map(|look| look.logits);
        [forward.logits(pixels.to_vec()).unwrap(), answers.collect()]
    }

    #[test]
    fn mirroring_twice_gives_the_image_back_and_pixels_keep_their_colours() {
        let image: Vec<f32> = (0..12).map(|i| i as f32).collect();
        assert_eq!(mirrored(&image, 2, (true, false)), [3., 4., 5., 0., 1., 2., 9., 10., 11., 6., 7., 8.]);
        assert_eq!(mirrored(&image, 2, (false, true)), [6., 7., 8., 9., 10., 11., 0., 1., 2., 3., 4., 5.]);
        for turn in TURNS {
            assert_eq!(mirrored(&mirrored(&image, 2, turn), 2, turn), image);
        }
    }

    #[test]
    fn a_doubtful_image_gets_one_answer_however_it_is_held() {
        let pixels = images();
        let turned: Vec<f32> =
            pixels.chunks_exact(SIZE * SIZE * 3).flat_map(|image| mirrored(image, SIZE, (true, true))).collect();
        // At so high a temperature nothing is sure.
        let ([first, answers], [first_turned, answers_turned]) = (look(&pixels, 1e3), look(&turned, 1e3));
        let gap = |a: &[Vec<f32>], b: &[Vec<f32>]| crate::distance::furthest(&a.concat(), &b.concat());
        assert!(gap(&first, &first_turned) > 1e-3, "one look tells how the image is held");
        assert!(gap(&answers, &answers_turned) < 1e-5, "{answers:?} {answers_turned:?}");
    }

    #[test]
    fn a_sure_answer_stays_as_it_was() {
        let [first, answers] = look(&images(), 1e-6);
        assert_eq!(first, answers);
    }
}
