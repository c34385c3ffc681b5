//! Reviews in the terminal: differentials, sessions from suggestion to signature, their exports, and what a kill leaves.

#![allow(clippy::indexing_slicing, reason = "a value of JSON answers any question")]

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use leukoscope::{
    domain::{
        hash::ContentHash,
        review::{cell::CellId, entry::What},
    },
    store::case_dir::{self, Session},
};
use serde_json::Value;
use tempfile::TempDir;

use super::{
    fhir,
    program::{command, document, leuko, slides},
};

const MODEL: &str = "mobilenet";
/// Names the session that a child of this program appends to.
const APPEND: &str = "LEUKO_TEST_APPEND_TO";

/// A session of 16 drawn cells, two of each class.
fn session(more: &[&str]) -> (TempDir, String) {
    let (cells, place) = (slides(2), tempfile::tempdir().unwrap());
    let folder = place.path().join("session").to_str().unwrap().to_owned();
    let call = ["session", "new", MODEL, cells.path().to_str().unwrap(), "--out", &folder, "--who", "Ada"];
    let output = leuko(&[&call[..], &["--device", "cpu", "--name", "S-17"], more].concat());
    assert_eq!(output.code, 0, "{}", output.stderr);
    (place, folder)
}

fn told(call: &[&str]) -> Value {
    let output = leuko(&[call, &["--json"]].concat());
    assert_eq!(output.code, 0, "{call:?}: {}", output.stderr);
    document(&output)
}

/// Looks at every cell and takes what waits out of every class.
fn finish(folder: &str) {
    told(&["session", "seen", folder, "all", "--who", "Ada"]);
    for cell in told(&["session", "show", folder])["cells"].as_array().unwrap() {
        if cell["bin"] == "Unidentified" {
            let id = cell["cell"].as_str().unwrap();
            told(&["session", "decide", folder, id, "not-classed", "--who", "Ada"]);
        }
    }
}

#[test]
fn a_differential_counts_leukocytes_alone_and_says_what_it_left_out() {
    let cells = slides(3);
    let copy = cells.path().join("neutrophil/copy.png");
    let first = fs::read_dir(cells.path().join("neutrophil")).unwrap().next().unwrap().unwrap().path();
    fs::copy(first, copy).unwrap();
    fs::write(cells.path().join("ig/broken.png"), b"no image").unwrap();
    let call = ["differential", MODEL, cells.path().to_str().unwrap(), "--device", "cpu"];
    let counted = told(&call);
    assert_eq!(counted["images"], 25, "the copy counts once");
    let classes = counted["classes"].as_array().unwrap();
    let names: Vec<&str> = classes.iter().map(|class| class["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["basophil", "eosinophil", "ig", "lymphocyte", "monocyte", "neutrophil"]);
    let sum: u64 = classes.iter().map(|class| class["count"].as_u64().unwrap()).sum();
    assert_eq!(counted["leukocytes"], sum);
    let shown: f64 = classes.iter().map(|class| class["shown"].as_str().unwrap().parse::<f64>().unwrap()).sum();
    assert!((shown - 100.0).abs() < 1e-6, "{shown}");
    for class in classes {
        let [percent, low, high] =
            [&class["percent"], &class["ci"]["low"], &class["ci"]["high"]].map(|v| v.as_f64().unwrap());
        assert!((percent - 100.0 * class["count"].as_f64().unwrap() / sum as f64).abs() < 1e-9);
        assert!(low <= percent && percent <= high, "{class}");
    }
    assert_eq!(counted["refused"].as_array().unwrap().len(), 1);
    let lists = ["held", "refused", "notes", "occurring"];
    assert!(lists.iter().all(|list| counted[list].is_array()) && counted["shift"].is_object());
    let all = sum + counted["platelets"].as_u64().unwrap() + counted["nrbc"].as_u64().unwrap();
    assert_eq!(all + counted["held"].as_array().unwrap().len() as u64 + 1, 25);
    let said = leuko(&call);
    assert!(said.stdout.contains("95 % of n = ") && said.stderr.contains("copy of another"), "{}", said.stderr);
}

#[test]
fn classes_that_cannot_occur_take_no_part_in_answers_counts_and_figures() {
    let cells = slides(2);
    let path = cells.path().to_str().unwrap();
    let five = ["--device", "cpu", "--classes", "five-part", "--json"];
    let lines = leuko(&[&["classify", MODEL, path][..], &five].concat()).stdout;
    for line in lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()) {
        let confidences = line["confidences"].as_object().unwrap();
        let sum: f64 = confidences.values().map(|p| p.as_f64().unwrap()).sum();
        assert!(confidences.len() == 5 && (sum - 1.0).abs() < 1e-4, "{line}");
    }
    let counted = document(&leuko(&[&["differential", MODEL, path][..], &five].concat()));
    assert_eq!(counted["occurring"].as_array().unwrap().len(), 5);
    assert_eq!((&counted["platelets"], &counted["nrbc_per_100_wbc"]), (&Value::Null, &Value::Null));
    let judged = document(&leuko(&[&["evaluate", MODEL, path, "--split", "all"][..], &five].concat()));
    assert_eq!((&judged["n"], &judged["unknown_images"]), (&Value::from(10), &Value::from(6)));
    assert_eq!(judged["occurring"].as_array().unwrap().len(), 5);
    for (classes, code, why) in
        [("neutrophil,blast", 1, "no class blast"), ("neutrophil", 1, "at least 2"), (",", 2, "name classes")]
    {
        let output = leuko(&["classify", MODEL, path, "--classes", classes, "--device", "cpu"]);
        assert_eq!(output.code, code, "{}", output.stderr);
        assert!(output.last_line().contains(why), "{}", output.stderr);
    }
}

#[test]
fn a_session_goes_from_suggestion_to_signature_and_to_a_second_version() {
    let (_place, folder) = session(&["--wbc", "17400"]);
    let begun = told(&["session", "show", &folder]);
    assert_eq!((begun["cells"].as_array().unwrap().len(), &begun["status"]), (16, &Value::from("preliminary")));
    let early = leuko(&["session", "sign", &folder, "--who", "Ada"]);
    assert_eq!(early.code, 1);
    assert!(early.last_line().contains("16 cells were not looked at"), "{}", early.stderr);
    finish(&folder);
    let cell = begun["cells"][0]["cell"].as_str().unwrap();
    let moved = told(&["session", "decide", &folder, &cell[..12], "M", "--who", "Bob", "--why", "folded nucleus"]);
    let of = |standing: &Value| standing["cells"][0]["reviewed"].as_str().unwrap_or_default().to_owned();
    assert_eq!((of(&moved), moved["cells"][0]["who"].as_str()), ("monocyte".to_owned(), Some("Bob")));
    assert_eq!(moved["cells"][0]["suggested"], begun["cells"][0]["suggested"], "the suggestion stays");
    assert_ne!(of(&told(&["session", "undo", &folder, "--who", "Bob"])), "monocyte");
    let back = told(&["session", "decide", &folder, &cell[..12], "unidentified", "--who", "Bob"]);
    assert_eq!(back["cells"][0]["bin"], "Unidentified");
    let rules = ["session", "rules", &folder, "--who", "Bob", "--wbc", "9000", "--range", "basophil=99-100"];
    assert_eq!(told(&rules)["reviewed"]["classes"][0]["flag"], "low");
    finish(&folder);
    let signed = told(&["session", "sign", &folder, "--who", "Ada"]);
    assert_eq!((&signed["status"], &signed["signed"]["who"]), (&Value::from("final"), &Value::from("Ada")));
    let late = leuko(&["session", "decide", &folder, &cell[..12], "ig", "--who", "Bob"]);
    assert!(late.code == 1 && late.last_line().contains("signed by Ada"), "{}", late.stderr);
    told(&["session", "amend", &folder, "--who", "Bob", "--reason", "a band form"]);
    told(&["session", "decide", &folder, &cell[..12], "basophil", "--who", "Bob"]);
    assert_eq!(told(&["session", "sign", &folder, "--who", "Bob"])["status"], "amended");
    let verified = told(&["session", "verify", &folder]);
    assert_eq!(verified["flaws"], Value::Array(Vec::new()));
    let first = fs::read_to_string(Path::new(&folder).join("signed-1.ron")).unwrap();
    assert!(first.contains("\"Ada\"") && Path::new(&folder).join("signed-2.ron").exists());
    assert_eq!(leuko(&["session", "decide", &folder, "zzzzzz", "ig", "--who", "Bob"]).code, 1);
}

#[test]
fn a_changed_byte_is_named_by_its_line() {
    let (_place, folder) = session(&[]);
    let path = Path::new(&folder).join(case_dir::ENTRIES);
    let mut bytes = fs::read(&path).unwrap();
    let third: usize = bytes.split_inclusive(|byte| *byte == b'\n').take(2).map(<[u8]>::len).sum();
    bytes[third + 40] ^= 4;
    fs::write(&path, bytes).unwrap();
    for call in [&["session", "verify", &folder][..], &["session", "show", &folder]] {
        let output = leuko(call);
        assert_eq!(output.code, 1);
        assert!(output.last_line().contains("line 3 of"), "{}", output.stderr);
    }
}

#[test]
fn the_exports_of_a_session_carry_both_answers_the_notice_and_where_they_come_from() {
    let (place, folder) = session(&["--range", "neutrophil=45-70"]);
    finish(&folder);
    let name = |n: usize| place.path().join(format!("out{n}")).to_str().unwrap().to_owned();
    let read = |n: usize, file: &str| fs::read_to_string(Path::new(&name(n)).join(file)).unwrap();
    told(&["report", &folder, "--out", &name(1)]);
    let report = |n: usize| serde_json::from_str::<Value>(&read(n, "fhir.json")).unwrap();
    fhir::check(&report(1));
    assert_eq!(report(1)["status"], "preliminary");
    let cells = read(1, "cells.csv");
    assert!(cells.starts_with("cell,source,suggested,confidence,reviewed,state,seen,who,when (UTC)"), "{cells}");
    assert_eq!(cells.lines().count(), 17);
    assert!(
        read(1, "differential.csv").starts_with("class,suggested,suggested share,reviewed,share,share_low,share_high")
    );
    let page = read(1, "report.html");
    assert!(page.contains("Research and education only") && page.contains("95 %") && page.contains("Unidentified"));
    let origin = read(1, "provenance.csv");
    let facts = ["session", "model", "dataset", "split", "preprocessing", "device", "app", "log"];
    assert!(facts.iter().all(|fact| origin.contains(&format!("cells.csv,{fact},"))), "{origin}");
    let paper = super::pdf_reader::pages(fs::read(Path::new(&name(1)).join("report.pdf")).unwrap()).concat();
    assert!(paper.contains("Differential of S-17") && paper.contains("Not a medical device"), "{paper}");
    told(&["session", "sign", &folder, "--who", "Ada"]);
    told(&["report", &folder, "--out", &name(2)]);
    fhir::check(&report(2));
    assert_eq!(
        (&report(2)["status"], &report(2)["resultsInterpreter"][0]["display"]),
        (&"final".into(), &"Ada".into())
    );
    told(&["session", "amend", &folder, "--who", "Ada", "--reason", "again"]);
    told(&["session", "sign", &folder, "--who", "Ada"]);
    told(&["report", &folder, "--out", &name(3)]);
    fhir::check(&report(3));
    assert_eq!(report(3)["status"], "amended");
}

#[test]
fn a_wrong_report_is_told_from_a_right_one() {
    let (place, folder) = session(&[]);
    let out = place.path().join("out");
    told(&["report", &folder, "--out", out.to_str().unwrap()]);
    let right: Value = serde_json::from_slice(&fs::read(out.join("fhir.json")).unwrap()).unwrap();
    fhir::check(&right);
    fhir::wrong_ones(&right);
}

/// Not a test of its own: what the parent kills. It enters one remark after the other and tells each that is on the disk.
#[test]
#[ignore = "the child of the next test"]
fn appends_until_it_is_killed() {
    let Some(folder) = std::env::var_os(APPEND) else { return };
    let mut session = Session::open(Path::new(&folder)).unwrap();
    let cell = session.view().cells()[0].id();
    for n in 0.. {
        let text = format!("remark {n} {}", "x".repeat(n % 400));
        let entered = session.enter("Ada", What::Note { cell, text }).unwrap().n;
        println!("entered {entered}");
    }
}

/// Starts the child, kills it after a while, and tells the last entry that it had acknowledged.
fn killed_after(folder: &Path, pause: Duration) -> Option<u64> {
    let mut call = Command::new(std::env::current_exe().unwrap());
    call.args(["--exact", "session::appends_until_it_is_killed", "--ignored", "--nocapture"]).env(APPEND, folder);
    let mut child = call.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let out = BufReader::new(child.stdout.take().unwrap());
    let reader = thread::Builder::new().name("reader".to_owned()).spawn(move || {
        let entered = out.lines().map_while(Result::ok).filter_map(|line| line.split_once("entered ")?.1.parse().ok());
        entered.last()
    });
    thread::sleep(pause);
    child.kill().unwrap();
    child.wait().unwrap();
    reader.unwrap().join().unwrap()
}

#[test]
fn fifty_kills_at_any_moment_lose_nothing_that_was_acknowledged() {
    let (_place, folder) = session(&[]);
    let folder = PathBuf::from(folder);
    let (mut acknowledged, mut lost, mut torn, mut state) = (16_u64, 0, 0, 20_261_129_u64);
    for _ in 0..50 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let pause = Duration::from_micros(5_000 + (state >> 33) % 60_000);
        acknowledged = killed_after(&folder, pause).unwrap_or(0).max(acknowledged);
        let verified = case_dir::verify(&folder).unwrap();
        assert_eq!(verified.flaws, []);
        torn += usize::from(verified.torn > 0);
        lost += acknowledged.saturating_sub(verified.entries as u64);
    }
    assert_eq!(lost, 0, "entries that were acknowledged are gone");
    assert!(acknowledged > 100, "the child hardly wrote: {acknowledged}");
    let session = Session::open(&folder).unwrap();
    assert!(session.entries().len() as u64 >= acknowledged);
    println!("50 kills: {acknowledged} entries acknowledged, {lost} lost, {torn} torn lines cut");
}

#[test]
fn a_session_that_was_killed_while_it_began_goes_on() {
    let (home, cells, place) = (tempfile::tempdir().unwrap(), slides(12), tempfile::tempdir().unwrap());
    let (path, folder) = (cells.path().to_str().unwrap(), place.path().join("session"));
    let name = folder.to_str().unwrap();
    let call = ["session", "new", MODEL, path, "--out", name, "--who", "Ada", "--device", "cpu"];
    let mut child = command(&home, &call).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let log = folder.join(case_dir::ENTRIES);
    while fs::metadata(&log).map_or(0, |found| found.len()) == 0 && child.try_wait().unwrap().is_none() {
        thread::sleep(Duration::from_millis(1));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let before = Session::open_to_read(&folder).unwrap().view().cells().len();
    assert!(before > 0);
    let added = told(&["session", "add", name, path, "--who", "Ada", "--device", "cpu"]);
    assert_eq!(added["cells"].as_array().unwrap().len(), 96);
    assert_eq!(case_dir::verify(&folder).unwrap().flaws, []);
}

#[test]
fn two_writers_are_one_writer_and_one_reader() {
    let (_place, folder) = session(&[]);
    let first = Session::open(Path::new(&folder)).unwrap();
    let output = leuko(&["session", "seen", &folder, "all", "--who", "Bob"]);
    assert!(output.code == 1 && output.last_line().contains("another window"), "{}", output.stderr);
    assert_eq!(told(&["session", "show", &folder])["entries"], 16);
    assert_ne!(first.view().cells()[0].id(), CellId(ContentHash([0; 32])));
}
