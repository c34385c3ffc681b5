//! Batches through a network: the one forward pass of validation, evaluation and classification.

use std::sync::Arc;

use burn::tensor::{Device, Tensor, TensorData};

use crate::{
    data::read::batch::{Batch, FrameStore, Mode, batches},
    device::remote,
    fault::{Failure, Halt, StopToken},
    model::{classifier::Classifier, ready::Ready},
};

/// Images of one forward pass.
pub const BATCH: usize = 32;

/// A row of logits and the features beside it.
pub type Look = (Vec<f32>, Vec<f32>);

/// A network in inference on its device.
pub struct Forward<'a> {
    pub network: &'a Ready,
    /// Without gradients.
    pub device: &'a Device,
    /// Side of the square input.
    pub size: usize,
    /// Whether short batches are filled up, so that a GPU sees one shape only.
    pub pad: bool,
}

impl Forward<'_> {
    /// Normalised pixels `[n, size, size, 3]` to `n` rows of logits.
    ///
    /// # Errors
    /// [`Failure`] where the device fails.
    pub fn logits(&self, pixels: Vec<f32>) -> Result<Vec<Vec<f32>>, Failure> {
        let Some((images, n)) = self.images(pixels) else { return Ok(Vec::new()) };
        Ok(rows(self.network.forward(images).logits)?.into_iter().take(n).collect())
    }

    /// The same, each with the features of [`Classifier::looking`](crate::model::classifier::Classifier::looking).
    ///
    /// # Errors
    /// As [`Self::logits`].
    pub fn looks(&self, pixels: Vec<f32>) -> Result<Vec<Look>, Failure> {
        let Some((images, n)) = self.images(pixels) else { return Ok(Vec::new()) };
        let (output, features) = self.network.looking(images);
        split(output.logits, features, n)
    }

    /// The same, each with what the last layer is given in place of those features, `attention_width` numbers; `network` is
    /// the one that was prepared.
    ///
    /// # Errors
    /// As [`Self::logits`].
    pub fn before_the_last(&self, pixels: Vec<f32>, network: &Classifier) -> Result<Vec<Look>, Failure> {
        let Some((images, n)) = self.images(pixels) else { return Ok(Vec::new()) };
        let map = self.network.features(images);
        split(self.network.classify(map.clone()).logits, network.attended(map), n)
    }

    /// The pixels on the device, with the number of images that was asked for; `None` without any.
    fn images(&self, mut pixels: Vec<f32>) -> Option<(Tensor<4>, usize)> {
        let image = self.size * self.size * 3;
        let n = pixels.len() / image;
        let rows = if self.pad { n.next_multiple_of(BATCH) } else { n };
        pixels.resize(rows * image, 0.0);
        let shape = [rows, self.size, self.size, 3];
        (n > 0).then(|| (Tensor::from_data(TensorData::new(pixels, shape), self.device), n))
    }
}

/// The first `n` rows of logits, each with its row of features.
fn split(logits: Tensor<2>, features: Tensor<2>, n: usize) -> Result<Vec<Look>, Failure> {
    let classes = logits.dims()[1];
    // Read back at once: each reading waits for the device.
    let both = rows(Tensor::cat(vec![logits, features], 1))?;
    let split = |mut row: Vec<f32>| {
        let features = row.split_off(classes.min(row.len()));
        (row, features)
    };
    Ok(both.into_iter().take(n).map(split).collect())
}

/// Reads a tensor back, one list a row.
fn rows(tensor: Tensor<2>) -> Result<Vec<Vec<f32>>, Failure> {
    let columns = tensor.dims()[1];
    Ok(read(tensor)?.chunks_exact(columns.max(1)).map(<[f32]>::to_vec).collect())
}

/// Images that a network is asked about.
#[derive(Clone, Copy)]
pub struct Images<'a> {
    pub store: &'a Arc<FrameStore>,
    /// Which of the store's, in the order of the answers.
    pub indices: &'a [usize],
    pub mode: Mode,
}

impl Images<'_> {
    /// Puts the images to `network`, which takes normalised pixels `[n, size, size, 3]` and gives a row of logits for each
    /// image, and hands each row over with the index of its image. Gives what could not be read or was refused, by index
    /// with the reason.
    ///
    /// # Errors
    /// [`Halt`] where the device fails or a person stops.
    pub fn ask(
        &self,
        network: impl Fn(Vec<f32>) -> Result<Vec<Vec<f32>>, Failure>,
        mut each: impl FnMut(usize, Vec<f32>),
        stop: &StopToken,
    ) -> Result<Vec<(usize, String)>, Halt> {
        let mut missing = Vec::new();
        let answer = |batch: Batch| {
            let rows = network(batch.pixels)?;
            missing.extend(batch.unreadable);
            batch.indices.into_iter().zip(rows).for_each(|(index, logits)| each(index, logits));
            Ok(())
        };
        self.in_batches(answer, stop)?;
        Ok(missing)
    }

    /// Hands the images over as they get ready, as many at a time as go into one forward pass.
    ///
    /// # Errors
    /// [`Halt`] where `each` ends with it or a person stops.
    pub fn in_batches(&self, mut each: impl FnMut(Batch) -> Result<(), Halt>, stop: &StopToken) -> Result<(), Halt> {
        let plan = self.indices.chunks(BATCH).map(<[usize]>::to_vec).collect();
        for batch in batches(self.store, plan, self.mode, stop) {
            let batch = batch?;
            stop.check()?;
            each(batch)?;
        }
        // The batches end early, without a word, when a person stops.
        stop.check()
    }
}

/// Reads a tensor back row by row.
///
/// # Errors
/// [`Failure`] where the device fails.
pub fn read<const D: usize>(tensor: Tensor<D>) -> Result<Vec<f32>, Failure> {
    let away = remote::is_away(&tensor.device());
    let fail = |why: String| {
        log::warn!("a device gave no result: {why}");
        let (why, hint) = if away {
            ("the connection to its machine is lost", "see that `leuko serve` runs there, or choose another device")
        } else {
            (bare(&why), "try again, or choose `cpu`")
        };
        Failure::new("the device gave no result", why, hint)
    };
    let data = tensor.try_into_data().map_err(|why| fail(format!("{why:?}")))?;
    data.try_to_vec::<f32>().map_err(|why| fail(format!("{why:?}")))
}

/// What went wrong without the chain of what that came from, which names buffers and traces and no cause that a person knows.
fn bare(why: &str) -> &str {
    why.split("Caused by").next().unwrap_or(why).trim()
}

/// Softmax of logits over a temperature, summed in f64.
#[must_use]
pub fn softmax(logits: &[f32], temperature: f64) -> Vec<f32> {
    let most = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let powers: Vec<f64> = logits.iter().map(|z| (f64::from(z - most) / temperature).exp()).collect();
    let sum: f64 = powers.iter().sum();
    powers.iter().map(|power| (power / sum) as f32).collect()
}

/// Cross-entropy in nats of one row of logits, and whether its largest is the truth.
#[must_use]
pub fn judge(logits: &[f32], truth: usize) -> (f64, bool) {
    let most = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum: f64 = logits.iter().map(|z| f64::from(z - most).exp()).sum();
    let of_truth = logits.get(truth).copied().unwrap_or(f32::NEG_INFINITY);
    let first_largest = logits.iter().position(|z| *z >= most);
    (sum.ln() - f64::from(of_truth - most), first_largest == Some(truth))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{data::view::preprocess::Preprocess, fault::StopMode};

    #[test]
    fn each_image_that_can_be_read_is_answered_by_its_index_and_in_order() {
        let dir = tempfile::tempdir().unwrap();
        let files: Vec<_> = (0..BATCH + 3).map(|n| dir.path().join(format!("{n}.png"))).collect();
        for (file, light) in files.iter().zip(1_u8..) {
            image::RgbImage::from_pixel(40, 40, image::Rgb([light; 3])).save(file).unwrap();
        }
        std::fs::write(&files[5], "no image").unwrap();
        let preprocess = Preprocess::new(32, 1.0);
        let store = Arc::new(FrameStore::new(files, &preprocess, 0));
        let indices: Vec<usize> = (0..BATCH + 3).rev().collect();
        let first_values = |pixels: Vec<f32>| -> Result<Vec<Vec<f32>>, Failure> {
            Ok(pixels.chunks_exact(preprocess.len()).map(|image| vec![(image[0] + 1.0) * 127.5]).collect())
        };
        let mut heard = Vec::new();
        let images = Images { store: &store, indices: &indices, mode: Mode::Plain };
        let missing = images
            .ask(first_values, |index, row| heard.push((index, row[0].round() as usize)), &StopToken::default())
            .unwrap();
        let expected: Vec<_> =
            indices.iter().copied().filter(|index| *index != 5).map(|index| (index, index + 1)).collect();
        assert_eq!(heard, expected);
        assert!(matches!(&missing[..], [(5, why)] if !why.is_empty()), "{missing:?}");
        let stop = StopToken::default();
        stop.stop(StopMode::Discard);
        assert!(images.ask(first_values, |_, _| (), &stop).is_err(), "a stopped walk is no finished one");
    }

    #[test]
    fn softmax_survives_large_logits_and_a_temperature_flattens_it() {
        assert_eq!(softmax(&[1000.0, 0.0], 1.0), [1.0, 0.0]);
        let (sharp, flat) = (softmax(&[2.0, 0.0], 1.0), softmax(&[2.0, 0.0], 4.0));
        assert!(sharp[0] > flat[0] && flat[0] > 0.5);
    }

    #[test]
    fn cross_entropy_of_even_logits_is_the_log_of_their_number() {
        let (loss, _) = judge(&[0.5; 8], 3);
        assert!((loss - 8.0_f64.ln()).abs() < 1e-12);
        assert!(judge(&[0.0, 3.0, 1.0], 1).1);
    }
}
