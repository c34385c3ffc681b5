//! Comparing two runs and reporting one, through the real program.

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use leukoscope::data::read::folder::images;
use serde_json::Value;

use super::{
    pdf_reader::pages,
    program::{Output, document, leuko},
    train::{TRAINED, train},
};

/// A second run of the same slides, split and started by another seed.
static OTHER: LazyLock<PathBuf> = LazyLock::new(|| {
    let out = TRAINED.home.path().join("other");
    let output = train(&TRAINED.slides, &out, &["--seed", "8"]);
    assert_eq!(output.code, 0, "{}", output.stderr);
    out
});

/// The test split of a run.
fn tests_of(run: &Path) -> HashSet<String> {
    let split = fs::read_to_string(run.join("split.csv")).unwrap();
    split.lines().filter_map(|line| line.strip_suffix(",test")?.split(',').next().map(str::to_owned)).collect()
}

fn compare(a: &str, b: &str, more: &[&str]) -> Output {
    let mut args = vec!["compare", a, b, TRAINED.slides.path().to_str().unwrap(), "--device", "cpu", "--json"];
    args.extend(more);
    leuko(&args)
}

fn paths() -> [String; 2] {
    [TRAINED.run(), OTHER.clone()].map(|path| path.to_str().unwrap().to_owned())
}

#[test]
fn a_comparison_has_every_figure_of_the_contract() {
    let ([a, b], out) = (paths(), TRAINED.home.path().join("compared"));
    let output = compare(&a, &b, &["--split", "all", "--out", out.to_str().unwrap()]);
    assert_eq!(output.code, 0, "{}", output.stderr);
    let found = document(&output);
    assert_eq!((&found["n"], &found["a"]["n"], &found["b"]["n"]), (&160.into(), &160.into(), &160.into()));
    for side in ["a", "b"] {
        for figure in ["accuracy", "balanced_accuracy", "macro_f1", "ece", "brier", "macro_roc_auc", "aurc"] {
            assert!(found[side][figure].is_number(), "{side}.{figure}");
        }
        let cost = &found["cost"][side];
        assert!(cost["parameters"].as_u64() > Some(0) && cost["file_bytes"].as_u64() > Some(0), "{cost}");
        for batch in ["batch_1_ms", "batch_32_ms"] {
            assert!(cost[batch]["p50"].as_f64() > Some(0.0) && cost[batch]["p95"].as_f64() > Some(0.0), "{cost}");
        }
        assert!(found[side].get("judged").is_none(), "single predictions belong into the file");
    }
    let test = &found["mcnemar"];
    let count = |name: &str| test[name].as_u64().unwrap();
    let discordant = found["discordant"].as_array().unwrap();
    assert_eq!(count("only_a_correct") + count("only_b_correct"), discordant.len() as u64);
    assert!((0.0..=1.0).contains(&test["p"].as_f64().unwrap()));
    assert!(discordant.iter().all(|cell| ["path", "truth", "a", "b"].iter().all(|key| cell[key].is_string())));
    let difference = found["bootstrap"]["macro_f1_difference"].as_f64().unwrap();
    let macro_f1 = |side: &str| found[side]["macro_f1"].as_f64().unwrap();
    assert!((difference - (macro_f1("a") - macro_f1("b"))).abs() < 1e-12);
    let ci = &found["bootstrap"]["ci"];
    assert!(ci["low"].as_f64().unwrap() <= difference && difference <= ci["high"].as_f64().unwrap(), "{ci}");
    for file in ["comparison.json", "report.html", "discordant.csv", "plots/f1_comparison.png", "a/plots/roc.svg"] {
        assert!(out.join(file).is_file(), "{file}");
    }
    let paper = pages(fs::read(out.join("report.pdf")).unwrap());
    assert!(paper.len() > 2 && paper.concat().contains("F1 of each class under both models"), "{paper:?}");
}

#[test]
fn models_that_were_split_differently_meet_on_what_neither_learned_from() {
    let [a, b] = paths();
    // A folder of those slides alone that one of the two learned from.
    let tests = [&a, &b].map(|run| tests_of(run.as_ref()));
    let learned = tempfile::tempdir().unwrap();
    let files = images(&[TRAINED.slides.path().to_owned()]).into_iter().filter(|file| {
        let path = file.strip_prefix(TRAINED.slides.path()).unwrap().to_str().unwrap();
        !tests.iter().all(|tests| tests.contains(path))
    });
    let count = files
        .map(|file| {
            let copy = learned.path().join(file.strip_prefix(TRAINED.slides.path()).unwrap());
            fs::create_dir_all(copy.parent().unwrap()).unwrap();
            fs::copy(&file, copy).unwrap();
        })
        .count();
    let own = leuko(&["compare", &a, &b, learned.path().to_str().unwrap(), "--device", "cpu", "--json"]);
    let said = own.stdout.contains(&format!("learned from {count} of the folder's {count}"));
    assert_eq!((own.code, said), (1, true), "{}", own.stdout);
    let others = super::train::other_slides();
    let found = document(&leuko(&["compare", &a, &b, others.path().to_str().unwrap(), "--device", "cpu", "--json"]));
    let (n, left_out) = (found["n"].as_u64().unwrap(), found["a"]["learned_left_out"].as_u64().unwrap());
    assert!(n > 60 && n + left_out == 80, "{n} judged, {left_out} left out");
    assert_eq!((&found["a"]["trained_on"], &found["b"]["trained_on"]), (&0.into(), &0.into()));
    let words = found["cells"].as_str().unwrap();
    assert!(words.contains("neither model") || words.contains("none of which either model"), "{words}");
}

#[test]
fn a_model_does_not_differ_from_itself() {
    let [a, _] = paths();
    let found = document(&compare(&a, &a, &[]));
    assert_eq!(found["n"], 16);
    assert_eq!((found["discordant"].as_array().unwrap().len(), &found["mcnemar"]["p"]), (0, &Value::from(1.0)));
    assert_eq!(found["bootstrap"]["macro_f1_difference"], 0.0);
}

#[test]
fn a_report_holds_plots_tables_and_a_page() {
    let (run, out) = (TRAINED.run(), TRAINED.home.path().join("reported"));
    let output = leuko(&["report", run.to_str().unwrap(), "--out", out.to_str().unwrap(), "--json"]);
    assert_eq!(output.code, 0, "{}", output.stderr);
    let written = document(&output);
    assert!(written.as_array().unwrap().iter().all(|path| PathBuf::from(path.as_str().unwrap()).is_file()));
    let plots =
        ["class_counts", "class_shares", "loss", "accuracy", "class_metrics", "confusion_counts", "reliability"];
    for plot in plots.into_iter().chain(["confusion_percent", "roc", "precision_recall", "risk_coverage"]) {
        for ending in ["svg", "png", "csv"] {
            assert!(out.join("plots").join(format!("{plot}.{ending}")).is_file(), "{plot}.{ending}");
        }
    }
    let page = fs::read_to_string(out.join("report.html")).unwrap();
    assert!(page.contains("Research and education only. Not a medical device.") && page.contains("preprocessing"));
    assert!(!page.contains("<script") && !page.contains("src="), "the page must stand alone");
    let predictions = fs::read_to_string(out.join("predictions.csv")).unwrap();
    assert_eq!(predictions.lines().count(), 1 + 16);
    assert!(predictions.starts_with("path,truth,sub_type,predicted,confidence,correct,basophil,"));
    let figures = fs::read_to_string(out.join("figures.csv")).unwrap();
    assert!(figures.starts_with("figure,value,low,high\nImages,16,,\nAccuracy,"), "{figures}");
    let numbers = figures.lines().nth(2).unwrap().split(',').skip(1).map(str::parse::<f64>);
    assert!(numbers.clone().count() == 3 && numbers.clone().all(|number| number.is_ok()), "{figures}");
    let origin = fs::read_to_string(out.join("provenance.csv")).unwrap();
    assert!(origin.contains("\nfigures.csv,device,") && origin.contains("\npredictions.csv,model,"), "{origin}");
    assert!(page.contains("Split by image: no patient is known."));
}

#[test]
fn a_report_on_paper_opens_and_says_what_the_run_says() {
    let (run, out) = (TRAINED.run(), TRAINED.home.path().join("on-paper"));
    let output = leuko(&["report", run.to_str().unwrap(), "--out", out.to_str().unwrap()]);
    assert_eq!(output.code, 0, "{}", output.stderr);
    assert!(output.stdout.contains("report.pdf"), "{}", output.stdout);
    let bytes = fs::read(out.join("report.pdf")).unwrap();
    assert!(bytes.len() < 1_000_000, "{} bytes", bytes.len());
    let record: Value = serde_json::from_str(&fs::read_to_string(run.join("evaluation.json")).unwrap()).unwrap();
    let (accuracy, hash) = (record["accuracy"].as_f64().unwrap(), record["model_hash"].as_str().unwrap());
    let said = pages(bytes);
    // Thirteen charts, two a page, and the tables around them.
    assert!((7..=14).contains(&said.len()), "{} pages", said.len());
    for (index, page) in said.iter().enumerate() {
        assert!(page.contains(&format!("Page {} of {}", index + 1, said.len())), "{page}");
        assert!(page.contains("Research and education only. Not a medical device."), "{page}");
    }
    assert!(said[0].contains(&hash[..32]), "{}", said[0]);
    let all = said.concat();
    assert!(all.contains("Accuracy") && all.contains(&format!("{:.1} %", 100.0 * accuracy)), "{all}");
    for title in ["ROC curve of each class", "Reliability of the confidences", "Loss while training", "Each class;"] {
        assert!(all.contains(title), "{title}");
    }
}

#[test]
fn what_is_no_run_cannot_be_reported_and_it_is_said() {
    let output = leuko(&["report", TRAINED.slides.path().to_str().unwrap(), "--out", "nowhere"]);
    assert_eq!((output.code, output.stdout.as_str()), (1, ""));
    assert!(output.last_line().contains("neither a run's folder nor a review session's"), "{}", output.last_line());
    assert!(!PathBuf::from("nowhere").exists());
}

#[test]
fn controls_are_scored_without_the_cell() {
    let (run, slides) = (TRAINED.run(), TRAINED.slides.path());
    let call = ["evaluate", run.to_str().unwrap(), slides.to_str().unwrap(), "--controls", "--device", "cpu", "--json"];
    let found = document(&leuko(&call));
    for control in ["corners_only", "cell_masked", "chance"] {
        assert!(found["controls"][control]["balanced_accuracy"].is_number(), "{control}");
    }
    assert_eq!(found["controls"]["chance"]["balanced_accuracy"], 0.125);
}
