//! Files and habits of other people: what a call says of them, and how it ends when nobody reads on.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    process::Stdio,
};

use image::{Rgb, RgbImage};
use serde_json::Value;

use super::program::{command, document, leuko, slides};

/// A slide of the project's own, three times as wide as it is high.
fn long_slide(folder: &std::path::Path) -> String {
    let slide = leukoscope::data::synthetic::draw("neutrophil", 3);
    let (side, file) = (slide.height(), folder.join("long.png"));
    let long = RgbImage::from_fn(3 * side, side, |x, y| *slide.get_pixel(x % slide.width(), y));
    long.save(&file).unwrap();
    file.to_str().unwrap().to_owned()
}

#[test]
fn a_flag_says_what_of_a_picture_was_seen() {
    let folder = tempfile::tempdir().unwrap();
    let output =
        leuko(&["classify", "mobilenet", &long_slide(folder.path()), "--as", "cell", "--json", "--device", "cpu"]);
    assert_eq!(output.code, 0, "{}", output.stderr);
    let flags = document(&output)["flags"].to_string();
    assert!(flags.contains("only the middle of its"), "{flags}");
}

#[test]
fn a_reader_that_has_read_enough_is_no_failure() {
    let (home, folder) = (tempfile::tempdir().unwrap(), slides(6));
    let path = folder.path().to_str().unwrap();
    for call in [&["classify", "mobilenet", path, "--device", "cpu"][..], &["scan", path], &["models", "--json"]] {
        let mut child = command(&home, call).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut read = BufReader::new(child.stdout.take().unwrap());
        if call[0] == "classify" {
            let mut line = String::new();
            read.read_line(&mut line).unwrap();
            assert!(line.contains(": "), "{line}");
        }
        drop(read);
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(0), "{call:?}: {said}");
        assert!(!said.contains("error"), "{call:?}: {said}");
    }
}

#[test]
fn where_nobody_reads_what_goes_wrong_either_the_exit_code_tells() {
    let home = tempfile::tempdir().unwrap();
    let mut child = command(&home, &["scan", "no/such/folder"]).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stderr.take());
    assert_eq!(child.wait().unwrap().code(), Some(1));
}

#[test]
fn a_job_on_the_cpu_says_nothing_of_graphics_drivers() {
    let (home, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let slide = long_slide(folder.path());
    let mut calls = vec!["cpu"];
    if cfg!(target_os = "linux") && !std::path::Path::new("/dev/dri").exists() {
        calls.push("auto");
    }
    for device in calls {
        let mut call = command(&home, &["classify", "mobilenet", &slide, "--device", device]);
        let output = call.env_remove("XDG_RUNTIME_DIR").output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(0), "{said}");
        let own = |line: &str| ["Classifying", "Preparing", "warning: "].iter().any(|start| line.starts_with(start));
        assert!(said.lines().all(own), "{device}: {said}");
    }
}

#[test]
fn weights_of_keras_are_named_with_the_way_to_convert_them() {
    let (folder, dataset) = (tempfile::tempdir().unwrap(), slides(3));
    let weights = folder.path().join("weights.h5");
    fs::write(&weights, b"\x89HDF\r\n\x1a\n and more").unwrap();
    let (weights, dataset) = (weights.to_str().unwrap(), dataset.path().to_str().unwrap());
    let out = folder.path().join("run");
    let init = format!("imagenet:{weights}");
    let train = ["train", dataset, "--device", "cpu", "--init", &init, "--out", out.to_str().unwrap()];
    for call in [&train[..], &["classify", weights, dataset, "--device", "cpu"]] {
        let output = leuko(call);
        assert_eq!(output.code, 1, "{call:?}: {}", output.stderr);
        let said = output.last_line();
        assert!(said.contains("HDF5") && said.contains("safetensors"), "{call:?}: {said}");
    }
}

#[test]
fn an_evaluation_counts_what_it_leaves_out_and_judges_what_is_blank() {
    let folder = slides(2);
    let unknown = folder.path().join("smudge");
    fs::create_dir(&unknown).unwrap();
    for (index, shade) in [10, 90, 170].into_iter().enumerate() {
        RgbImage::from_pixel(64, 64, Rgb([shade, 9, 9])).save(unknown.join(format!("{index}.png"))).unwrap();
    }
    let blank = folder.path().join("platelet/blank.png");
    RgbImage::from_pixel(64, 64, Rgb([240; 3])).save(blank).unwrap();
    let path = folder.path().to_str().unwrap();
    let call = ["evaluate", "mobilenet", path, "--device", "cpu", "--split", "all"];
    let evaluation = document(&leuko(&[&call[..], &["--json"]].concat()));
    assert_eq!(evaluation["unknown_classes"], serde_json::json!(["smudge"]));
    assert_eq!(evaluation["unknown_images"], 3);
    // A person said that the blank image is a platelet, so it counts.
    assert_eq!((&evaluation["n"], evaluation["refused"].as_array().map(Vec::len)), (&Value::from(17), Some(0)));
    let said = leuko(&call).stdout;
    assert!(said.contains("3 images of classes that the model does not know, left out: smudge"), "{said}");
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_looked_at_is_named() {
    let folder = slides(1);
    std::os::unix::fs::symlink("/no/such/drive", folder.path().join("drive")).unwrap();
    let output = leuko(&["classify", "mobilenet", folder.path().to_str().unwrap(), "--device", "cpu"]);
    assert_eq!((output.code, output.stdout.lines().count()), (0, 8), "{}", output.stderr);
    assert!(output.stderr.contains("could not be looked at") && output.stderr.contains("drive"), "{}", output.stderr);
}

#[cfg(unix)]
#[test]
fn a_run_on_names_that_are_no_unicode_reads_them_and_keeps_them_apart() {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt as _};

    let (folder, out) = (slides(6), tempfile::tempdir().unwrap());
    for class in fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()) {
        for (index, file) in fs::read_dir(&class).unwrap().map(|entry| entry.unwrap().path()).enumerate().take(2) {
            let name = [&b"caf"[..], &[0xE8 + index as u8], b".png"].concat();
            fs::rename(&file, class.join(OsStr::from_bytes(&name))).unwrap();
        }
    }
    let run = out.path().join("run");
    let output = super::train::train(&folder, &run, &["--seed", "3"]);
    assert_eq!(output.code, 0, "{}", output.stderr);
    assert!(!output.stderr.contains("not there any more"), "{}", output.stderr);
    let rows = fs::read_to_string(run.join("split.csv")).unwrap();
    assert_eq!((rows.matches("caf\\xE8").count(), rows.matches("caf\\xE9").count()), (8, 8), "{rows}");
}

#[cfg(feature = "gui")]
#[test]
fn the_window_tells_its_version_and_usage_without_opening() {
    for (word, lines) in [("--version", 1), ("--help", 3)] {
        let mut call = std::process::Command::new(env!("CARGO_BIN_EXE_leukoscope"));
        let output = call.arg(word).env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        assert_eq!((output.status.code(), said.lines().count()), (Some(0), lines), "{said}");
        assert!(said.starts_with(&format!("leukoscope {}", env!("CARGO_PKG_VERSION"))), "{said}");
    }
}

#[test]
fn an_exported_model_carries_its_classes_and_answers_as_the_model_does() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mobilenet.onnx");
    let output = leuko(&["export", "mobilenet", file.to_str().unwrap(), "--json"]);
    assert_eq!(output.code, 0, "{}", output.stderr);
    let told = document(&output);
    assert_eq!((&told["opset"], &told["checked_on"]), (&Value::from(17), &Value::from(4)));
    let difference = told["largest_difference"].as_f64().unwrap();
    assert!(difference < 1e-4, "{difference:e}");
    let bytes = fs::read(&file).unwrap();
    assert_eq!(told["bytes"], bytes.len());
    let holds = |words: &str| bytes.windows(words.len()).any(|part| part == words.as_bytes());
    assert!(holds("erythroblast") && holds("Research and education only") && holds("LayerNormalization"));
    assert!(fs::read_to_string(folder.path().join("mobilenet.txt")).unwrap().contains("MobileNet"));
}
