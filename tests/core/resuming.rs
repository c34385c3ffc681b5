//! Runs that are killed, stopped, thrown away, or lose their drive: each goes on or ends as if nothing had happened.

use std::{
    fs,
    path::Path,
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use leukoscope::{
    domain::{
        part::Part,
        run::{RunEnd, RunRecord},
    },
    fault::{Halt, StopMode, StopToken},
    progress::{Event, Silent, Task},
    store::{moving_map, run_dir},
    train::{TrainRequest, run},
};

use super::{
    common::slides,
    training::{request, train},
};

fn resuming(folder: &Path, of: &TrainRequest) -> TrainRequest {
    TrainRequest { resume: Some(folder.to_owned()), ..of.clone() }
}

/// Collects warnings.
fn warned(into: &Mutex<Vec<String>>) -> impl Fn(Event) + Sync {
    |event| {
        if let Event::Warning { warning } = event {
            into.lock().unwrap().push(warning.to_string());
        }
    }
}

/// A copy in place of an older one.
fn copy_anew(from: &Path, to: &Path) {
    let _ = fs::remove_dir_all(to);
    copy_all(from, to);
}

const fn is_finishing(event: &Event) -> bool {
    matches!(event, Event::Progress { task: Task::Saving, .. })
}

/// Takes a field out of a RON file.
fn without(file: &Path, field: &str) {
    let text = fs::read_to_string(file).unwrap();
    let kept: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with(&format!("{field}:"))).collect();
    assert_eq!(kept.len() + 1, text.lines().count(), "{field}");
    fs::write(file, kept.join("\n")).unwrap();
}

fn copy_all(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_all(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn an_interrupted_run_goes_on_exactly() {
    let folder = tempfile::tempdir().unwrap();
    let whole = request(folder.path(), "whole");
    let copy = folder.path().join("interrupted");
    let watch = |event: Event| {
        if matches!(&event, Event::Epoch(report) if report.record.epoch == 1) {
            copy_all(&folder.path().join("whole"), &copy);
        }
    };
    let expected = run(&whole, &watch, &StopToken::default()).unwrap();
    let record = run_dir::load(&copy).unwrap();
    assert_eq!(record.history.len(), 1);
    run_dir::save(&RunRecord { app_version: "0.0.1".to_owned(), ..record }).unwrap();
    let damaged = folder.path().join("with-a-damaged-map");
    copy_all(&copy, &damaged);
    fs::write(damaged.join(run_dir::MAP), "half a ma").unwrap();
    let beginning = folder.path().join("killed-in-its-first-epoch");
    copy_all(&copy, &beginning);
    fs::remove_dir_all(beginning.join("checkpoint")).unwrap();
    // What a run of an earlier version leaves, which knew neither.
    without(&beginning.join(run_dir::RECORD), "app_version");
    without(&copy.join("checkpoint/epoch-0001/state.ron"), "end");
    for (interrupted, version) in [(copy, "0.0.1"), (beginning, "an earlier version")] {
        let warnings = Mutex::new(Vec::new());
        let resumed = run(&resuming(&interrupted, &whole), &warned(&warnings), &StopToken::default()).unwrap();
        assert_eq!(resumed.history, expected.history);
        assert_eq!(resumed.weights_hash, expected.weights_hash);
        assert_eq!(moving_map::load(&interrupted).unwrap(), moving_map::load(&expected.path).unwrap());
        assert_eq!(resumed.app_version, expected.app_version);
        let told = warnings.into_inner().unwrap();
        assert!(told.iter().any(|warning| warning.contains(&format!("it began with {version}"))), "{told:?}");
    }
    let warnings = Mutex::new(Vec::new());
    let resumed = run(&resuming(&damaged, &whole), &warned(&warnings), &StopToken::default()).unwrap();
    let told = warnings.into_inner().unwrap();
    assert!(told.iter().any(|warning| warning.contains("the map of the epochs so far begins anew")), "{told:?}");
    assert_eq!((&resumed.history, resumed.weights_hash), (&expected.history, expected.weights_hash));
    let epochs: Vec<usize> = moving_map::load(&damaged).unwrap().unwrap().epochs.iter().map(|of| of.epoch).collect();
    assert_eq!(epochs, [2]);

    let over = run(&resuming(&folder.path().join("whole"), &whole), &Silent, &StopToken::default());
    assert!(over.is_err_and(|halt| halt.to_string().contains("the run has ended")));
}

#[test]
fn a_stop_keeps_the_best_weights_or_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("shared/notes.txt");
    for (mode, name) in [(StopMode::Keep, "keep"), (StopMode::Discard, "discard"), (StopMode::Discard, "shared")] {
        let stop = StopToken::default();
        let asked = Mutex::new(false);
        let watch = |event: Event| {
            if name == "shared" && matches!(event, Event::Plan(_)) {
                // A person's notes on a run that is under way.
                fs::write(&own, "mine").unwrap();
            }
            if matches!(event, Event::Epoch(_)) && !std::mem::replace(&mut *asked.lock().unwrap(), true) {
                stop.stop(mode);
            }
        };
        let ended = run(&request(folder.path(), name), &watch, &stop);
        match mode {
            StopMode::Keep => assert_eq!(ended.unwrap().end, RunEnd::Stopped),
            StopMode::Discard => {
                assert_eq!(ended, Err(Halt::Stopped));
                assert!(!folder.path().join(name).join(run_dir::RECORD).exists());
                assert_eq!(folder.path().join(name).exists(), name == "shared");
            }
        }
    }
    assert_eq!(fs::read_to_string(&own).unwrap(), "mine");
    assert_eq!(fs::read_dir(own.parent().unwrap()).unwrap().count(), 1);
}

/// A run that stops early, as sure as a validation loss does not fall forty times in a row at a high rate.
fn impatient(folder: &Path, name: &str) -> TrainRequest {
    let mut request = request(folder, name);
    (request.config.patience, request.config.epochs, request.config.learning_rate) = (1, 40, 0.02);
    request
}

#[test]
fn a_run_that_stopped_early_and_was_killed_trains_no_further() {
    let folder = tempfile::tempdir().unwrap();
    let whole = impatient(folder.path(), "whole");
    let place = folder.path().join("whole");
    let (before, during) = (folder.path().join("before-it-finished"), folder.path().join("while-it-finished"));
    let watch = |event: Event| {
        if matches!(event, Event::Epoch(_)) {
            copy_anew(&place, &before);
        } else if is_finishing(&event) {
            copy_anew(&place, &during);
        }
    };
    let expected = run(&whole, &watch, &StopToken::default()).unwrap();
    assert_eq!(expected.end, RunEnd::EarlyStopped);
    for killed in [before, during] {
        assert_eq!(run_dir::load(&killed).unwrap().end, RunEnd::Unfinished);
        let resumed = train(&resuming(&killed, &whole));
        assert_eq!((resumed.end, resumed.history.len()), (expected.end, expected.history.len()), "{killed:?}");
        assert_eq!((&resumed.history, resumed.weights_hash), (&expected.history, expected.weights_hash));
    }
}

#[test]
fn a_persons_stop_is_remembered_while_the_run_finishes() {
    let folder = tempfile::tempdir().unwrap();
    let mut whole = request(folder.path(), "whole");
    whole.config.epochs = 5;
    let (place, killed) = (folder.path().join("whole"), folder.path().join("killed"));
    let stop = StopToken::default();
    let watch = |event: Event| {
        if matches!(event, Event::Epoch(_)) {
            stop.stop(StopMode::Keep);
        } else if is_finishing(&event) {
            copy_anew(&place, &killed);
        }
    };
    let expected = run(&whole, &watch, &stop).unwrap();
    assert_eq!((expected.end, expected.history.len()), (RunEnd::Stopped, 1));
    let resumed = train(&resuming(&killed, &whole));
    assert_eq!((resumed.end, resumed.history), (RunEnd::Stopped, expected.history));
    assert_eq!(resumed.weights_hash, expected.weights_hash);
}

#[test]
fn a_run_can_be_thrown_away_while_it_finishes() {
    let folder = tempfile::tempdir().unwrap();
    let stop = StopToken::default();
    let finishing = AtomicBool::new(false);
    let watch = |event: Event| {
        if matches!(event, Event::Epoch(_)) {
            stop.stop(StopMode::Keep);
        } else if is_finishing(&event) {
            finishing.store(true, Ordering::Relaxed);
            stop.stop(StopMode::Discard);
        }
    };
    assert_eq!(run(&request(folder.path(), "a"), &watch, &stop), Err(Halt::Stopped));
    assert!(finishing.into_inner() && !folder.path().join("a").exists());
}

#[test]
fn a_fresh_run_takes_nothing_over_and_overwrites_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let fresh = request(folder.path(), "a");
    for left in ["checkpoint/epoch-0001/state.ron", "history.csv", "evaluation.json"] {
        let file = folder.path().join("a").join(left);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, "somebody's").unwrap();
        let why = run(&fresh, &Silent, &StopToken::default()).unwrap_err().to_string();
        assert!(why.contains("the folder for the run is not empty") && why.contains("--resume"), "{why}");
        assert_eq!(fs::read_to_string(&file).unwrap(), "somebody's");
        fs::remove_dir_all(folder.path().join("a")).unwrap();
    }
}

#[test]
fn a_run_killed_between_record_and_checkpoint_has_no_hole_in_its_history() {
    let folder = tempfile::tempdir().unwrap();
    let expected = train(&request(folder.path(), "whole"));
    let broken = request(folder.path(), "broken");
    let place = folder.path().join("broken");
    // Where the checkpoint should go lies a file, so that the run breaks off there.
    let watch = |event: Event| {
        if matches!(event, Event::Plan(_)) {
            fs::write(place.join("checkpoint"), "").unwrap();
        }
    };
    assert!(matches!(run(&broken, &watch, &StopToken::default()), Err(Halt::Failed(_))));
    assert_eq!(run_dir::load(&place).unwrap().history, expected.history[..1]);
    assert_eq!(moving_map::load(&place).unwrap().unwrap().last(), 1);
    fs::remove_file(place.join("checkpoint")).unwrap();
    let resumed = train(&resuming(&place, &broken));
    assert_eq!((&resumed.history, resumed.weights_hash), (&expected.history, expected.weights_hash));
    assert_eq!(moving_map::load(&place).unwrap(), moving_map::load(&expected.path).unwrap());
}

#[test]
fn a_validation_image_that_is_gone_ends_the_run_and_the_drive_back_it_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let drive = folder.path().join("drive");
    copy_all(&slides(), &drive);
    let whole = TrainRequest { dataset: drive.clone(), ..request(folder.path(), "whole") };
    let (place, killed) = (folder.path().join("whole"), folder.path().join("killed"));
    let watch = |event: Event| {
        if matches!(&event, Event::Epoch(report) if report.record.epoch == 1) {
            copy_all(&place, &killed);
        }
    };
    let expected = run(&whole, &watch, &StopToken::default()).unwrap();
    let mut rows = csv::Reader::from_path(killed.join(run_dir::SPLIT)).unwrap();
    let rows: Vec<run_dir::SplitRow> = rows.deserialize().map(Result::unwrap).collect();
    let one = rows.iter().find(|row| row.split == Part::Validation).unwrap();
    let (file, aside) = (drive.join(&one.path), folder.path().join("aside"));
    let unplug = |event: Event| {
        if matches!(event, Event::Plan(_)) {
            fs::rename(&file, &aside).unwrap();
        }
    };
    let Err(Halt::Failed(why)) = run(&resuming(&killed, &whole), &unplug, &StopToken::default()) else {
        panic!("a validation split with a hole was taken");
    };
    let images = rows.iter().filter(|row| row.split == Part::Validation).count();
    assert!(why.why.contains(&format!("1 of its {images} images")), "{why}");
    assert!(why.hint.contains("resume") && why.paths == [file.clone()], "{why}");
    fs::rename(&aside, &file).unwrap();
    let resumed = train(&resuming(&killed, &whole));
    assert_eq!((&resumed.history, resumed.weights_hash), (&expected.history, expected.weights_hash));
}

#[test]
fn a_run_that_no_epoch_of_had_a_loss_fails_with_advice() {
    let folder = tempfile::tempdir().unwrap();
    let mut whole = request(folder.path(), "whole");
    whole.config.epochs = 1;
    let (place, without) = (folder.path().join("whole"), folder.path().join("without"));
    let watch = |event: Event| {
        if matches!(event, Event::Epoch(_)) {
            copy_all(&place, &without);
        }
    };
    run(&whole, &watch, &StopToken::default()).unwrap();
    // What a run leaves whose only validation loss was not a number.
    fs::write(without.join("checkpoint/epoch-0001/best.bpk"), "").unwrap();
    let why = run(&resuming(&without, &whole), &Silent, &StopToken::default()).unwrap_err().to_string();
    assert!(why.contains("no epoch had a validation loss that is a number") && why.contains("learning rate"), "{why}");
}

#[test]
fn two_programs_do_not_train_in_one_folder() {
    let folder = tempfile::tempdir().unwrap();
    let wanted = request(folder.path(), "run");
    let refused = Mutex::new(Vec::new());
    let observer = |event: Event| {
        if matches!(event, Event::Epoch(_)) {
            let again = run(&resuming(&folder.path().join("run"), &wanted), &Silent, &StopToken::default());
            let Err(Halt::Failed(why)) = again else { panic!("{again:?}") };
            refused.lock().unwrap().push(why.to_string());
        }
    };
    run(&wanted, &observer, &StopToken::default()).unwrap();
    let refused = refused.into_inner().unwrap();
    assert_eq!(refused.len(), 2);
    assert!(refused.iter().all(|why| why.contains("another program is training in this folder")), "{refused:?}");
}
