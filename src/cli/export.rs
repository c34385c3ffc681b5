//! `leuko export MODEL FILE.onnx`: a model for other programs, with its card as a page beside it.

use std::path::PathBuf;

use safetensors::{Dtype, tensor::TensorView};
use serde::Serialize;

use super::{Failed, Session, classify::images};
use crate::{
    data::{read::batch::FrameStore, synthetic},
    device::Compute,
    domain::classes::KNOWN,
    eval::predict::Predictor,
    fault::Failure,
    model::{card::ModelCard, onnx},
    report,
    store::run_dir,
};

/// Synthetic cells on which the written file is compared with the model.
const DRAWN: usize = 4;
/// Real ones at most.
const MOST: usize = 100;

/// Write a model as an ONNX file, with classes and preprocessing in its metadata
#[derive(clap::Args)]
pub(super) struct Export {
    /// A bundled model's name or a run folder
    model: String,
    /// The file to write; the model's card is written beside it as a page, FILE.txt
    file: PathBuf,
    /// Compare the file with the model on up to 100 of these images instead of on drawn cells, and keep what went in and
    /// came out as FILE.safetensors, so that another program's runtime can be compared too; may be given several times
    #[arg(long, value_name = "PATH")]
    check: Vec<PathBuf>,
}

/// What was written.
#[derive(Serialize)]
struct Exported {
    path: PathBuf,
    card: PathBuf,
    opset: i64,
    bytes: usize,
    /// Between the model's logits and the file's, read back and run by ONNX's definitions.
    largest_difference: f32,
    checked_on: usize,
}

impl Export {
    pub(super) fn run(self, session: &Session) -> Result<(), Failed> {
        let predictor = Predictor::load(&self.model, &Compute::cpu())?;
        let (card, size) = (predictor.card(), predictor.card().network.size);
        let bytes = onnx::to_bytes(card, predictor.plain_network());
        let pixels = if self.check.is_empty() { drawn(card)? } else { real(card, &self.check, session)? };
        let logits = predictor.forward().logits(pixels.clone())?;
        session.stop.check()?;
        let largest_difference = onnx::furthest_answer(&bytes, &pixels, size, &logits).map_err(|why| {
            let hint = "this is a fault of the program: please report it with the model";
            Failure::new("the written file was not checked", why, hint)
        })?;
        let page = self.file.with_extension("txt");
        run_dir::write(&self.file, &bytes)?;
        run_dir::write(&page, report::card::text(card).as_bytes())?;
        if !self.check.is_empty() {
            let kept = kept(&onnx::channels_first(&pixels, size), size, &logits)?;
            run_dir::write(&self.file.with_extension("safetensors"), &kept)?;
        }
        let (opset, checked_on) = (onnx::OPSET, logits.len());
        let exported =
            Exported { path: self.file, card: page, opset, bytes: bytes.len(), largest_difference, checked_on };
        let text = || {
            let (megabytes, path) = (exported.bytes as f64 / 1e6, exported.path.display());
            format!(
                "{path}: ONNX opset {opset}, {megabytes:.1} MB; logits of {checked_on} cells differ by at most {:.1e}",
                exported.largest_difference
            )
        };
        Ok(session.output.result(&exported, text)?)
    }
}

/// Synthetic cells of several classes as the network sees them.
fn drawn(card: &ModelCard) -> Result<Vec<f32>, Failure> {
    let cells = KNOWN.iter().take(DRAWN).zip(0..).map(|(class, seed)| synthetic::draw(class.name, seed));
    let store = FrameStore::new(Vec::new(), &card.preprocess, 0).holding(cells.collect());
    seen(card, &store)
}

/// Cells of a person's choice, evenly over what was found.
fn real(card: &ModelCard, paths: &[PathBuf], session: &Session) -> Result<Vec<f32>, Failed> {
    let images = images(paths, session)?;
    let every = images.len().div_ceil(MOST).max(1);
    let store = FrameStore::new(images.into_iter().step_by(every).collect(), &card.preprocess, 0);
    Ok(seen(card, &store)?)
}

fn seen(card: &ModelCard, store: &FrameStore) -> Result<Vec<f32>, Failure> {
    let mut pixels = vec![0.0; store.len() * card.preprocess.len()];
    for (index, view) in pixels.chunks_exact_mut(card.preprocess.len().max(1)).enumerate() {
        let cell = store.square(index).map_err(|why| {
            let failure = Failure::new("the check batch was not read", why, "name images that can be classified");
            store.file(index).map_or(failure.clone(), |file| failure.at(file))
        })?;
        card.preprocess.normalise(&cell, view);
    }
    Ok(pixels)
}

/// `images` and `logits` for another program.
fn kept(images: &[f32], size: usize, logits: &[Vec<f32>]) -> Result<Vec<u8>, Failure> {
    let failed = |why: safetensors::SafeTensorError| {
        Failure::new("the check batch was not kept", why, "leave `--check` out, or report this with the model")
    };
    let bytes = |values: &mut dyn Iterator<Item = f32>| values.flat_map(f32::to_le_bytes).collect::<Vec<u8>>();
    let (n, classes) = (logits.len(), logits.first().map_or(0, Vec::len));
    let images = bytes(&mut images.iter().copied());
    let answers = bytes(&mut logits.iter().flatten().copied());
    let tensors = [
        (onnx::IMAGES, TensorView::new(Dtype::F32, vec![n, 3, size, size], &images).map_err(failed)?),
        (onnx::LOGITS, TensorView::new(Dtype::F32, vec![n, classes], &answers).map_err(failed)?),
    ];
    safetensors::serialize(tensors, None).map_err(failed)
}
