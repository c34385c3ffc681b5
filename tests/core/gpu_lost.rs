//! A GPU that is lost in the middle of the work, for real: the device that Burn computes with is destroyed on a software
//! adapter. What was done is kept, the device is not used again, and the work goes on elsewhere.
//!
//! A lost device stays lost for its process, so each case is a process of its own. A software adapter takes minutes to tune its
//! kernels, so what comes before the loss is done on the CPU.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use leukoscope::{
    data::synthetic,
    device::{self, DeviceError, DeviceKind},
    domain::{
        config::{DeviceChoice, Init, TrainConfig},
        field::Taken,
        run::RunEnd,
    },
    eval::{predict::Predictor, stream::Stream},
    fault::{Halt, StopToken},
    progress::{Event, Silent, Task},
    store::run_dir,
    train::{TrainRequest, run},
};

use super::common::skipped;

/// Names the case to the process that plays it.
const CASE: &str = "LEUKO_LOSE_GPU";

fn software() -> Option<String> {
    device::list().into_iter().find(|device| device.kind == DeviceKind::Software).map(|device| device.id)
}

/// Plays one case in a process of its own.
fn play(case: &str) {
    if software().is_none() {
        assert!(env::var_os("CI").is_none(), "no software Vulkan: install mesa-vulkan-drivers and libvulkan1");
        skipped("no software Vulkan here (install mesa-vulkan-drivers and libvulkan1)");
        return;
    }
    let this = env::current_exe().unwrap();
    // The other levels measure how fast the adapter could be at best, which takes a software one minutes.
    let play = ["core::gpu_lost::the_case_that_this_process_is_for", "--exact", "--ignored", "--nocapture"];
    let output = Command::new(this).args(play).env(CASE, case).env("CUBECL_AUTOTUNE_LEVEL", "full").output().unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{case}: {said}");
    assert!(said.contains("1 passed"), "{case}: {said}");
}

#[test]
fn a_gpu_that_is_lost_before_the_first_epoch_ends_leaves_nothing_behind() {
    play("in epoch 1");
}

#[test]
fn a_gpu_that_is_lost_in_a_later_epoch_leaves_a_run_that_goes_on_on_the_cpu() {
    play("in epoch 2");
}

#[test]
fn a_gpu_that_is_lost_while_a_run_is_evaluated_leaves_a_run_that_finishes_on_the_cpu() {
    play("evaluating");
}

#[test]
fn a_gpu_that_is_lost_while_it_classifies_is_said_and_another_device_answers() {
    play("classifying");
}

#[test]
#[ignore = "played by the others in a process of its own"]
fn the_case_that_this_process_is_for() {
    let (id, case) = (software().unwrap(), env::var(CASE).unwrap());
    if case == "classifying" {
        classifying(&id)
    } else {
        training(&id, &case)
    }
    // Whatever happened, it is not used again unasked, and asked for it is refused.
    device::mark_suspect(&id);
    assert!(matches!(device::choose(&DeviceChoice::Id(id)), Err(DeviceError::Suspect(_))));
}

fn slides(folder: &Path) -> PathBuf {
    let place = folder.join("slides");
    if place.exists() {
        return place;
    }
    synthetic::write_set(&place, 10, 5, &Silent, &StopToken::default()).unwrap();
    place
}

fn request(folder: &Path, device: DeviceChoice) -> TrainRequest {
    let config = TrainConfig {
        size: 32,
        width: 0.125,
        epochs: 3,
        batch: 32,
        heads: 2,
        attention_width: 16,
        device,
        init: Init::Random,
        ..TrainConfig::default()
    };
    TrainRequest { dataset: slides(folder), config, out: Some(folder.join("run")), resume: None }
}

/// When the GPU is lost: once the run stands ready on it, or as it begins to evaluate.
fn has_come(case: &str, event: &Event) -> bool {
    match case {
        "evaluating" => matches!(event, Event::Progress { task: Task::Saving, .. }),
        _ => matches!(event, Event::Plan(_)),
    }
}

/// Where the part on the CPU breaks off, as a program that is killed does.
fn breaks_off(case: &str, event: &Event) -> bool {
    match case {
        "evaluating" => has_come(case, event),
        _ => matches!(event, Event::Step(step) if step.epoch == 2),
    }
}

fn training(id: &str, case: &str) {
    let folder = tempfile::tempdir().unwrap();
    let on = |device: DeviceChoice| request(folder.path(), device);
    let (place, gpu) = (folder.path().join("run"), DeviceChoice::Id(id.to_owned()));
    let resumed = |of: TrainRequest| TrainRequest { out: None, resume: Some(place.clone()), ..of };
    let mut wanted = on(gpu);
    if case != "in epoch 1" {
        let broken = |event: Event| assert!(!breaks_off(case, &event), "on purpose");
        run(&on(DeviceChoice::Cpu), &broken, &StopToken::default()).unwrap_err();
        wanted = resumed(wanted);
    }
    let lose = |event: Event| {
        if has_come(case, &event) {
            assert!(device::lose(id));
        }
    };
    let ended = run(&wanted, &lose, &StopToken::default());
    let Err(Halt::Failed(failure)) = ended else { panic!("{case}: {ended:?}") };
    eprintln!("{case}: {failure}");
    assert!(device::is_suspect(id), "{case}");
    if case == "in epoch 1" {
        assert!(!place.exists(), "nothing was done yet, and nothing is left");
        return;
    }
    let kept = run_dir::load(&place).unwrap();
    let epochs = if case == "evaluating" { 3 } else { 1 };
    assert_eq!((kept.end, kept.history.len()), (RunEnd::Unfinished, epochs));
    let finished = run(&resumed(on(DeviceChoice::Cpu)), &Silent, &StopToken::default()).unwrap();
    assert_eq!((finished.end, finished.history.len()), (RunEnd::Completed, 3));
    assert_eq!(finished.history[..epochs], kept.history[..], "what was done stays");
    assert!(Predictor::load(&place.to_string_lossy(), &device::Compute::cpu()).is_ok());
}

fn classifying(id: &str) {
    let folder = tempfile::tempdir().unwrap();
    let mut files: Vec<PathBuf> = Vec::new();
    for class in fs::read_dir(slides(folder.path())).unwrap() {
        let class = class.unwrap().path();
        if class.is_dir() {
            files.extend(fs::read_dir(class).unwrap().map(|file| file.unwrap().path()));
        }
    }
    let there = device::choose(&DeviceChoice::Id(id.to_owned())).unwrap();
    let predictor = Predictor::load("mobilenet", &there).unwrap();
    let ask = |predictor: &Predictor, files: &[PathBuf]| {
        let (mut stream, mut answers) = (Stream::new(predictor, Taken::default()), 0);
        let mut each = |said: leukoscope::eval::stream::Said| {
            answers += usize::from(said.cell().is_some());
            Ok(())
        };
        let work = || stream.feed(files, &mut each, &Silent, &StopToken::default());
        (std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)), answers)
    };
    assert!(device::lose(id));
    let (ended, _) = ask(&predictor, &files);
    assert!(!matches!(ended, Ok(Ok(()))), "answers of a GPU that is not there");
    // The next time that it is chosen, its self-test tells.
    assert!(device::choose(&DeviceChoice::Id(id.to_owned())).is_err());
    let other = Predictor::load("mobilenet", &device::choose(&DeviceChoice::Auto).unwrap()).unwrap();
    let (again, answers) = ask(&other, &files);
    assert!(matches!(again, Ok(Ok(()))) && answers == files.len(), "{again:?}");
}
