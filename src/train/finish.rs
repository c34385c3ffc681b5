//! The end of a run: calibrate the best weights, write model and card, evaluate once on the test split.

use std::{path::PathBuf, sync::Arc};

use burn::module::Module;

use super::{checkpoint, epoch, session::Session, start};
use crate::{
    device::{Compute, ram},
    domain::{
        hash::ContentHash,
        run::{RunEnd, RunRecord},
    },
    eval::{
        calibrate,
        evaluate::{Evaluation, judge},
        learned::{self, Scope},
        predict::Predictor,
        shift,
    },
    fault::{Halt, StopToken},
    fit::{self, norms, remember, sieve},
    model::{
        card::{CARD_VERSION, ModelCard},
        classifier::{Classifier, NetworkConfig},
        weights::{self, Precision},
        words::Words,
    },
    progress::{Event, Task, Watch},
    store::{self, run_dir},
};

/// Commits the run folder and gives the finished record.
///
/// # Errors
/// [`Halt::Stopped`] where a person discards the run; [`Halt::Failed`] with the reason, after which the run can be resumed
/// and finishes.
pub fn finish(mut session: Session<'_>, mut record: RunRecord, end: RunEnd) -> Result<RunRecord, Halt> {
    // A stop that keeps the run ended the training, and must not cut off what keeps it.
    let go_on = session.stop.for_discarding();
    session.stop = go_on.clone();
    checkpoint::finishing(&record.path, &session.state(record.history.len()), end)?;
    session.observer.tell(Event::Progress { task: Task::Saving, done: 0, total: 0 });
    choose_statistics(&mut session, record.classes.len())?;
    let mut card = card(&session, &record);
    let mut predictor = Predictor::from_parts(card.clone(), session.best.clone(), session.compute)?;
    let own = own_files(&session);
    card.home = shift::home(&predictor, &own, &go_on)?;
    let material = session.material;
    calibrate::measure(&predictor, &material.dataset, &material.validation, &go_on)?.write(&mut card);
    let memory = remember::remember(&predictor, &own, &go_on)?;
    let validation = material.dataset.files_by_class(material.validation.iter().copied()).concat();
    let cells = material.dataset.files_by_class(material.train.iter().copied());
    let sieve = sieve::learn(&predictor, (&cells, &guests(&session)), &validation, &go_on)?;
    let words = words(&predictor, &session)?;
    predictor = predictor.with_card(card.clone())?.with_learned(Arc::new(session.material.learned.clone()));
    predictor = predictor.with_words(words.clone().map(Arc::new));
    let evaluation = on_test(&predictor, &session, &go_on)?;
    card.test = evaluation.as_ref().map(|evaluation| evaluation.metrics.clone());
    run_dir::write(&record.path.join(run_dir::WEIGHTS), &session.best)?;
    if let Some(memory) = memory {
        run_dir::write(&record.path.join(run_dir::MEMORY), &memory.to_bytes()?)?;
    }
    store::sieve::save(&record.path, sieve.as_ref())?;
    store::words::save(&record.path, words.as_ref())?;
    run_dir::write_ron(&record.path.join(run_dir::CARD), &card)?;
    if let Some(evaluation) = &evaluation {
        run_dir::write_json(&record.path.join(run_dir::EVALUATION), evaluation)?;
    }
    store::learned::save(&record.path, &session.material.learned)?;
    record.end = end;
    record.weights_hash = Some(card.weights_hash);
    record.test = evaluation.map(|evaluation| evaluation.metrics);
    record.images_per_sec = (session.secs > 0.0).then(|| session.images as f64 / session.secs);
    record.peak_memory_mb = ram::peak_memory_mb();
    run_dir::save(&record)?;
    checkpoint::clear(&record.path);
    Ok(record)
}

/// Heads for what the dataset's own file says of its cells; `None` without such a file.
fn words(predictor: &Predictor, session: &Session<'_>) -> Result<Option<Words>, Halt> {
    let material = session.material;
    let Some(described) = &material.described else { return Ok(None) };
    let watch = Watch { observer: session.observer, stop: &session.stop };
    let fitted = fit::words::fit(predictor, (&material.dataset, &material.split), described, watch)?;
    Ok(fitted.map(|fitted| fitted.words))
}

/// The figures on the test split; `None`, which is said, where first weights or teachers learned from all of it.
fn on_test(predictor: &Predictor, session: &Session<'_>, stop: &StopToken) -> Result<Option<Evaluation>, Halt> {
    let dataset = &session.material.dataset;
    match learned::cells(&[predictor], dataset, Some(Scope::Test)) {
        Ok(cells) => Ok(Some(judge(predictor, dataset, &cells, session.observer, stop)?)),
        Err(warning) => {
            session.observer.tell(Event::Warning { warning });
            Ok(None)
        }
    }
}

/// Loads the best weights with the running statistics or with ones estimated anew, whichever the validation split prefers.
fn choose_statistics(session: &mut Session<'_>, classes: usize) -> Result<(), Halt> {
    let load = |bytes: &[u8]| -> Result<Classifier, Halt> {
        let mut network = NetworkConfig::new(session.config, classes).init(&Compute::cpu().device);
        weights::apply_bytes(&mut network, bytes.to_vec())?;
        Ok(network)
    };
    let device = &session.compute.device;
    let running = load(&session.best)?.to_device(device);
    let ready = epoch::for_statistics(session);
    let measured = norms::remeasured(load(&session.best)?, device, session.config.size, ready, &session.stop)?;
    let after = epoch::validate(session, &measured, &[])?;
    let before = epoch::validate(session, &running, &[])?;
    let share = session.config.also_share;
    if after.loss(share) < before.loss(share) {
        session.best = weights::to_bytes(&measured, Precision::Full)?;
    }
    Ok(())
}

/// The images of the model's own lab, class by class, without those that it will be judged by.
fn own_files(session: &Session<'_>) -> Vec<Vec<PathBuf>> {
    let material = session.material;
    material.dataset.files_by_class(material.train.iter().chain(&material.validation).copied())
}

/// Other labs' cells that were learned from, class by class.
fn guests(session: &Session<'_>) -> Vec<Vec<PathBuf>> {
    let material = session.material;
    let mut classes = vec![Vec::new(); material.dataset.classes.len()];
    for index in &material.also {
        let class = material.labels.get(*index).and_then(|label| classes.get_mut(*label));
        if let (Some(class), Some(file)) = (class, material.frames.file(*index)) {
            class.push(file.to_owned());
        }
    }
    classes
}

fn card(session: &Session<'_>, record: &RunRecord) -> ModelCard {
    let material = session.material;
    let mut sources = vec![format!("images: {} (see its own licence)", record.dataset)];
    sources.extend(material.guests.names.iter().map(|name| format!("images: {name} (see its own licence)")));
    sources.extend(start::source(session.config).map(|source| format!("first weights: {source}")));
    let teachers = session.teachers.iter().flat_map(|_| &session.config.teacher);
    sources.extend(teachers.map(|model| format!("learned beside the answers of: {model}")));
    ModelCard {
        version: CARD_VERSION,
        name: record.name.clone(),
        network: NetworkConfig::new(session.config, record.classes.len()),
        classes: record.classes.clone(),
        preprocess: material.preprocess.clone(),
        temperature: 1.0,
        doubt_temperature: None,
        elsewhere: None,
        operating: None,
        parameters: session.network.num_params(),
        weights_hash: ContentHash::of(&session.best),
        dataset: record.dataset.clone(),
        dataset_hash: record.dataset_hash,
        split_hash: record.split_hash,
        split_seed: session.config.seed,
        test: None,
        calibration: None,
        home: None,
        profile: None,
        other_labs: Vec::new(),
        sources,
        limits: vec![
            "research and education only; not a medical device".to_owned(),
            labs(material.guests.names.len()),
            "never saw blasts, atypical lymphocytes, smudge cells or artefacts, and calls them one of its classes"
                .to_owned(),
        ],
        created: record.started.clone(),
        app_version: env!("CARGO_PKG_VERSION").to_owned(),
    }
}

fn labs(others: usize) -> String {
    match others {
        0 => "one lab's cells: expect much worse results on another lab's slides".to_owned(),
        n => format!("the cells of {} labs: expect worse results on another lab's slides", n + 1),
    }
}
