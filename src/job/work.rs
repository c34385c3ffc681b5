//! What each job does: one call into the layers below.

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
};

use super::{
    message::{Found, Job, Opened, Output, Reported, Told},
    observe::Teller,
};
use crate::{
    data::{folder, scan, synthetic},
    device,
    domain::{
        config::{DeviceChoice, TrainConfig},
        findings::findings,
        prediction::Classified,
        run::RunRecord,
        split::Split,
    },
    eval::{
        compare, evaluate, learned,
        predict::{self, Predictor},
    },
    progress::{Event, Failure, Halt, Observer, StopToken, Task},
    report,
    store::{paths, preferences, rename, run_dir, trash},
    train::{self, TrainRequest},
};

pub(super) fn run(job: &Job, teller: &Teller, stop: &StopToken) -> Result<Output, Halt> {
    stop.check()?;
    match job {
        Job::OpenDataset { root, seed } => open(root, *seed, teller, stop),
        Job::Split { opened, seed } => Ok(Output::Split(Split::stratified(&opened.dataset, *seed))),
        Job::Sort(paths) => Ok(Output::Found(sort(paths))),
        Job::Look(paths) => Ok(Output::Looked(sort(paths))),
        Job::Save { folder, preferences } => {
            preferences::save(folder, preferences)?;
            Ok(Output::Nothing)
        }
        Job::Export { chart, format, path } => {
            report::write_chart(path, chart, *format)?;
            Ok(Output::Saved(path.clone()))
        }
        Job::Report { of, below } => write_report(of, below, teller, stop),
        Job::Reveal(path) => reveal(path).map(|()| Output::Nothing),
        Job::ListRuns { outputs } => Ok(Output::Runs { runs: run_dir::list(outputs), trashed: trash::list(outputs) }),
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
fn sort(paths: &[PathBuf]) -> Found {
    let holds_folders = |folder: &Path| {
        let entries = folder.read_dir().into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).any(|path| path.is_dir())
    };
    match paths {
        [folder] if folder.is_dir() => {
            let images = if holds_folders(folder) { Vec::new() } else { folder::images(paths) };
            if images.is_empty() { Found::Dataset(folder.clone()) } else { Found::Images(images) }
        }
        paths => Found::Images(folder::images(paths)),
    }
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
    Ok(Predictor::load(model, &compute)?)
}

/// Puts images to a model and passes the outcomes on a handful at a time.
fn classify(
    model: &str,
    paths: &[PathBuf],
    device: &DeviceChoice,
    teller: &Teller,
    stop: &StopToken,
) -> Result<Output, Halt> {
    let images = folder::images(paths);
    if images.is_empty() {
        return Err(
            Failure::new("nothing was classified", "there is no image among the files", "drop image files").into()
        );
    }
    let predictor = load(model, device, teller)?;
    teller.say(Told::Classes(predictor.card().classes.clone()));
    let mut each = |one: Classified| teller.say(Told::Classified(vec![one]));
    predictor.classify(&images, &mut each, teller, stop)?;
    Ok(Output::Classified(images.len()))
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
    Command::new(program).arg(folder).spawn().map_err(failed)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_of_loose_images_is_no_dataset_and_a_file_needs_no_extension_to_be_one() {
        let place = tempfile::tempdir().unwrap();
        let (loose, nested) = (place.path().join("loose"), place.path().join("nested"));
        let classes = nested.join("ig");
        [&loose, &classes].into_iter().for_each(|folder| std::fs::create_dir_all(folder).unwrap());
        for file in [loose.join("a.png"), classes.join("a.png"), place.path().join("slide")] {
            std::fs::write(file, b"").unwrap();
        }
        assert_eq!(sort(std::slice::from_ref(&loose)), Found::Images(vec![loose.join("a.png")]));
        assert_eq!(sort(std::slice::from_ref(&nested)), Found::Dataset(nested));
        assert!(matches!(sort(&[place.path().join("slide")]), Found::Images(_)));
    }
}
