//! The real `leuko` as a script calls it: exit codes, one line for each failure, JSON, seeds, interruptions.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "cli/adapt.rs"]
mod adapt;
#[path = "cli/compare.rs"]
mod compare;
#[path = "cli/explain.rs"]
mod explain;
#[path = "cli/fhir/mod.rs"]
mod fhir;
#[path = "cli/files.rs"]
mod files;
#[path = "cli/find.rs"]
mod find;
#[path = "cli/inputs.rs"]
mod inputs;
#[path = "cli/map.rs"]
mod map;
#[path = "cli/offline.rs"]
mod offline;
#[path = "core/pdf_reader.rs"]
mod pdf_reader;
#[path = "cli/places.rs"]
mod places;
#[path = "cli/program.rs"]
mod program;
#[cfg(feature = "remote")]
#[path = "cli/remote.rs"]
mod remote;
#[path = "cli/session.rs"]
mod session;
#[path = "cli/shard.rs"]
mod shard;
#[path = "cli/train.rs"]
mod train;
#[path = "cli/watch.rs"]
mod watch;

use std::fs;

use program::{document, leuko, slides};

#[test]
fn help_and_version_are_asked_for_and_succeed() {
    for call in [&["--help"][..], &["--version"], &["train", "--help"]] {
        let output = leuko(call);
        assert_eq!(output.code, 0, "{call:?}");
        assert!(!output.stdout.is_empty() && output.stderr.is_empty(), "{call:?}");
    }
}

#[test]
fn a_wrong_call_is_one_line_and_exit_code_2() {
    let calls = [
        &[][..],
        &["nonsense"],
        &["scan"],
        &["train", ".", "--size", "33"],
        &["train", ".", "--epochs", "no"],
        &["bench", "--size", "33"],
        &["bench", "--secs", "0"],
    ];
    for call in calls {
        let output = leuko(call);
        assert_eq!((output.code, output.stdout.as_str()), (2, ""), "{call:?}");
        assert_eq!(output.stderr.lines().count(), 1, "{call:?}: {}", output.stderr);
    }
    let output = leuko(&["--json", "scan"]);
    assert_eq!(output.code, 2);
    let error = &document(&output)["error"];
    assert!(["what", "why", "hint"].iter().all(|part| error[part].is_string()), "{error}");
}

#[test]
fn a_missing_folder_is_one_line_and_exit_code_1() {
    for call in [
        &["scan", "no/such/folder"][..],
        &["evaluate", "no/such/run", "no/such/folder"],
        &["classify", "no/run", "no.jpg"],
    ] {
        let output = leuko(call);
        assert_eq!((output.code, output.stdout.as_str()), (1, ""), "{call:?}");
        assert!(output.last_line().starts_with("error: "), "{call:?}: {}", output.stderr);
        assert_eq!(output.stderr.matches("error: ").count(), 1, "{call:?}");
    }
    let output = leuko(&["scan", "no/such/folder", "--json"]);
    assert!(document(&output)["error"]["what"].is_string());
}

#[test]
fn devices_end_with_a_cpu_and_have_one_default() {
    let devices = document(&leuko(&["devices", "--json"]));
    let devices = devices.as_array().unwrap();
    assert_eq!(devices.iter().filter(|device| device["default"] == true).count(), 1);
    assert_eq!(devices.last().unwrap()["id"], "cpu");
    assert!(devices.iter().all(|device| ["id", "name", "kind", "backend"].iter().all(|key| device[key].is_string())));
}

#[cfg(not(feature = "remote"))]
#[test]
fn a_device_of_another_machine_needs_a_program_that_is_built_for_it() {
    let output = leuko(&["evaluate", "mobilenet", ".", "--device", "remote:0@127.0.0.1:9"]);
    assert_eq!((output.code, output.stderr.lines().count()), (1, 1), "{}", output.stderr);
    assert!(output.last_line().contains("--features remote"), "{}", output.stderr);
}

#[test]
fn a_scan_tells_classes_and_totals() {
    let folder = slides(3);
    let output = leuko(&["scan", folder.path().to_str().unwrap(), "--json"]);
    assert_eq!(output.code, 0, "{}", output.stderr);
    let scan = document(&output);
    assert_eq!(scan["total"], 24);
    assert_eq!(scan["classes"].as_array().unwrap().len(), 8);
    assert_eq!(scan["classes"][0], serde_json::json!({"name": "basophil", "count": 3}));
    assert_eq!(scan["imbalance"], 1.0);
    for list in ["unreadable", "duplicates", "conflicts", "skipped", "odd_sizes"] {
        assert!(scan[list].is_array(), "{list}");
    }
}

#[test]
fn bad_files_are_rows_and_a_contradiction_is_found() {
    let folder = slides(2);
    let class = |name: &str| folder.path().join(name);
    let one = fs::read_dir(class("monocyte")).unwrap().next().unwrap().unwrap().path();
    let ending = one.extension().unwrap().to_str().unwrap().to_owned();
    fs::copy(&one, class("platelet").join(format!("other.{ending}"))).unwrap();
    fs::copy(&one, class("monocyte").join(format!("again.{ending}"))).unwrap();
    fs::write(class("ig").join("empty.jpg"), b"").unwrap();
    fs::write(class("ig").join("page.jpg"), b"<html>no image</html>").unwrap();
    let whole = fs::read(&one).unwrap();
    fs::write(class("ig").join(format!("half.{ending}")), &whole[..whole.len() / 2]).unwrap();
    fs::write(class("ig").join("Thumbs.db"), b"x").unwrap();
    let output = leuko(&["scan", folder.path().to_str().unwrap(), "--json", "--no-cache"]);
    assert_eq!(output.code, 0, "{}", output.stderr);
    let scan = document(&output);
    assert_eq!(scan["total"], 18);
    let unreadable = scan["unreadable"].as_array().unwrap();
    assert_eq!(unreadable.len(), 3, "{unreadable:?}");
    assert!(unreadable.iter().all(|row| row["path"].is_string() && row["why"].is_string()));
    assert_eq!(scan["skipped"][0]["path"], "ig/Thumbs.db");
    assert_eq!(scan["duplicates"].as_array().unwrap().len(), 1);
    assert_eq!(scan["conflicts"][0].as_array().unwrap().len(), 3);
}

#[test]
fn charts_of_a_scan_are_written() {
    let (folder, out) = (slides(2), tempfile::tempdir().unwrap());
    let charts = out.path().join("charts");
    let output = leuko(&["scan", folder.path().to_str().unwrap(), "--out", charts.to_str().unwrap()]);
    assert_eq!(output.code, 0, "{}", output.stderr);
    for file in ["class_counts.svg", "class_counts.png", "class_counts.csv", "class_shares.png"] {
        assert!(charts.join(file).metadata().unwrap().len() > 100, "{file}");
    }
    let table = fs::read_to_string(charts.join("class_counts.csv")).unwrap();
    assert!(table.starts_with("class,images,share\nbasophil,2,0.125\n"), "{table}");
    let origin = fs::read_to_string(charts.join("provenance.csv")).unwrap();
    assert!(origin.starts_with("file,fact,value\nclass_counts.csv,app,Leukoscope "), "{origin}");
    assert!(origin.contains("\nclass_shares.csv,dataset,"), "{origin}");
}

#[test]
fn charts_of_a_scan_are_written_for_excel_where_that_is_asked_for() {
    let (folder, out) = (slides(2), tempfile::tempdir().unwrap());
    let charts = out.path().join("charts");
    let call = ["scan", folder.path().to_str().unwrap(), "--excel", "--out", charts.to_str().unwrap()];
    assert_eq!(leuko(&call).code, 0);
    let table = fs::read_to_string(charts.join("class_counts.csv")).unwrap();
    assert!(table.starts_with("\u{feff}class;images;share\nbasophil;2;0,125\n"), "{table}");
    assert!(fs::read_to_string(charts.join("provenance.csv")).unwrap().starts_with("\u{feff}file;fact;value\n"));
    assert_eq!(leuko(&call[..3]).code, 2, "without a folder nothing is written, for Excel or not");
}

#[test]
fn a_bench_tells_every_combination() {
    let call = ["bench", "--json", "--device", "cpu", "--arch", "mobilenet", "--size", "32", "--threads", "1"];
    let output = leuko(&[&call[..], &["--batch", "1", "--batch", "2", "--secs", "0.05"]].concat());
    assert_eq!(output.code, 0, "{}", output.stderr);
    let bench = document(&output);
    assert_eq!((&bench["device"], &bench["threads"]), (&"cpu".into(), &1.into()));
    assert!(bench["decode"]["images_per_sec"].as_f64().unwrap() > 0.0);
    let rows = |part: &str| bench[part].as_array().unwrap().clone();
    assert_eq!((rows("forward").len(), rows("train").len()), (2, 1));
    for row in rows("forward").iter().chain(&rows("train")) {
        assert_eq!((&row["arch"], &row["size"]), (&"mobilenet".into(), &32.into()), "{row}");
        assert!(row["batch"].is_u64(), "{row}");
        assert!(["ms_p50", "ms_p95", "images_per_sec"].iter().all(|key| row[key].as_f64().unwrap() > 0.0), "{row}");
    }
    assert!(!cfg!(target_os = "linux") || bench["peak_memory_mb"].as_f64().unwrap() > 1.0);
}
