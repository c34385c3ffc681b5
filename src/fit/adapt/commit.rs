//! The run folder of a fitted model: the same files as a trained one's.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::{AdaptRequest, Finished, cells::Cells};
use crate::{
    data::read::scan::identify,
    device::ram::peak_memory_mb,
    domain::{
        config::{Init, TrainConfig},
        hash::ContentHash,
        learned::{Known, Learned},
        part::Part,
        profile::Adapted,
        run::{RunEnd, RunRecord},
    },
    eval::predict::Predictor,
    fault::{Failure, Halt, path_text},
    fit::profile::Fitted,
    learn::error::TrainError,
    model::{card::ModelCard, sieve::Sieve},
    store::{
        self, paths,
        run_dir::{self, SplitRow},
    },
};

/// The last part of a folder's path.
pub fn name_of(folder: &Path) -> String {
    let whole = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    whole.file_name().map_or_else(|| whole.display().to_string(), |name| name.to_string_lossy().into_owned())
}

/// Where the run goes.
pub fn free_folder(request: &AdaptRequest) -> Result<PathBuf, TrainError> {
    let model = name_of(Path::new(&request.model));
    let name = format!("{model}-{}", request.lab());
    let out = request.out.clone().unwrap_or_else(|| run_dir::free(&paths::outputs(), &name));
    if run_dir::is_vacant(&out) { Ok(out) } else { Err(TrainError::Occupied(out)) }
}

/// Commits a profile that was fitted without labels.
pub fn profile(
    request: &AdaptRequest,
    out: &Path,
    base: &Predictor,
    (fitted, sieve): (&Fitted, Option<Sieve>),
    (files, learned): (&[PathBuf], &[(PathBuf, usize)]),
    took: Duration,
) -> Result<RunRecord, Failure> {
    let adapted = Adapted {
        profile: fitted.profile.clone(),
        before: None,
        with_profile: None,
        after: None,
        old_lab_before: None,
        old_lab_after: None,
        retained: None,
        secs: took.as_secs_f64(),
    };
    let mut record = record(request, out, base, fitted, adapted);
    record.dataset_hash = hash_of(files);
    record.split_hash = record.dataset_hash;
    whole(&record, || {
        write(&record, fitted)?;
        let mut list = Learned::clone(base.learned());
        let mut rows = Vec::new();
        // A cell that is gone by now cannot be asked about either.
        for (file, label, image) in learned.iter().filter_map(|(file, label)| Some((file, label, identify(file).ok()?)))
        {
            list.add_cell(&image.pixels, image.fingerprint, Known::own(Part::Train));
            rows.push(row_of(request, fitted, file, (*label, image.hash)));
        }
        store::learned::save(out, &list)?;
        store::sieve::save(out, sieve.as_ref())?;
        Ok(run_dir::save_split_rows(out, &rows)?)
    })?;
    Ok(record)
}

/// A cell that a model learned from by its own answer, so that a report of it can say so.
fn row_of(request: &AdaptRequest, fitted: &Fitted, file: &Path, (label, hash): (usize, ContentHash)) -> SplitRow {
    let path = path_text::portable(file.strip_prefix(&request.dir).unwrap_or(file));
    SplitRow { path, hash, class: fitted.card.classes.name(label).to_owned(), split: Part::Train }
}

/// Commits a model that learned a lab's cells.
pub fn tuned(request: &AdaptRequest, out: &Path, base: &Predictor, done: &Finished) -> Result<RunRecord, Halt> {
    let mut record = record(request, out, base, &done.fitted, done.adapted.clone());
    record.dataset_hash = done.cells.dataset.hash;
    record.split_hash = done.cells.split.hash;
    record.history = done.history.iter().map(|(round, _)| round.clone()).collect();
    record.epoch_secs = done.history.iter().map(|(_, secs)| *secs).collect();
    record.config.epochs = done.tuning.config.rounds;
    record.config.learning_rate = done.tuning.config.rate;
    record.config.microscope = done.tuning.config.microscope;
    record.config.seed = done.tuning.seed;
    record.test = Some(done.evaluation.metrics.clone());
    whole(&record, || {
        write(&record, &done.fitted)?;
        if let Some(memory) = &done.memory {
            let card = &done.fitted.card;
            let memory = memory.clone().owned_by(card.weights_hash, &card.classes);
            run_dir::write(&out.join(run_dir::MEMORY), &memory.to_bytes()?)?;
        }
        store::learned::save(out, &learned(base, &done.cells))?;
        store::sieve::save(out, done.sieve.as_ref())?;
        run_dir::save_split(out, &done.cells.dataset, &done.cells.split)?;
        run_dir::write_json(&out.join(run_dir::EVALUATION), &done.evaluation)?;
        Ok(())
    })?;
    Ok(record)
}

/// What the model before learned from, and the lab's cells besides: both folders are the fitted model's own.
pub fn learned(base: &Predictor, cells: &Cells) -> Learned {
    let mut list = Learned::clone(base.learned());
    list.join(&Learned::of_split(&cells.dataset, &cells.split));
    list
}

/// Leaves nothing behind where something cannot be written.
fn whole(record: &RunRecord, write: impl FnOnce() -> Result<(), Failure>) -> Result<(), Failure> {
    write().inspect_err(|_| run_dir::discard(&record.path))
}

fn write(record: &RunRecord, fitted: &Fitted) -> Result<(), Failure> {
    let card = ModelCard { name: record.name.clone(), ..fitted.card.clone() };
    run_dir::write(&record.path.join(run_dir::WEIGHTS), &fitted.weights)?;
    run_dir::write_ron(&record.path.join(run_dir::CARD), &card)?;
    Ok(run_dir::save(record)?)
}

fn record(request: &AdaptRequest, out: &Path, base: &Predictor, fitted: &Fitted, adapted: Adapted) -> RunRecord {
    let network = &fitted.card.network;
    let config = TrainConfig {
        architecture: network.architecture,
        size: network.size,
        width: network.width,
        heads: network.heads,
        attention_width: network.attention_width,
        noise: network.noise,
        dropout: network.dropout,
        crop: fitted.card.preprocess.crop,
        background: fitted.card.preprocess.background,
        init: Init::Model(request.model.clone()),
        device: request.device.clone(),
        surroundings: 0.0,
        ..TrainConfig::default()
    };
    RunRecord {
        name: name_of(out),
        path: out.to_owned(),
        architecture: network.architecture,
        classes: fitted.card.classes.clone(),
        config,
        started: OffsetDateTime::now_utc().format(&Rfc3339).unwrap_or_default(),
        end: RunEnd::Completed,
        device: base.compute().info.name.clone(),
        dataset: fitted.profile.lab.clone(),
        dataset_hash: fitted.card.dataset_hash,
        split_hash: fitted.card.split_hash,
        also_hash: None,
        weights_hash: Some(fitted.card.weights_hash),
        history: Vec::new(),
        epoch_secs: Vec::new(),
        matrices: Vec::new(),
        test: None,
        images_per_sec: None,
        peak_memory_mb: peak_memory_mb(),
        app_version: env!("CARGO_PKG_VERSION").to_owned(),
        adapted: Some(adapted),
    }
}

/// Of the contents of image files, whatever they are called.
fn hash_of(files: &[PathBuf]) -> ContentHash {
    let mut hashes: Vec<ContentHash> =
        files.iter().filter_map(|file| std::fs::read(file).ok()).map(|bytes| ContentHash::of(&bytes)).collect();
    hashes.sort_unstable();
    ContentHash::of_parts(hashes.iter().map(|hash| &hash.0[..]))
}
