//! Training, evaluating and classifying through the real program.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
    sync::LazyLock,
};

use leukoscope::{data::synthetic, fault::StopToken, progress::Silent};
use serde_json::Value;
use tempfile::TempDir;

use super::program::{command, document, leuko, slides};

/// The smallest network that still has every part.
pub(super) const TINY: [&str; 16] = [
    "--size",
    "32",
    "--width",
    "0.125",
    "--attention-width",
    "16",
    "--heads",
    "2",
    "--batch",
    "16",
    "--epochs",
    "3",
    "--device",
    "cpu",
    "--init",
    "random",
];
/// Unless a test says otherwise.
const SEED: [&str; 2] = ["--seed", "7"];

/// One dataset and one finished run, shared by tests.
pub(super) struct Trained {
    pub slides: TempDir,
    pub home: TempDir,
}

pub(super) static TRAINED: LazyLock<Trained> = LazyLock::new(|| {
    let trained = Trained { slides: slides(20), home: tempfile::tempdir().unwrap() };
    let output = train(&trained.slides, &trained.run(), &["--events", "jsonl"]);
    assert_eq!(output.code, 0, "{}", output.stderr);
    fs::write(trained.home.path().join("events.jsonl"), output.stdout).unwrap();
    trained
});

impl Trained {
    pub(super) fn run(&self) -> PathBuf {
        self.home.path().join("run")
    }
}

pub(super) fn train(slides: &TempDir, out: &Path, more: &[&str]) -> super::program::Output {
    let mut args = vec!["train", slides.path().to_str().unwrap(), "--out", out.to_str().unwrap()];
    args.extend(TINY);
    if !more.contains(&"--seed") {
        args.extend(SEED);
    }
    args.extend(more);
    leuko(&args)
}

fn history(run: &Path) -> String {
    fs::read_to_string(run.join("history.csv")).unwrap()
}

#[test]
fn events_stream_and_the_last_line_is_the_record() {
    let text = fs::read_to_string(TRAINED.home.path().join("events.jsonl")).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let epochs = lines.iter().filter(|line| line["event"] == "epoch").count();
    let record = lines.last().unwrap();
    assert_eq!((epochs, record["history"].as_array().unwrap().len()), (3, 3));
    assert!(lines.iter().any(|line| line["event"] == "plan"));
    assert!(record["test"]["accuracy"].is_number() && record["weights_hash"].is_string());
    for file in [
        "card.ron",
        "weights.bpk",
        "history.csv",
        "split.csv",
        "evaluation.json",
        "plots/loss.svg",
        "plots/confusion_counts.png",
    ] {
        assert!(TRAINED.run().join(file).is_file(), "{file}");
    }
}

#[test]
fn the_same_call_gives_the_same_history() {
    let again = TRAINED.home.path().join("again");
    assert_eq!(train(&TRAINED.slides, &again, &[]).code, 0);
    assert_eq!(history(&TRAINED.run()), history(&again));
}

#[cfg(unix)]
#[test]
fn a_run_that_was_killed_goes_on_to_the_same_history() {
    use std::io::{BufRead as _, BufReader};
    let out = TRAINED.home.path().join("killed");
    let mut args = vec!["train", TRAINED.slides.path().to_str().unwrap(), "--out", out.to_str().unwrap()];
    args.extend(TINY);
    args.extend(SEED);
    args.extend(["--events", "jsonl"]);
    let mut child = command(&TRAINED.home, &args).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let events = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    // The first step of the second epoch: mid-epoch, with one checkpoint behind it.
    let middle = events.into_iter().find(|line| line.contains("\"step\"") && line.contains("\"epoch\":2"));
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(middle.is_some(), "the run ended before it could be killed");
    let mut args = vec!["train", TRAINED.slides.path().to_str().unwrap(), "--device", "cpu", "--json"];
    args.extend(["--resume", out.to_str().unwrap()]);
    let resumed = leuko(&args);
    assert_eq!(resumed.code, 0, "{}", resumed.stderr);
    assert_eq!(document(&resumed)["history"].as_array().unwrap().len(), 3);
    assert_eq!(history(&TRAINED.run()), history(&out));
    // As a kill leaves it while the plots are drawn: the run has ended.
    let (half, plot) = (out.join("plots/.writing-abc"), out.join("plots/confusion_counts.png"));
    fs::write(&half, "half").unwrap();
    fs::remove_file(&plot).unwrap();
    let drawn = leuko(&args);
    assert_eq!((drawn.code, document(&drawn)), (0, document(&resumed)), "{}", drawn.stderr);
    assert!(plot.is_file() && !half.exists());
}

#[test]
fn an_evaluation_has_every_figure_of_the_contract() {
    let (run, slides) = (TRAINED.run(), TRAINED.slides.path());
    let output = leuko(&[
        "evaluate",
        run.to_str().unwrap(),
        slides.to_str().unwrap(),
        "--split",
        "all",
        "--mix",
        "basophil=0.5%, neutrophil=99.5%",
        "--device",
        "cpu",
        "--json",
    ]);
    assert_eq!(output.code, 0, "{}", output.stderr);
    let evaluation = document(&output);
    assert_eq!(evaluation["n"], 160);
    for figure in ["accuracy", "balanced_accuracy", "macro_f1", "ece", "brier"] {
        assert!(evaluation[figure].is_number(), "{figure}");
    }
    for figure in ["balanced_accuracy", "macro_f1", "kappa", "ece", "adaptive_ece", "brier", "log_loss", "aurc"] {
        let ci = &evaluation["ci"][figure];
        assert!(ci["low"].as_f64() <= evaluation[figure].as_f64(), "{figure}: {ci}");
        assert!(evaluation[figure].as_f64() <= ci["high"].as_f64(), "{figure}: {ci}");
    }
    let shares = evaluation["at_mix"]["classes"].as_array().unwrap().iter().map(|class| class["share"].as_f64());
    assert_eq!(shares.flatten().sum::<f64>(), 1.0, "{}", evaluation["at_mix"]);
    assert_eq!(evaluation["confusion"]["labels"].as_array().unwrap().len(), 8);
    assert_eq!(evaluation["confusion"]["counts"].as_array().unwrap().len(), 8);
    for key in ["name", "support", "precision", "recall", "f1", "specificity", "ci"] {
        assert!(evaluation["classes"][0].get(key).is_some(), "{key}");
    }
    assert!(evaluation["latency_ms"]["p50"].as_f64() > Some(0.0) && evaluation["shift"].is_object());
    assert!(output.stderr.contains("learned from"), "it must say that the model knows these images");
}

fn lines(images: &[&str]) -> Vec<Value> {
    let run = TRAINED.run();
    let mut args = vec!["classify", run.to_str().unwrap(), "--device", "cpu", "--json"];
    args.extend(images);
    let output = leuko(&args);
    assert_eq!(output.code, 0, "{}", output.stderr);
    output.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn alone_and_among_others_an_image_gets_the_same_confidences() {
    let many = lines(&[TRAINED.slides.path().to_str().unwrap()]);
    assert_eq!(many.len(), 160);
    for among in many.iter().step_by(53) {
        let alone = &lines(&[among["path"].as_str().unwrap()])[0];
        assert_eq!(alone["label"], among["label"]);
        for (class, p) in alone["confidences"].as_object().unwrap() {
            let difference = p.as_f64().unwrap() - among["confidences"][class].as_f64().unwrap();
            assert!(difference.abs() < 1e-5, "{class}: {difference}");
        }
    }
}

#[test]
fn an_image_that_cannot_be_read_is_refused_without_a_class() {
    let bad = TRAINED.home.path().join("bad.jpg");
    fs::write(&bad, "no image").unwrap();
    let line = &lines(&[bad.to_str().unwrap()])[0];
    assert!(line["label"].is_null() && line["refused"].is_string(), "{line}");
    assert_eq!(line["flags"], serde_json::json!([]));
}

/// Slides that no run was trained on.
pub fn other_slides() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    synthetic::write_set(folder.path(), 10, 99, &Silent, &StopToken::default()).unwrap();
    folder
}

#[test]
fn a_packed_run_takes_half_the_bytes_and_its_card_tells_how_the_packed_one_does() {
    let (run, others, out) = (TRAINED.run(), other_slides(), tempfile::tempdir().unwrap());
    let (run_name, own, folder) =
        (run.to_str().unwrap(), TRAINED.slides.path().to_str().unwrap(), out.path().to_str().unwrap());
    let output = leuko(&["models", "--pack", run_name, "--judge", own, "--out", folder, "--json"]);
    assert_eq!(output.code, 0, "{}", output.stderr);
    let card = document(&output);
    let size = |path: PathBuf| fs::metadata(path).unwrap().len() as f64;
    let share = size(out.path().join("mobilenet.bpk")) / size(run.join("weights.bpk"));
    assert!((0.4..0.7).contains(&share), "{share}");
    // A card, weights and a list that belong together are a run folder.
    for (packed, name) in [("bpk", "weights.bpk"), ("ron", "card.ron"), ("cells", "learned.cells")] {
        fs::copy(out.path().join(format!("mobilenet.{packed}")), out.path().join(name)).unwrap();
    }
    let judged = document(&leuko(&["evaluate", folder, own, "--split", "test", "--json"]));
    assert_eq!((card["test"]["n"].as_u64(), &card["test"]["confusion"]), (judged["n"].as_u64(), &judged["confusion"]));
    assert_eq!((&judged["scope"], &judged["trained_on"]), (&"test".into(), &0.into()));
    for elsewhere in [others.path().to_str().unwrap(), "/nowhere"] {
        let output = leuko(&["models", "--pack", run_name, "--judge", elsewhere, "--out", folder]);
        assert_eq!((output.code, output.stdout.as_str()), (1, ""), "{}", output.stderr);
    }
    let again = leuko(&["models", "--remeasure", folder, "--on", own, "--out", folder, "--json"]);
    assert_eq!(again.code, 0, "{}", again.stderr);
    assert_eq!((&document(&again)["test"], &document(&again)["temperature"]), (&card["test"], &card["temperature"]));
}

#[test]
fn another_folder_is_judged_on_what_was_not_learned_from_and_has_no_test_split() {
    let (run, others) = (TRAINED.run(), other_slides());
    let ask = |dir: &Path, split: &[&str]| {
        let mut call = vec!["evaluate", run.to_str().unwrap(), dir.to_str().unwrap(), "--device", "cpu", "--json"];
        call.extend(split);
        leuko(&call)
    };
    let test = ask(others.path(), &["--split", "test"]);
    assert_eq!(test.code, 1);
    assert!(test.last_line().contains("--split unseen"), "{}", test.stderr);
    let unseen = document(&ask(others.path(), &[]));
    let (n, left_out) = (unseen["n"].as_u64().unwrap(), unseen["learned_left_out"].as_u64().unwrap());
    assert_eq!((&unseen["scope"], n + left_out), (&"unseen".into(), 80), "{unseen}");
    let own = document(&ask(TRAINED.slides.path(), &[]));
    assert_eq!((&own["scope"], &own["trained_on"]), (&"test".into(), &0.into()));
}
