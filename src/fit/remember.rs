//! What a model remembers of its own lab: made at the end of its training, read when it is to learn another lab.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use burn::tensor::{Tensor, TensorData};

use crate::{
    data::read::{
        batch::{Batch, FrameStore, Mode},
        scan::scan,
        survey,
    },
    domain::{dataset::Dataset, part::Part, split::Split},
    eval::{
        forward::{Images, read, softmax},
        learned,
        predict::Predictor,
    },
    fault::{Failure, Halt, StopToken},
    model::{bundled, error::ModelError, memory::Memory, noise::Pass, stage::Stage},
    progress::{Event, Observer, Watch},
    store::{paths, run_dir},
};

/// Cells of each class that are remembered at most, spread over the list.
const OF_EACH: usize = 48;

/// Has a model remember some of the images that it learned from, class by class; `None` where none can be read.
///
/// # Errors
/// [`Halt`] where the device fails or a person stops.
pub fn remember(predictor: &Predictor, classes: &[Vec<PathBuf>], stop: &StopToken) -> Result<Option<Memory>, Halt> {
    let files: Vec<PathBuf> = classes.iter().flat_map(|class| survey::spread(class, OF_EACH)).collect();
    let all: Vec<usize> = (0..files.len()).collect();
    let store = Arc::new(FrameStore::new(files, &predictor.card().preprocess, 0));
    let (mut maps, mut answers, mut shape) = (Vec::new(), Vec::new(), [0; 3]);
    let look = |batch: Batch| {
        let map = until(predictor, Stage::Late, batch.pixels);
        let [n, h, w, c] = map.dims();
        if n == 0 {
            return Ok(());
        }
        shape = [h, w, c];
        let logits = read(predictor.plain_network().after(Stage::Late, map.clone(), Pass::Infer).logits)?;
        answers.extend(logits.chunks_exact(logits.len() / n).map(|row| softmax(row, 1.0)));
        maps.extend(read(map)?);
        Ok(())
    };
    Images { store: &store, indices: &all, mode: Mode::Plain }.in_batches(look, stop)?;
    let card = predictor.card();
    let memory = || Memory::new(&maps, shape, &answers).owned_by(card.weights_hash, &card.classes);
    Ok((!answers.is_empty()).then(memory))
}

/// [`remember`] from the training split of the labelled folder that a model learned from.
///
/// # Errors
/// [`Halt`] where the folder is another one, cannot be read, the device fails or a person stops.
pub fn remember_folder(predictor: &Predictor, dir: &Path, watch: Watch<'_>) -> Result<Option<Memory>, Halt> {
    let (dataset, split) = own_split(predictor, dir, watch)?;
    remember(predictor, &dataset.files_by_class(split.indices(Part::Train)), watch.stop)
}

/// The labelled folder that a model learned from, with its split.
///
/// # Errors
/// [`Halt`] where the folder is another one or cannot be read, or a person stops.
pub fn own_split(
    predictor: &Predictor,
    dir: &Path,
    Watch { observer, stop }: Watch<'_>,
) -> Result<(Dataset, Split), Halt> {
    let dataset = scan(dir, Some(&paths::scan_cache(dir)), observer, stop)?;
    let split = learned::own_split(predictor, &dataset)?;
    Ok((dataset, split))
}

/// Normalised pixels `[n, size, size, 3]` to the map at the end of a stage, on the model's device and without gradients.
#[must_use]
pub fn until(predictor: &Predictor, stage: Stage, pixels: Vec<f32>) -> Tensor<4> {
    let size = predictor.card().network.size;
    let n = pixels.len() / (size * size * 3);
    let images = TensorData::new(pixels, [n, size, size, 3]);
    predictor.plain_network().until(stage, Tensor::from_data(images, &predictor.compute().device), &Pass::Infer)
}

/// What a model remembers, by its name; `None`, with a warning, where the file beside it is another model's.
///
/// # Errors
/// [`Failure`] where the file is damaged.
pub fn of(model: &str, predictor: &Predictor, observer: &dyn Observer) -> Result<Option<Memory>, Failure> {
    let Some(memory) = load(model)? else { return Ok(None) };
    let card = predictor.card();
    let [_, h, w, c] = until(predictor, Stage::Late, vec![0.0; card.preprocess.len()]).dims();
    let Some(why) = memory.misfit(card.weights_hash, &card.classes, [h, w, c]) else { return Ok(Some(memory)) };
    let hint = "copy the whole run folder anew, or go on without";
    let what = format!("the memory beside {model} is not the model's own and is left out");
    observer.tell(Event::Warning { warning: Failure::new(what, why, hint) });
    Ok(None)
}

/// What lies beside a bundled model or in a run folder; `None` where that is nothing.
fn load(model: &str) -> Result<Option<Memory>, Failure> {
    if let Some(bundled) = bundled::find(model) {
        return Ok(Some(Memory::from_bytes(bundled.memory)?));
    }
    let path = Path::new(model).join(run_dir::MEMORY);
    if !path.exists() {
        return Ok(None);
    }
    let unreadable = |why: std::io::Error| ModelError::Read { path: path.clone(), why: why.to_string() };
    Ok(Some(Memory::from_bytes(&std::fs::read(&path).map_err(unreadable)?)?))
}
