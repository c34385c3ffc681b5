//! What each job does: one call into the layers below.

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
};

use super::{
    message::{Found, Job, Opened, Output, Reported, Told},
    observe::{Gathered, Teller},
};
use crate::{
    data::{
        read::{folder, scan},
        synthetic,
    },
    device,
    domain::{
        config::{DeviceChoice, TrainConfig},
        findings::findings,
        run::{RunEnd, RunRecord},
        split::Split,
    },
    eval::{
        compare, evaluate, learned,
        predict::{self, Predictor},
    },
    model::kernels,
    progress::{Event, Failure, Halt, Observer, StopToken, Task},
    report,
    store::{paths, preferences, rename, run_dir, trash, waiting},
    train::{self, TrainRequest},
};

pub(super) fn run(job: &Job, teller: &Teller, stop: &StopToken) -> Result<Output, Halt> {
    stop.check()?;
    // However the job ends, what its kernels kept at hand goes back to the system once no other job computes.
    let _buffers = kernels::Use::begin();
    match job {
        Job::OpenDataset { root, seed } => open(root, *seed, teller, stop),
        Job::Split { opened, seed } => Ok(split(opened, *seed)),
        Job::Sort(paths) => Ok(Output::Found(sort(paths, teller, stop)?)),
        Job::Look(paths) => Ok(Output::Looked(sort(paths, teller, stop)?)),
        Job::Save { folder, preferences } => {
            preferences::save(folder, preferences)?;
            Ok(Output::Nothing)
        }
        Job::SaveWaiting { folder, waiting } => Ok(waiting::save(folder, waiting).map(|()| Output::Nothing)?),
        Job::Export { chart, format, path } => {
            report::write_chart(path, chart, *format)?;
            Ok(Output::Saved(path.clone()))
        }
        Job::Report { of, below } => write_report(of, below, teller, stop),
        Job::Reveal(path) => reveal(path).map(|()| Output::Nothing),
        Job::ListRuns { outputs, elsewhere } => Ok(list(outputs, elsewhere)),
        Job::ReadModel { folder } => read_model(folder),
        Job::RenameRun { folder, name } => {
            Ok(Output::Renamed { from: folder.clone(), run: Box::new(rename::rename(folder, name)?) })
        }
        Job::TrashRun { folder } => Ok(Output::Trashed { from: folder.clone(), trashed: trash::throw(folder)? }),
        Job::RestoreRun { trashed } => {
            let run = Box::new(rename::settle(&trash::restore(trashed)?)?);
            Ok(Output::Restored { from: trashed.clone(), run })
        }
        Job::EmptyTrash { outputs } => trash::empty(outputs).map(|()| Output::Nothing).map_err(Halt::from),
        Job::ReadCard { model } => Ok(Output::Card(Box::new(predict::card(model)?))),
        Job::ListDevices => Ok(Output::Devices(device::list())),
        Job::Train { dataset, config, outputs, resume } => {
            let run = train(dataset, config, outputs, resume.as_deref(), teller, stop)?;
            Ok(Output::Run(Box::new(run)))
        }
        Job::MeasurePace { config, classes } => Ok(Output::Pace(train::pace::measure(config, *classes, stop)?)),
        Job::Evaluate { model, opened, scope, device } => {
            let predictor = load(model, device, teller)?;
            let cells = learned::cells(&[&predictor], &opened.dataset, *scope)?;
            let evaluation = evaluate::judge(&predictor, &opened.dataset, &cells, teller, stop)?;
            Ok(Output::Evaluated(Arc::new(evaluation)))
        }
        Job::EvaluateFolder { model, root, device } => {
            let dataset = scan::scan(root, Some(&paths::scan_cache(root)), teller, stop)?;
            let predictor = load(model, device, teller)?;
            let cells = learned::cells(&[&predictor], &dataset, None)?;
            let evaluation = evaluate::judge(&predictor, &dataset, &cells, teller, stop)?;
            Ok(Output::EvaluatedFolder(Arc::new(evaluation)))
        }
        Job::Compare { models: [a, b], opened, scope, device } => {
            let [a, b] = [load(a, device, teller)?, load(b, device, teller)?];
            let comparison = compare::compare(&a, &b, &opened.dataset, *scope, teller, stop)?;
            Ok(Output::Compared(Arc::new(comparison)))
        }
        Job::Classify { model, paths, device } => classify(model, paths, device, teller, stop),
        Job::FindSynthetic => {
            Ok(Output::Found(Found::Dataset(synthetic::bundled_dir(&paths::data_dir(), teller, stop)?)))
        }
    }
}

/// All runs, deleted ones, and the models elsewhere that are still there.
fn list(outputs: &Path, elsewhere: &[PathBuf]) -> Output {
    let apart = elsewhere.iter().filter(|folder| folder.parent() != Some(outputs));
    let elsewhere = apart.filter_map(|folder| run_dir::load(folder).ok()).collect();
    Output::Runs { runs: run_dir::list(outputs), trashed: trash::list(outputs), elsewhere }
}

/// A model in a folder of a person's choice.
fn read_model(folder: &Path) -> Result<Output, Halt> {
    let hint = "choose the folder of a run that has ended, such as one that `leuko adapt` wrote";
    let no_model = |why: &dyn std::fmt::Display| Failure::new("this folder is no model", why, hint).at(folder);
    let run = run_dir::load(folder).map_err(|why| no_model(&why))?;
    predict::card(&folder.display().to_string()).map_err(|failure| no_model(&failure.why))?;
    if run.weights_hash.is_none() || run.end == RunEnd::Unfinished {
        return Err(no_model(&"its run has not ended").into());
    }
    Ok(Output::Model(Box::new(run)))
}

/// Splits an opened dataset by another seed; the copy is made here, where no frame waits for it.
fn split(opened: &Arc<Opened>, seed: u64) -> Output {
    let split = Split::stratified(&opened.dataset, seed);
    let new = Arc::new(Opened { split, ..(**opened).clone() });
    Output::Split { of: Arc::clone(opened), opened: new }
}

/// Trains into a new folder of the outputs, or goes on with an interrupted run; says first which folder it is.
fn train(
    dataset: &Path,
    config: &TrainConfig,
    outputs: &Path,
    resume: Option<&Path>,
    teller: &Teller,
    stop: &StopToken,
) -> Result<RunRecord, Halt> {
    let name = format!("{}-seed{}", config.architecture.id(), config.seed);
    let folder = resume.map_or_else(|| run_dir::free(outputs, &name), Path::to_owned);
    teller.say(Told::Folder(folder.clone()));
    let request = TrainRequest {
        dataset: dataset.to_owned(),
        config: config.clone(),
        out: resume.is_none().then_some(folder),
        resume: resume.map(Path::to_owned),
    };
    train::run(&request, teller, stop)
}

/// One folder with sub-folders is a dataset; everything else are images, a folder of loose ones too.
fn sort(paths: &[PathBuf], observer: &dyn Observer, stop: &StopToken) -> Result<Found, Halt> {
    let holds_folders = |folder: &Path| {
        let entries = folder.read_dir().into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).any(|path| path.is_dir())
    };
    match paths {
        [folder] if folder.is_dir() => {
            let images = if holds_folders(folder) { Vec::new() } else { images_of(paths, observer, stop)? };
            Ok(if images.is_empty() { Found::Dataset(folder.clone()) } else { Found::Images(images) })
        }
        paths => Ok(Found::Images(images_of(paths, observer, stop)?)),
    }
}

/// The images among files and folders; what could not be looked at is a warning.
fn images_of(paths: &[PathBuf], observer: &dyn Observer, stop: &StopToken) -> Result<Vec<PathBuf>, Halt> {
    let listed = folder::list(paths, stop)?;
    if let Some(warning) = listed.warning() {
        observer.tell(Event::Warning { warning });
    }
    Ok(listed.images)
}

/// Everything of an evaluation or a comparison into a new folder, so that nothing which is there is written over.
fn write_report(of: &Reported, below: &Path, teller: &Teller, stop: &StopToken) -> Result<Output, Halt> {
    let folder = match of {
        Reported::Evaluation(evaluation) => {
            let folder = run_dir::free(below, "evaluation");
            run_dir::write_json(&folder.join(run_dir::EVALUATION), &**evaluation)?;
            report::write_evaluation(&folder, evaluation, teller, stop)?;
            folder
        }
        Reported::Comparison(comparison) => {
            let folder = run_dir::free(below, "comparison");
            run_dir::write_json(&folder.join(run_dir::COMPARISON), &**comparison)?;
            report::write_comparison(&folder, comparison, teller, stop)?;
            folder
        }
    };
    Ok(Output::Saved(folder.join(report::PAPER)))
}

/// Starts the device and loads the model on it.
fn load(model: &str, device: &DeviceChoice, teller: &Teller) -> Result<Predictor, Halt> {
    teller.tell(Event::Progress { task: Task::Preparing, done: 0, total: 0 });
    let compute = device::choose(device)?;
    teller.say(Told::Device(device.clone(), compute.info.clone()));
    Ok(Predictor::load(model, &compute)?)
}

/// Puts images to a model and passes the outcomes on, at most ten times a second.
fn classify(
    model: &str,
    paths: &[PathBuf],
    device: &DeviceChoice,
    teller: &Teller,
    stop: &StopToken,
) -> Result<Output, Halt> {
    let images = images_of(paths, teller, stop)?;
    if images.is_empty() {
        return Err(
            Failure::new("nothing was classified", "there is no image among the files", "drop image files").into()
        );
    }
    let predictor = load(model, device, teller)?;
    teller.say(Told::Classifying(Arc::new(predictor.card().clone()), images.clone()));
    let mut gathered = Gathered::new(teller);
    let ended = predictor.classify(&images, &mut |one| gathered.add(one), teller, stop);
    gathered.flush();
    Ok(Output::Classified { images: images.len(), shift: Box::new(ended?) })
}

/// Scans a folder and works out everything that the window shows of it.
fn open(root: &Path, seed: u64, teller: &Teller, stop: &StopToken) -> Result<Output, Halt> {
    let dataset = scan::scan(root, Some(&paths::scan_cache(root)), teller, stop)?;
    let mut by_class = vec![Vec::new(); dataset.classes.len()];
    for (index, item) in dataset.items.iter().enumerate() {
        if let Some(of) = by_class.get_mut(item.label) {
            of.push(index);
        }
    }
    let findings = findings(&dataset);
    let split = Split::stratified(&dataset, seed);
    let counts = dataset.counts();
    Ok(Output::Opened(Arc::new(Opened { dataset, findings, split, counts, by_class })))
}

/// Opens the folder of a file, or a folder itself, in the system's file manager.
fn reveal(path: &Path) -> Result<(), Halt> {
    let folder = if path.is_dir() { path } else { path.parent().unwrap_or(path) };
    let program = if cfg!(target_os = "macos") {
        "open"
    } else if cfg!(windows) {
        "explorer"
    } else {
        "xdg-open"
    };
    let failed = |why| Failure::new("the folder could not be shown", why, "open it in your file manager").at(folder);
    let mut child = Command::new(program).arg(folder).spawn().map_err(failed)?;
    // Nobody waits for the file manager, yet a process that nobody waits for stays a zombie.
    let wait = move || drop(child.wait());
    std::thread::Builder::new().name("file manager".to_owned()).spawn(wait).map_err(failed)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::Silent;

    #[test]
    fn a_folder_of_loose_images_is_no_dataset_and_a_file_needs_no_extension_to_be_one() {
        let place = tempfile::tempdir().unwrap();
        let (loose, nested) = (place.path().join("loose"), place.path().join("nested"));
        let classes = nested.join("ig");
        [&loose, &classes].into_iter().for_each(|folder| std::fs::create_dir_all(folder).unwrap());
        for file in [loose.join("a.png"), classes.join("a.png"), place.path().join("slide")] {
            std::fs::write(file, b"").unwrap();
        }
        let sort = |paths: &[PathBuf]| sort(paths, &Silent, &StopToken::default()).unwrap();
        assert_eq!(sort(std::slice::from_ref(&loose)), Found::Images(vec![loose.join("a.png")]));
        assert_eq!(sort(std::slice::from_ref(&nested)), Found::Dataset(nested));
        assert!(matches!(sort(&[place.path().join("slide")]), Found::Images(_)));
    }
}
